#include "harness/data/loaders/json_lines.h"

#include <fmt/format.h>

#include <cmath>

#include "harness/system/json_scan.h"

namespace recgauge::loaders {
namespace {

using Json = nlohmann::json;
constexpr size_t kDeepest = 16;

}  // namespace

// A delimiter that cannot occur inside a line keeps every line whole.
JsonLines::JsonLines(const std::filesystem::path& path)
    : reader_(existing_file(path), {"\n", false, TextEncoding::utf8}) {}

bool JsonLines::next() {
  if (!reader_.next()) return false;
  if (!reader_.valid_text()) fail("", "the text is not valid UTF-8");
  if (is_nested_deeper(reader_.record(), kDeepest)) fail("", "arrays and objects stand too deep in each other");
  object_ = Json::parse(reader_.record(), nullptr, false);
  if (!object_.is_object()) fail("", "this is no JSON object; every line must be one");
  return true;
}

const Json* JsonLines::find(const char* key) const {
  const auto found = object_.find(key);
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

double JsonLines::number(const char* key) const {
  const Json* value = find(key);
  if (value == nullptr) fail("", fmt::format("the object lacks '{}'", key));
  return number_of(*value, key);
}

std::optional<double> JsonLines::number_if_there(const char* key) const {
  if (find(key) == nullptr) return std::nullopt;
  return number(key);
}

std::vector<double> JsonLines::numbers(const char* key) const {
  std::vector<double> values;
  const Json* array = find(key);
  if (array == nullptr) return values;
  if (!array->is_array()) fail(key, fmt::format("'{}' must be an array of numbers", key));
  for (const Json& entry : *array) values.push_back(number_of(entry, key));
  return values;
}

std::vector<std::string> JsonLines::texts(const char* key) const {
  std::vector<std::string> values;
  const Json* array = find(key);
  if (array == nullptr) return values;
  if (!array->is_array()) fail(key, fmt::format("'{}' must be an array", key));
  for (const Json& entry : *array) values.push_back(text_of(entry, key));
  return values;
}

std::string JsonLines::text_of(const Json& value, std::string_view key) const {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_number_integer()) fail(key, fmt::format("'{}' must be text or a whole number", key));
  return value.dump();
}

void JsonLines::fail(std::string_view key, const std::string& what) const {
  const size_t at = key.empty() ? std::string_view::npos : reader_.record().find(fmt::format("\"{}\"", key));
  throw DataError(reader_.place(at == std::string_view::npos ? 0 : at + 1), what);
}

double JsonLines::number_of(const Json& value, const char* key) const {
  if (!value.is_number() || !std::isfinite(value.get<double>())) {
    fail(key, fmt::format("'{}' must be a finite number", key));
  }
  return value.get<double>();
}

}  // namespace recgauge::loaders
