#include "adapters/language/prompting/prompt_writer.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/language/prompting/filtered.h"
#include "adapters/language/prompting/quoted.h"
#include "harness/protocol/told.h"

namespace recgauge::adapters {

std::string PromptWriter::told(ItemId item) const {
  return told(texts_.of(item, settings_.item_text), settings_.longest_text);
}

std::string PromptWriter::told(std::string_view text, uint32_t longest) const {
  switch (settings_.foreign_text) {
    case ForeignText::quoted:
      return quoted(text, longest);
    case ForeignText::filtered:
      return quoted(filtered(text), longest);
    case ForeignText::plain:
      return std::string(text);
  }
  return "";
}

void PromptWriter::set_reviews(std::vector<Review> reviews, uint32_t count, uint32_t longest) {
  reviews_.emplace(std::move(reviews), texts_.dataset());
  review_count_ = count;
  longest_review_ = longest;
}

void PromptWriter::alter(std::span<const AlteredText> altered) {
  std::vector<AlteredText> of_items(altered.begin(), altered.end());
  if (reviews_) {
    reviews_->alter(altered);
    std::erase_if(of_items, [](const AlteredText& text) { return text.column == kReviewColumn; });
  }
  texts_.alter(of_items);
}

std::string PromptWriter::reviews(const Request& request, std::span<const ItemId> shown) const {
  if (!reviews_) return "";
  std::string text;
  for (const Review* review : reviews_->find(request.history, shown, review_count_)) {
    text += fmt::format("- of {}: {}\n", told(texts_.of(review->item, ItemText::title), settings_.longest_text),
                        told(review->text, longest_review_));
  }
  return text.empty() ? text : "Reviews of candidates:\n" + text;
}

std::string PromptWriter::lines(std::span<const ItemId> items) const {
  std::string text;
  for (const ItemId item : items.last(std::min<size_t>(items.size(), settings_.history_items))) {
    text += (text.empty() ? "- " : "\n- ") + told(item);
  }
  return text.empty() ? "- nothing" : text;
}

std::string PromptWriter::numbered(std::span<const ItemId> items) const {
  std::string text;
  for (size_t i = 0; i < items.size(); ++i) text += fmt::format("{}{}. {}", i == 0 ? "" : "\n", i + 1, told(items[i]));
  return text;
}

std::string PromptWriter::attributes(const Request& request) const {
  std::string text;
  const auto add = [&](std::string_view name, std::string_view value) {
    const std::string kept = settings_.foreign_text == ForeignText::filtered ? filtered(value) : std::string(value);
    text += (text.empty() ? "About the user: " : "; ") + quoted(name) + ": " + quoted(std::string_view(kept));
  };
  for (const DisclosedAttribute& attribute : told_attributes(request, settings_.disclose, texts_.dataset().users)) {
    add(attribute.name, attribute.value);
  }
  return text.empty() ? text : text + "\n";
}

void PromptWriter::set_examples(std::span<const Example> examples) {
  examples_.clear();
  for (const Example& example : examples) {
    examples_ += fmt::format("Another user had before:\n{}\nand chose next: {}\n\n", lines(example.history),
                             told(example.chosen));
  }
}

ChatRequest PromptWriter::write(const Request& request, std::span<const ItemId> shown, nlohmann::json schema) const {
  std::map<std::string, std::string> values{{"history", lines(request.history)},
                                            {"candidates", numbered(shown)},
                                            {"examples", examples_},
                                            {"attributes", attributes(request)},
                                            {"instruction", ""},
                                            {"reviews", reviews(request, shown)},
                                            {"k", std::to_string(request.k)}};
  if (!request.instruction.empty())
    values["instruction"] = "The user says: " + quoted(request.instruction, 2000) + "\n";
  ChatRequest chat;
  chat.schema = std::move(schema);
  chat.asking = asking_of(request);
  if (!prompt_.system.empty()) chat.messages.push_back({ChatRole::system, filled(prompt_.system, values)});
  for (const DialogueTurn& turn : request.dialogue) {
    chat.messages.push_back(
        {turn.speaker == Speaker::user ? ChatRole::user : ChatRole::assistant, std::string(turn.text)});
  }
  if (request.dialogue.empty()) chat.messages.push_back({ChatRole::user, filled(prompt_.user, values)});
  return chat;
}

}  // namespace recgauge::adapters
