#include "adapters/http/mapping/hostile_json.h"

#include <algorithm>
#include <array>

#include "harness/system/json_scan.h"

namespace recgauge::adapters {
namespace {

constexpr size_t kDeepest = 128;

size_t length_of_token(std::string_view json) {
  constexpr std::array<std::string_view, 3> kTokens{"NaN", "Infinity", "-Infinity"};
  for (const std::string_view token : kTokens) {
    if (json.starts_with(token)) return token.size();
  }
  return 0;
}

std::string without_non_finite(std::string_view json) {
  std::string text;
  text.reserve(json.size());
  for (size_t i = 0; i < json.size();) {
    if (json[i] == '"') {
      const size_t end = std::min(after_json_text(json, i), json.size());
      text += json.substr(i, end - i);
      i = end;
    } else if (const size_t length = length_of_token(json.substr(i)); length > 0) {
      text += "null";
      i += length;
    } else {
      text += json[i++];
    }
  }
  return text;
}

}  // namespace

ReadJson read_hostile_json(std::string_view text, NonFinite non_finite) {
  if (is_nested_deeper(text, kDeepest)) return {{}, "it is nested more than 128 levels deep"};
  nlohmann::json value = nlohmann::json::parse(text, nullptr, false);
  if (value.is_discarded() && non_finite == NonFinite::as_null) {
    value = nlohmann::json::parse(without_non_finite(text), nullptr, false);
  }
  if (value.is_discarded()) return {{}, "it is no JSON"};
  return {std::move(value), ""};
}

}  // namespace recgauge::adapters
