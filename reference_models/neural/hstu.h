// HSTU: attention without softmax over a user's sequence, gated, with biases by distance in place and in time.
#pragma once

#include "reference_models/neural/sequence_model.h"
#include "reference_models/neural/transformer.h"

namespace recgauge::reference_models {

/// Bucket of a distance in time of a relative bias: the whole part of log(max(1, |seconds|)) / 0.301, at most 128.
torch::Tensor time_bucket(const torch::Tensor& seconds);

/// One layer of Zhai et al. 2024 as in their code: normalised input, one product and SiLU for gate, value, query and
/// key; SiLU(query · key + bias) / length weighs the values; what comes of it is normalised, gated and added.
class HstuLayer : public torch::nn::Module {
 public:
  HstuLayer(const TransformerShape& shape, bool times);
  /// tokens x width. Times are used where the layer has a bias for them and the batch has times.
  torch::Tensor forward(const torch::Tensor& x, const SequenceBatch& batch);

 private:
  torch::Tensor bias(const SequenceBatch& batch, const torch::Device& device) const;

  TransformerShape shape_;
  torch::Tensor input_;          // width x 4 width: gate, value, query, key
  torch::Tensor position_bias_;  // by distance, 2 length - 1
  torch::Tensor time_bias_;      // by bucket, or nothing
  torch::Tensor output_weight_, output_bias_;
};

class HstuNetwork : public torch::nn::Module {
 public:
  HstuNetwork(const TransformerShape& shape, bool times);
  /// tokens x width, of length 1.
  torch::Tensor forward(const SequenceBatch& batch);
  /// items x width, of length 1.
  torch::Tensor items() const;

 private:
  TransformerShape shape_;
  torch::Tensor items_;
  torch::Tensor positions_;
  std::vector<std::shared_ptr<HstuLayer>> layers_;
};

/// Cosines divided by a temperature are the logits.
class Hstu : public SequenceModel {
 public:
  /// Throws ConfigError when `heads` does not divide `dimension`.
  Hstu(const ModelKind& kind, const ModelParameters& parameters);

 protected:
  std::shared_ptr<torch::nn::Module> make_network() override;
  torch::Tensor loss(std::span<const uint32_t> examples, const TrainingStep& step) override;
  torch::Tensor states(const SequenceBatch& batch) const override { return hstu_->forward(batch); }
  torch::Tensor item_table() const override { return hstu_->items(); }
  bool uses_times() const override { return parameters().choice("time_bias") == "yes"; }

 private:
  std::shared_ptr<HstuNetwork> hstu_;
};

}  // namespace recgauge::reference_models
