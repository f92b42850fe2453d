// GRU4Rec: a recurrent network over a user's sequence.
#pragma once

#include "reference_models/neural/sequence_losses.h"
#include "reference_models/neural/sequence_model.h"

namespace recgauge::reference_models {

/// Hidasi et al. 2016 with the constrained embedding of the authors' code: one item table for input and scores, with a
/// bias by item. Weights uniform by Glorot.
class Gru4RecNetwork : public torch::nn::Module {
 public:
  Gru4RecNetwork(int64_t items, int64_t width, int64_t layers, double dropout);
  /// tokens x width.
  torch::Tensor forward(const SequenceBatch& batch);
  const torch::Tensor& items() const { return items_; }
  const torch::Tensor& bias() const { return bias_; }

 private:
  int64_t layers_;
  double dropout_;
  torch::Tensor items_;
  torch::Tensor bias_;
  std::vector<torch::Tensor> recurrent_;  // input and state weights and biases by layer
};

/// Whole sequences are trained on at once, where the authors' code steps through sessions in parallel. BPR-max draws
/// its negatives once a step, shared by all positions.
class Gru4Rec : public SequenceModel {
 public:
  using SequenceModel::SequenceModel;

 protected:
  void take_data(const Interactions& train) override;
  std::shared_ptr<torch::nn::Module> make_network() override;
  torch::Tensor loss(std::span<const uint32_t> examples, const TrainingStep& step) override;
  torch::Tensor states(const SequenceBatch& batch) const override { return gru_->forward(batch); }
  torch::Tensor item_table() const override { return gru_->items(); }
  torch::Tensor item_bias() const override { return gru_->bias(); }

 private:
  std::shared_ptr<Gru4RecNetwork> gru_;
  std::unique_ptr<PopularityDraw> draw_;
};

}  // namespace recgauge::reference_models
