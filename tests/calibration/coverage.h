// What studies of intervals count: how many there are, and how many hold the truth.
#pragma once

#include <fmt/format.h>

#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <optional>
#include <string>

#include "harness/statistics/proportions.h"

namespace recgauge::calibration {

/// Median 1, logarithm of deviation `sigma`.
inline double log_normal_quantile(double sigma, double level) {
  return std::exp(sigma * quantile(boost::math::normal(), level));
}

/// Of one percentile, over repeats.
struct Coverage {
  uint64_t made = 0;
  uint64_t covered = 0;
  double width = 0.0;

  void add(const std::optional<statistics::Interval>& interval, double truth, double tolerance = 0.0) {
    if (!interval) return;
    ++made;
    covered += interval->low - tolerance <= truth && truth <= interval->high + tolerance ? 1 : 0;
    width += (interval->high - interval->low) / truth;
  }

  /// A row of a table: law | percentile | truth (ms) | intervals | covered | mean width.
  std::string row(const std::string& law, double level, double truth, size_t repeats) const {
    const auto share = statistics::wilson_interval(covered, made, 0.95);
    const auto n = static_cast<double>(made);
    return fmt::format("| {} | p{:g} | {:.3f} | {} of {} | {} |\n", law, 100 * level, truth, made, repeats,
                       !share ? "- | -"
                              : fmt::format("{:.3f} [{:.3f}, {:.3f}] | {:.1f} %", static_cast<double>(covered) / n,
                                            share->low, share->high, 100.0 * width / n));
  }
};

}  // namespace recgauge::calibration
