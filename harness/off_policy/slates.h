// What a policy that shows lists would have earned, from logs of lists: estimators that assume more about how users
// look at a list need less overlap.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "harness/statistics/bootstrap.h"

namespace recgauge::off_policy {

enum class SlateEstimatorKind : uint8_t {
  standard_ips,     ///< mean(w_1..K sum_k a_k r_k): any user (Swaminathan et al. 2017)
  independent_ips,  ///< mean(sum_k a_k w_k r_k), w_k of the marginals: users who judge places alone (Li et al. 2018)
  reward_interaction_ips,  ///< mean(sum_k a_k w_1..k r_k): users who go from the top (McInerney et al. 2020)
  cascade_doubly_robust    ///< the same with a model of what is still to come (Kiyohara et al. 2022)
};

/// A log of lists of `length` places; matrices of rounds x length by rows. Probabilities are those of the item shown.
struct SlateRounds {
  size_t length = 0;
  std::span<const double> rewards;
  std::span<const double> logged;              ///< given the items above, under the policy that logged; positive
  std::span<const double> evaluated;           ///< likewise, under the policy to evaluate
  std::span<const double> logged_marginal;     ///< at that place whatever stands above; empty if not known
  std::span<const double> evaluated_marginal;  ///< likewise
  std::span<const double> place_weights;       ///< a_k, `length` values; empty for 1 each
  /// Of a model of the weighted rewards from place k on (Q_k): of the item shown, and its mean over the evaluated
  /// policy's choice at place k given the items above. Empty without a model.
  std::span<const double> predicted;
  std::span<const double> expected;

  size_t size() const { return length == 0 ? 0 : rewards.size() / length; }
};

std::string_view name_of(SlateEstimatorKind kind);
std::string_view definition_of(SlateEstimatorKind kind);

/// What the log must hold beyond rewards and probabilities.
bool can_estimate(const SlateRounds& log, SlateEstimatorKind kind);

/// The estimator's value for every round; their mean is the estimate. The log must suffice.
std::vector<double> slate_values(const SlateRounds& log, SlateEstimatorKind kind);

/// Weight by round on which the estimator rests most: of the whole list, or the mean of its places' own weights.
std::vector<double> slate_weights(const SlateRounds& log, SlateEstimatorKind kind);

}  // namespace recgauge::off_policy
