// DiffRec: a user's items are the start of a diffusion; a network learns to guess them from a noisy version.
#pragma once

#include "reference_models/neural/item_bags.h"
#include "reference_models/neural/neural_model.h"

namespace recgauge::reference_models {

/// The Gaussian process of Wang et al. 2023: variances rise linearly from scale * minimum to scale * maximum, and the
/// first step's is fixed at 1e-5, as in their code. All by step, in double precision.
class DiffusionProcess {
 public:
  DiffusionProcess(size_t steps, double scale, double minimum, double maximum);

  size_t steps() const { return kept_.size(); }
  /// Factors of start and noise in q(x_t | x_0).
  double start_factor(size_t t) const;
  double noise_factor(size_t t) const;
  /// Factors of the guessed start and of x_t in the mean of q(x_(t-1) | x_t, x_0).
  double mean_start_factor(size_t t) const;
  double mean_noisy_factor(size_t t) const;
  /// Weight of a step's error in the likelihood: SNR(t - 1) - SNR(t), and 1 for the first step.
  double weight(size_t t) const;

 private:
  double kept_before(size_t t) const { return t == 0 ? 1.0 : kept_[t - 1]; }

  std::vector<double> betas_;
  std::vector<double> kept_;  // product of 1 - beta up to t
};

/// items (+ step embedding) -> hidden -> bottleneck -> hidden -> items with tanh between. Weights normal by Glorot,
/// biases normal with deviation 0.001.
class DiffRecNetwork : public torch::nn::Module {
 public:
  DiffRecNetwork(int64_t items, int64_t hidden, int64_t bottleneck, int64_t step_width, double dropout);
  /// noisy: rows x items; steps: int64 by row. Gives the guessed start, rows x items.
  torch::Tensor forward(const torch::Tensor& noisy, const torch::Tensor& steps);

 private:
  std::pair<torch::Tensor, torch::Tensor> layer(const std::string& name, int64_t inputs, int64_t outputs);

  int64_t step_width_;
  double dropout_;
  std::vector<std::pair<torch::Tensor, torch::Tensor>> layers_;
  std::pair<torch::Tensor, torch::Tensor> step_layer_;
};

/// Sines and cosines of a step (Vaswani et al. 2017), steps x width.
torch::Tensor step_embedding(const torch::Tensor& steps, int64_t width);

/// Steps are drawn by the root mean square of their last ten losses once all have ten, uniformly before.
class DiffRec : public NeuralModel {
 public:
  using NeuralModel::NeuralModel;
  std::unique_ptr<ScoredBlock> prepare(std::span<const Request> requests) const override;

 protected:
  std::shared_ptr<torch::nn::Module> make_network() override;
  void take_data(const Interactions& train) override;
  void publish() override {}
  size_t example_count() const override { return rows_.size(); }
  torch::Tensor loss(std::span<const uint32_t> examples, const TrainingStep& step) override;

 private:
  torch::Tensor step_chances() const;
  void remember(const std::vector<int64_t>& steps, const torch::Tensor& losses);
  torch::Tensor by_step(const std::vector<int64_t>& steps, double (DiffusionProcess::*factor)(size_t) const) const;

  ItemBags rows_;
  std::shared_ptr<torch::nn::Module> root_;
  std::shared_ptr<DiffRecNetwork> diffrec_;
  std::unique_ptr<DiffusionProcess> process_;
  torch::Tensor history_;  // steps x 10, the last losses; part of the network's state so that training resumes exactly
  torch::Tensor counts_;   // int64 by step
};

}  // namespace recgauge::reference_models
