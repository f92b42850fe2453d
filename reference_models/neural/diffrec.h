// DiffRec: a user's items are the start of a diffusion; a network learns to guess them from a noisy version.
#pragma once

#include "reference_models/neural/diffusion.h"
#include "reference_models/neural/item_bags.h"
#include "reference_models/neural/neural_model.h"

namespace recgauge::reference_models {

/// Wang et al. 2023. With `temporal` it is their T-DiffRec: a history's items weigh from weight_minimum for the oldest
/// to 1 for the newest.
class DiffRec : public NeuralModel {
 public:
  DiffRec(const ModelKind& kind, const ModelParameters& parameters);
  std::unique_ptr<ScoredBlock> prepare(std::span<const Request> requests) const override;

 protected:
  std::shared_ptr<torch::nn::Module> make_network() override;
  void take_data(const Interactions& train) override { rows_ = bags_of(train, oldest_weight_); }
  void publish() override {}
  size_t example_count() const override { return rows_.size(); }
  torch::Tensor loss(std::span<const uint32_t> examples, const TrainingStep& step) override;

 private:
  double oldest_weight_;
  ItemBags rows_;
  std::shared_ptr<torch::nn::Module> root_;
  std::shared_ptr<Denoiser> denoiser_;
  std::unique_ptr<Diffusion> diffusion_;
};

/// Weight of the oldest item of a history by the parameters temporal and weight_minimum.
double oldest_weight(const ModelParameters& parameters);

}  // namespace recgauge::reference_models
