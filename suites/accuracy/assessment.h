// From per-user values to measurements, comparisons, controls and findings.
#pragma once

#include <vector>

#include "suites/accuracy/accuracy_suite.h"
#include "suites/accuracy/system_values.h"

namespace recgauge::suites {

struct AccuracySettings {
  const AccuracyConfig& config;
  const std::vector<metrics::MetricSpec>& specs;
  const metrics::MetricSpec& primary;
  uint32_t longest_cutoff;
};

Assessment assess_accuracy(const AccuracySettings& settings, const Run& run, const SuiteContext& context,
                           std::span<const AssessedSystem> systems);

/// A set of test users (positions in Split::test_users), or a band of relevant items.
struct Slice {
  std::string name;               ///< "gender=F"
  std::vector<size_t> positions;  ///< for a set of users
  std::optional<ItemBand> band;   ///< for a band of items; positions are then all users
};

/// Slices by activity, attributes and item band with at least smallest_slice users, in that order.
std::vector<Slice> make_slices(const AccuracyConfig& config, const SuiteContext& context, const EvaluationBasis& basis);

}  // namespace recgauge::suites
