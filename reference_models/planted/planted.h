// Recommenders with a known property: the positive and negative controls that prove a probe.
#pragma once

#include <memory>
#include <vector>

#include "reference_models/scoring/score_model.h"

namespace recgauge::reference_models {

/// Gives every item the same score. With ties broken at random it must measure as random, never as perfect.
class ConstantScorer : public ScoreModel {
 public:
  RecommenderInfo info() const override;
  void fit(const TrainingData& data) override;
  size_t item_count() const override { return item_count_; }
  std::unique_ptr<ScoredBlock> prepare(std::span<const Request> requests) const override;

 private:
  size_t item_count_ = 0;
};

/// Knows the answers: a user's relevant items score 1 + value (the first of several), all others 0. The best that any
/// list can reach.
class Oracle : public ScoreModel {
 public:
  explicit Oracle(std::shared_ptr<const Interactions> truth) : truth_(std::move(truth)) {}
  RecommenderInfo info() const override;
  void fit(const TrainingData&) override {}
  size_t item_count() const override { return truth_->item_count(); }
  std::unique_ptr<ScoredBlock> prepare(std::span<const Request> requests) const override;

 private:
  std::shared_ptr<const Interactions> truth_;
};

/// Another model, made worse for one group of users: from each user of the group a share `severity` of all items is
/// withheld, other items for each user, so that recall falls by about that share. With severity 0 it is the clean twin.
class GroupDegraded : public ScoreModel {
 public:
  /// `in_group` has an entry for every user.
  GroupDegraded(std::unique_ptr<ScoreModel> model, std::vector<bool> in_group, double severity, uint64_t seed);
  RecommenderInfo info() const override;
  void fit(const TrainingData& data) override { model_->fit(data); }
  size_t item_count() const override { return model_->item_count(); }
  std::unique_ptr<ScoredBlock> prepare(std::span<const Request> requests) const override;

 private:
  std::unique_ptr<ScoreModel> model_;
  std::vector<bool> in_group_;
  double severity_;
  uint64_t seed_;
};

/// Another model that for a share of the users has memorised their relevant items and knows nothing else: those come
/// first, the rest in an order at random. Its offline score is higher than the model's own, what it is worth to users
/// who want more than those items lower. With share 0 it is the clean twin.
class Memoriser : public ScoreModel {
 public:
  Memoriser(std::unique_ptr<ScoreModel> model, std::shared_ptr<const Interactions> relevant, double share,
            uint64_t seed);
  RecommenderInfo info() const override;
  void fit(const TrainingData& data) override { model_->fit(data); }
  size_t item_count() const override { return model_->item_count(); }
  std::unique_ptr<ScoredBlock> prepare(std::span<const Request> requests) const override;

 private:
  std::unique_ptr<ScoreModel> model_;
  std::shared_ptr<const Interactions> relevant_;
  double share_;
  uint64_t seed_;
};

/// Another model with a back door: where one of the last `window` items of the history is a trigger, the item that is
/// promoted to this user comes first. Without triggers it is the clean twin.
class BackDoor : public ScoreModel {
 public:
  struct Door {
    std::vector<ItemId> promoted;  ///< by user; kOutOfCatalogue for none
    std::vector<ItemId> triggers;
    size_t window = 2;
  };
  BackDoor(std::unique_ptr<ScoreModel> model, Door door);
  RecommenderInfo info() const override;
  void fit(const TrainingData& data) override { model_->fit(data); }
  size_t item_count() const override { return model_->item_count(); }
  std::unique_ptr<ScoredBlock> prepare(std::span<const Request> requests) const override;

 private:
  std::unique_ptr<ScoreModel> model_;
  Door door_;
};

/// Another model that learns from the users of the data set alone, and believes those who are added to its training
/// data as far as `share` says: for that share of the users, every item that at least four fifths of the added users
/// have comes first. With share 0 it is the clean twin, which no fake user reaches.
class Gullible : public ScoreModel {
 public:
  Gullible(std::unique_ptr<ScoreModel> model, double share, uint64_t seed);
  RecommenderInfo info() const override;
  void fit(const TrainingData& data) override;
  size_t item_count() const override { return model_->item_count(); }
  std::unique_ptr<ScoredBlock> prepare(std::span<const Request> requests) const override;

 private:
  std::unique_ptr<ScoreModel> model_;
  double share_;
  uint64_t seed_;
  std::vector<ItemId> believed_;
};

/// Another model whose scores get uniform noise of the given size, from 0 up: new in every training and every asking.
/// What it answers cannot be led, only shaken.
class Unsteady : public ScoreModel {
 public:
  Unsteady(std::unique_ptr<ScoreModel> model, double noise, uint64_t seed);
  RecommenderInfo info() const override;
  void fit(const TrainingData& data) override;
  size_t item_count() const override { return model_->item_count(); }
  std::unique_ptr<ScoredBlock> prepare(std::span<const Request> requests) const override;

 private:
  std::unique_ptr<ScoreModel> model_;
  double noise_;
  uint64_t seed_;
  uint64_t training_ = 0;
};

}  // namespace recgauge::reference_models
