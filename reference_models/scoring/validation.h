// Questions whose answers are known, by which training decides when to stop.
#pragma once

#include <cstdint>
#include <vector>

#include "harness/data/interactions.h"
#include "reference_models/scoring/score_model.h"

namespace recgauge::reference_models {

/// Interactions cut in two: what is learnt from, and what validates.
struct HeldOut {
  Interactions train;
  Interactions validation;
};

/// Takes the last interaction of users who have at least three, of at most `most_users` users drawn by the seed. All
/// else stays in `train`.
HeldOut hold_out_last(const Interactions& interactions, size_t most_users, uint64_t seed);

/// At most `most_users` users with validation items, drawn by the seed, are asked with their row of `shown`. Both must
/// outlive the object.
class Validation {
 public:
  Validation(const Interactions& shown, const Interactions& held_out, size_t most_users, uint64_t seed);

  bool empty() const { return users_.empty(); }
  size_t size() const { return users_.size(); }
  /// Mean of NDCG@10 (binary gain, ideal over all of a user's items) over the whole catalogue without what is shown.
  double ndcg(const ScoreModel& model) const;

 private:
  const Interactions& shown_;
  const Interactions& held_out_;
  std::vector<UserId> users_;
  uint64_t seed_;
};

}  // namespace recgauge::reference_models
