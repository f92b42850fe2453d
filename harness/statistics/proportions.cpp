#include "harness/statistics/proportions.h"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <numeric>
#include <vector>

namespace recgauge::statistics {
namespace {

std::vector<double> mid_ranks(std::span<const double> values) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (size_t begin = 0; begin < order.size();) {
    size_t end = begin;
    while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
    for (size_t i = begin; i < end; ++i) ranks[order[i]] = 0.5 * static_cast<double>(begin + end - 1) + 1.0;
    begin = end;
  }
  return ranks;
}

// Pairs within runs of equal values; `equal(i, j)` compares neighbours of a sorted order.
template <typename Equal>
double tied_pairs(size_t size, const Equal& equal) {
  double pairs = 0.0;
  for (size_t begin = 0; begin < size;) {
    size_t end = begin;
    while (end < size && equal(begin, end)) ++end;
    const double run = static_cast<double>(end - begin);
    pairs += 0.5 * run * (run - 1.0);
    begin = end;
  }
  return pairs;
}

// Inversions, counted while merge sorting.
double sort_counting_swaps(std::vector<double>& values, std::vector<double>& scratch, size_t begin, size_t end) {
  if (end - begin < 2) return 0.0;
  const size_t middle = begin + (end - begin) / 2;
  double swaps =
      sort_counting_swaps(values, scratch, begin, middle) + sort_counting_swaps(values, scratch, middle, end);
  size_t left = begin;
  size_t right = middle;
  for (size_t out = begin; out < end; ++out) {
    const bool take_right = left == middle || (right < end && values[right] < values[left]);
    if (take_right) swaps += static_cast<double>(middle - left);
    scratch[out] = take_right ? values[right++] : values[left++];
  }
  std::copy(scratch.begin() + static_cast<ptrdiff_t>(begin), scratch.begin() + static_cast<ptrdiff_t>(end),
            values.begin() + static_cast<ptrdiff_t>(begin));
  return swaps;
}

}  // namespace

std::optional<Interval> wilson_interval(uint64_t successes, uint64_t trials, double confidence) {
  if (trials == 0) return std::nullopt;
  const boost::math::normal normal;
  const double z = quantile(normal, 0.5 * (1.0 + confidence));
  const double n = static_cast<double>(trials);
  const double share = static_cast<double>(successes) / n;
  const double scale = 1.0 / (1.0 + z * z / n);
  const double centre = scale * (share + z * z / (2.0 * n));
  const double reach = scale * z * std::sqrt(share * (1.0 - share) / n + z * z / (4.0 * n * n));
  const double low = successes == 0 ? 0.0 : centre - reach;
  const double high = successes == trials ? 1.0 : centre + reach;
  return Interval{low, high, confidence, "Wilson score"};
}

std::optional<Interval> quantile_interval(std::span<const double> sorted, double quantile_level, double confidence) {
  const size_t n = sorted.size();
  if (n == 0) return std::nullopt;
  const boost::math::binomial counts(static_cast<double>(n), quantile_level);
  const double tail = 0.5 * (1.0 - confidence);
  // Ranks (from 1) lower and upper with P(lower <= B < upper) >= confidence, B the number of values below the quantile.
  size_t lower = 0;
  while (lower < n && cdf(counts, static_cast<double>(lower)) <= tail) ++lower;
  size_t upper = n;
  while (upper > 0 && cdf(complement(counts, static_cast<double>(upper) - 1.0)) <= tail) --upper;
  ++upper;
  if (lower == 0 || upper > n) return std::nullopt;
  return Interval{sorted[lower - 1], sorted[upper - 1], confidence, "order statistics"};
}

std::optional<double> kendall_tau_b(std::span<const double> x, std::span<const double> y) {
  const size_t n = x.size();
  if (n < 2 || y.size() != n) return std::nullopt;
  std::vector<size_t> order(n);
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return x[a] != x[b] ? x[a] < x[b] : y[a] < y[b]; });
  const double pairs = 0.5 * static_cast<double>(n) * static_cast<double>(n - 1);
  const double x_ties = tied_pairs(n, [&](size_t a, size_t b) { return x[order[a]] == x[order[b]]; });
  const double both_ties =
      tied_pairs(n, [&](size_t a, size_t b) { return x[order[a]] == x[order[b]] && y[order[a]] == y[order[b]]; });
  std::vector<double> sorted_y(n);
  for (size_t i = 0; i < n; ++i) sorted_y[i] = y[order[i]];
  std::vector<double> scratch(n);
  const double swaps = sort_counting_swaps(sorted_y, scratch, 0, n);
  const double y_ties = tied_pairs(n, [&](size_t a, size_t b) { return sorted_y[a] == sorted_y[b]; });
  const double scale = std::sqrt(pairs - x_ties) * std::sqrt(pairs - y_ties);
  if (scale == 0.0) return std::nullopt;
  return (pairs - x_ties - y_ties + both_ties - 2.0 * swaps) / scale;
}

std::optional<double> spearman(std::span<const double> x, std::span<const double> y) {
  if (x.size() < 2 || x.size() != y.size()) return std::nullopt;
  const std::vector<double> a = mid_ranks(x);
  const std::vector<double> b = mid_ranks(y);
  const double mean = 0.5 * (static_cast<double>(x.size()) + 1.0);
  double products = 0.0;
  double squares_a = 0.0;
  double squares_b = 0.0;
  for (size_t i = 0; i < a.size(); ++i) {
    products += (a[i] - mean) * (b[i] - mean);
    squares_a += (a[i] - mean) * (a[i] - mean);
    squares_b += (b[i] - mean) * (b[i] - mean);
  }
  if (squares_a == 0.0 || squares_b == 0.0) return std::nullopt;
  return products / std::sqrt(squares_a * squares_b);
}

ChiSquare chi_square_fit(std::span<const double> counts, std::span<const double> shares) {
  const double total = std::accumulate(counts.begin(), counts.end(), 0.0);
  const double share_total = std::accumulate(shares.begin(), shares.end(), 0.0);
  ChiSquare result;
  for (size_t i = 0; i < counts.size(); ++i) {
    const double expected = total * shares[i] / share_total;
    result.statistic += (counts[i] - expected) * (counts[i] - expected) / expected;
  }
  const boost::math::chi_squared distribution(static_cast<double>(counts.size()) - 1.0);
  result.p_value = cdf(complement(distribution, result.statistic));
  return result;
}

}  // namespace recgauge::statistics
