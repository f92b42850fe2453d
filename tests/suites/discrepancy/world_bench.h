// The whole line on a small world, assessed by the discrepancy suite.
#pragma once

#include "suites/discrepancy/discrepancy_suite.h"
#include "tests/scripted/world_bench.h"

namespace recgauge::scripted {

inline SuiteResult assess_on_world(const PreparedData& data, uint64_t seed, const suites::DiscrepancyConfig& settings,
                                   const std::vector<Entrant>& entrants) {
  return assess_suite_on_world(data, seed, std::make_unique<suites::DiscrepancySuite>(settings), entrants);
}

}  // namespace recgauge::scripted
