// Diffusion over rows of numbers: the Gaussian process, the network that guesses the start from a noisy version, and
// how steps are drawn in training. DiffRec uses it over items, L-DiffRec over codes.
#pragma once

#include <vector>

#include "reference_models/neural/torch.h"
#include "reference_models/scoring/model_kind.h"

namespace recgauge::reference_models {

/// Whether the first step's variance is 1e-5, as in DiffRec's code, or on the schedule as in L-DiffRec's.
enum class FirstVariance : uint8_t { fixed, scheduled };

/// The Gaussian process of Wang et al. 2023: variances rise linearly from scale * minimum to scale * maximum. All by
/// step, in double precision.
class DiffusionProcess {
 public:
  DiffusionProcess(size_t steps, double scale, double minimum, double maximum, FirstVariance first);

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

/// Linear layers of these widths, the first of which also gets the embedding of the step, with tanh between. Weights
/// normal by Glorot, biases normal with deviation 0.001.
class Denoiser : public torch::nn::Module {
 public:
  Denoiser(const std::vector<int64_t>& widths, int64_t step_width, double dropout);
  /// noisy: rows x first width; steps: int64 by row. Gives the guessed start, rows x last width.
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

struct DiffusionLoss {
  torch::Tensor loss;   ///< mean over rows, a scalar
  torch::Tensor guess;  ///< of the start, rows x width
};

/// Steps are drawn by the root mean square of their last ten losses once all have ten, uniformly before.
class Diffusion {
 public:
  /// From the parameters steps, noise_*, sampling_steps and reweight. What is remembered of the steps is registered
  /// with `root`, so that training resumes exactly. Throws ConfigError when sampling_steps exceeds steps.
  Diffusion(const ModelParameters& parameters, FirstVariance first, torch::nn::Module& root);

  DiffusionLoss loss(Denoiser& denoiser, const torch::Tensor& start);
  /// `x` without its noise, step by step; on the CPU.
  torch::Tensor denoise(Denoiser& denoiser, torch::Tensor x) const;

 private:
  torch::Tensor step_chances() const;
  void remember(const std::vector<int64_t>& steps, const torch::Tensor& losses);
  torch::Tensor by_step(const std::vector<int64_t>& steps, double (DiffusionProcess::*factor)(size_t) const) const;

  DiffusionProcess process_;
  size_t sampling_steps_;
  bool reweights_;
  torch::Tensor history_;  // steps x 10, the last losses
  torch::Tensor counts_;   // int64 by step
};

}  // namespace recgauge::reference_models
