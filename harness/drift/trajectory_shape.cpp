#include "harness/drift/trajectory_shape.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/statistics/tests_of_difference.h"

namespace recgauge::drift {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

}  // namespace

double drift_slope(std::span<const double> by_step) {
  double n = 0.0;
  double sum_x = 0.0;
  double sum_y = 0.0;
  for (size_t i = 0; i < by_step.size(); ++i) {
    if (std::isnan(by_step[i])) continue;
    n += 1.0;
    sum_x += static_cast<double>(i);
    sum_y += by_step[i];
  }
  if (n < 2.0) return kUndefined;
  double covariance = 0.0;
  double variance = 0.0;
  for (size_t i = 0; i < by_step.size(); ++i) {
    if (std::isnan(by_step[i])) continue;
    const double x = static_cast<double>(i) - sum_x / n;
    covariance += x * (by_step[i] - sum_y / n);
    variance += x * x;
  }
  return covariance / variance;
}

double total_drift(std::span<const double> by_step) {
  return drift_slope(by_step) * (static_cast<double>(by_step.size()) - 1.0);
}

double diff_to_linear(std::span<const double> by_step) {
  const auto defined = [](double value) { return !std::isnan(value); };
  const auto first = std::find_if(by_step.begin(), by_step.end(), defined);
  if (first == by_step.end()) return kUndefined;
  const auto last = std::find_if(by_step.rbegin(), by_step.rend(), defined).base() - 1;
  if (first == last) return kUndefined;
  const double slope = (*last - *first) / static_cast<double>(last - first);
  double sum = 0.0;
  for (auto value = first; value != last; ++value) {
    if (defined(*value)) sum += *value - (*first + slope * static_cast<double>(value - first));
  }
  return sum;
}

std::optional<Recovery> recovery(std::span<const double> by_step, size_t turn, size_t window, double tolerance) {
  if (turn == 0 || turn >= by_step.size() || window == 0) return std::nullopt;
  const size_t before = std::min(window, turn);
  Recovery result;
  result.level_before = statistics::mean_of_defined(by_step.first(before));
  result.level_at_turn = statistics::mean_of_defined(by_step.subspan(turn - before, before));
  if (std::isnan(result.level_before) || std::isnan(result.level_at_turn)) return std::nullopt;
  result.risen = result.level_at_turn > result.level_before;
  result.observed = by_step.size() - turn;
  const double goal = result.level_before + tolerance * (result.level_at_turn - result.level_before);
  for (size_t step = 1; step <= result.observed; ++step) {
    const size_t length = std::min(window, step);
    const double level = statistics::mean_of_defined(by_step.subspan(turn + step - length, length));
    result.excess.push_back(level - goal);
    if (level <= goal && !result.steps) result.steps = step;
  }
  return result;
}

}  // namespace recgauge::drift
