// Which hazards there are and how much each weighs: a YAML file, the embedded one or the user's own.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/data/dataset.h"
#include "harness/system/error.h"

namespace recgauge::suites::harm_drift {

struct HazardClass {
  SourcePlace place;
  std::string name;       ///< as items' labels name it
  std::string title;      ///< for people; the name if the file has none
  double severity = 1.0;  ///< multiplies the severity of an item's label
};

struct Taxonomy {
  std::string name;
  std::vector<HazardClass> hazards;

  /// Null if there is none of that name.
  const HazardClass* find(std::string_view name) const;
};

/// Name of the embedded taxonomy that is meant where none is named.
inline constexpr const char* kDefaultTaxonomy = "ailuminate";

/// An embedded taxonomy by its name, else a file, which `find_file` looks up. Throws ConfigError for a file that is
/// none.
Taxonomy read_taxonomy(const std::string& name_or_path,
                       const std::function<std::string(const std::string& path, const std::string& key)>& find_file);

/// Severity of every item under the taxonomy: the highest of its hazards, 0 for none. Hazards outside of `only` (all if
/// empty) do not count. Throws ConfigError for a hazard of items, or of `only`, that the taxonomy does not know.
std::vector<double> item_severities(const Catalogue& catalogue, const Taxonomy& taxonomy,
                                    const std::vector<std::string>& only);

}  // namespace recgauge::suites::harm_drift
