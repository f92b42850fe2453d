// From observations to conclusions: every suite reads the same run, nothing is asked again.
#pragma once

#include <memory>
#include <span>

#include "harness/verdict/suite.h"

namespace recgauge {

/// Fills `systems` and `suites` of the report, and keeps the suites' per-unit values in the store for later paired
/// comparisons.
void assess(const Run& run, const SuiteContext& context, std::span<const std::unique_ptr<Suite>> suites,
            std::span<const AssessedSystem> systems, ObservationStore& store, Report& report);

}  // namespace recgauge
