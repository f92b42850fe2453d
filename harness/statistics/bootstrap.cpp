#include "harness/statistics/bootstrap.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cassert>
#include <cmath>
#include <numeric>

#include "harness/statistics/resampling.h"

namespace recgauge::statistics {
namespace {

// A column with its undefined units at zero in both sums.
struct Prepared {
  std::vector<double> filled;        // only if some unit is undefined
  std::vector<double> denominators;  // only if they are not all 1
  std::span<const double> values;
  double value_sum = 0.0;
  double denominator_sum = 0.0;
  uint64_t n = 0;
};

Prepared prepare(const Column& column) {
  Prepared result;
  const size_t units = column.values.size();
  for (size_t i = 0; i < units; ++i) {
    if (std::isnan(column.values[i])) continue;
    ++result.n;
    result.value_sum += column.values[i];
    result.denominator_sum += column.denominators.empty() ? 1.0 : column.denominators[i];
  }
  result.values = column.values;
  if (result.n == units && column.denominators.empty()) return result;
  result.filled.resize(units);
  result.denominators.resize(units);
  for (size_t i = 0; i < units; ++i) {
    const bool defined = !std::isnan(column.values[i]);
    result.filled[i] = defined ? column.values[i] : 0.0;
    result.denominators[i] = !defined ? 0.0 : column.denominators.empty() ? 1.0 : column.denominators[i];
  }
  result.values = result.filled;
  return result;
}

// Influence of each unit on the ratio, up to a common factor: v - theta d. Its skewness is the acceleration.
double acceleration(const Prepared& column, double estimate) {
  double squares = 0.0;
  double cubes = 0.0;
  for (size_t i = 0; i < column.values.size(); ++i) {
    const double denominator = column.denominators.empty() ? 1.0 : column.denominators[i];
    const double influence = column.values[i] - estimate * denominator;
    squares += influence * influence;
    cubes += influence * influence * influence;
  }
  return squares > 0 ? cubes / (6.0 * std::pow(squares, 1.5)) : 0.0;
}

// Linear interpolation between order statistics (type 7 of Hyndman & Fan 1996).
double quantile_of_sorted(const std::vector<double>& sorted, double p) {
  const double position = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(position);
  if (below + 1 >= sorted.size()) return sorted.back();
  return sorted[below] + (position - static_cast<double>(below)) * (sorted[below + 1] - sorted[below]);
}

std::pair<double, double> bca_levels(const std::vector<double>& sorted, double estimate, double acceleration,
                                     double confidence) {
  const boost::math::normal normal;
  const auto below = std::lower_bound(sorted.begin(), sorted.end(), estimate) - sorted.begin();
  const auto not_above = std::upper_bound(sorted.begin(), sorted.end(), estimate) - sorted.begin();
  const double size = static_cast<double>(sorted.size());
  const double share = std::clamp(0.5 * static_cast<double>(below + not_above) / size, 0.5 / size, 1.0 - 0.5 / size);
  const double bias = quantile(normal, share);
  const auto level = [&](double p) {
    const double z = bias + quantile(normal, p);
    return cdf(normal, bias + z / (1.0 - acceleration * z));
  };
  return {level(0.5 * (1.0 - confidence)), level(0.5 * (1.0 + confidence))};
}

Interval interval_of(std::vector<double> resampled, double estimate, const Prepared& column,
                     const BootstrapOptions& options) {
  std::sort(resampled.begin(), resampled.end());
  std::pair<double, double> levels{0.5 * (1.0 - options.confidence), 0.5 * (1.0 + options.confidence)};
  const bool bca = options.method == BootstrapMethod::bca;
  if (bca && resampled.front() < resampled.back()) {
    levels = bca_levels(resampled, estimate, acceleration(column, estimate), options.confidence);
  }
  return {quantile_of_sorted(resampled, levels.first), quantile_of_sorted(resampled, levels.second), options.confidence,
          fmt::format("bootstrap {}, {} resamples over {}", bca ? "BCa" : "percentile", options.resamples,
                      options.unit_name)};
}

}  // namespace

std::vector<Estimate> bootstrap(std::span<const Column> columns, std::span<const uint64_t> keys,
                                const BootstrapOptions& options) {
  std::vector<Estimate> estimates(columns.size());
  if (columns.empty()) return estimates;
  const size_t units = columns.front().values.size();
  std::vector<uint64_t> positions;
  if (keys.empty()) {
    positions.resize(units);
    std::iota(positions.begin(), positions.end(), uint64_t{0});
    keys = positions;
  }
  assert(keys.size() == units);

  std::vector<Prepared> prepared;
  for (const Column& column : columns) prepared.push_back(prepare(column));
  // One product for all columns; a shared column of ones serves all plain means.
  const std::vector<double> ones(units, 1.0);
  std::vector<std::span<const double>> sums_of{ones};
  std::vector<size_t> value_at;
  std::vector<size_t> denominator_at;
  for (const Prepared& column : prepared) {
    value_at.push_back(sums_of.size());
    sums_of.emplace_back(column.values);
    denominator_at.push_back(column.denominators.empty() ? 0 : sums_of.size());
    if (!column.denominators.empty()) sums_of.emplace_back(column.denominators);
  }
  const std::vector<double> sums = resampled_sums(sums_of, keys, options.resamples, Weighting::poisson, options.seed);

  for (size_t c = 0; c < columns.size(); ++c) {
    const Prepared& column = prepared[c];
    Estimate& estimate = estimates[c];
    estimate.n = column.n;
    estimate.n_undefined = units - column.n;
    if (!(column.denominator_sum > 0)) continue;
    estimate.value = column.value_sum / column.denominator_sum;
    if (column.n < 2) continue;
    std::vector<double> resampled;
    for (size_t r = 0; r < options.resamples; ++r) {
      const double denominator = sums[r * sums_of.size() + denominator_at[c]];
      if (denominator > 0) resampled.push_back(sums[r * sums_of.size() + value_at[c]] / denominator);
    }
    if (resampled.size() >= 2) estimate.interval = interval_of(std::move(resampled), *estimate.value, column, options);
  }
  return estimates;
}

std::optional<Interval> group_jackknife(double value, std::span<const double> left_out, double confidence) {
  const auto groups = static_cast<double>(left_out.size());
  if (left_out.size() < 2) return std::nullopt;
  const double mean = std::accumulate(left_out.begin(), left_out.end(), 0.0) / groups;
  double squares = 0.0;
  for (const double x : left_out) squares += (x - mean) * (x - mean);
  const double deviation = std::sqrt((groups - 1.0) / groups * squares);
  const boost::math::students_t distribution(groups - 1.0);
  const double reach = quantile(distribution, 0.5 * (1.0 + confidence)) * deviation;
  return Interval{value - reach, value + reach, confidence,
                  fmt::format("delete-a-group jackknife, {} groups of users", left_out.size())};
}

}  // namespace recgauge::statistics
