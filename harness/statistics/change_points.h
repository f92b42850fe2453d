// Where the mean of a series of runs changes, with a bounded chance of seeing a change in noise.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace recgauge::statistics {

/// A change between value `position - 1` and value `position` of a series.
struct ChangePoint {
  size_t position = 0;  ///< first value after the change
  double before = 0.0;  ///< mean of the segment that ends before it
  double after = 0.0;   ///< mean of the segment that begins with it
  double p_value = 1.0;
  double level = 0.0;  ///< what the p-value was held against
};

struct ChangePointOptions {
  double alpha = 0.05;          ///< chance of any mark in a series without change
  size_t shortest_segment = 3;  ///< values between two marks, or a mark and an end of the series
  size_t permutations = 9999;
  uint64_t seed = 0;
};

/// Binary segmentation (Vostrikova 1981) with permutation tests (as E-divisive uses them, Matteson & James 2014). In
/// a segment of m values the cut k that makes k (m - k) / m * (mean before - mean after)^2 largest is a change if that
/// maximum is unusual among random orders of the segment's values: p = (1 + orders at least as large) / (1 + orders).
/// A segment that comes out of d cuts is tested at alpha / 2^d, so that a series without change gets a mark with
/// probability alpha at most, if its values are exchangeable (independent runs). Values must be finite; shorter series
/// than two shortest segments have no change. Changes ascend by position.
std::vector<ChangePoint> change_points(std::span<const double> values, const ChangePointOptions& options);

/// The definition and the settings in one sentence, for reports.
std::string describe(const ChangePointOptions& options);

}  // namespace recgauge::statistics
