// What a file says of the model that labels items' hazards.
#pragma once

#include <string>
#include <vector>

#include "adapters/language/settings/language_endpoint.h"
#include "reference_models/text/item_text.h"

namespace recgauge::adapters {

using reference_models::ItemText;

enum class Labeller : uint8_t {
  moderations,  ///< OpenAI's interface of that name: scores for categories of the server's own
  chat,         ///< a question for each item, with the taxonomy's names
};

/// A category of a moderation model and the hazard that it stands for.
struct CategoryRule {
  std::string category;
  std::string hazard;
};

template <typename V>
void visit(V& v, CategoryRule& c) {
  v.value("category", c.category, "as the server calls it", {{}, {}, {}, true});
  v.value("hazard", c.hazard, "of the taxonomy", {{}, {}, {}, true});
}

struct LabelConfig {
  Labeller labeller = Labeller::chat;
  std::string taxonomy = "ailuminate";
  ItemText item_text = ItemText::all;
  uint32_t longest_text = 4000;
  double threshold = 0.5;
  std::vector<CategoryRule> categories;
  std::string prompt_file;
  LanguageEndpointConfig endpoint;
  SourcePlace place;
};

template <typename V>
void visit(V& v, LabelConfig& c) {
  v.choice("labeller", c.labeller, {{"moderations", Labeller::moderations}, {"chat", Labeller::chat}},
           "which interface of the server is asked");
  v.value("taxonomy", c.taxonomy, "embedded taxonomy, or a file, whose hazards are looked for");
  v.choice("item_text", c.item_text,
           {{"title", ItemText::title}, {"with_labels", ItemText::with_labels}, {"all", ItemText::all}},
           "what is told of an item: its title, its labels too, all texts too");
  v.value("longest_text", c.longest_text, "characters of one item's text", {10.0, 100000.0, {}, false});
  v.value("threshold", c.threshold, "least score (moderations) or severity (chat) from which an item has the hazard",
          {0.0, 1.0, {}, false});
  v.list("categories", c.categories,
         "moderations: which category stands for which hazard; those of OpenAI's models if absent");
  v.value("prompt_file", c.prompt_file, "chat: YAML file of a prompt of your own, with places {hazards} and {item}");
  v.object("endpoint", c.endpoint, "the model's server", {{}, {}, {}, true});
  v.place(c.place);
}

/// Reads the file. Throws ConfigError for what cannot be or does not belong to the labeller.
LabelConfig read_label_config(const std::string& path);

}  // namespace recgauge::adapters
