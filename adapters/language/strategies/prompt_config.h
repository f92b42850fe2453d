// What a configuration may say of strategies that prompt a language model.
#pragma once

#include <optional>
#include <string>

#include "adapters/language/matching/title_matcher.h"
#include "adapters/language/prompting/prompt_writer.h"
#include "adapters/language/settings/language_endpoint.h"

namespace recgauge::adapters {

enum class AnswerForm : uint8_t {
  listwise,   ///< one question a list
  pointwise,  ///< one a candidate
  pairwise,   ///< one a pair of candidates
  open,       ///< titles from the model's memory, matched with the catalogue
};

struct PromptConfig {
  LanguageEndpointConfig endpoint;
  AnswerForm form = AnswerForm::listwise;
  std::string prompt_file;
  uint32_t few_shot = 0;
  PromptSettings settings;
  uint32_t most_candidates = 100;
  uint32_t shortlist = 20;
  ConfigNode retriever;
  std::optional<ReviewsConfig> reviews;
  double match_threshold = MatchOptions{}.threshold;
  SourcePlace place;
};

template <typename V>
void visit(V& v, PromptConfig& c) {
  v.object("endpoint", c.endpoint, "the language model's server");
  v.choice("form", c.form,
           {{"listwise", AnswerForm::listwise},
            {"pointwise", AnswerForm::pointwise},
            {"pairwise", AnswerForm::pairwise},
            {"open", AnswerForm::open}},
           "what one question asks: to order a list, to grade a candidate, to choose between two, or for titles");
  v.value("prompt_file", c.prompt_file, "YAML file of a prompt of your own; the program's for the form if absent");
  v.value("few_shot", c.few_shot, "other users' choices that are shown as examples", {0.0, 100.0, {}, false});
  v.value("history_items", c.settings.history_items, "items of the history that are told, the latest",
          {1.0, 1000.0, {}, false});
  v.choice("item_text", c.settings.item_text,
           {{"title", ItemText::title}, {"with_labels", ItemText::with_labels}, {"all", ItemText::all}},
           "what is told of an item: its title, its labels too, all texts too");
  v.value("longest_text", c.settings.longest_text, "characters of one item's text", {10.0, 100000.0, {}, false});
  v.choice(
      "foreign_text", c.settings.foreign_text,
      {{"quoted", ForeignText::quoted}, {"filtered", ForeignText::filtered}, {"plain", ForeignText::plain}},
      "how texts of the catalogue enter a prompt: in quotes that they cannot leave, likewise and without sentences "
      "that speak to a model, or as they are (only to measure what quotes are worth)");
  v.value("disclose", c.settings.disclose, "attributes of users that the model is told; none unless they stand here");
  v.value("most_candidates", c.most_candidates, "most candidates in a prompt; requests with more are refused",
          {1.0, 10000.0, {}, false});
  v.value("shortlist", c.shortlist, "rag: items that are retrieved and then ordered by the model",
          {1.0, 10000.0, {}, false});
  v.subtree("retriever", c.retriever, "rag: the model that retrieves, as {kind, parameters}; encoder_only if absent");
  v.object("reviews", c.reviews, "rag: what people wrote about items, of which the most fitting is shown");
  v.value("match_threshold", c.match_threshold, "least similarity of a title to one of the catalogue",
          {0.5, 1.0, {}, false});
  v.place(c.place);
}

/// Reads `models.parameters` of direct_prompt, rag or conversational. Throws ConfigError for what cannot be or does not
/// belong to the kind.
PromptConfig read_prompt_config(const std::string& kind, const ConfigNode& parameters);

}  // namespace recgauge::adapters
