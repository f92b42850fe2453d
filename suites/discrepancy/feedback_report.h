// The feedback loop in the report: what a system's own log does to its offline score, to what it is worth, and to how
// much its lists differ.
#pragma once

#include "suites/discrepancy/validity.h"

namespace recgauge::suites {

/// Adds measurements by round and arm, the gap, homogenisation and lift against the twin, findings, tau_b of both kinds
/// of logs with the deployed order, and a chart. Nothing if the configuration has no rounds.
void add_feedback(const Run& run, const ValidityInput& input, SuiteResult& result);

}  // namespace recgauge::suites
