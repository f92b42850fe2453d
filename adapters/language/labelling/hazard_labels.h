// Items' hazards as a model sees them: one judgement an item, which a person's gold subset is to be held against.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "adapters/language/labelling/label_config.h"
#include "adapters/language/prompting/model_answers.h"
#include "adapters/language/prompts/prompt.h"

namespace recgauge::adapters {

using reference_models::ItemTexts;

/// A hazard that is looked for.
struct WantedHazard {
  std::string name;
  std::string title;  ///< in words
};

struct ItemLabels {
  Outcome outcome = Outcome::ok;
  std::string failure;
  std::vector<NamedHazard> hazards;  ///< from the threshold on; each once
};

struct LabelledItems {
  std::vector<ItemLabels> items;  ///< in the order of the catalogue
  Usage usage;
  std::string prompt_sha256;  ///< of the prompt; empty for moderations
};

class HazardLabeller {
 public:
  /// Throws ConfigError for a category whose hazard is not wanted and for a prompt that cannot be used.
  HazardLabeller(const LabelConfig& config, const Dataset& dataset, std::vector<WantedHazard> hazards);

  /// What would be sent for an item: the text, or the messages one after another.
  std::string shown(ItemId item) const;
  /// Requests for all items.
  size_t requests() const;
  /// Asks for all items, some at a time; `done` hears how many have been answered, and ends it by returning false,
  /// which leaves fewer items in the result.
  LabelledItems label(LanguageClient& client, const std::function<bool(size_t done)>& done) const;

 private:
  std::string text_of(ItemId item) const;
  size_t items_per_request() const;
  ChatRequest question(ItemId item) const;
  ItemLabels from_chat(const ChatAnswer& answer) const;
  ItemLabels from_moderation(const Moderation& moderation) const;

  LabelConfig config_;
  ItemTexts texts_;
  std::vector<WantedHazard> hazards_;
  std::vector<std::string> names_;
  Prompt prompt_;
};

}  // namespace recgauge::adapters
