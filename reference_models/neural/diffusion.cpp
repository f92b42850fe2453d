#include "reference_models/neural/diffusion.h"

#include <fmt/format.h>

#include <cmath>

#include "harness/system/error.h"
#include "reference_models/neural/neural_model.h"

namespace recgauge::reference_models {
namespace {

constexpr int64_t kRemembered = 10;
constexpr double kUniformShare = 0.001;
constexpr double kFirstVariance = 1e-5;

}  // namespace

// "linear-var" of the authors' code: the variance of x_t, not beta, is linear in t.
DiffusionProcess::DiffusionProcess(size_t steps, double scale, double minimum, double maximum, FirstVariance first) {
  double kept = 1.0;
  for (size_t t = 0; t < steps; ++t) {
    const double share = steps > 1 ? static_cast<double>(t) / static_cast<double>(steps - 1) : 0.0;
    const double variance = scale * (minimum + share * (maximum - minimum));
    const double before = kept;
    kept = 1.0 - variance;
    betas_.push_back(std::min(1.0 - kept / before, 0.999));
  }
  if (first == FirstVariance::fixed) betas_[0] = kFirstVariance;
  for (const double beta : betas_) kept_.push_back((kept_.empty() ? 1.0 : kept_.back()) * (1.0 - beta));
}

double DiffusionProcess::start_factor(size_t t) const { return std::sqrt(kept_[t]); }
double DiffusionProcess::noise_factor(size_t t) const { return std::sqrt(1.0 - kept_[t]); }

double DiffusionProcess::mean_start_factor(size_t t) const {
  return betas_[t] * std::sqrt(kept_before(t)) / (1.0 - kept_[t]);
}

double DiffusionProcess::mean_noisy_factor(size_t t) const {
  return (1.0 - kept_before(t)) * std::sqrt(1.0 - betas_[t]) / (1.0 - kept_[t]);
}

double DiffusionProcess::weight(size_t t) const {
  if (t == 0) return 1.0;
  return kept_[t - 1] / (1.0 - kept_[t - 1]) - kept_[t] / (1.0 - kept_[t]);
}

Denoiser::Denoiser(const std::vector<int64_t>& widths, int64_t step_width, double dropout)
    : step_width_(step_width), dropout_(dropout) {
  step_layer_ = layer("step", step_width, step_width);
  for (size_t i = 0; i + 1 < widths.size(); ++i) {
    layers_.push_back(layer(fmt::format("layer{}", i), widths[i] + (i == 0 ? step_width : 0), widths[i + 1]));
  }
}

std::pair<torch::Tensor, torch::Tensor> Denoiser::layer(const std::string& name, int64_t inputs, int64_t outputs) {
  const double deviation = std::sqrt(2.0 / static_cast<double>(inputs + outputs));
  return {register_parameter(name + "_weight", torch::randn({outputs, inputs}) * deviation),
          register_parameter(name + "_bias", torch::randn({outputs}) * 0.001)};
}

torch::Tensor step_embedding(const torch::Tensor& steps, int64_t width) {
  const int64_t half = width / 2;
  const auto options = torch::TensorOptions(torch::kFloat32).device(steps.device());
  const torch::Tensor frequencies = torch::exp(torch::arange(half, options) * (-std::log(10000.0) / double(half)));
  const torch::Tensor angles = steps.to(torch::kFloat32).unsqueeze(1) * frequencies.unsqueeze(0);
  const torch::Tensor embedding = torch::cat({torch::cos(angles), torch::sin(angles)}, 1);
  return width % 2 == 0 ? embedding : torch::cat({embedding, torch::zeros({steps.size(0), 1}, options)}, 1);
}

torch::Tensor Denoiser::forward(const torch::Tensor& noisy, const torch::Tensor& steps) {
  const torch::Tensor step =
      torch::addmm(step_layer_.second, step_embedding(steps, step_width_), step_layer_.first.t());
  torch::Tensor x = torch::cat({torch::dropout(noisy, dropout_, is_training()), step}, 1);
  for (size_t i = 0; i < layers_.size(); ++i) {
    x = torch::addmm(layers_[i].second, x, layers_[i].first.t());
    if (i + 1 < layers_.size()) x = torch::tanh(x);
  }
  return x;
}

Diffusion::Diffusion(const ModelParameters& parameters, FirstVariance first, torch::nn::Module& root)
    : process_(parameters.whole("steps"), parameters.real("noise_scale"), parameters.real("noise_minimum"),
               parameters.real("noise_maximum"), first),
      sampling_steps_(parameters.whole("sampling_steps")),
      reweights_(parameters.choice("reweight") == "yes") {
  if (sampling_steps_ > process_.steps()) {
    throw ConfigError(fmt::format("sampling_steps ({}) must not exceed steps ({})", sampling_steps_, process_.steps()));
  }
  const auto steps = static_cast<int64_t>(process_.steps());
  history_ = root.register_buffer("step_losses", torch::zeros({steps, kRemembered}, torch::kFloat64));
  counts_ = root.register_buffer("step_counts", torch::zeros({steps}, torch::kInt64));
}

torch::Tensor Diffusion::step_chances() const {
  const auto steps = static_cast<int64_t>(process_.steps());
  const torch::Tensor uniform = torch::full({steps}, 1.0 / static_cast<double>(steps), torch::kFloat64);
  if (!counts_.eq(kRemembered).all().item<bool>()) return uniform;
  const torch::Tensor size = history_.to(torch::kCPU).square().mean(1).sqrt();
  return size / size.sum() * (1.0 - kUniformShare) + uniform * kUniformShare;
}

// The oldest loss of a full row makes place for the new one.
void Diffusion::remember(const std::vector<int64_t>& steps, const torch::Tensor& losses) {
  const torch::Tensor values = losses.detach().to(torch::kCPU).to(torch::kFloat64);
  torch::Tensor history_here = history_.to(torch::kCPU);
  torch::Tensor counts_here = counts_.to(torch::kCPU);
  auto history = history_here.accessor<double, 2>();
  auto counts = counts_here.accessor<int64_t, 1>();
  const auto value = values.accessor<double, 1>();
  for (size_t i = 0; i < steps.size(); ++i) {
    auto row = history[steps[i]];
    int64_t& count = counts[steps[i]];
    if (count == kRemembered) {
      for (int64_t j = 1; j < kRemembered; ++j) row[j - 1] = row[j];
      --count;
    }
    row[count++] = value[static_cast<int64_t>(i)];
  }
  if (history_.is_cpu()) return;
  history_.copy_(history_here);
  counts_.copy_(counts_here);
}

torch::Tensor Diffusion::by_step(const std::vector<int64_t>& steps,
                                 double (DiffusionProcess::*factor)(size_t) const) const {
  std::vector<float> values;
  for (const int64_t t : steps) values.push_back(static_cast<float>((process_.*factor)(static_cast<size_t>(t))));
  return to_tensor(values, history_.device());
}

DiffusionLoss Diffusion::loss(Denoiser& denoiser, const torch::Tensor& start) {
  const torch::Tensor chances = step_chances();
  const torch::Tensor drawn = torch::multinomial(chances, start.size(0), true);
  const std::vector<int64_t> steps(drawn.data_ptr<int64_t>(), drawn.data_ptr<int64_t>() + drawn.numel());
  const torch::Tensor noisy = start * by_step(steps, &DiffusionProcess::start_factor).unsqueeze(1) +
                              torch::randn_like(start) * by_step(steps, &DiffusionProcess::noise_factor).unsqueeze(1);
  const torch::Tensor guess = denoiser.forward(noisy, drawn.to(start.device()));
  torch::Tensor losses = (start - guess).square().mean(1);
  if (reweights_) losses = losses * by_step(steps, &DiffusionProcess::weight);
  remember(steps, losses);
  const torch::Tensor odds = chances.index_select(0, drawn) * static_cast<double>(process_.steps());
  return {(losses / odds.to(torch::kFloat32).to(start.device())).mean(), guess};
}

torch::Tensor Diffusion::denoise(Denoiser& denoiser, torch::Tensor x) const {
  // The noise's mean: an answer must not depend on a draw.
  if (sampling_steps_ > 0) x = x * process_.start_factor(sampling_steps_ - 1);
  for (size_t t = process_.steps(); t-- > 0;) {
    const torch::Tensor step = torch::full({x.size(0)}, static_cast<int64_t>(t), torch::kInt64);
    x = denoiser.forward(x, step) * process_.mean_start_factor(t) + x * process_.mean_noisy_factor(t);
  }
  return x;
}

}  // namespace recgauge::reference_models
