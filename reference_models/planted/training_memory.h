// Recommenders whose memory of their training users is known: what a probe of membership is proved on.
#pragma once

#include <memory>
#include <vector>

#include "reference_models/scoring/score_model.h"

namespace recgauge::reference_models {

/// Another model that has learnt the training rows of a share of its users by heart: whatever such a user is asked
/// with, the items of the own training row come first. With share 0 it is the other model.
class TrainingMemoriser : public ScoreModel {
 public:
  TrainingMemoriser(std::unique_ptr<ScoreModel> model, double share, uint64_t seed);
  RecommenderInfo info() const override;
  void fit(const TrainingData& data) override;
  size_t item_count() const override { return model_->item_count(); }
  std::unique_ptr<ScoredBlock> prepare(std::span<const Request> requests) const override;

 private:
  std::unique_ptr<ScoreModel> model_;
  double share_;
  uint64_t seed_;
  Interactions rows_;
};

/// Another model that learns from everybody but the users who are named, even where the data hold them: the clean twin,
/// whose lists cannot say whether they were there.
class Unaware : public ScoreModel {
 public:
  /// `users` must be among the users of the training data.
  Unaware(std::unique_ptr<ScoreModel> model, std::vector<UserId> users);
  RecommenderInfo info() const override;
  void fit(const TrainingData& data) override;
  size_t item_count() const override { return model_->item_count(); }
  std::unique_ptr<ScoredBlock> prepare(std::span<const Request> requests) const override {
    return model_->prepare(requests);
  }

 private:
  std::unique_ptr<ScoreModel> model_;
  std::vector<UserId> users_;
  Interactions rows_;  // that the model has learnt from; some models keep referring to them
};

}  // namespace recgauge::reference_models
