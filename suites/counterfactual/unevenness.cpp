#include "suites/counterfactual/unevenness.h"

#include <algorithm>
#include <cmath>

#include "harness/statistics/tests_of_difference.h"
#include "harness/system/random.h"

namespace recgauge::suites {
namespace {

// Rows without a hole.
std::vector<double> complete_rows(std::span<const double> rows, size_t width) {
  std::vector<double> complete;
  for (size_t begin = 0; begin + width <= rows.size(); begin += width) {
    const auto row = rows.subspan(begin, width);
    if (std::none_of(row.begin(), row.end(), [](double v) { return std::isnan(v); })) {
      complete.insert(complete.end(), row.begin(), row.end());
    }
  }
  return complete;
}

std::vector<double> column_means(std::span<const double> rows, size_t width) {
  std::vector<double> means(width, 0.0);
  for (size_t i = 0; i < rows.size(); ++i) means[i % width] += rows[i];
  const size_t count = rows.size() / width;
  for (double& mean : means) mean /= static_cast<double>(count);
  return means;
}

struct Permuted {
  std::vector<double> ranges;
  std::vector<double> centred_ranges;
  std::vector<double> centred_deviations;
};

Permuted permute(std::span<const double> rows, const std::vector<double>& means, const UnevennessOptions& options) {
  const size_t width = means.size();
  Permuted result;
  std::vector<size_t> order(width);
  for (size_t p = 0; p < options.permutations; ++p) {
    RandomStream stream(derive_seed(options.seed, {p}));
    std::vector<double> raw(width, 0.0);
    std::vector<double> centred(width, 0.0);
    for (size_t begin = 0; begin < rows.size(); begin += width) {
      for (size_t i = 0; i < width; ++i) order[i] = i;
      shuffle(order, stream);
      for (size_t i = 0; i < width; ++i) {
        raw[i] += rows[begin + order[i]];
        centred[i] += rows[begin + order[i]] - means[order[i]];
      }
    }
    const size_t count = rows.size() / width;
    const auto n = static_cast<double>(count);
    for (size_t i = 0; i < width; ++i) {
      raw[i] /= n;
      centred[i] /= n;
    }
    result.ranges.push_back(metrics::similarity_gaps(raw).range);
    const metrics::SimilarityGaps error = metrics::similarity_gaps(centred);
    result.centred_ranges.push_back(error.range);
    result.centred_deviations.push_back(error.deviation);
  }
  return result;
}

statistics::Interval within(double value, std::vector<double>& errors, double confidence) {
  std::sort(errors.begin(), errors.end());
  const auto rank = static_cast<size_t>(std::ceil(confidence * static_cast<double>(errors.size())));
  const double error = errors[std::min(rank, errors.size()) - 1];
  statistics::Interval interval;
  interval.low = std::max(0.0, value - error);
  interval.high = value + error;
  interval.confidence = confidence;
  interval.method = "permutations of centred similarities within units";
  return interval;
}

}  // namespace

Unevenness unevenness(std::span<const double> similarities, size_t values, const UnevennessOptions& options) {
  Unevenness result;
  const std::vector<double> rows = complete_rows(similarities, values);
  result.n = rows.size() / values;
  result.n_undefined = similarities.size() / values - result.n;
  if (result.n == 0) return result;
  result.means = column_means(rows, values);
  result.gaps = metrics::similarity_gaps(result.means);
  if (result.n < 2) return result;
  Permuted permuted = permute(rows, result.means, options);
  // Sums of the same numbers in another order differ in their last bits.
  const double least = result.gaps.range - 1e-12;
  const auto extreme =
      std::count_if(permuted.ranges.begin(), permuted.ranges.end(), [&](double r) { return r >= least; });
  result.p_value = (1.0 + static_cast<double>(extreme)) / (1.0 + static_cast<double>(options.permutations));
  const statistics::Moments chance = statistics::moments(permuted.ranges);
  result.range_by_chance = chance.mean;
  result.deviation_of_chance = chance.deviation;
  result.range_interval = within(result.gaps.range, permuted.centred_ranges, options.confidence);
  result.deviation_interval = within(result.gaps.deviation, permuted.centred_deviations, options.confidence);
  return result;
}

}  // namespace recgauge::suites
