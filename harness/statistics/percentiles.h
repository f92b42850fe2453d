// Quantiles of measurements that follow one another, such as latencies: an order statistic each, with an interval that
// allows for neighbours being alike.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "harness/statistics/interval.h"

namespace recgauge::statistics {

/// One quantile of a series.
struct Percentile {
  double level = 0.5;  ///< 0.99 is the 99th percentile; 1 is the maximum
  double value = 0.0;
  std::optional<Interval> interval;  ///< nothing where the series is too short for one, and for the maximum
  double design_effect = 1.0;        ///< by how much dependence inflates the variance of the share below the value
};

/// Quantiles of `series`, which stands in order of time. The value at level p is the smallest observation with at least
/// a share p at or below it (nearest rank). The interval is distribution-free: order statistics whose ranks come from
/// the binomial distribution of n / D independent observations, where D >= 1 is the variance of the share of values at
/// or below the quantile by batch means, over that of independent values. D is the largest over 10, 20 and 40 batches,
/// and the tails are those of Student's t with 9 degrees of freedom, since D is itself an estimate (Wood & Schmeiser
/// 1995 for batches of quantiles; Kish 1965 for the effective size). There is none where fewer than 5 of the effective
/// observations lie above the quantile, with the design effect there or that of a tail four times as heavy, whichever
/// is larger: a tail of a few bursts does not tell how often bursts come. Series of fewer than 200 values are taken as
/// independent. Empty for an empty series.
std::vector<Percentile> percentiles(std::span<const double> series, std::span<const double> levels, double confidence);

/// A share of a series of zeros and ones in order of time, with the same allowance for dependence (Wilson's score
/// interval of n / D observations). Nothing for an empty series.
std::optional<Interval> share_interval(std::span<const uint8_t> series, double confidence);

}  // namespace recgauge::statistics
