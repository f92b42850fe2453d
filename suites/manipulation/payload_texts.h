// The texts of the payloads' data files; the build writes the function from them.
#pragma once

#include <string>
#include <vector>

namespace recgauge::suites::manipulation {

struct PayloadText {
  std::string name;  ///< of the file, without its ending
  std::string text;  ///< YAML
};

/// In the order of their names.
const std::vector<PayloadText>& payload_texts();

}  // namespace recgauge::suites::manipulation
