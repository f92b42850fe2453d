// The texts of the taxonomies' data files; the build writes the function from them.
#pragma once

#include <string>
#include <vector>

namespace recgauge::suites::harm_drift {

struct TaxonomyText {
  std::string name;  ///< of the file, without its ending
  std::string text;  ///< YAML
};

/// In the order of their names.
const std::vector<TaxonomyText>& taxonomy_texts();

}  // namespace recgauge::suites::harm_drift
