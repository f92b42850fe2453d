// The baselines themselves. Each is what its paper says; what differs stands at the class.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "reference_models/scoring/factor_scores.h"
#include "reference_models/scoring/model_kind.h"
#include "reference_models/scoring/score_model.h"

namespace recgauge::reference_models {

/// What all baselines share: their kind and effective parameters.
class Baseline : public ScoreModel {
 public:
  Baseline(const ModelKind& kind, ModelParameters parameters) : kind_(kind), parameters_(std::move(parameters)) {}
  RecommenderInfo info() const override;
  size_t item_count() const override { return item_count_; }

 protected:
  const ModelParameters& parameters() const { return parameters_; }
  size_t item_count_ = 0;

 private:
  const ModelKind& kind_;
  ModelParameters parameters_;
};

/// Scores by a hash of seed, user and item: uniform in [0, 1).
class RandomBaseline : public Baseline {
 public:
  using Baseline::Baseline;
  void fit(const TrainingData& data) override;
  std::unique_ptr<ScoredBlock> prepare(std::span<const Request> requests) const override;

 private:
  uint64_t seed_ = 0;
};

/// Scores by the number of training interactions.
class PopularityBaseline : public Baseline {
 public:
  using Baseline::Baseline;
  void fit(const TrainingData& data) override;
  std::unique_ptr<ScoredBlock> prepare(std::span<const Request> requests) const override;

 private:
  std::vector<float> counts_;
};

/// Compressed sparse rows of (item, weight), items ascending within a row.
struct SparseRows {
  std::vector<uint64_t> offsets;
  std::vector<uint32_t> items;
  std::vector<float> weights;
};

/// First-order Markov chain over each user's sequence: P(next | last), smoothed towards popularity:
/// (count(last, next) + s * share(next)) / (count(last) + s).
class MarkovBaseline : public Baseline {
 public:
  using Baseline::Baseline;
  void fit(const TrainingData& data) override;
  std::unique_ptr<ScoredBlock> prepare(std::span<const Request> requests) const override;

 private:
  SparseRows successors_;        // raw counts by last item
  std::vector<float> outgoing_;  // transitions out of an item
  std::vector<float> share_;     // of all training interactions
};

/// Item-based nearest neighbours (Sarwar et al. 2001; shrinkage as in Bell & Koren 2007): an item scores the sum of its
/// similarity to the history's items, over its `neighbours` most similar items.
class ItemKnnBaseline : public Baseline {
 public:
  using Baseline::Baseline;
  void fit(const TrainingData& data) override;
  std::unique_ptr<ScoredBlock> prepare(std::span<const Request> requests) const override;

 private:
  SparseRows similar_;  // by history item: the items that count it among their neighbours
};

/// Embarrassingly shallow autoencoder (Steck 2019), in closed form. Double precision up to 8,192 items, single above.
class EaseBaseline : public Baseline {
 public:
  using Baseline::Baseline;
  void fit(const TrainingData& data) override;
  std::unique_ptr<ScoredBlock> prepare(std::span<const Request> requests) const override;

 private:
  FactorMatrix weights_;  // items x items
};

/// Implicit-feedback matrix factorisation by alternating least squares (Hu, Koren & Volinsky 2008) with the
/// frequency-scaled regularisation of Rendle et al. 2021: lambda * (count + unobserved_weight *
/// others)^frequency_exponent. A request's factors are always folded in from the history it shows, so held-out users
/// are served like all others.
class IalsBaseline : public Baseline {
 public:
  using Baseline::Baseline;
  void fit(const TrainingData& data) override;
  std::unique_ptr<ScoredBlock> prepare(std::span<const Request> requests) const override;

 private:
  FactorMatrix items_;
  std::vector<float> gram_;  // unobserved_weight * items^T items, dimension x dimension
};

}  // namespace recgauge::reference_models
