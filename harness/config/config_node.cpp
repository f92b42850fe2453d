#include "harness/config/config_node.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <set>

#include "harness/system/whole_file.h"

namespace recgauge {
namespace {

constexpr int kDeepestNesting = 64;

SourcePlace place_of(const YAML::Mark& mark, const std::string& file) {
  if (mark.is_null()) return {file, 0, 0};
  return {file, static_cast<uint64_t>(mark.line) + 1, static_cast<uint64_t>(mark.column) + 1};
}

ConfigNode convert(const YAML::Node& node, const std::string& file, int depth);

void convert_map(const YAML::Node& node, const std::string& file, int depth, ConfigNode& result) {
  std::set<std::string> seen;
  for (const auto& entry : node) {
    const SourcePlace place = place_of(entry.first.Mark(), file);
    if (!entry.first.IsScalar()) throw ConfigError(place, "a key must be a plain name");
    const std::string& key = entry.first.Scalar();
    if (!seen.insert(key).second) {
      throw ConfigError(place, fmt::format("key '{}' stands here a second time; remove one of the two", key));
    }
    result.map.emplace_back(key, convert(entry.second, file, depth + 1));
    result.key_places.push_back(place);
  }
}

ConfigNode convert(const YAML::Node& node, const std::string& file, int depth) {
  ConfigNode result;
  result.place = place_of(node.Mark(), file);
  if (depth > kDeepestNesting) throw ConfigError(result.place, "nested more than 64 levels deep");
  if (node.IsScalar()) {
    result.kind = ConfigNode::Kind::scalar;
    result.scalar = node.Scalar();
    result.quoted = node.Tag() == "!";
  } else if (node.IsSequence()) {
    result.kind = ConfigNode::Kind::list;
    for (const auto& child : node) result.list.push_back(convert(child, file, depth + 1));
  } else if (node.IsMap()) {
    result.kind = ConfigNode::Kind::map;
    convert_map(node, file, depth, result);
  }
  return result;
}

}  // namespace

const ConfigNode* ConfigNode::find(std::string_view key) const {
  for (const auto& [name, child] : map) {
    if (name == key) return &child;
  }
  return nullptr;
}

ConfigNode parse_config_text(const std::string& text, const std::string& file) {
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(text);
    if (documents.size() > 1) throw ConfigError({file, 0, 0}, "holds several YAML documents; keep one");
    if (documents.empty()) return {};
    return convert(documents.front(), file, 0);
  } catch (const YAML::Exception& error) {
    throw ConfigError(place_of(error.mark, file), fmt::format("not valid YAML: {}", error.msg));
  }
}

ConfigNode parse_config_file(const std::filesystem::path& path) {
  try {
    return parse_config_text(read_whole_file(path), path.string());
  } catch (const DataError& error) {
    throw ConfigError(error.what());
  }
}

}  // namespace recgauge
