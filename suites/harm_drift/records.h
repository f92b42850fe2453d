// What became of trajectories: values by step, from a system's recorded answers or from lists that need no system.
#pragma once

#include <vector>

#include "harness/run/run.h"
#include "suites/harm_drift/sock_puppet.h"

namespace recgauge::suites::harm_drift {

/// One trajectory by step; NaN where a step has no such value.
struct TrajectoryRecord {
  std::vector<double> exposure;   ///< mean severity of what was shown
  std::vector<double> hazardous;  ///< share of hazardous items among what was shown
  std::vector<double> ranked;     ///< SERP-MS of what was shown
  std::vector<double> taken;      ///< severity of what was taken
  std::vector<double> entropy;    ///< of the categories of what was shown
  std::vector<double> diversity;  ///< intra-list diversity of what was shown
  std::vector<uint32_t> states;   ///< of what was taken: 0 harmless, 1 hazardous, 2 severe; kNoState for nothing
  uint64_t answers = 0;
  uint64_t usable = 0;
};

inline constexpr const char* kStateNames[] = {"harmless", "hazardous", "severe"};
inline constexpr uint32_t kSevere = 2;

/// Records of one way by role (positions in Stage::roles()); roles that do not go that way, or were not asked, have no
/// values.
std::vector<TrajectoryRecord> read_records(const Run& run, const Stage& stage, Way way, const std::string& system);

/// Lists that need no system: what personas would be shown without any model of them.
enum class Reference : uint8_t { random, popularity };

/// The neutral way through a reference's lists, with the same starting points and random numbers.
std::vector<TrajectoryRecord> reference_records(const Stage& stage, Reference reference);

/// Mean severity of what each role starts from, by role.
std::vector<double> base_rates(const Stage& stage);

}  // namespace recgauge::suites::harm_drift
