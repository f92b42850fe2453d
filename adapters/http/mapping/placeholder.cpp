#include "adapters/http/mapping/placeholder.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace recgauge::adapters {
namespace {

using Json = nlohmann::json;

enum class Argument : uint8_t { none, number, text };

struct FilterName {
  std::string_view name;
  FilterKind kind;
  Argument argument;
};

constexpr std::array<FilterName, 10> kFilters{{{"int", FilterKind::as_int, Argument::none},
                                               {"string", FilterKind::as_string, Argument::none},
                                               {"json", FilterKind::as_json, Argument::none},
                                               {"unix_s", FilterKind::unix_s, Argument::none},
                                               {"unix_ms", FilterKind::unix_ms, Argument::none},
                                               {"rfc3339", FilterKind::rfc3339, Argument::none},
                                               {"at_most", FilterKind::at_most, Argument::number},
                                               {"last", FilterKind::last, Argument::number},
                                               {"count", FilterKind::count, Argument::none},
                                               {"join", FilterKind::join, Argument::text}}};

std::optional<int64_t> whole_number(std::string_view text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Filter parse_filter(std::string_view text, const SourcePlace& place) {
  const size_t colon = std::min(text.find(':'), text.size());
  const std::string name(text.substr(0, colon));
  const auto found =
      std::find_if(kFilters.begin(), kFilters.end(), [&](const FilterName& filter) { return filter.name == name; });
  if (found == kFilters.end()) {
    std::vector<std::string> known;
    for (const FilterName& filter : kFilters) known.emplace_back(filter.name);
    const std::string nearest = nearest_word(name, known);
    throw ConfigError(place, fmt::format("unknown filter '{}'; {}", name,
                                         nearest.empty() ? fmt::format("known are: {}", fmt::join(known, ", "))
                                                         : fmt::format("did you mean '{}'?", nearest)));
  }
  Filter filter{found->kind, 0, colon < text.size() ? std::string(text.substr(colon + 1)) : ""};
  const std::optional<int64_t> number = whole_number(filter.text);
  const bool fits = found->argument == Argument::number ? number && *number > 0
                                                        : found->argument == Argument::text || colon == text.size();
  if (!fits) {
    throw ConfigError(place, fmt::format("filter '{}' {}", name,
                                         found->argument == Argument::number ? "needs a number: '" + name + ":20'"
                                                                             : "takes no argument"));
  }
  if (found->argument == Argument::number) filter.number = static_cast<uint64_t>(*number);
  return filter;
}

std::vector<std::string> parse_path(std::string_view text, const SourcePlace& place, TemplateNames& names) {
  std::vector<std::string> path;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find('.', begin), text.size());
    path.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  if (!names.known.contains(path.front())) {
    const std::string nearest = nearest_word(path.front(), names.known);
    throw ConfigError(place, fmt::format("unknown variable '{}' in a template; {}", path.front(),
                                         nearest.empty() ? fmt::format("known are: {}", fmt::join(names.known, ", "))
                                                         : fmt::format("did you mean '{}'?", nearest)));
  }
  names.used.insert(path.front());
  return path;
}

Json whole(const Json& value) {
  if (value.is_number_float() && std::abs(value.get<double>()) < 9e15) return static_cast<int64_t>(value.get<double>());
  if (!value.is_string()) return value;
  const std::optional<int64_t> number = whole_number(value.get_ref<const std::string&>());
  return number ? Json(*number) : value;
}

Json limited(const Json& value, uint64_t limit) {
  if (value.is_number_unsigned()) return std::min(value.get<uint64_t>(), limit);
  if (value.is_number()) return std::min(value.get<double>(), static_cast<double>(limit));
  if (!value.is_array() || value.size() <= limit) return value;
  return Json(Json::array_t(value.begin(), value.begin() + static_cast<std::ptrdiff_t>(limit)));
}

Json last_of(const Json& value, uint64_t count) {
  if (!value.is_array() || value.size() <= count) return value;
  return Json(Json::array_t(value.end() - static_cast<std::ptrdiff_t>(count), value.end()));
}

Json joined(const Json& value, const std::string& separator) {
  if (!value.is_array()) return value;
  std::string text;
  for (size_t i = 0; i < value.size(); ++i) text += (i == 0 ? "" : separator) + text_of(value[i]);
  return text;
}

Json time_as(const Json& value, FilterKind kind) {
  if (!value.is_number_integer()) return value;
  const auto milliseconds = value.get<int64_t>();
  if (kind == FilterKind::unix_ms) return milliseconds;
  // Towards the past, so that a time before 1970 is not moved into the next second.
  const int64_t seconds = milliseconds / 1000 - (milliseconds % 1000 < 0 ? 1 : 0);
  if (kind == FilterKind::unix_s) return seconds;
  constexpr int64_t kYear10000 = 253402300800;
  if (seconds < -62135596800 || seconds >= kYear10000) return value;
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

Json filtered(const Json& value, const Filter& filter) {
  switch (filter.kind) {
    case FilterKind::as_int:
      return whole(value);
    case FilterKind::as_string:
      return text_of(value);
    case FilterKind::as_json:
      return value.dump(-1, ' ', false, Json::error_handler_t::replace);
    case FilterKind::unix_s:
    case FilterKind::unix_ms:
    case FilterKind::rfc3339:
      return time_as(value, filter.kind);
    case FilterKind::at_most:
      return limited(value, filter.number);
    case FilterKind::last:
      return last_of(value, filter.number);
    case FilterKind::count:
      return value.is_array() ? Json(value.size()) : value;
    case FilterKind::join:
      return joined(value, filter.text);
  }
  return value;
}

}  // namespace

Placeholder parse_placeholder(std::string_view text, const SourcePlace& place, TemplateNames& names) {
  Placeholder placeholder;
  if (text.ends_with('?')) {
    placeholder.optional = true;
    text.remove_suffix(1);
  }
  size_t end = std::min(text.find('|'), text.size());
  std::string_view name = text.substr(0, end);
  if (name.ends_with('?')) {
    placeholder.optional = true;
    name.remove_suffix(1);
  }
  placeholder.path = parse_path(name, place, names);
  while (end < text.size()) {
    const size_t begin = end + 1;
    end = std::min(text.find('|', begin), text.size());
    placeholder.filters.push_back(parse_filter(text.substr(begin, end - begin), place));
  }
  return placeholder;
}

std::optional<Json> value_of(const Placeholder& placeholder, const Json& variables) {
  const Json* value = &variables;
  for (const std::string& name : placeholder.path) {
    const auto member = value->is_object() ? value->find(name) : value->end();
    if (!value->is_object() || member == value->end()) return std::nullopt;
    value = &*member;
  }
  if (value->is_null()) return std::nullopt;
  Json result = *value;
  for (const Filter& filter : placeholder.filters) result = filtered(result, filter);
  return result;
}

std::string text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace recgauge::adapters
