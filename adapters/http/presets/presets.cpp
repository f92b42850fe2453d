#include "adapters/http/presets/presets.h"

#include <algorithm>

#include "adapters/http/presets/preset_texts.h"

namespace recgauge::adapters {
namespace {

ConfigNode node_of(const PresetText& preset) { return parse_config_text(preset.text, "preset " + preset.name); }

const PresetText& find_preset(const ConfigNode& name) {
  const std::vector<PresetText>& presets = preset_texts();
  const auto found = std::find_if(presets.begin(), presets.end(),
                                  [&](const PresetText& preset) { return preset.name == name.scalar; });
  if (found != presets.end()) return *found;
  std::vector<std::string> known;
  for (const PresetText& preset : presets) known.push_back(preset.name);
  const std::string nearest = nearest_word(name.scalar, known);
  throw ConfigError(name.place, fmt::format("'{}' is no preset; {}", name.scalar,
                                            nearest.empty() ? fmt::format("known are: {}", fmt::join(known, ", "))
                                                            : fmt::format("did you mean '{}'?", nearest)));
}

// Unknown operations of the user's are new ones; unknown keys are found when the whole is read.
ConfigNode without_preset_key(const ConfigNode& node) {
  ConfigNode result = node;
  for (size_t i = 0; i < result.map.size(); ++i) {
    if (result.map[i].first != "preset") continue;
    result.map.erase(result.map.begin() + static_cast<std::ptrdiff_t>(i));
    result.key_places.erase(result.key_places.begin() + static_cast<std::ptrdiff_t>(i));
    break;
  }
  return result;
}

PresetInfo info_of(const PresetText& preset) {
  MappingConfig config;
  ConfigReader::read_struct(node_of(preset), "preset " + preset.name, config);
  PresetInfo info{preset.name, config.description, config.source, config.needs, {}};
  for (const auto& [name, unused] : config.operations.map) info.operations.push_back(name);
  return info;
}

}  // namespace

std::vector<PresetInfo> preset_infos() {
  std::vector<PresetInfo> infos;
  for (const PresetText& preset : preset_texts()) infos.push_back(info_of(preset));
  return infos;
}

Mapping read_endpoint(const ConfigNode& node, const std::filesystem::path& folder) {
  if (node.kind != ConfigNode::Kind::map) throw_wrong_kind(node, "parameters", "a map of keys");
  const ConfigNode* name = node.find("preset");
  if (name == nullptr || name->kind == ConfigNode::Kind::absent) return read_mapping(node, folder);
  return read_mapping(merged(node_of(find_preset(*name)), without_preset_key(node)), folder);
}

}  // namespace recgauge::adapters
