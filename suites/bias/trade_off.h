// Accuracy against fairness, as the lists are and as three re-rankings would make them.
#pragma once

#include "suites/bias/exposure_report.h"
#include "suites/bias/user_gaps.h"

namespace recgauge::suites {

/// Adds, for every system and re-ranking, the primary metric and the inequity of attention by popularity, a figure of
/// one against the other, and a finding a system that says what each re-ranking costs.
void add_trade_off(const ExposureReport& report, const GapSettings& settings, const metrics::ItemKnowledge& knowledge,
                   SuiteResult& result);

}  // namespace recgauge::suites
