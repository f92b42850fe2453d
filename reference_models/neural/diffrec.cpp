#include "reference_models/neural/diffrec.h"

#include "reference_models/scoring/known_rows.h"

namespace recgauge::reference_models {

double oldest_weight(const ModelParameters& parameters) {
  return parameters.choice("temporal") == "yes" ? parameters.real("weight_minimum") : 1.0;
}

DiffRec::DiffRec(const ModelKind& kind, const ModelParameters& parameters)
    : NeuralModel(kind, parameters), oldest_weight_(oldest_weight(parameters)) {}

std::shared_ptr<torch::nn::Module> DiffRec::make_network() {
  const auto whole = [this](const char* name) { return static_cast<int64_t>(parameters().whole(name)); };
  const auto items = static_cast<int64_t>(item_count());
  denoiser_ = std::make_shared<Denoiser>(
      std::vector<int64_t>{items, whole("hidden"), whole("bottleneck"), whole("hidden"), items},
      whole("step_embedding"), parameters().real("dropout"));
  root_ = std::make_shared<torch::nn::Module>();
  root_->register_module("network", denoiser_);
  diffusion_ = std::make_unique<Diffusion>(parameters(), FirstVariance::fixed, *root_);
  return root_;
}

torch::Tensor DiffRec::loss(std::span<const uint32_t> examples, const TrainingStep&) {
  const BagTensors bags = to_tensors(select(rows_, examples), device());
  return diffusion_->loss(*denoiser_, to_dense(bags, static_cast<int64_t>(item_count()))).loss;
}

std::unique_ptr<ScoredBlock> DiffRec::prepare(std::span<const Request> requests) const {
  use_one_thread();
  const torch::NoGradGuard no_gradients;
  const BagTensors bags = to_tensors(bags_of(requests, oldest_weight_), torch::kCPU);
  const torch::Tensor rows = to_dense(bags, static_cast<int64_t>(item_count()));
  return std::make_unique<KnownRows>(to_factors(diffusion_->denoise(*denoiser_, rows)));
}

}  // namespace recgauge::reference_models
