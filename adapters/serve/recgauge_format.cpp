// recgauge's own format, docs/endpoint-protocol.md.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "adapters/http/mapping/hostile_json.h"
#include "adapters/serve/wire_format.h"
#include "harness/system/terminal_text.h"

namespace recgauge::adapters {
namespace {

using Json = nlohmann::json;

/// Reads one question; the first thing that is wrong ends it.
class QuestionReader {
 public:
  QuestionReader(const Json& json, const ServedData& data, uint32_t most_items)
      : json_(json), data_(data), most_items_(most_items) {}

  std::string read(Question& question) {
    if (!json_.is_object()) return "a request is a JSON object";
    read_user(question);
    read_k(question);
    question.history = items("history");
    read_exclusions(question);
    if (json_.contains("candidates")) {
      question.candidates = items("candidates");
      std::sort(question.candidates->begin(), question.candidates->end());
      question.candidates->erase(std::unique(question.candidates->begin(), question.candidates->end()),
                                 question.candidates->end());
    }
    read_attributes(question);
    return problem_;
  }

 private:
  void fail(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
  }

  void read_user(Question& question) {
    const auto user = json_.find("user");
    if (user == json_.end() || user->is_null()) return;
    if (!user->is_string()) return fail("\"user\" is no text");
    question.user = data_.find_user(user->get<std::string>());
  }

  void read_k(Question& question) {
    const auto k = json_.find("k");
    if (k == json_.end()) return;
    const bool fits = k->is_number_unsigned() && k->get<uint64_t>() >= 1 && k->get<uint64_t>() <= most_items_;
    if (!fits) return fail(fmt::format("\"k\" is no whole number from 1 to {}", most_items_));
    question.k = k->get<uint32_t>();
  }

  void read_exclusions(Question& question) {
    const auto exclude = json_.find("exclude");
    const bool is_history = exclude != json_.end() && exclude->is_string() && *exclude == "history";
    question.exclusions = is_history ? question.history : items("exclude");
  }

  // Names that the catalogue does not have are left out: nothing is known of such an item.
  std::vector<ItemId> items(const char* key) {
    std::vector<ItemId> result;
    const auto list = json_.find(key);
    if (list == json_.end()) return result;
    if (!list->is_array()) {
      fail(fmt::format("\"{}\" is no list", key));
      return result;
    }
    for (const Json& name : *list) {
      if (!name.is_string()) {
        fail(fmt::format("\"{}\" holds something that is no text", key));
        break;
      }
      const uint32_t index = data_.dataset->catalogue.names.find(name.get_ref<const std::string&>());
      if (index != NameTable::kNotFound) result.push_back(ItemId{index});
    }
    return result;
  }

  void read_attributes(Question& question) {
    const auto attributes = json_.find("attributes");
    if (attributes == json_.end()) return;
    if (!attributes->is_object()) return fail("\"attributes\" is no object");
    for (const auto& [name, value] : attributes->items()) {
      question.attributes.emplace_back(name, value.is_string() ? value.get<std::string>() : json_text(value));
    }
  }

  const Json& json_;
  const ServedData& data_;
  uint32_t most_items_;
  std::string problem_;
};

class RecgaugeFormat : public WireFormat {
 public:
  RecgaugeFormat(const ServedData& data, FormatOptions options) : data_(data), options_(std::move(options)) {}

  ParsedCall parse(const Call& call) const override {
    const Target target = parse_target(call.target);
    if (target.path == std::vector<std::string>{"health"}) return at_once({200, R"({"status":"ok"})"});
    if (options_.key && !same_secret(call.key, options_.key->text())) {
      return at_once(error(401, "X-API-Key is missing or wrong"));
    }
    const bool one = target.path == std::vector<std::string>{"recommend"};
    const bool many = target.path == std::vector<std::string>{"recommend", "batch"};
    const bool feedback = target.path == std::vector<std::string>{"feedback"};
    if (!one && !many && !feedback)
      return at_once(error(404, "paths are /recommend, /recommend/batch, /feedback, /health"));
    if (call.method != "POST") return at_once(error(405, "this path takes POST"));
    const ReadJson json = read_hostile_json(call.body, NonFinite::refused);
    if (!json.problem.empty()) return at_once(error(400, "the body: " + json.problem));
    if (many) return parse_batch(json.value);
    return feedback ? parse_feedback(json.value) : parse_one(json.value);
  }

