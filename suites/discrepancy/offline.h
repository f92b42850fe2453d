// Offline numbers of all systems, by user, from the lists of the shared ranking probe.
#pragma once

#include <vector>

#include "harness/metrics/metric_spec.h"
#include "harness/verdict/suite.h"

namespace recgauge::suites {

struct OfflineValues {
  std::vector<std::vector<double>> by_metric;  ///< then by test user; NaN = undefined or not answered
  uint64_t requests = 0;
  uint64_t usable = 0;
};

/// `specs` are accuracy metrics; `probe` asked the requests of the shared ranking probe.
OfflineValues offline_values(const Run& run, const SuiteContext& context, std::span<const metrics::MetricSpec> specs,
                             const std::string& system, const std::string& probe = kRankingProbe);

}  // namespace recgauge::suites
