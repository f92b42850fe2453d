#include "adapters/process/messages.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/protocol/told.h"

namespace recgauge::adapters {
namespace {

using Json = nlohmann::json;

std::string json_text(std::string_view text) {
  return Json(std::string(text)).dump(-1, ' ', false, Json::error_handler_t::replace);
}

template <typename Values, typename Write>
void add_list(std::string& line, const char* key, const Values& values, Write write) {
  line += fmt::format(",\"{}\":[", key);
  bool first = true;
  for (const auto& value : values) {
    if (!first) line += ',';
    first = false;
    write(value);
  }
  line += ']';
}

void add_items(std::string& line, const char* key, std::span<const ItemId> items, const MessageNames& names) {
  add_list(line, key, items, [&](ItemId item) { line += names.item(item); });
}

void add_exclusions(std::string& line, const Request& request, const MessageNames& names) {
  if (request.exclusions.empty()) return;
  const bool is_history = request.exclusions.size() == request.history.size() &&
                          std::equal(request.history.begin(), request.history.end(), request.exclusions.begin());
  if (is_history) {
    line += ",\"exclude\":\"history\"";
  } else {
    add_items(line, "exclude", request.exclusions, names);
  }
}

void add_attributes(std::string& line, const Request& request, const MessageNames& names) {
  const std::vector<DisclosedAttribute> told = told_attributes(request, names.disclosed(), names.dataset().users);
  if (told.empty()) return;
  line += ",\"attributes\":{";
  for (size_t i = 0; i < told.size(); ++i) {
    line += fmt::format("{}{}:{}", i == 0 ? "" : ",", json_text(told[i].name), json_text(told[i].value));
  }
  line += '}';
}

void add_dialogue(std::string& line, const Request& request) {
  if (!request.instruction.empty()) line += ",\"instruction\":" + json_text(request.instruction);
  if (request.dialogue.empty()) return;
  add_list(line, "dialogue", request.dialogue, [&](const DialogueTurn& turn) {
    line += fmt::format("{{\"speaker\":\"{}\",\"text\":{}}}", turn.speaker == Speaker::user ? "user" : "recommender",
                        json_text(turn.text));
  });
}

const char* name_of(FeedbackKind kind) {
  constexpr const char* kNames[] = {"impression", "click", "consume", "skip", "rating"};
  return kNames[static_cast<size_t>(kind)];
}

// "Item 17" of an answer: programs name items by text or by number.
std::optional<std::string> item_name(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_integer()) return value.dump();
  return std::nullopt;
}

/// Reads an answer's fields; the first that is wrong makes it malformed.
class AnswerReader {
 public:
  AnswerReader(const Json& json, const Dataset& dataset, Response& response)
      : json_(json), dataset_(dataset), response_(response) {}

  void read() {
    if (json_.contains("refused")) return fail(Outcome::refused, "the program refused" + reason("refused"));
    if (json_.contains("error")) return fail(Outcome::malformed, "the program reported an error" + reason("error"));
    read_items();
    read_scores();
    read_usage();
    read_text("text", response_.text);
    read_text("recommendation_id", response_.recommendation_id);
  }

 private:
  std::string reason(const char* key) const {
    const Json& value = json_[key];
    return value.is_string() ? ": " + value.get<std::string>().substr(0, 200) : "";
  }

  void fail(Outcome outcome, std::string failure) {
    if (response_.outcome != Outcome::ok) return;
    response_.outcome = outcome;
    response_.failure = std::move(failure);
    response_.items.clear();
    response_.scores.clear();
    response_.unmatched.clear();
  }

  void read_items() {
    const auto items = json_.find("items");
    if (items == json_.end() || !items->is_array()) return fail(Outcome::malformed, "the answer has no list \"items\"");
    for (const Json& value : *items) {
      const std::optional<std::string> name = item_name(value);
      if (!name) return fail(Outcome::malformed, "\"items\" holds something that is neither text nor a whole number");
      add_item(*name);
    }
  }

  void add_item(const std::string& name) {
    const uint32_t index = dataset_.catalogue.names.find(name);
    if (index != NameTable::kNotFound) {
      response_.items.push_back(ItemId{index});
      return;
    }
    response_.unmatched.push_back({static_cast<uint32_t>(response_.items.size()), name});
    response_.items.push_back(kOutOfCatalogue);
  }

  void read_scores() {
    const auto scores = json_.find("scores");
    if (scores == json_.end() || response_.outcome != Outcome::ok) return;
    if (!scores->is_array() || scores->size() != response_.items.size()) {
      return fail(Outcome::malformed, "\"scores\" is not a list as long as \"items\"");
    }
    for (const Json& value : *scores) {
      if (!value.is_number() || !std::isfinite(value.get<double>())) {
        return fail(Outcome::malformed, "\"scores\" holds something that is no finite number");
      }
      response_.scores.push_back(value.get<double>());
    }
  }

  void read_usage() {
    const auto usage = json_.find("usage");
    if (usage == json_.end()) return;
    if (!usage->is_object()) return fail(Outcome::malformed, "\"usage\" is no object");
    read_count(*usage, "prompt_tokens", response_.usage.prompt_tokens);
    read_count(*usage, "completion_tokens", response_.usage.completion_tokens);
    if (const auto cost = usage->find("cost"); cost != usage->end()) {
      if (!cost->is_number() || !(cost->get<double>() >= 0.0))
        return fail(Outcome::malformed, "\"usage.cost\" is no price");
      response_.usage.cost = cost->get<double>();
    }
  }

