// From a request to the messages that a language model is sent. No user's name is among what they tell.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adapters/language/chat/language_client.h"
#include "adapters/language/prompting/review_store.h"
#include "adapters/language/prompts/prompt.h"
#include "harness/data/dataset.h"
#include "harness/protocol/request.h"
#include "reference_models/text/item_text.h"

namespace recgauge::adapters {

using reference_models::ItemText;
using reference_models::ItemTexts;

/// How texts of the catalogue and of profiles enter a prompt: a defence as a switch. Profiles are always in quotes.
enum class ForeignText : uint8_t {
  quoted,    ///< in quotes that they cannot leave
  filtered,  ///< likewise, without what speaks to a model
  plain,     ///< as they are: for measuring what quotes are worth, never for use
};

struct PromptSettings {
  uint32_t history_items = 20;  ///< the latest of them
  ItemText item_text = ItemText::with_labels;
  std::vector<std::string> disclose;  ///< attributes of users
  uint32_t longest_text = 300;        ///< characters of one item's text
  ForeignText foreign_text = ForeignText::quoted;
};

/// A user whose choice is shown to the model as an example.
struct Example {
  std::vector<ItemId> history;
  ItemId chosen{};
};

class PromptWriter {
 public:
  /// The data set must outlive the writer.
  PromptWriter(const Dataset& dataset, Prompt prompt, PromptSettings settings)
      : PromptWriter(ItemTexts(dataset), std::move(prompt), std::move(settings)) {}
  PromptWriter(ItemTexts texts, Prompt prompt, PromptSettings settings)
      : texts_(std::move(texts)), prompt_(std::move(prompt)), settings_(std::move(settings)) {}

  const Prompt& prompt() const { return prompt_; }
  void set_examples(std::span<const Example> examples);
  /// Reviews to show beside candidates, `count` of them cut to `longest` characters.
  void set_reviews(std::vector<Review> reviews, uint32_t count, uint32_t longest);
  size_t reviews_in_store() const { return reviews_ ? reviews_->size() : 0; }
  /// As ItemTexts::alter; where there are reviews, an altered one stands among them and nowhere else.
  void alter(std::span<const AlteredText> altered);

  /// Numbers `shown` from 1. A dialogue takes the place of the prompt's user message.
  ChatRequest write(const Request& request, std::span<const ItemId> shown, nlohmann::json schema) const;

 private:
  std::string lines(std::span<const ItemId> items) const;
  std::string numbered(std::span<const ItemId> items) const;
  std::string attributes(const Request& request) const;
  std::string told(ItemId item) const;
  std::string told(std::string_view text, uint32_t longest) const;
  std::string reviews(const Request& request, std::span<const ItemId> shown) const;

  ItemTexts texts_;
  Prompt prompt_;
  PromptSettings settings_;
  std::string examples_;
  std::optional<ReviewStore> reviews_;
  uint32_t review_count_ = 0;
  uint32_t longest_review_ = 0;
};

}  // namespace recgauge::adapters
