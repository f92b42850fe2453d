#include "reports/html/columns.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <utility>
#include <vector>

namespace recgauge::reports {
namespace {

using Json = nlohmann::ordered_json;

enum Form { kPlain = 0, kTable = 1, kDictionary = 2, kConstant = 3, kPrefixes = 4 };

// Below this a list is short whatever its form.
constexpr size_t kFewest = 16;

Json encoded(Json value);

bool same_keys(const Json& first, const Json& second) {
  return first.size() == second.size() && std::equal(first.items().begin(), first.items().end(), second.items().begin(),
                                                     [](const auto& a, const auto& b) { return a.key() == b.key(); });
}

// The record that all records are like, or null where they are not alike. JavaScript's own key of prototypes is no
// column.
const Json* pattern_of(const Json& list) {
  const Json* pattern = nullptr;
  for (const Json& element : list) {
    if (element.is_null()) continue;
    if (!element.is_object()) return nullptr;
    if (!pattern) pattern = &element;
    if (!same_keys(*pattern, element)) return nullptr;
  }
  return pattern && !pattern->empty() && !pattern->contains("__proto__") ? pattern : nullptr;
}

Json table(Json list, const Json& pattern) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : pattern.items()) keys.push_back(key);
  std::vector<Json> columns(keys.size(), Json::array());
  Json nulls = Json::array();
  for (size_t row = 0; row < list.size(); ++row) {
    if (list[row].is_null()) nulls.push_back(row);
    size_t column = 0;
    if (list[row].is_object())
      for (auto& [key, value] : list[row].items()) columns[column++].push_back(std::move(value));
  }
  Json result = {kTable, list.size(), keys};
  for (Json& column : columns) result.push_back(encoded(std::move(column)));
  result.push_back(std::move(nulls));
  return result;
}

// Empty where few strings repeat.
Json dictionary(const Json& list) {
  std::unordered_map<std::string, size_t> places;
  Json strings = Json::array();
  Json result = {kDictionary, nullptr};
  for (const Json& element : list) {
    if (!element.is_string()) return {};
    const auto [at, is_new] = places.try_emplace(element.get_ref<const std::string&>(), places.size());
    if (is_new) strings.push_back(element);
    if (2 * strings.size() > list.size()) return {};
    result.push_back(at->second);
  }
  result[1] = std::move(strings);
  return result;
}

// Counted over ASCII alone, where a byte is also one of JavaScript's characters.
size_t shared_characters(const std::string& first, const std::string& second) {
  const auto same = [](char a, char b) { return a == b && static_cast<unsigned char>(a) < 0x80; };
  const auto [at, other] = std::mismatch(first.begin(), first.end(), second.begin(), second.end(), same);
  return static_cast<size_t>(at - first.begin());
}

// Empty where the strings share little, or where not all are strings.
Json prefixes(const Json& list) {
  Json counts = Json::array();
  Json result = {kPrefixes, nullptr};
  size_t shared = 0;
  std::string before;
  for (const Json& element : list) {
    if (!element.is_string()) return {};
    const std::string& text = element.get_ref<const std::string&>();
    const size_t count = shared_characters(before, text);
    shared += count;
    counts.push_back(count);
    result.push_back(text.substr(count));
    before = text;
  }
  if (shared < 4 * list.size()) return {};
  result[1] = std::move(counts);
  return result;
}

Json plain(Json list) {
  Json result = {kPlain};
  for (Json& element : list) result.push_back(encoded(std::move(element)));
  return result;
}

bool is_constant(const Json& list) {
  return list[0].is_primitive() && std::all_of(list.begin(), list.end(), [&](const Json& element) {
           return element.type() == list[0].type() && element == list[0];
         });
}

Json encoded_list(Json list) {
  if (list.size() < kFewest) return plain(std::move(list));
  if (is_constant(list)) return {kConstant, list.size(), list[0]};
  if (const Json* pattern = pattern_of(list)) {
    const Json copy = *pattern;
    return table(std::move(list), copy);
  }
  if (Json strings = dictionary(list); !strings.is_null()) return strings;
  if (Json strings = prefixes(list); !strings.is_null()) return strings;
  return plain(std::move(list));
}

Json encoded(Json value) {
  if (value.is_array()) return encoded_list(std::move(value));
  if (value.is_object())
    for (auto& [key, part] : value.items()) part = encoded(std::move(part));
  return value;
}

}  // namespace

std::string in_columns(std::string_view json) { return encoded(Json::parse(json)).dump(); }

}  // namespace recgauge::reports
