// What the rest of a list is expected to earn, place by place: the model of the cascade doubly robust estimator.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "harness/off_policy/reward_model.h"

namespace recgauge::off_policy {

/// Lists of `length` places; matrices of lists x length by rows. The candidates of list i stand at candidate_ends[i -
/// 1] to candidate_ends[i]; its policy, at the same candidates, in `length` rows one after another: the chance of each
/// at the place, given the items shown above.
struct SlateModelData {
  size_t length = 0;
  size_t item_count = 0;
  std::span<const uint32_t> items;
  std::span<const double> rewards;
  std::span<const uint64_t> candidate_ends;
  std::span<const uint32_t> candidates;
  std::span<const double> policy;
  std::span<const double> contexts;  ///< lists x context_count
  size_t context_count = 0;
  std::span<const uint64_t> units;  ///< lists of a unit are in one fold; empty: every list is its own
};

/// Q_k of the item shown, and its mean over the evaluated policy's choice there: `predicted` and `expected` of
/// SlateRounds.
struct SlatePredictions {
  std::vector<double> predicted;
  std::vector<double> expected;
};

/// From the last place up, Q_k is regressed on item and context: of the reward at place k and what the policy is
/// expected to earn below it (Kiyohara et al. 2022). Every list is predicted by regressions of other folds, down to the
/// last place. Fewer lists than folds: zeros.
SlatePredictions cross_fitted_slate_model(const SlateModelData& data, const RewardModelOptions& options);

}  // namespace recgauge::off_policy
