// A log of single actions against a policy that did not make it: the columns of which every estimator is a mean or a
// ratio, computed in one pass.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace recgauge::off_policy {

/// What was logged, by round. All spans have one entry a round.
struct LoggedRounds {
  std::span<const uint32_t> actions;
  std::span<const double> rewards;
  std::span<const double> propensities;  ///< chance of the logged action under the policy that logged; positive
};

/// What is to be evaluated: rounds x action_count matrices by rows.
struct EvaluatedPolicy {
  size_t action_count = 0;
  std::span<const double> probabilities;      ///< of every action in every round; rows sum to 1
  std::span<const double> predicted_rewards;  ///< of a reward model; empty where there is none
};

/// Terms by round. Columns of the reward model are empty without one.
struct RoundTerms {
  std::vector<double> weights;       ///< w: probability of the logged action over its propensity
  std::vector<double> rewards;       ///< r
  std::vector<double> model_values;  ///< v: sum over actions of probability x predicted reward
  std::vector<double> residuals;     ///< d: r minus the predicted reward of the logged action

  size_t size() const { return weights.size(); }
  bool has_model() const { return !model_values.empty(); }
};

/// One fused pass over log, policy and predictions. Actions must be below action_count.
RoundTerms make_round_terms(const LoggedRounds& log, const EvaluatedPolicy& policy);

}  // namespace recgauge::off_policy
