#include "harness/statistics/percentiles.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>

namespace recgauge::statistics {
namespace {

constexpr size_t kBatchCounts[] = {10, 20, 40};
constexpr double kFewestBatches = 10.0;
constexpr size_t kShortestForBatches = 200;
constexpr double kFewestBeyond = 5.0;
// From this effect on neighbours are alike, and an effect estimated from ten batches may be so many times too small
// (9 / 2.7, the lower 2.5 % of chi-square with 9 degrees of freedom).
constexpr double kDependent = 2.0;
constexpr double kTooSmall = 3.3;

// Variance of the mean of zeros and ones over that of independent ones. `is_one(i)` reads the series.
template <typename IsOne>
double design_effect(size_t size, const IsOne& is_one) {
  if (size < kShortestForBatches) return 1.0;
  double largest = 1.0;
  for (const size_t batches : kBatchCounts) {
    const size_t length = size / batches;
    std::vector<double> shares(batches, 0.0);
    double mean = 0.0;
    // The oldest values that fill no batch are left out.
    const size_t skipped = size - length * batches;
    for (size_t i = 0; i < length * batches; ++i) shares[i / length] += is_one(skipped + i) ? 1.0 : 0.0;
    for (double& share : shares) mean += (share /= static_cast<double>(length));
    mean /= static_cast<double>(batches);
    double squares = 0.0;
    for (const double share : shares) squares += (share - mean) * (share - mean);
    const double independent = mean * (1.0 - mean) / static_cast<double>(length);
    if (independent > 0.0) largest = std::max(largest, squares / static_cast<double>(batches - 1) / independent);
  }
  return largest;
}

// One tail's probability, with the allowance for the design effect being an estimate.
double tail_of(double confidence, size_t size) {
  const double tail = 0.5 * (1.0 - confidence);
  if (size < kShortestForBatches) return tail;
  const double t = quantile(complement(boost::math::students_t(kFewestBatches - 1.0), tail));
  return cdf(boost::math::normal(), -t);
}

// Largest rank (from 1, a real number) whose order statistic lies above the quantile with at most `tail`; below 1 where
// there is none. P(B >= rank) for B ~ binomial(size, level) falls with rank, so P(B < rank) rises.
double lower_rank(double size, double level, double tail) {
  double low = 0.0;
  double high = size;
  for (int step = 0; step < 60; ++step) {
    const double middle = 0.5 * (low + high);
    const double missed = boost::math::ibetac(middle + 1e-300, size - middle + 1.0, level);
    (missed <= tail ? low : high) = middle;
  }
  return low;
}

struct Ranks {
  double lower = 0.0;
  double upper = 0.0;
};

Ranks ranks_of(double size, double level, double tail) {
  // The upper rank of p is the mirror image of the lower rank of 1 - p.
  return {lower_rank(size, level, tail), size + 1.0 - lower_rank(size, 1.0 - level, tail)};
}

std::optional<Interval> order_interval(std::span<const double> sorted, double level, double confidence, double effect) {
  const auto n = static_cast<double>(sorted.size());
  const Ranks ranks = ranks_of(n / effect, level, tail_of(confidence, sorted.size()));
  // Ranks of the effective sample, as shares of the whole one; whole ranks where the two are the same.
  const double lower = std::floor(ranks.lower * effect + 1e-9);
  const double upper = std::ceil(n + 1.0 - (n / effect + 1.0 - ranks.upper) * effect - 1e-9);
  if (lower < 1.0 || upper > n) return std::nullopt;
  return Interval{sorted[static_cast<size_t>(lower) - 1], sorted[static_cast<size_t>(upper) - 1], confidence,
                  "order statistics of the effective sample, batch means"};
}

double effect_at(std::span<const double> series, std::span<const double> sorted, double level) {
  const double there = sorted[static_cast<size_t>(level * static_cast<double>(sorted.size() - 1))];
  return design_effect(series.size(), [&](size_t i) { return series[i] <= there; });
}

// A tail that is a few bursts does not tell how often bursts come, nor by how much they inflate the variance: that is
// seen better in a tail four times as heavy, and at the median. Equal values are a law without a tail.
bool has_tail(std::span<const double> series, std::span<const double> sorted, const Percentile& percentile,
              double median_effect) {
  if (sorted.size() < kShortestForBatches || sorted.front() == sorted.back()) return true;
  const auto n = static_cast<double>(sorted.size());
  const double wider = 1.0 - 4.0 * (1.0 - percentile.level);
  double effect = std::max(percentile.design_effect, median_effect);
  if (wider > 0.5) effect = std::max(effect, effect_at(series, sorted, wider));
  if (effect > kDependent) effect *= kTooSmall;
  const auto above = sorted.end() - std::upper_bound(sorted.begin(), sorted.end(), percentile.value);
  return std::max(static_cast<double>(above), (1.0 - percentile.level) * n) / effect >= kFewestBeyond;
}

}  // namespace

std::vector<Percentile> percentiles(std::span<const double> series, std::span<const double> levels, double confidence) {
  std::vector<Percentile> result;
  if (series.empty()) return result;
  std::vector<double> sorted(series.begin(), series.end());
  std::sort(sorted.begin(), sorted.end());
  const auto n = static_cast<double>(series.size());
  const double median_effect = effect_at(series, sorted, 0.5);
  for (const double level : levels) {
    const auto rank = static_cast<size_t>(std::max(1.0, std::ceil(level * n - 1e-9)));
    Percentile percentile;
    percentile.level = level;
    percentile.value = sorted[rank - 1];
    if (level < 1.0) {
      const auto below = [&](size_t i) { return series[i] <= percentile.value; };
      percentile.design_effect = design_effect(series.size(), below);
      if (has_tail(series, sorted, percentile, median_effect)) {
        percentile.interval = order_interval(sorted, level, confidence, percentile.design_effect);
      }
    }
    result.push_back(percentile);
  }
  return result;
}

std::optional<Interval> share_interval(std::span<const uint8_t> series, double confidence) {
  if (series.empty()) return std::nullopt;
  const double effect = design_effect(series.size(), [&](size_t i) { return series[i] != 0; });
  const double n = static_cast<double>(series.size()) / effect;
  const auto ones = std::count_if(series.begin(), series.end(), [](uint8_t value) { return value != 0; });
  const double share = static_cast<double>(ones) / static_cast<double>(series.size());
  const double z = -quantile(boost::math::normal(), tail_of(confidence, series.size()));
  const double scale = 1.0 / (1.0 + z * z / n);
  const double centre = scale * (share + z * z / (2.0 * n));
  const double reach = scale * z * std::sqrt(share * (1.0 - share) / n + z * z / (4.0 * n * n));
  return Interval{ones == 0 ? 0.0 : centre - reach, share == 1.0 ? 1.0 : centre + reach, confidence,
                  "Wilson score of the effective sample, batch means"};
}

}  // namespace recgauge::statistics
