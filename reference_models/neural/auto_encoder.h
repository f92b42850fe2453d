// Mult-VAE and Mult-DAE: a user's items go through a narrow code and come back as a distribution over all items.
#pragma once

#include "reference_models/neural/item_bags.h"
#include "reference_models/neural/neural_model.h"

namespace recgauge::reference_models {

/// Liang et al. 2018. A row of items is scaled to length 1, partly hidden (training), encoded, and decoded to logits.
/// tanh everywhere but at code (VAE) and logits. The first and last layers' weights are items x width.
class AutoEncoderNetwork : public torch::nn::Module {
 public:
  struct Shape {
    int64_t items = 0;
    int64_t hidden = 0;  ///< 0 for no layer between items and code
    int64_t latent = 0;
    double dropout = 0.0;
    bool variational = false;
  };

  explicit AutoEncoderNetwork(const Shape& shape);

  struct Output {
    torch::Tensor last_hidden;  ///< rows x width of the last hidden layer
    torch::Tensor divergence;   ///< mean over rows of KL(code || standard normal); 0 without `variational`
  };
  /// In training mode hides items and draws codes; otherwise the code is its mean.
  Output encode(const BagTensors& bags);
  torch::Tensor logits(const torch::Tensor& last_hidden) const;
  /// Sum of the squared weights, biases excepted.
  torch::Tensor squared_weights() const;

  const torch::Tensor& output_weight() const { return output_weight_; }
  const torch::Tensor& output_bias() const { return output_bias_; }

 private:
  torch::Tensor dense_layer(const std::string& name, int64_t inputs, int64_t outputs);

  Shape shape_;
  torch::Tensor input_weight_;
  torch::Tensor input_bias_;
  torch::Tensor output_weight_;
  torch::Tensor output_bias_;
  torch::Tensor code_weight_, code_bias_;        // hidden -> code, or nothing
  torch::Tensor decoder_weight_, decoder_bias_;  // code -> hidden, or nothing
};

/// Weight of the divergence at a step: rises linearly over `anneal_steps` to `anneal_cap` (Liang et al. 2018).
double divergence_weight(const ModelParameters& parameters, size_t step);

/// The loss is the multinomial likelihood of the whole row, plus the divergence with a weight that rises linearly over
/// `anneal_steps` to `anneal_cap`, plus `l2` times the squared weights.
class AutoEncoder : public NeuralModel {
 public:
  AutoEncoder(const ModelKind& kind, const ModelParameters& parameters);
  std::unique_ptr<ScoredBlock> prepare(std::span<const Request> requests) const override;

 protected:
  std::shared_ptr<torch::nn::Module> make_network() override;
  void take_data(const Interactions& train) override;
  void publish() override;
  size_t example_count() const override { return rows_.size(); }
  torch::Tensor loss(std::span<const uint32_t> examples, const TrainingStep& step) override;

 private:
  bool variational_;
  ItemBags rows_;
  std::shared_ptr<AutoEncoderNetwork> auto_encoder_;
  FactorMatrix output_;
  std::vector<float> output_bias_;
};

}  // namespace recgauge::reference_models
