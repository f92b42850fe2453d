// How far a list moves when one interaction of the history changes: rank list stability (Oh et al. 2022), with what
// asking the same again does as the floor.
#pragma once

#include "suites/manipulation/report_parts.h"

namespace recgauge::suites::manipulation {

/// For each drawn user three requests: the history as it is, the same again, and with one random interaction replaced
/// by a random item. The item that is put in may not be recommended in any of the three.
std::vector<Probe> stability_probes(const ManipulationConfig& config, const SuiteContext& context);

/// Adds RLS by rank-biased overlap and by Jaccard, by system, a finding for those that move, and a chart.
void add_stability(const Assessing& assessing);

}  // namespace recgauge::suites::manipulation
