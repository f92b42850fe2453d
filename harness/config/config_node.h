// A configuration text as a tree that remembers where everything stood, so that every complaint can name line and
// column.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/system/error.h"

namespace recgauge {

struct ConfigNode {
  enum class Kind : uint8_t { absent, scalar, list, map };
  Kind kind = Kind::absent;
  std::string scalar;
  bool quoted = false;  ///< a quoted scalar is a string even if it looks like a number
  std::vector<ConfigNode> list;
  std::vector<std::pair<std::string, ConfigNode>> map;  ///< in the order of the text
  std::vector<SourcePlace> key_places;                  ///< as long as map
  SourcePlace place;

  ConfigNode();  // out of line: in the class, clang 14 would need the complete type for `map`

  /// The child of that name, or null.
  const ConfigNode* find(std::string_view key) const;
};

/// Parses YAML (of which JSON is a part). Throws ConfigError with file, line and column for bad syntax, duplicate keys,
/// keys that are not plain names, several documents, nesting beyond 64 levels, and more than 100,000 values (aliases
/// written out).
ConfigNode parse_config_text(const std::string& text, const std::string& file);
ConfigNode parse_config_file(const std::filesystem::path& path);

}  // namespace recgauge
