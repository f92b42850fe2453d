#include "adapters/language/prompting/model_answers.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/http/mapping/hostile_json.h"
#include "harness/protocol/unmatched_titles.h"
#include "harness/system/terminal_text.h"

namespace recgauge::adapters {
namespace {

using Json = nlohmann::json;

constexpr size_t kLongestShown = 200;

Json object_schema(const Json& properties) {
  Json schema{{"type", "object"}, {"properties", properties}, {"required", Json::array()}};
  for (const auto& [name, unused] : properties.items()) schema["required"].push_back(name);
  schema["additionalProperties"] = false;
  return schema;
}

Json list_of(const char* type) { return {{"type", "array"}, {"items", {{"type", type}}}}; }

// Models put fences and words around their JSON.
Json object_in(std::string_view text) {
  const size_t begin = text.find('{');
  const size_t end = text.rfind('}');
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) return {};
  ReadJson json = read_hostile_json(text.substr(begin, end - begin + 1), NonFinite::as_null);
  return json.problem.empty() ? std::move(json.value) : Json();
}

std::string member_text(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<double> member_number(const Json& object, const char* name) {
  if (!object.is_object()) return std::nullopt;
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number()) return std::nullopt;
  return found->get<double>();
}

const Json* member_list(const Json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found != object.end() && found->is_array() ? &*found : nullptr;
}

Response malformed(const std::string& problem) {
  Response response;
  response.outcome = Outcome::malformed;
  response.failure = problem;
  return response;
}

void add_unmatched(Response& response, const std::string& text) {
  response.unmatched.push_back({static_cast<uint32_t>(response.items.size()), text});
  response.items.push_back(kOutOfCatalogue);
}

bool is_allowed(ItemId item, const Request& request) {
  if (request.candidates && !std::binary_search(request.candidates->begin(), request.candidates->end(), item)) {
    return false;
  }
  return std::find(request.exclusions.begin(), request.exclusions.end(), item) == request.exclusions.end();
}

void add_title(Response& response, const std::string& title, const TitleMatcher& matcher, const Request& request) {
  TitleMatch match = matcher.match(title);
  if (match.outcome == MatchOutcome::ambiguous) {
    std::erase_if(match.items, [&](ItemId item) { return !is_allowed(item, request); });
  }
  if (match.items.size() == 1) {
    response.items.push_back(match.items.front());
  } else {
    const bool ambiguous = match.outcome == MatchOutcome::ambiguous;
    add_unmatched(response, std::string(ambiguous ? kAmbiguousTitle : "") + printable(title, kLongestShown));
  }
}

// "1. Title", "2) Title", "- Title", "* Title".
std::optional<std::string> list_entry(std::string_view line) {
  const size_t begin = line.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return std::nullopt;
  line = line.substr(begin);
  size_t digits = 0;
  while (digits < line.size() && line[digits] >= '0' && line[digits] <= '9') ++digits;
  const bool numbered = digits > 0 && digits < line.size() && (line[digits] == '.' || line[digits] == ')');
  const bool bulleted = digits == 0 && (line.front() == '-' || line.front() == '*');
  const size_t mark = numbered ? digits : 0;
  if ((!numbered && !bulleted) || mark + 1 >= line.size() || line[mark + 1] != ' ') return std::nullopt;
  return std::string(line.substr(mark + 2));
}

std::vector<std::string> list_entries(std::string_view text) {
  std::vector<std::string> entries;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (auto entry = list_entry(text.substr(0, end))) entries.push_back(*entry);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return entries;
}

std::vector<std::string> texts_of(const Json& list) {
  std::vector<std::string> texts;
  for (const Json& value : list) texts.push_back(value.is_string() ? value.get<std::string>() : value.dump());
  return texts;
}

void add_titles(Response& response, const std::vector<std::string>& titles, const TitleMatcher& matcher,
                const Request& request) {
  for (const std::string& title : titles) {
    if (response.items.size() == request.k) return;
    add_title(response, title, matcher, request);
  }
}

}  // namespace

