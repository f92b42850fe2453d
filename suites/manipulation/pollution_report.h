// What an attacker reaches who writes into histories, beyond what the same number of random items does.
#pragma once

#include "suites/manipulation/report_parts.h"

namespace recgauge::suites::manipulation {

std::vector<Probe> pollution_probes(const ManipulationConfig& config, const SuiteContext& context);

/// Adds measurements by system and strategy, a finding for each system and a chart. Gains are tested by sign flips over
/// victims, Holm over strategies and systems.
void add_pollution(const Assessing& assessing);

}  // namespace recgauge::suites::manipulation
