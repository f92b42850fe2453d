// Intervals and tests for shares, quantiles and orders.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "harness/statistics/interval.h"

namespace recgauge::statistics {

/// Wilson's score interval of a binomial share; nothing for no trials.
std::optional<Interval> wilson_interval(uint64_t successes, uint64_t trials, double confidence);

/// Distribution-free interval of a quantile from order statistics (exact binomial coverage of at least `confidence`),
/// or nothing when the sample is too small to have one. `sorted` ascends.
std::optional<Interval> quantile_interval(std::span<const double> sorted, double quantile, double confidence);

/// Kendall's tau_b in O(n log n); nothing if either sequence does not vary or has fewer than two values.
std::optional<double> kendall_tau_b(std::span<const double> x, std::span<const double> y);

/// Spearman's rank correlation with mid-ranks for ties; nothing as above.
std::optional<double> spearman(std::span<const double> x, std::span<const double> y);

struct ChiSquare {
  double statistic = 0.0;
  double p_value = 1.0;
};
/// Pearson's goodness-of-fit test of counts against shares (which are normalised); all shares must be positive.
ChiSquare chi_square_fit(std::span<const double> counts, std::span<const double> shares);

}  // namespace recgauge::statistics