Json ranking_schema() {
  return object_schema({{"ranking", list_of("integer")}, {"explanation", {{"type", "string"}}}});
}
Json titles_schema() {
  return object_schema({{"recommendations", list_of("string")}, {"explanation", {{"type", "string"}}}});
}
Json score_schema() { return object_schema({{"score", {{"type", "number"}}}}); }
Json choice_schema() { return object_schema({{"choice", {{"type", "integer"}, {"enum", {1, 2}}}}}); }
Json reply_schema() { return object_schema({{"reply", {{"type", "string"}}}, {"recommendations", list_of("string")}}); }
Json attributes_schema() { return object_schema({{"attributes", list_of("string")}}); }

Json hazards_schema(std::span<const std::string> names) {
  const Json name{{"type", "string"}, {"enum", Json(std::vector<std::string>(names.begin(), names.end()))}};
  const Json severity{{"type", "number"}, {"minimum", 0}, {"maximum", 1}};
  return object_schema(
      {{"hazards", {{"type", "array"}, {"items", object_schema({{"hazard", name}, {"severity", severity}})}}}});
}

Response read_ranking(std::string_view text, std::span<const ItemId> shown, uint32_t k) {
  const Json object = object_in(text);
  const Json* ranking = member_list(object, "ranking");
  if (ranking == nullptr) return malformed("the model's answer is not {\"ranking\": [numbers]}");
  Response response;
  response.text = member_text(object, "explanation");
  for (const Json& place : *ranking) {
    if (response.items.size() == k) break;
    const bool known =
        place.is_number_unsigned() && place.get<uint64_t>() >= 1 && place.get<uint64_t>() <= shown.size();
    if (known) {
      response.items.push_back(shown[place.get<size_t>() - 1]);
    } else {
      add_unmatched(response, printable(place.dump(-1, ' ', false, Json::error_handler_t::replace), kLongestShown));
    }
  }
  return response;
}

Response read_titles(std::string_view text, const TitleMatcher& matcher, const Request& request) {
  const Json object = object_in(text);
  const Json* list = member_list(object, "recommendations");
  const std::vector<std::string> titles = list != nullptr ? texts_of(*list) : list_entries(text);
  if (list == nullptr && titles.empty()) {
    return malformed("the model's answer is neither {\"recommendations\": [titles]} nor a list");
  }
  Response response;
  if (object.is_object()) response.text = member_text(object, "explanation");
  add_titles(response, titles, matcher, request);
  return response;
}

Response read_reply(std::string_view text, const TitleMatcher& matcher, const Request& request) {
  const Json object = object_in(text);
  Response response;
  response.text = object.is_object() ? member_text(object, "reply") : std::string(text);
  const Json* list = member_list(object, "recommendations");
  if (list != nullptr) add_titles(response, texts_of(*list), matcher, request);
  if (response.text.empty() && response.items.empty()) {
    return malformed("the model's answer is neither a reply nor {\"reply\": text, \"recommendations\": [titles]}");
  }
  return response;
}

std::optional<double> read_score(std::string_view text) {
  const auto score = member_number(object_in(text), "score");
  return score && *score >= 0.0 && *score <= 100.0 ? score : std::nullopt;
}

std::optional<int> read_choice(std::string_view text) {
  const auto choice = member_number(object_in(text), "choice");
  if (!choice || (*choice != 1.0 && *choice != 2.0)) return std::nullopt;
  return *choice == 1.0 ? 1 : 2;
}

std::optional<std::string> read_attributes(std::string_view text) {
  const Json object = object_in(text);
  const Json* list = member_list(object, "attributes");
  if (list == nullptr) return std::nullopt;
  return fmt::format("{}", fmt::join(texts_of(*list), " "));
}

std::optional<std::vector<NamedHazard>> read_hazards(std::string_view text, std::span<const std::string> names) {
  const Json object = object_in(text);
  const Json* list = member_list(object, "hazards");
  if (list == nullptr) return std::nullopt;
  std::vector<NamedHazard> hazards;
  for (const Json& one : *list) {
    const auto severity = member_number(one, "severity");
    if (!severity || !(*severity >= 0.0 && *severity <= 1.0)) return std::nullopt;
    const std::string name = member_text(one, "hazard");
    if (std::find(names.begin(), names.end(), name) == names.end()) return std::nullopt;
    hazards.push_back({name, *severity});
  }
  return hazards;
}

}  // namespace recgauge::adapters
