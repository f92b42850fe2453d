#include "reference_models/neural/adam.h"

#include <cmath>

#include "harness/system/instruction_sets.h"

namespace recgauge::reference_models {
namespace {

constexpr double kBeta1 = 0.9;
constexpr double kBeta2 = 0.999;
constexpr double kAdamEpsilon = 1e-8;
constexpr int64_t kGrain = 1 << 15;

// What is the same for all elements of a step.
struct StepFactors {
  float rate;    // learning rate / (1 - beta1^t)
  float unbias;  // 1 / (1 - beta2^t)
  float keep;    // 1 - learning rate * weight decay
};

RECGAUGE_FOR_EACH_INSTRUCTION_SET("avx512f", "avx2", "default")
void update(float* value, const float* gradient, float* first, float* second, int64_t size, StepFactors factors) {
  constexpr auto kB1 = static_cast<float>(kBeta1);
  constexpr auto kB2 = static_cast<float>(kBeta2);
#pragma omp simd
  for (int64_t i = 0; i < size; ++i) {
    first[i] = kB1 * first[i] + (1.0F - kB1) * gradient[i];
    second[i] = kB2 * second[i] + (1.0F - kB2) * gradient[i] * gradient[i];
    const float deviation = __builtin_sqrtf(second[i] * factors.unbias) + static_cast<float>(kAdamEpsilon);
    value[i] = factors.keep * value[i] - factors.rate * first[i] / deviation;
  }
}

void update_in_memory(torch::Tensor& value, const torch::Tensor& gradient, torch::Tensor& first, torch::Tensor& second,
                      StepFactors factors) {
  const torch::Tensor dense = gradient.contiguous();
  float* v = value.data_ptr<float>();
  const float* g = dense.data_ptr<float>();
  float* m = first.data_ptr<float>();
  float* s = second.data_ptr<float>();
  at::parallel_for(0, value.numel(), kGrain, [&](int64_t begin, int64_t end) {
    update(v + begin, g + begin, m + begin, s + begin, end - begin, factors);
  });
}

void update_on_device(torch::Tensor& value, const torch::Tensor& gradient, torch::Tensor& first, torch::Tensor& second,
                      StepFactors factors) {
  first.mul_(kBeta1).add_(gradient, 1.0 - kBeta1);
  second.mul_(kBeta2).addcmul_(gradient, gradient, 1.0 - kBeta2);
  const torch::Tensor deviation = (second * factors.unbias).sqrt_().add_(kAdamEpsilon);
  value.mul_(factors.keep).addcdiv_(first, deviation, -factors.rate);
}

}  // namespace

Adam::Adam(std::vector<torch::Tensor> parameters, double weight_decay)
    : parameters_(std::move(parameters)), weight_decay_(weight_decay) {
  for (const torch::Tensor& parameter : parameters_) {
    first_.push_back(torch::zeros_like(parameter, torch::MemoryFormat::Contiguous));
    second_.push_back(torch::zeros_like(parameter, torch::MemoryFormat::Contiguous));
  }
}

void Adam::zero_gradients() {
  for (torch::Tensor& parameter : parameters_) parameter.mutable_grad() = torch::Tensor();
}

void Adam::step(double learning_rate) {
  const torch::NoGradGuard no_gradients;
  ++steps_;
  const auto t = static_cast<double>(steps_);
  const StepFactors factors{static_cast<float>(learning_rate / (1.0 - std::pow(kBeta1, t))),
                            static_cast<float>(1.0 / (1.0 - std::pow(kBeta2, t))),
                            static_cast<float>(1.0 - learning_rate * weight_decay_)};
  for (size_t i = 0; i < parameters_.size(); ++i) {
    if (!parameters_[i].grad().defined()) continue;
    torch::Tensor value = parameters_[i].detach();
    auto* update_one = value.is_cpu() ? update_in_memory : update_on_device;
    update_one(value, parameters_[i].grad(), first_[i], second_[i], factors);
  }
}

}  // namespace recgauge::reference_models
