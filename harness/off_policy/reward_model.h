// What a reward model believes that every action would have earned: regression on the log, always predicted for rounds
// that it was not fitted on.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace recgauge::off_policy {

/// What the model sees of a log, by round; contexts are rounds x context_count by rows.
struct RewardData {
  std::span<const uint32_t> actions;
  size_t action_count = 0;
  std::span<const uint32_t> positions;  ///< empty where there is one position
  size_t position_count = 1;
  std::span<const double> contexts;
  size_t context_count = 0;
  std::span<const double> rewards;
  std::span<const uint64_t> units;  ///< rounds of a unit are in one fold; empty: every round is its own
};

struct RewardModelOptions {
  uint32_t folds = 3;
  double ridge = 1.0;  ///< penalty on the squares of all coefficients but the intercept
  uint32_t most_steps = 25;
  uint64_t seed = 0;
};

/// Predicted rewards of all actions in all rounds, rounds x action_count by rows: each by a model of the other folds.
/// Rewards in [0, 1] are fitted by logistic regression (Newton's method), others by linear regression. Terms: one per
/// action, position and context. Fewer rounds than folds, or no rounds: the mean reward everywhere.
std::vector<double> cross_fitted_rewards(const RewardData& data, const RewardModelOptions& options);

/// The same by one model that is fitted on the rounds of which `is_fitted` is not 0.
std::vector<double> fitted_rewards(const RewardData& data, std::span<const uint8_t> is_fitted,
                                   const RewardModelOptions& options);

/// The fold of every round: a function of seed and unit alone.
std::vector<uint32_t> reward_folds(size_t rounds, std::span<const uint64_t> units, const RewardModelOptions& options);

}  // namespace recgauge::off_policy
