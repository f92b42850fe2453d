// The optimiser of all neural models, as one pass over memory a step, with a state that can be stored.
#pragma once

#include <vector>

#include "reference_models/neural/torch.h"

namespace recgauge::reference_models {

/// Adam (Kingma & Ba 2015; beta1 0.9, beta2 0.999, epsilon 1e-8) with decoupled weight decay (Loshchilov & Hutter
/// 2019). Element by element, so the result does not depend on the number of threads.
class Adam {
 public:
  Adam(std::vector<torch::Tensor> parameters, double weight_decay);

  void zero_gradients();
  /// One update; parameters without a gradient stay as they are.
  void step(double learning_rate);

  const std::vector<torch::Tensor>& parameters() const { return parameters_; }
  std::vector<torch::Tensor>& first_moments() { return first_; }
  std::vector<torch::Tensor>& second_moments() { return second_; }
  int64_t steps() const { return steps_; }
  void set_steps(int64_t steps) { steps_ = steps; }

 private:
  std::vector<torch::Tensor> parameters_;
  std::vector<torch::Tensor> first_;
  std::vector<torch::Tensor> second_;
  double weight_decay_;
  int64_t steps_ = 0;
};

}  // namespace recgauge::reference_models
