#include "reference_models/neural/latent_diffrec.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/system/error.h"
#include "reference_models/neural/auto_encoder.h"
#include "reference_models/neural/diffrec.h"
#include "reference_models/neural/item_clusters.h"

namespace recgauge::reference_models {
namespace {

constexpr int64_t kItemVectorWidth = 64;
constexpr uint64_t kClusterSeed = 1;  // clusters belong to the data; the seed of training draws the vectors' start

torch::Tensor glorot_normal(int64_t outputs, int64_t inputs) {
  torch::Tensor weight = torch::empty({outputs, inputs});
  torch::nn::init::xavier_normal_(weight);
  return weight;
}

}  // namespace

std::vector<int64_t> code_widths(const std::vector<std::vector<int64_t>>& clusters, int64_t latent) {
  size_t items = 0;
  for (const auto& cluster : clusters) items += cluster.size();
  std::vector<int64_t> widths;
  int64_t left = latent;
  for (size_t i = 0; i + 1 < clusters.size(); ++i) {
    const auto share = static_cast<double>(clusters[i].size()) / static_cast<double>(items);
    widths.push_back(std::max<int64_t>(1, static_cast<int64_t>(share * static_cast<double>(latent))));
    left -= widths.back();
  }
  if (left < 1) {
    throw ConfigError(
        fmt::format("latent ({}) is too narrow for {} clusters; raise it or lower clusters", latent, clusters.size()));
  }
  widths.push_back(left);
  return widths;
}

ClusteredCoder::ClusteredCoder(const std::vector<std::vector<int64_t>>& clusters, int64_t latent, double dropout)
    : dropout_(dropout) {
  const std::vector<int64_t> widths = code_widths(clusters, latent);
  int64_t items = 0;
  for (size_t i = 0; i < clusters.size(); ++i) {
    const auto size = static_cast<int64_t>(clusters[i].size());
    items += size;
    encoders_.push_back({register_buffer(fmt::format("items{}", i), torch::tensor(clusters[i], torch::kInt64)),
                         register_parameter(fmt::format("encoder_weight{}", i), glorot_normal(2 * widths[i], size)),
                         register_parameter(fmt::format("encoder_bias{}", i), torch::zeros({2 * widths[i]}))});
  }
  weight_ = register_parameter("decoder_weight", glorot_normal(items, latent));
  bias_ = register_parameter("decoder_bias", torch::zeros({items}));
}

ClusteredCoder::Code ClusteredCoder::encode(const torch::Tensor& rows) {
  const torch::Tensor shown = torch::dropout(rows, dropout_, is_training());
  std::vector<torch::Tensor> means, log_variances;
  for (const Encoder& encoder : encoders_) {
    const torch::Tensor part = shown.index_select(1, encoder.items);
    const torch::Tensor code = torch::tanh(torch::addmm(encoder.bias, part, encoder.weight.t()));
    const int64_t width = code.size(1) / 2;
    means.push_back(code.narrow(1, 0, width));
    log_variances.push_back(code.narrow(1, width, width));
  }
  const torch::Tensor mean = torch::cat(means, 1);
  const torch::Tensor log_variance = torch::cat(log_variances, 1);
  const torch::Tensor divergence = (log_variance.exp() + mean * mean - 1.0 - log_variance).sum(1).mean() * 0.5;
  const torch::Tensor latent = is_training() ? mean + torch::exp(log_variance * 0.5) * torch::randn_like(mean) : mean;
  return {shown, latent, divergence};
}

LatentDiffRec::LatentDiffRec(const ModelKind& kind, const ModelParameters& parameters)
    : NeuralModel(kind, parameters), oldest_weight_(oldest_weight(parameters)) {}

void LatentDiffRec::take_data(const Interactions& train) {
  rows_ = bags_of(train, oldest_weight_);
  if (parameters().whole("clusters") > item_count()) {
    throw ConfigError(
        fmt::format("clusters ({}) must not exceed the {} items", parameters().whole("clusters"), item_count()));
  }
}

std::vector<std::vector<int64_t>> LatentDiffRec::clusters() const {
  const size_t count = parameters().whole("clusters");
  std::vector<std::vector<int64_t>> clusters(count);
  const torch::Tensor vectors = spectral_item_vectors(rows_, static_cast<int64_t>(item_count()), kItemVectorWidth);
  const std::vector<int64_t> cluster = k_means(vectors, count, kClusterSeed);
  for (size_t item = 0; item < cluster.size(); ++item) {
    clusters[static_cast<size_t>(cluster[item])].push_back(static_cast<int64_t>(item));
  }
  return clusters;
}

std::shared_ptr<torch::nn::Module> LatentDiffRec::make_network() {
  const auto whole = [this](const char* name) { return static_cast<int64_t>(parameters().whole(name)); };
  const int64_t latent = whole("latent");
  coder_ = std::make_shared<ClusteredCoder>(clusters(), latent, parameters().real("coder_dropout"));
  denoiser_ = std::make_shared<Denoiser>(std::vector<int64_t>{latent, whole("hidden"), latent}, whole("step_embedding"),
                                         parameters().real("dropout"));
  root_ = std::make_shared<torch::nn::Module>();
  root_->register_module("coder", coder_);
  root_->register_module("network", denoiser_);
  diffusion_ = std::make_unique<Diffusion>(parameters(), FirstVariance::scheduled, *root_);
  return root_;
}

double LatentDiffRec::diffusion_weight(size_t step) const {
  const size_t batch = parameters().whole("batch_size");
  const size_t epoch = step / ((rows_.size() + batch - 1) / batch);
  const auto epochs = static_cast<double>(parameters().whole("diffusion_epochs"));
  const double fallen = epochs > 0 ? 1.0 - static_cast<double>(epoch) / epochs : 1.0;
  return std::max(fallen * parameters().real("diffusion_weight"), parameters().real("diffusion_floor"));
}

torch::Tensor LatentDiffRec::loss(std::span<const uint32_t> examples, const TrainingStep& step) {
  const BagTensors bags = to_tensors(select(rows_, examples), device());
  const ClusteredCoder::Code code = coder_->encode(to_dense(bags, static_cast<int64_t>(item_count())));
  const DiffusionLoss diffusion = diffusion_->loss(*denoiser_, code.latent);
  const torch::Tensor likelihood = -(torch::log_softmax(coder_->decode(diffusion.guess), 1) * code.shown).sum(1).mean();
  const torch::Tensor coding = likelihood + code.divergence * divergence_weight(parameters(), step.number);
  const double weight = diffusion_weight(step.number);
  return parameters().choice("reweight") == "yes" ? diffusion.loss * weight + coding : diffusion.loss + coding * weight;
}

void LatentDiffRec::publish() {
  const torch::NoGradGuard no_gradients;
  output_ = to_factors(coder_->weight());
  output_bias_ = to_factors(coder_->bias().unsqueeze(0)).values;
}

std::unique_ptr<ScoredBlock> LatentDiffRec::prepare(std::span<const Request> requests) const {
  use_one_thread();
  const torch::NoGradGuard no_gradients;
  const BagTensors bags = to_tensors(bags_of(requests, oldest_weight_), torch::kCPU);
  const torch::Tensor latent = coder_->encode(to_dense(bags, static_cast<int64_t>(item_count()))).latent;
  return std::make_unique<FactorBlock>(to_factors(diffusion_->denoise(*denoiser_, latent)), output_, output_bias_);
}

}  // namespace recgauge::reference_models
