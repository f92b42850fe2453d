// "${history|last:20|join:, }": the place of a variable in a template, and what is done with it on the way.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/system/error.h"

namespace recgauge::adapters {

enum class FilterKind : uint8_t {
  as_int,     ///< a whole number; texts that hold one are read
  as_string,  ///< text; whole numbers without a point
  as_json,    ///< JSON as a text
  unix_s,     ///< a time, in seconds
  unix_ms,    ///< a time, in milliseconds
  rfc3339,    ///< a time, "2015-08-30T12:36:00Z"
  at_most,    ///< of a number the smaller, of a list the first
  last,       ///< of a list
  count,      ///< length of a list
  join,       ///< a list as one text
};

struct Filter {
  FilterKind kind = FilterKind::as_string;
  uint64_t number = 0;  ///< of at_most and last
  std::string text;     ///< of join
};

struct Placeholder {
  std::vector<std::string> path;  ///< "event.user": the variable and members below it
  bool optional = false;          ///< "?": what stands around it is left out where there is no value
  std::vector<Filter> filters;
};

/// Variables that a template may name at the place where it stands, and those it does name.
struct TemplateNames {
  std::set<std::string> known;
  std::set<std::string> used;
};

/// Reads what stands between "${" and "}". Throws ConfigError with the place, and the nearest known name or filter.
Placeholder parse_placeholder(std::string_view text, const SourcePlace& place, TemplateNames& names);

/// The value after all filters; nothing where there is none. Times are milliseconds since 1970. A filter that does not
/// fit its value (join of a number) leaves it as it is.
std::optional<nlohmann::json> value_of(const Placeholder& placeholder, const nlohmann::json& variables);

/// Texts as they are, numbers and the rest as JSON.
std::string text_of(const nlohmann::json& value);

}  // namespace recgauge::adapters
