// A reference model as a system under test: no wire between question and answer.
#pragma once

#include <memory>

#include "harness/protocol/recommender.h"
#include "reference_models/scoring/score_model.h"
#include "reference_models/scoring/top_k.h"

namespace recgauge::adapters {

/// Owns the model. Asking before fit() is a bug.
class InProcessRecommender : public Recommender, public TrainableRecommender {
 public:
  InProcessRecommender(std::string name, std::unique_ptr<reference_models::ScoreModel> model,
                       reference_models::TopKOptions options);

  RecommenderInfo info() const override;
  std::vector<Response> recommend(std::span<const Request> requests) override;
  TrainableRecommender* trainable() override { return this; }
  void fit(const TrainingData& data) override { model_->fit(data); }

 private:
  std::string name_;
  std::unique_ptr<reference_models::ScoreModel> model_;
  reference_models::TopKOptions options_;
};

}  // namespace recgauge::adapters
