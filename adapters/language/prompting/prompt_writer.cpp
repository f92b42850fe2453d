#include "adapters/language/prompting/prompt_writer.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/language/prompting/filtered.h"
#include "adapters/language/prompting/quoted.h"
#include "harness/protocol/told.h"

namespace recgauge::adapters {

std::string PromptWriter::told(ItemId item) const {
  const std::string text = texts_.of(item, settings_.item_text);
  switch (settings_.foreign_text) {
    case ForeignText::quoted:
      return quoted(text, settings_.longest_text);
    case ForeignText::filtered:
      return quoted(filtered(text), settings_.longest_text);
    case ForeignText::plain:
      return text;
  }
  return "";
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
