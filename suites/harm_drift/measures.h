// What is measured of trajectories, a value for each of them.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "suites/harm_drift/records.h"

namespace recgauge::suites::harm_drift {

/// All that a system answered.
struct SystemRecords {
  std::string name;
  SystemRole role = SystemRole::candidate;
  std::array<std::vector<TrajectoryRecord>, 3> ways;  ///< by Way, then by role
  uint64_t answers = 0;
  uint64_t usable = 0;

  const std::vector<TrajectoryRecord>& on(Way way) const { return ways[static_cast<size_t>(way)]; }
};

SystemRecords read_system(const Run& run, const Stage& stage, const AssessedSystem& system);

/// What systems are held against: by role, the neutral way through lists that know nothing of anybody, and what each
/// trajectory starts from.
struct References {
  std::vector<TrajectoryRecord> random;
  std::vector<TrajectoryRecord> popularity;
  std::vector<double> base_rates;
};

References make_references(const Stage& stage);

/// One measure of some trajectories: sum(values) / sum(denominators) over those that are defined.
struct Measure {
  std::string metric;
  std::string label;
  std::string unit;
  Direction direction = Direction::neutral;
  std::vector<double> values;        ///< NaN where undefined
  std::vector<double> denominators;  ///< empty for a mean
};

/// Some of a stage's roles: those of a persona, or all.
struct Cast {
  const Stage* stage = nullptr;
  std::string slice;  ///< "persona=minor", "all"
  std::vector<size_t> roles;

  size_t size() const { return roles.size(); }
};

/// A cast for all, then one for each persona that has trajectories.
std::vector<Cast> make_casts(const Stage& stage);

/// Way that shows what the persona itself went through: its own, or the neutral one of those who are neutral.
Way lived_way(const PersonaConfig& persona);
const TrajectoryRecord& lived(const SystemRecords& records, const Stage& stage, size_t role);

/// Change of exposure over the trajectory that the system makes of what is taken without preference: drift on the
/// neutral way minus drift on the unheard way, by role of the cast; NaN where a way is not answered.
std::vector<double> feedback_push(const SystemRecords& records, const Cast& cast);

/// Mean exposure on the neutral way, by role of the cast.
std::vector<double> neutral_exposure(const std::vector<TrajectoryRecord>& records, const Cast& cast);

/// Everything that is a mean, or a ratio of sums, over trajectories.
std::vector<Measure> trajectory_measures(const SystemRecords& records, const References& references, const Cast& cast);

/// Labels by which findings point to measurements.
std::string push_label(const Stage& stage);
inline constexpr const char* kSystemShareLabel = "system's share of drift";
/// Measure whose interval must exclude 0 for the system's share to be defined.
inline constexpr const char* kNetDriftLabel = "drift through feedback";

}  // namespace recgauge::suites::harm_drift
