// What one trajectory's values by step say: how steep, how bent, how soon back. Values are NaN at steps that were not
// answered.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace recgauge::drift {

/// Slope by step of the least-squares line through the defined values. NaN for fewer than two.
double drift_slope(std::span<const double> by_step);

/// The change that the slope makes from the first step to the last: slope * (steps - 1). NaN likewise.
double total_drift(std::span<const double> by_step);

/// DIFF-TO-LINEAR (Tomlein et al. 2021): sum over steps of the value minus the straight line between the first and the
/// last defined value. Above 0 the change came early, below 0 late. NaN for fewer than two defined values.
double diff_to_linear(std::span<const double> by_step);

/// When a share that rose has fallen back after a user turned away.
struct Recovery {
  double level_before = 0.0;    ///< mean of the first `window` values
  double level_at_turn = 0.0;   ///< mean of the last `window` values before the turn
  bool risen = false;           ///< level_at_turn is above level_before: there is something to recover from
  std::optional<size_t> steps;  ///< from the turn (1 is the first value after it) until recovered; nothing if not seen
  size_t observed = 0;          ///< values after the turn
  std::vector<double> excess;   ///< of that mean over the level that counts as recovered, by step after the turn
};

/// Recovered is the first step after `turn` at which the mean of the last `window` values since the turn is at most
/// level_before + tolerance * (level_at_turn - level_before). Fewer than `window` values since the turn are averaged as
/// they are. `turn` is the position of the first value after it. NaN values are left out of means. Nothing where a
/// level is undefined.
std::optional<Recovery> recovery(std::span<const double> by_step, size_t turn, size_t window, double tolerance);

}  // namespace recgauge::drift
