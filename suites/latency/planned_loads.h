// From the suite's settings to loads with their requests.
#pragma once

#include <vector>

#include "suites/latency/latency_suite.h"

namespace recgauge::suites {

/// The name of a load in the report: its own, or made of its pattern and numbers.
std::string name_of(const LatencyLoad& load);

/// All loads of the suite in the order in which they are carried out. Throws as LatencySuite::probes().
std::vector<PlannedLoad> planned_loads(const LatencyConfig& config, const SuiteContext& context);

}  // namespace recgauge::suites
