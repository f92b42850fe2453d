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
  std::vector<double> offsets;       // only if the column has them
  std::vector<double> defined;       // 1 where a unit is defined; only for offsets
  std::span<const double> values;
  double value_sum = 0.0;
  double denominator_sum = 0.0;
  double offset_mean = 0.0;
  uint64_t n = 0;

  double ratio() const { return value_sum / denominator_sum; }
  double estimate() const { return ratio() + offset_mean; }
};

// Like the values, offsets count only where the unit is defined.
void prepare_offsets(const Column& column, Prepared& result) {
  if (column.offsets.empty()) return;
  for (size_t i = 0; i < column.values.size(); ++i) {
    const bool defined = !std::isnan(column.values[i]);
    result.defined.push_back(defined ? 1.0 : 0.0);
    result.offsets.push_back(defined ? column.offsets[i] : 0.0);
    result.offset_mean += result.offsets.back();
  }
  if (result.n > 0) result.offset_mean /= static_cast<double>(result.n);
}

Prepared prepare(const Column& column) {
  Prepared result;
  const size_t units = column.values.size();
  for (size_t i = 0; i < units; ++i) {
    if (std::isnan(column.values[i])) continue;
    ++result.n;
    result.value_sum += column.values[i];
    result.denominator_sum += column.denominators.empty() ? 1.0 : column.denominators[i];
  }
  prepare_offsets(column, result);
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

// Influence of each unit on the estimate, up to a common factor: v - theta d for a ratio. Its skewness is the
// acceleration.
double acceleration(const Prepared& column) {
  double squares = 0.0;
  double cubes = 0.0;
  const double ratio = column.ratio();
  const double per_offset = column.denominator_sum / static_cast<double>(column.n);
  for (size_t i = 0; i < column.values.size(); ++i) {
    const double denominator = column.denominators.empty() ? 1.0 : column.denominators[i];
    double influence = column.values[i] - ratio * denominator;
    if (!column.offsets.empty()) {
      influence += per_offset * (column.offsets[i] - column.offset_mean * column.defined[i]);
    }
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

Interval interval_of(std::vector<double> resampled, const Prepared& column, const BootstrapOptions& options) {
  std::sort(resampled.begin(), resampled.end());
  std::pair<double, double> levels{0.5 * (1.0 - options.confidence), 0.5 * (1.0 + options.confidence)};
  const bool bca = options.method == BootstrapMethod::bca;
  if (bca && resampled.front() < resampled.back()) {
    levels = bca_levels(resampled, column.estimate(), acceleration(column), options.confidence);
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
  std::vector<size_t> offset_at;
  for (const Prepared& column : prepared) {
    value_at.push_back(sums_of.size());
    sums_of.emplace_back(column.values);
    denominator_at.push_back(column.denominators.empty() ? 0 : sums_of.size());
    if (!column.denominators.empty()) sums_of.emplace_back(column.denominators);
    offset_at.push_back(sums_of.size());
    if (column.offsets.empty()) continue;
    sums_of.emplace_back(column.offsets);
    sums_of.emplace_back(column.defined);
  }
  const std::vector<double> sums = resampled_sums(sums_of, keys, options.resamples, Weighting::poisson, options.seed);

  for (size_t c = 0; c < columns.size(); ++c) {
    const Prepared& column = prepared[c];
    Estimate& estimate = estimates[c];
    estimate.n = column.n;
    estimate.n_undefined = units - column.n;
    if (!(column.denominator_sum > 0)) continue;
    estimate.value = column.estimate();
    if (column.n < 2) continue;
    std::vector<double> resampled;
    for (size_t r = 0; r < options.resamples; ++r) {
      const double* sum = sums.data() + r * sums_of.size();
      if (!(sum[denominator_at[c]] > 0)) continue;
      resampled.push_back(sum[value_at[c]] / sum[denominator_at[c]]);
      if (!column.offsets.empty()) resampled.back() += sum[offset_at[c]] / sum[offset_at[c] + 1];
    }
    if (resampled.size() >= 2) estimate.interval = interval_of(std::move(resampled), column, options);
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