  Reply write(const ParsedCall& call, std::span<const Response> responses) const override {
    if (!call.is_batch) return write_one(call.members.front().question, responses.front());
    Json answers = Json::array();
    size_t next = 0;
    for (const CallMember& member : call.members) {
      const Reply reply = member.refused ? *member.refused : write_one(member.question, responses[next++]);
      Json entry = Json::parse(reply.body);
      entry["status"] = reply.status;
      answers.push_back(std::move(entry));
    }
    return {200, json_text({{"answers", std::move(answers)}})};
  }

  Reply error(unsigned status, std::string_view message) const override {
    return {status, json_text({{"error", {{"message", message}}}})};
  }

 private:
  CallMember member_of(const Json& json) const {
    CallMember member;
    const std::string problem = QuestionReader(json, data_, options_.most_items).read(member.question);
    if (!problem.empty()) member.refused = error(400, problem);
    return member;
  }

  ParsedCall parse_one(const Json& json) const {
    ParsedCall parsed;
    parsed.members.push_back(member_of(json));
    parsed.reply = parsed.members.front().refused;
    return parsed;
  }

  ParsedCall parse_batch(const Json& json) const {
    const auto requests = json.is_object() ? json.find("requests") : json.end();
    const bool fits = json.is_object() && requests != json.end() && requests->is_array() && !requests->empty() &&
                      requests->size() <= options_.most_members;
    if (!fits) return at_once(error(400, fmt::format("\"requests\" is no list of 1 to {}", options_.most_members)));
    ParsedCall parsed;
    parsed.is_batch = true;
    for (const Json& request : *requests) parsed.members.push_back(member_of(request));
    return parsed;
  }

  ParsedCall parse_feedback(const Json& json) const {
    const auto events = json.is_object() ? json.find("events") : json.end();
    const bool fits = json.is_object() && events != json.end() && events->is_array() && !events->empty() &&
                      events->size() <= options_.most_members;
    if (!fits) return at_once(error(400, fmt::format("\"events\" is no list of 1 to {}", options_.most_members)));
    ParsedCall parsed;
    for (const Json& event : *events) {
      std::optional<FeedbackEvent> read = event_of(event);
      if (!read) return at_once(error(400, "an event has \"user\", \"item\" and \"kind\", which are known here"));
      parsed.feedback.push_back(std::move(*read));
    }
    return parsed;
  }

  static std::string text_at(const Json& json, const char* key) {
    const auto value = json.find(key);
    return value != json.end() && value->is_string() ? value->get<std::string>() : "";
  }

  template <typename Number>
  static void number_at(const Json& json, const char* key, Number& field) {
    const auto value = json.find(key);
    if (value != json.end() && value->is_number()) field = value->get<Number>();
  }

  std::optional<FeedbackEvent> event_of(const Json& json) const {
    constexpr std::string_view kKinds[] = {"impression", "click", "consume", "skip", "rating"};
    if (!json.is_object()) return std::nullopt;
    FeedbackEvent event;
    event.user = data_.find_user(text_at(json, "user"));
    const uint32_t item = data_.dataset->catalogue.names.find(text_at(json, "item"));
    const auto kind = std::find(std::begin(kKinds), std::end(kKinds), text_at(json, "kind"));
    if (event.user == kNoUser || item == NameTable::kNotFound || kind == std::end(kKinds)) return std::nullopt;
    event.item = ItemId{item};
    event.kind = static_cast<FeedbackKind>(kind - std::begin(kKinds));
    number_at(json, "value", event.value);
    number_at(json, "time", event.timestamp);
    number_at(json, "rank", event.rank);
    event.recommendation_id = text_at(json, "recommendation_id");
    event.event_id = text_at(json, "event");
    return event;
  }

  Reply write_one(const Question& question, const Response& response) const {
    if (response.outcome == Outcome::refused) return {200, json_text({{"refused", printable(response.failure, 200)}})};
    if (response.outcome != Outcome::ok) {
      return error(response.outcome == Outcome::rate_limited ? 429 : 503, to_string(response.outcome));
    }
    Json items = Json::array();
    Json scores = Json::array();
    for (const NamedItem& item : named_items(question, response, *data_.dataset)) {
      items.push_back(item.name);
      if (item.score) scores.push_back(*item.score);
    }
    Json body{{"items", std::move(items)}};
    if (scores.size() == body["items"].size() && !scores.empty()) body["scores"] = std::move(scores);
    if (!response.recommendation_id.empty()) body["recommendation_id"] = response.recommendation_id;
    return {200, json_text(body)};
  }

  const ServedData& data_;
  FormatOptions options_;
};

}  // namespace

std::unique_ptr<WireFormat> make_recgauge_format(const ServedData& data, FormatOptions options) {
  return std::make_unique<RecgaugeFormat>(data, std::move(options));
}

}  // namespace recgauge::adapters
