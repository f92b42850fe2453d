#include "harness/statistics/tests_of_difference.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>
#include <numeric>

#include "harness/statistics/resampling.h"
#include "harness/system/random.h"

namespace recgauge::statistics {
namespace {

constexpr size_t kExactLimit = 14;
// Sums of the same values in another order differ in the last digits; they must count as equal.
constexpr double kTolerance = 1e-12;

double two_sided(double t, double degrees) {
  const boost::math::students_t distribution(degrees);
  return 2.0 * cdf(complement(distribution, std::abs(t)));
}

std::vector<double> defined(std::span<const double> values) {
  std::vector<double> result;
  std::copy_if(values.begin(), values.end(), std::back_inserter(result), [](double x) { return !std::isnan(x); });
  return result;
}

double exact_sign_flip_p(const std::vector<double>& differences) {
  const double observed = std::abs(std::accumulate(differences.begin(), differences.end(), 0.0));
  const uint64_t patterns = uint64_t{1} << differences.size();
  uint64_t extreme = 0;
  for (uint64_t pattern = 0; pattern < patterns; ++pattern) {
    double sum = 0.0;
    for (size_t i = 0; i < differences.size(); ++i) sum += (pattern >> i & 1U) != 0 ? differences[i] : -differences[i];
    extreme += std::abs(sum) >= observed - kTolerance * (1.0 + observed) ? 1 : 0;
  }
  return static_cast<double>(extreme) / static_cast<double>(patterns);
}

}  // namespace

Moments moments(std::span<const double> values) {
  Moments result;
  double sum = 0.0;
  for (const double x : values) {
    if (std::isnan(x)) continue;
    sum += x;
    ++result.n;
  }
  if (result.n == 0) return result;
  result.mean = sum / static_cast<double>(result.n);
  double squares = 0.0;
  for (const double x : values) squares += std::isnan(x) ? 0.0 : (x - result.mean) * (x - result.mean);
  if (result.n > 1) result.deviation = std::sqrt(squares / static_cast<double>(result.n - 1));
  return result;
}

double mean_of_defined(std::span<const double> values) {
  const Moments defined = moments(values);
  return defined.n == 0 ? std::numeric_limits<double>::quiet_NaN() : defined.mean;
}

TestResult paired_t_test(std::span<const double> differences) {
  const Moments m = moments(differences);
  TestResult result{std::nullopt, std::nullopt, m.n};
  if (m.n < 2) return result;
  if (m.deviation == 0.0) {
    result.p_value = m.mean == 0.0 ? 1.0 : 0.0;
    return result;
  }
  const double n = static_cast<double>(m.n);
  result.statistic = m.mean / (m.deviation / std::sqrt(n));
  result.p_value = two_sided(*result.statistic, n - 1.0);
  return result;
}

TestResult welch_t_test(std::span<const double> a, std::span<const double> b) {
  const Moments x = moments(a);
  const Moments y = moments(b);
  TestResult result{std::nullopt, std::nullopt, x.n + y.n};
  if (x.n < 2 || y.n < 2) return result;
  const double vx = x.deviation * x.deviation / static_cast<double>(x.n);
  const double vy = y.deviation * y.deviation / static_cast<double>(y.n);
  if (vx + vy == 0.0) {
    result.p_value = x.mean == y.mean ? 1.0 : 0.0;
    return result;
  }
  const double degrees =
      (vx + vy) * (vx + vy) / (vx * vx / static_cast<double>(x.n - 1) + vy * vy / static_cast<double>(y.n - 1));
  result.statistic = (x.mean - y.mean) / std::sqrt(vx + vy);
  result.p_value = two_sided(*result.statistic, degrees);
  return result;
}

std::vector<TestResult> paired_permutation_tests(std::span<const std::span<const double>> differences, size_t flips,
                                                 uint64_t seed) {
  std::vector<TestResult> results(differences.size());
  std::vector<std::vector<double>> filled;
  std::vector<std::span<const double>> columns;
  std::vector<size_t> column_of;
  for (size_t c = 0; c < differences.size(); ++c) {
    const std::vector<double> pairs = defined(differences[c]);
    results[c].n = pairs.size();
    if (pairs.size() < 2) continue;
    results[c].statistic = std::accumulate(pairs.begin(), pairs.end(), 0.0) / static_cast<double>(pairs.size());
    if (pairs.size() <= kExactLimit) {
      results[c].p_value = exact_sign_flip_p(pairs);
      results[c].exact = true;
      continue;
    }
    auto& column = filled.emplace_back(differences[c].begin(), differences[c].end());
    std::replace_if(
        column.begin(), column.end(), [](double x) { return std::isnan(x); }, 0.0);
    column_of.push_back(c);
  }
  if (filled.empty()) return results;
  for (const auto& column : filled) columns.emplace_back(column);
  std::vector<uint64_t> keys(filled.front().size());
  std::iota(keys.begin(), keys.end(), uint64_t{0});
  const std::vector<double> sums = resampled_sums(columns, keys, flips, Weighting::random_sign, seed);
  for (size_t i = 0; i < columns.size(); ++i) {
    const double observed = std::abs(std::accumulate(columns[i].begin(), columns[i].end(), 0.0));
    uint64_t extreme = 0;
    for (size_t r = 0; r < flips; ++r) {
      extreme += std::abs(sums[r * columns.size() + i]) >= observed - kTolerance * (1.0 + observed) ? 1 : 0;
    }
    results[column_of[i]].p_value = (1.0 + static_cast<double>(extreme)) / (1.0 + static_cast<double>(flips));
  }
  return results;
}

TestResult group_permutation_test(std::span<const double> a, std::span<const double> b, size_t permutations,
                                  uint64_t seed) {
  const std::vector<double> first = defined(a);
  const std::vector<double> second = defined(b);
  TestResult result{std::nullopt, std::nullopt, first.size() + second.size()};
  if (first.empty() || second.empty() || result.n < 3) return result;
  std::vector<double> pooled(first);
  pooled.insert(pooled.end(), second.begin(), second.end());
  const double total = std::accumulate(pooled.begin(), pooled.end(), 0.0);
  const auto size = static_cast<double>(first.size());
  const auto rest = static_cast<double>(second.size());
  const auto difference = [&](double sum) { return sum / size - (total - sum) / rest; };
  result.statistic = difference(std::accumulate(first.begin(), first.end(), 0.0));
  uint64_t extreme = 0;
  for (size_t p = 0; p < permutations; ++p) {
    RandomStream stream(derive_seed(seed, {p}));
    double sum = 0.0;
    for (size_t i = 0; i < first.size(); ++i) {
      std::swap(pooled[i], pooled[i + stream.below(pooled.size() - i)]);
      sum += pooled[i];
    }
    extreme += std::abs(difference(sum)) >= std::abs(*result.statistic) * (1.0 - kTolerance) ? 1 : 0;
  }
  result.p_value = (1.0 + static_cast<double>(extreme)) / (1.0 + static_cast<double>(permutations));
  return result;
}

WinTieLoss win_tie_loss(std::span<const double> differences) {
  WinTieLoss result;
  for (const double x : differences) {
    result.wins += x > 0 ? 1 : 0;
    result.ties += x == 0 ? 1 : 0;
    result.losses += x < 0 ? 1 : 0;
  }
  return result;
}

std::optional<double> effect_size(std::span<const double> differences) {
  const Moments m = moments(differences);
  if (m.n < 2 || m.deviation == 0.0) return std::nullopt;
  return m.mean / m.deviation;
}

std::vector<double> adjust(std::span<const double> p_values, Correction correction) {
  std::vector<double> adjusted(p_values.begin(), p_values.end());
  std::vector<size_t> order;
  for (size_t i = 0; i < p_values.size(); ++i) {
    if (!std::isnan(p_values[i])) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return p_values[a] < p_values[b]; });
  const auto tests = static_cast<double>(order.size());
  double running = correction == Correction::benjamini_hochberg ? 1.0 : 0.0;
  for (size_t step = 0; step < order.size(); ++step) {
    const bool downwards = correction == Correction::benjamini_hochberg;
    const size_t rank = downwards ? order.size() - step : step + 1;  // 1 = smallest p
    const size_t i = order[rank - 1];
    const double r = static_cast<double>(rank);
    switch (correction) {
      case Correction::none:
        break;
      case Correction::bonferroni:
        adjusted[i] = std::min(1.0, p_values[i] * tests);
        break;
      case Correction::holm:
        running = std::max(running, std::min(1.0, p_values[i] * (tests - r + 1.0)));
        adjusted[i] = running;
        break;
      case Correction::benjamini_hochberg:
        running = std::min(running, std::min(1.0, p_values[i] * tests / r));
        adjusted[i] = running;
        break;
    }
  }
  return adjusted;
}

}  // namespace recgauge::statistics
