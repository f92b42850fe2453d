#include "reference_models/text/text_models.h"

#include <cmath>

#include "reference_models/baselines/ease_weights.h"
#include "reference_models/text/head_training.h"
#include "reference_models/text/latent_vectors.h"

namespace recgauge::reference_models {
namespace {

/// What the three share: the vectors, and no parameters of their own to tell (the adapter knows them).
class VectorModel : public ScoreModel {
 public:
  explicit VectorModel(SharedVectors items) : items_(std::move(items)) {}
  RecommenderInfo info() const override { return {}; }
  size_t item_count() const override { return items_->rows; }

 protected:
  const FactorMatrix& items() const { return *items_; }

 private:
  SharedVectors items_;
};

class EncoderOnly : public VectorModel {
 public:
  EncoderOnly(SharedVectors items, double half_life) : VectorModel(std::move(items)), half_life_(half_life) {}
  void fit(const TrainingData&) override {}
  std::unique_ptr<ScoredBlock> prepare(std::span<const Request> requests) const override {
    return std::make_unique<FactorBlock>(history_vectors(requests, items(), half_life_), items());
  }

 private:
  double half_life_;
};

class PredictionHead : public VectorModel {
 public:
  PredictionHead(SharedVectors items, HeadOptions options) : VectorModel(std::move(items)), options_(options) {}

  void fit(const TrainingData& data) override {
    const HeadWeights weights = train_head(data, items(), options_);
    weights_ = weights.product;
    offset_ = weights.item;
    bias_ = log_counts(*data.interactions);
    for (float& bias : bias_) bias *= weights.popularity;
  }

  std::unique_ptr<ScoredBlock> prepare(std::span<const Request> requests) const override {
    FactorMatrix factors = history_vectors(requests, items(), options_.half_life);
    for (size_t row = 0; row < factors.rows; ++row) {
      float* values = factors.row(row);
      for (size_t d = 0; d < factors.dimension; ++d) values[d] = values[d] * weights_[d] + offset_[d];
    }
    return std::make_unique<FactorBlock>(std::move(factors), items(), bias_);
  }

 private:
  HeadOptions options_;
  std::vector<float> weights_;
  std::vector<float> offset_;
  std::vector<float> bias_;  // by item
};

class FeatureEase : public VectorModel {
 public:
  FeatureEase(SharedVectors items, double regularisation, double side_weight)
      : VectorModel(std::move(items)), regularisation_(regularisation), side_weight_(side_weight) {}

  void fit(const TrainingData& data) override {
    FactorMatrix side = items();
    for (float& value : side.values) value *= static_cast<float>(std::sqrt(side_weight_));
    weights_ = ease_weights(*data.interactions, regularisation_, &side);
  }
  std::unique_ptr<ScoredBlock> prepare(std::span<const Request> requests) const override {
    return make_ease_block(weights_, requests);
  }

 private:
  double regularisation_;
  double side_weight_;
  FactorMatrix weights_;
};

}  // namespace

FactorMatrix history_vectors(std::span<const Request> requests, const FactorMatrix& items, double half_life) {
  FactorMatrix users{requests.size(), items.dimension, std::vector<float>(requests.size() * items.dimension, 0.0F)};
  const double decay = half_life > 0.0 ? std::exp2(-1.0 / half_life) : 1.0;
  for (size_t row = 0; row < requests.size(); ++row) {
    const auto history = requests[row].history;
    double weight = 1.0;
    for (size_t i = history.size(); i > 0 && weight > 1e-6; --i, weight *= decay) {
      const float* vector = items.row(index(history[i - 1]));
      for (size_t d = 0; d < items.dimension; ++d) users.row(row)[d] += static_cast<float>(weight) * vector[d];
    }
  }
  scale_rows_to_length_one(users);
  return users;
}

std::unique_ptr<ScoreModel> make_encoder_only(SharedVectors items, double half_life) {
  return std::make_unique<EncoderOnly>(std::move(items), half_life);
}

std::unique_ptr<ScoreModel> make_prediction_head(SharedVectors items, HeadOptions options) {
  return std::make_unique<PredictionHead>(std::move(items), options);
}

std::unique_ptr<ScoreModel> make_feature_ease(SharedVectors items, double regularisation, double side_weight) {
  return std::make_unique<FeatureEase>(std::move(items), regularisation, side_weight);
}

}  // namespace recgauge::reference_models
