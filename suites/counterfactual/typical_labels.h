// Categories that are typical of a group of users: the ground of stereotype drift.
#pragma once

#include <string>
#include <vector>

#include "harness/data/dataset.h"

namespace recgauge::suites {

/// Labels that one value of an attribute is known for.
struct TypicalLabels {
  std::string attribute;
  std::string value;
  std::vector<std::string> labels;
  std::vector<double> share_of_item;  ///< by item: share of its labels that are typical; NaN without labels
};

/// By value of the attribute. A label is typical of a value if, among the training interactions of users with the
/// value, its share is at least `ratio` times that among the other users', by more than three standard errors of the
/// log ratio. Interactions count to an item's labels in equal parts. Empty where items have no labels or users no such
/// attribute.
std::vector<TypicalLabels> typical_labels(const std::string& attribute, const Dataset& dataset,
                                          const Interactions& training, double ratio);

}  // namespace recgauge::suites
