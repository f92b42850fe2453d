// Are some values of an attribute treated further from the unaltered question than others? Range and deviation of mean
// similarities, tested within units.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "harness/metrics/list_similarity.h"
#include "harness/statistics/interval.h"

namespace recgauge::suites {

struct UnevennessOptions {
  size_t permutations = 9999;
  double confidence = 0.95;
  uint64_t seed = 0;
};

struct Unevenness {
  uint64_t n = 0;  ///< units with a similarity for every value
  uint64_t n_undefined = 0;
  std::vector<double> means;     ///< by value, over those units
  metrics::SimilarityGaps gaps;  ///< SNSR and SNSV of the means
  std::optional<statistics::Interval> range_interval;
  std::optional<statistics::Interval> deviation_interval;
  double range_by_chance = 0.0;      ///< mean range if values were told apart by nothing but their names
  double deviation_of_chance = 0.0;  ///< standard deviation of that range
  std::optional<double> p_value;     ///< that values are told apart by nothing but their names; nothing for n < 2
};

/// `similarities` is units x values, NaN where there is none. p: values are permuted within units, the range of means
/// is the statistic (Phipson & Smyth 2010 for the count). Intervals: range and deviation of means differ from the true
/// ones by no more than range and deviation of the means' errors (triangle inequality), whose quantile permutations of
/// centred similarities give. So they hold where the true range is 0, too, and are wider than need be elsewhere.
Unevenness unevenness(std::span<const double> similarities, size_t values, const UnevennessOptions& options);

}  // namespace recgauge::suites
