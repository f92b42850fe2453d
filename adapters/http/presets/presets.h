// Mappings of known products, and a user's own written over them key by key.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "adapters/http/mapping/mapping.h"

namespace recgauge::adapters {

/// What `recgauge list` says about a preset.
struct PresetInfo {
  std::string name;
  std::string description;
  std::string source;
  std::map<std::string, std::string> needs;  ///< constants to set, and what they are
  std::vector<std::string> operations;
};
std::vector<PresetInfo> preset_infos();

/// Reads a mapping: `preset: NAME` with whatever is written over it, or a whole mapping without that key. Throws
/// ConfigError, with the place in the user's file or in "preset NAME", as read_mapping() does; `folder` is as there.
Mapping read_endpoint(const ConfigNode& node, const std::filesystem::path& folder);

}  // namespace recgauge::adapters
