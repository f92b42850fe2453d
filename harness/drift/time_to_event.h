// How long until something happens to trajectories that are watched for a while only: to those that end before, it may
// still happen (censoring).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "harness/statistics/interval.h"

namespace recgauge::drift {

/// One trajectory: the time of the event, or the last time at which it was seen not to have happened.
struct EventTime {
  double time = 0.0;
  bool happened = false;
};

struct SurvivalStep {
  double time = 0.0;
  uint64_t at_risk = 0;
  uint64_t events = 0;
  double survival = 1.0;        ///< chance that the event comes later than `time`
  double standard_error = 0.0;  ///< Greenwood's
};

/// Product-limit estimate (Kaplan & Meier 1958) with Greenwood's errors; one step for each distinct time of an event,
/// ascending. Trajectories that end at the time of an event count as at risk there.
std::vector<SurvivalStep> kaplan_meier(std::span<const EventTime> times);

struct RestrictedMean {
  double value = 0.0;
  std::optional<statistics::Interval> interval;  ///< normal, from the variance of the area; nothing without an event
};

/// Mean time until the event or `horizon`, whichever is first: the area under the survival curve up to the horizon
/// (Irwin 1949), with the variance sum over events of (area beyond)^2 d / (r (r - d)) (Klein & Moeschberger 2003, 4.5).
/// Nothing for no trajectories.
std::optional<RestrictedMean> restricted_mean_time(std::span<const EventTime> times, double horizon, double confidence);

/// First time at which at most half have not had the event; nothing if that is never seen.
std::optional<double> median_time(std::span<const EventTime> times);

}  // namespace recgauge::drift
