// The texts of the presets' data files; the build writes the function from them.
#pragma once

#include <string>
#include <vector>

namespace recgauge::adapters {

struct PresetText {
  std::string name;  ///< of the file, without its ending
  std::string text;  ///< YAML
};

/// In the order of their names.
const std::vector<PresetText>& preset_texts();

}  // namespace recgauge::adapters
