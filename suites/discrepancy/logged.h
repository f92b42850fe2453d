// Off-policy estimates of one log for the report: read, weigh, refuse or estimate, and compare with the truth where a
// log of the policy itself is given.
#pragma once

#include "suites/discrepancy/discrepancy_suite.h"

namespace recgauge::suites {

/// Adds measurements, findings and figures of the log. Estimates that the log does not support are undefined, with the
/// diagnostics that failed. Throws DataError and ConfigError for what cannot be read.
void add_log(const LogConfig& log, const DiscrepancyConfig& config, const SuiteContext& context, SuiteResult& result);

}  // namespace recgauge::suites
