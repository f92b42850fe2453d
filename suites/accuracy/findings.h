// What a reader should take away, and the charts that go with it.
#pragma once

#include <span>
#include <vector>

#include "suites/accuracy/assessment.h"

namespace recgauge::suites {

struct AssessedValues {
  const AccuracySettings& settings;
  const SuiteContext& context;
  std::span<const AssessedSystem> systems;
  const std::vector<SystemValues>& values;
  const EvaluationBasis& basis;
  size_t primary;  ///< index of the primary metric among the accuracy metrics
};

/// Adds findings from the measurements and comparisons that the result holds already.
void add_findings(const AssessedValues& assessed, SuiteResult& result);
void add_figures(const AssessedValues& assessed, SuiteResult& result);

}  // namespace recgauge::suites
