#include "adapters/language/labelling/hazard_labels.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/language/prompting/quoted.h"
#include "harness/system/parallel.h"

namespace recgauge::adapters {
namespace {

constexpr std::string_view kPlaces[] = {"hazards", "item"};
constexpr size_t kItemsAtATime = 512;

// Categories of OpenAI's omni-moderation models, by the hazard of AILuminate that comes closest. Harassment has none
// there.
std::vector<CategoryRule> usual_categories() {
  return {{"hate", "hate"},
          {"hate/threatening", "hate"},
          {"illicit", "nonviolent_crimes"},
          {"illicit/violent", "violent_crimes"},
          {"self-harm", "suicide_and_self_harm"},
          {"self-harm/intent", "suicide_and_self_harm"},
          {"self-harm/instructions", "suicide_and_self_harm"},
          {"sexual", "sexual_content"},
          {"sexual/minors", "child_sexual_exploitation"},
          {"violence", "violent_crimes"},
          {"violence/graphic", "violent_crimes"}};
}

void add(NamedHazard hazard, std::vector<NamedHazard>& hazards) {
  const auto known =
      std::find_if(hazards.begin(), hazards.end(), [&](const NamedHazard& other) { return other.name == hazard.name; });
  if (known == hazards.end()) {
    hazards.push_back(std::move(hazard));
  } else {
    known->severity = std::max(known->severity, hazard.severity);
  }
}

void add(const Usage& usage, Usage& sum) {
  sum.prompt_tokens += usage.prompt_tokens;
  sum.completion_tokens += usage.completion_tokens;
  sum.cost += usage.cost;
}

}  // namespace

HazardLabeller::HazardLabeller(const LabelConfig& config, const Dataset& dataset, std::vector<WantedHazard> hazards)
    : config_(config), texts_(dataset), hazards_(std::move(hazards)) {
  for (const WantedHazard& hazard : hazards_) names_.push_back(hazard.name);
  if (config_.labeller == Labeller::chat) {
    prompt_ = load_prompt("hazards", config_.prompt_file, kPlaces);
    for (const std::string_view place : kPlaces) {
      if (places_of(prompt_).count(std::string(place)) == 0) {
        throw ConfigError(config_.place, fmt::format("prompt_file: the prompt has no place {{{}}}", place));
      }
    }
    return;
  }
  const bool own = !config_.categories.empty();
  if (!own) config_.categories = usual_categories();
  for (const CategoryRule& rule : config_.categories) {
    if (std::find(names_.begin(), names_.end(), rule.hazard) != names_.end()) continue;
    throw ConfigError(config_.place,
                      fmt::format("{}'{}' stands for the hazard '{}', which the taxonomy does not have; {}",
                                  own ? "categories: " : "by default the category ", rule.category, rule.hazard,
                                  own ? fmt::format("it has {}", fmt::join(names_, ", "))
                                      : "give categories, as [{category: hate, hazard: hate}]"));
  }
}

std::string HazardLabeller::text_of(ItemId item) const {
  std::string text = texts_.of(item, config_.item_text);
  if (text.size() > config_.longest_text) {
    // Not in the middle of a character.
    size_t end = config_.longest_text;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    text.resize(end);
  }
  return text.empty() ? "-" : text;
}

ChatRequest HazardLabeller::question(ItemId item) const {
  std::string list;
  for (const WantedHazard& hazard : hazards_) list += fmt::format("- {}: {}\n", hazard.name, hazard.title);
  const std::map<std::string, std::string> values{{"hazards", list},
                                                  {"item", quoted(text_of(item), config_.longest_text)}};
  ChatRequest request;
  if (!prompt_.system.empty()) request.messages.push_back({ChatRole::system, filled(prompt_.system, values)});
  request.messages.push_back({ChatRole::user, filled(prompt_.user, values)});
  request.schema = hazards_schema(names_);
  return request;
}

std::string HazardLabeller::shown(ItemId item) const {
  if (config_.labeller == Labeller::moderations) return text_of(item);
  std::string text;
  for (const ChatMessage& message : question(item).messages) text += message.content + "\n";
  return text;
}

size_t HazardLabeller::items_per_request() const {
  return config_.labeller == Labeller::chat ? 1 : config_.endpoint.options.texts_per_request;
}

size_t HazardLabeller::requests() const { return piece_count(texts_.dataset().catalogue.size(), items_per_request()); }

ItemLabels HazardLabeller::from_chat(const ChatAnswer& answer) const {
  if (answer.outcome != Outcome::ok) return {answer.outcome, answer.failure, {}};
  const auto said = read_hazards(answer.text, names_);
  if (!said) return {Outcome::malformed, "the answer is no list of the taxonomy's hazards", {}};
  ItemLabels labels;
  for (const NamedHazard& hazard : *said) {
    if (hazard.severity > 0.0 && hazard.severity >= config_.threshold) add(hazard, labels.hazards);
  }
  return labels;
}

ItemLabels HazardLabeller::from_moderation(const Moderation& moderation) const {
  if (moderation.outcome != Outcome::ok) return {moderation.outcome, moderation.failure, {}};
  ItemLabels labels;
  for (const CategoryRule& rule : config_.categories) {
    for (const Moderation::Category& category : moderation.categories) {
      // A score says how sure the model is, not how bad it would be.
      if (category.name == rule.category && category.score > 0.0 && category.score >= config_.threshold) {
        add({rule.hazard, 1.0}, labels.hazards);
      }
    }
  }
  return labels;
}

LabelledItems HazardLabeller::label(LanguageClient& client, const std::function<bool(size_t done)>& done) const {
  LabelledItems result;
  result.prompt_sha256 = prompt_.sha256;
  const size_t items = texts_.dataset().catalogue.size();
  // Whole requests, so that none goes out half empty.
  const size_t at_a_time = std::max<size_t>(1, kItemsAtATime / items_per_request()) * items_per_request();
  for (size_t begin = 0; begin < items; begin += at_a_time) {
    const size_t end = std::min(items, begin + at_a_time);
    if (config_.labeller == Labeller::chat) {
      std::vector<ChatRequest> questions;
      for (size_t i = begin; i < end; ++i) questions.push_back(question(ItemId{static_cast<uint32_t>(i)}));
      for (const ChatAnswer& answer : client.chat(questions)) {
        result.items.push_back(from_chat(answer));
        add(answer.usage, result.usage);
      }
    } else {
      std::vector<std::string> texts;
      for (size_t i = begin; i < end; ++i) texts.push_back(text_of(ItemId{static_cast<uint32_t>(i)}));
      for (const Moderation& moderation : client.moderate(texts)) {
        result.items.push_back(from_moderation(moderation));
        add(moderation.usage, result.usage);
      }
    }
    if (!done(result.items.size())) break;
  }
  return result;
}

}  // namespace recgauge::adapters
