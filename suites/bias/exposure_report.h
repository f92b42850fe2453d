// What exposure of groups of items looks like in a report: measurements, one finding a system, and figures.
#pragma once

#include "suites/bias/item_exposure.h"

namespace recgauge::suites {

struct ExposureReport {
  const BiasConfig& config;
  const SuiteContext& context;
  const Run& run;
  std::span<const uint32_t> training_counts;
  uint32_t k = 10;
  std::vector<AssessedSystem> systems;  ///< those that are measured
};

/// Adds measurements, findings and figures of all groupings. Throws ConfigError as make_item_groupings() does.
void add_exposure(const ExposureReport& report, SuiteResult& result);

}  // namespace recgauge::suites
