// The texts of the prompts' data files; the build writes the function from them.
#pragma once

#include <string>
#include <vector>

namespace recgauge::adapters {

struct PromptText {
  std::string name;  ///< of the file, without its ending
  std::string text;  ///< YAML
};

/// In the order of their names.
const std::vector<PromptText>& prompt_texts();

}  // namespace recgauge::adapters
