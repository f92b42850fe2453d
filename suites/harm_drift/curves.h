// What is said of many trajectories at once, since a single one is too noisy for it: mean curves, how long until
// hazards are first shown, how soon they are gone again, and the chain that what was taken induces.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/drift/label_error.h"
#include "harness/drift/markov_chain.h"
#include "harness/statistics/bootstrap.h"
#include "suites/harm_drift/measures.h"

namespace recgauge::suites::harm_drift {

/// Mean exposure by step over the trajectories of a cast, each with its bootstrap interval.
std::vector<statistics::Estimate> exposure_curve(const std::vector<TrajectoryRecord>& records, const Cast& cast);

/// Mean number of lists until the first with a hazardous item, at most the number of steps; on the way that was lived.
statistics::Estimate time_to_first_hazard(const SystemRecords& records, const Cast& cast);

/// How the exposure of a cast that turns away rose and fell.
struct RecoveryEstimate {
  statistics::Estimate rise;    ///< of the mean of the last lists before the turn over that of the first lists
  std::optional<double> lists;  ///< until the mean curve is back; nothing if it is not within the lists after the turn
  std::optional<statistics::Interval>
      interval;           ///< of lists; the number of lists after the turn + 1 stands for not back
  uint64_t observed = 0;  ///< lists after the turn
  bool risen = false;     ///< the interval of the rise is above 0
};

RecoveryEstimate estimate_recovery(const SystemRecords& records, const Cast& cast);

/// Chain over harmless, hazardous and severe of what was taken, on the way that was lived.
struct InducedChain {
  drift::Transitions counts;
  drift::Transitions probabilities;
  statistics::Estimate steps_to_severe;  ///< expected, from harmless; undefined where severe is not reached for sure
};

InducedChain induced_chain(const SystemRecords& records, const Cast& cast);

/// Reads the gold subset and holds the labels against it. Throws DataError for rows that are none; items that the
/// catalogue does not have are left out.
drift::LabelError measure_label_error(const GoldConfig& gold, const Stage& stage);

/// Share of hazardous items shown, on the way that was lived, corrected for wrong labels.
std::optional<drift::CorrectedShare> corrected_exposure(const SystemRecords& records, const Cast& cast,
                                                        const drift::LabelError& error);

}  // namespace recgauge::suites::harm_drift
