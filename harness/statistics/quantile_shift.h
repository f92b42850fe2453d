// How much slower one series is than another, at a quantile: across runs, and in rounds that were taken in turns.
#pragma once

#include <optional>
#include <span>

#include "harness/statistics/interval.h"
#include "harness/statistics/percentiles.h"

namespace recgauge::statistics {

/// An estimate with its interval; the interval may be missing where the estimate is there.
struct Shift {
  double value = 0.0;
  std::optional<Interval> interval;
};

/// first - second, both independent, by recovery of variance from their two intervals (MOVER, Zou & Donner 2008): low =
/// d - sqrt((a - low_a)^2 + (high_b - b)^2), high = d + sqrt((high_a - a)^2 + (b - low_b)^2). The interval holds at the
/// confidence of the two, which must be equal.
Shift quantile_difference(const Percentile& first, const Percentile& second);

/// first / second, by the same rule on the logarithms. Nothing unless both values are positive.
std::optional<Shift> quantile_ratio(const Percentile& first, const Percentile& second);

/// Ratio of paired values from rounds that alternate (A B A B): the geometric mean of first[i] / second[i] with
/// Student's interval on the logarithms, so that what changes from round to round cancels out. No interval for fewer
/// than two rounds; nothing for none or for values that are not positive.
std::optional<Shift> paired_ratio(std::span<const double> first, std::span<const double> second, double confidence);

}  // namespace recgauge::statistics