  void read_count(const Json& usage, const char* key, uint64_t& field) {
    const auto value = usage.find(key);
    if (value == usage.end()) return;
    if (!value->is_number_unsigned()) return fail(Outcome::malformed, fmt::format("\"usage.{}\" is no count", key));
    field = value->get<uint64_t>();
  }

  void read_text(const char* key, std::string& field) {
    const auto value = json_.find(key);
    if (value == json_.end()) return;
    if (!value->is_string()) return fail(Outcome::malformed, fmt::format("\"{}\" is no text", key));
    field = value->get<std::string>();
  }

  const Json& json_;
  const Dataset& dataset_;
  Response& response_;
};

std::string text_or_empty(const Json& json, const char* key) {
  const auto value = json.find(key);
  return value != json.end() && value->is_string() ? value->get<std::string>().substr(0, 200) : "";
}

ProgramMessage invalid(std::string problem) {
  ProgramMessage message;
  message.problem = std::move(problem);
  return message;
}

ProgramMessage ready(const Json& json) {
  ProgramMessage message;
  if (json["ready"] != kProtocolVersion) {
    return invalid(
        fmt::format("it speaks another version of the protocol; this recgauge speaks version {}", kProtocolVersion));
  }
  message.kind = ProgramMessage::Kind::ready;
  message.name = text_or_empty(json, "name");
  message.version = text_or_empty(json, "version");
  return message;
}

}  // namespace

MessageNames::MessageNames(const Dataset& dataset, std::optional<Pseudonyms> pseudonyms,
                           std::vector<std::string> disclosed)
    : dataset_(dataset), pseudonyms_(std::move(pseudonyms)), disclosed_(std::move(disclosed)) {
  items_.reserve(dataset.catalogue.size());
  for (uint32_t i = 0; i < dataset.catalogue.size(); ++i) items_.push_back(json_text(dataset.item_name(ItemId{i})));
}

std::string MessageNames::plain_user(UserId user) const {
  // Users whom a treatment adds to the training data are not in the data set.
  const std::string name = index(user) < dataset_.users.size() ? std::string(dataset_.user_name(user))
                                                               : fmt::format("new user {}", index(user));
  return pseudonyms_ ? pseudonyms_->of(name) : name;
}

std::string MessageNames::user(UserId user) const { return user == kNoUser ? "null" : json_text(plain_user(user)); }

std::string hello_line() { return fmt::format("{{\"hello\":\"recgauge\",\"version\":{}}}", kProtocolVersion); }

std::string request_line(uint64_t id, const Request& request, const MessageNames& names) {
  std::string line = fmt::format("{{\"id\":{},\"user\":{},\"k\":{}", id, names.user(request.user), request.k);
  add_items(line, "history", request.history, names);
  if (!request.history_values.empty()) {
    add_list(line, "values", request.history_values, [&](float value) { line += fmt::format("{}", value); });
  }
  if (!request.history_times.empty()) {
    add_list(line, "times", request.history_times, [&](int64_t time) { line += fmt::format("{}", time); });
  }
  if (request.candidates) add_items(line, "candidates", told_candidates(request), names);
  add_exclusions(line, request, names);
  add_attributes(line, request, names);
  add_dialogue(line, request);
  return line + "}";
}

std::string feedback_line(uint64_t id, std::span<const FeedbackEvent> events, const MessageNames& names) {
  std::string line = fmt::format("{{\"id\":{}", id);
  add_list(line, "feedback", events, [&](const FeedbackEvent& event) {
    line += fmt::format("{{\"user\":{},\"item\":{},\"kind\":\"{}\",\"value\":{},\"time\":{},\"rank\":{},\"event\":{}}}",
                        names.user(event.user), event.item == kOutOfCatalogue ? "null" : names.item(event.item),
                        name_of(event.kind), event.value, event.timestamp, event.rank, json_text(event.event_id));
  });
  return line + "}";
}

std::string train_line(uint64_t id, const TrainingFiles& files, uint64_t seed) {
  Json train{{"interactions", files.interactions}, {"items", files.items}, {"seed", seed}};
  if (!files.validation.empty()) train["validation"] = files.validation;
  return Json{{"id", id}, {"train", train}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

ProgramMessage parse_message(std::string_view line, const Dataset& dataset) {
  const Json json = Json::parse(line, nullptr, false);
  if (!json.is_object()) return invalid("it is no JSON object");
  if (json.contains("ready")) return ready(json);
  const auto id = json.find("id");
  if (id == json.end() || !id->is_number_unsigned()) return invalid("it has no \"id\" of a request");
  ProgramMessage message;
  message.id = id->get<uint64_t>();
  message.has_id = true;
  if (json.contains("done")) {
    message.kind = ProgramMessage::Kind::done;
    return message;
  }
  message.kind = ProgramMessage::Kind::answer;
  AnswerReader(json, dataset, message.response).read();
  message.problem = message.response.failure;
  return message;
}

}  // namespace recgauge::adapters
