// What the judges of a feedback loop say of a system and of its twin: offline score, deployed value and the lists
// themselves.
#pragma once

#include <vector>

#include "harness/metrics/metric_spec.h"
#include "suites/discrepancy/feedback_loop.h"

namespace recgauge::suites {

/// One model, asked for the lists of all judges. Vectors are by judge.
struct FeedbackArm {
  std::vector<double> offline;   ///< against what judges took in the arm's log; NaN for nothing taken, or not answered
  std::vector<double> deployed;  ///< expected clicks, to judges as the split leaves them; NaN where not answered
  std::vector<std::vector<ItemId>> lists;  ///< the items shown, each once; empty where not answered
};

struct FeedbackReadings {
  std::vector<FeedbackArm> own;  ///< by round; round 0 is the system as it is, without an offline score
  FeedbackArm twin;
  uint64_t requests = 0;
  uint64_t usable = 0;
  bool trained_again = false;  ///< a system that cannot be trained has no arm but round 0
};

/// As many of a judge's choices count in the log of the system as in that of its twin, the earliest ones, so that the
/// two scores differ in what was taken, not in how much.
FeedbackReadings read_feedback(const Run& run, const FeedbackLoop& loop, const LoopChoices& twin_choices,
                               const metrics::MetricSpec& spec, size_t item_count, const std::string& system);

/// Mean share of places in which two judges' lists agree, over all pairs of answered lists of the judges named: sum n_i
/// (n_i - 1) / (judges (judges - 1) shown), n_i being how many lists hold item i. NaN for fewer than two.
double mean_overlap(const FeedbackArm& arm, std::span<const size_t> judges, uint32_t shown, size_t item_count);

/// Share of the catalogue in their lists.
double coverage_of(const FeedbackArm& arm, std::span<const size_t> judges, size_t item_count);

}  // namespace recgauge::suites
