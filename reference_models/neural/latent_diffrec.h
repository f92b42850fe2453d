// L-DiffRec: items in clusters, a variational encoder for each, and the diffusion over the codes instead of the items.
#pragma once

#include "reference_models/neural/diffusion.h"
#include "reference_models/neural/item_bags.h"
#include "reference_models/neural/neural_model.h"

namespace recgauge::reference_models {

/// How many numbers of the code belong to each cluster: in proportion to its items, rounded down but at least one; the
/// last gets what is left. Throws ConfigError where nothing is left for it.
std::vector<int64_t> code_widths(const std::vector<std::vector<int64_t>>& clusters, int64_t latent);

/// Wang et al. 2023 as in their code: one linear layer with tanh from a cluster's items to mean and logarithm of the
/// variance of its part of the code, and one linear layer from the whole code to all items.
class ClusteredCoder : public torch::nn::Module {
 public:
  /// clusters: the items of each; together all items, each once.
  ClusteredCoder(const std::vector<std::vector<int64_t>>& clusters, int64_t latent, double dropout);

  struct Code {
    torch::Tensor shown;       ///< rows x items, after dropout
    torch::Tensor latent;      ///< rows x latent: drawn in training mode, else the mean
    torch::Tensor divergence;  ///< mean over rows of KL(code || standard normal)
  };
  Code encode(const torch::Tensor& rows);
  torch::Tensor decode(const torch::Tensor& latent) const { return torch::addmm(bias_, latent, weight_.t()); }

  const torch::Tensor& weight() const { return weight_; }
  const torch::Tensor& bias() const { return bias_; }

 private:
  struct Encoder {
    torch::Tensor items;  // int64
    torch::Tensor weight;
    torch::Tensor bias;
  };

  double dropout_;
  std::vector<Encoder> encoders_;
  torch::Tensor weight_, bias_;
};

/// The loss is the multinomial likelihood of what the guessed code decodes to, the divergence with a weight that rises,
/// and the diffusion's loss with one that falls.
class LatentDiffRec : public NeuralModel {
 public:
  LatentDiffRec(const ModelKind& kind, const ModelParameters& parameters);
  std::unique_ptr<ScoredBlock> prepare(std::span<const Request> requests) const override;

 protected:
  std::shared_ptr<torch::nn::Module> make_network() override;
  void take_data(const Interactions& train) override;
  void publish() override;
  size_t example_count() const override { return rows_.size(); }
  torch::Tensor loss(std::span<const uint32_t> examples, const TrainingStep& step) override;

 private:
  std::vector<std::vector<int64_t>> clusters() const;
  double diffusion_weight(size_t step) const;
  double oldest_weight_;
  ItemBags rows_;
  std::shared_ptr<torch::nn::Module> root_;
  std::shared_ptr<ClusteredCoder> coder_;
  std::shared_ptr<Denoiser> denoiser_;
  std::unique_ptr<Diffusion> diffusion_;
  FactorMatrix output_;
  std::vector<float> output_bias_;
};

}  // namespace recgauge::reference_models
