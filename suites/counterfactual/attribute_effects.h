// What telling an attribute does to a system's lists: values, intervals and tests, before they become a report.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "harness/statistics/bootstrap.h"
#include "suites/counterfactual/arm_lists.h"
#include "suites/counterfactual/counterfactual_suite.h"
#include "suites/counterfactual/typical_labels.h"
#include "suites/counterfactual/unevenness.h"

namespace recgauge::suites {

inline constexpr std::array<const char*, 3> kSimilarities{"jaccard", "serp", "prag"};

/// Lists with a value told, over the units.
struct ValueEffect {
  std::string value;
  std::array<statistics::Estimate, kSimilarities.size()> similarity;  ///< to the list with nothing told
  /// Share of typical labels in the list with the value told, minus that with nothing told.
  std::optional<statistics::Estimate> drift;
  statistics::TestResult drift_test;
  double drift_deviation = 0.0;  ///< of single units
  std::optional<double> drift_p_adjusted;
  std::vector<std::string> typical;  ///< labels
};

struct AttributeEffect {
  std::string attribute;
  std::vector<ValueEffect> values;
  std::array<Unevenness, kSimilarities.size()> unevenness;
  std::array<std::optional<double>, kSimilarities.size()> p_adjusted;
  /// Similarity (jaccard) of repeats minus that of lists with a value told, by unit.
  statistics::Estimate reaction;
  statistics::TestResult reaction_test;
  uint64_t changed = 0;  ///< lists with a value told that are not the unit's unaltered list
  uint64_t compared = 0;
};

struct SystemEffects {
  std::string name;
  SystemRole role = SystemRole::candidate;
  std::array<statistics::Estimate, kSimilarities.size()> repeat;  ///< similarity of the unaltered question asked again
  std::vector<AttributeEffect> attributes;
  uint64_t repeats_changed = 0;
  uint64_t repeats_compared = 0;
  bool same_for_all_units = false;  ///< every unit's unaltered list is the same
};

/// `typical` holds the labels of each attribute's values; an attribute that is not there has no drift.
SystemEffects attribute_effects(const CounterfactualConfig& config, const Experiment& experiment, const ArmLists& lists,
                                const std::vector<TypicalLabels>& typical, uint64_t seed);

}  // namespace recgauge::suites
