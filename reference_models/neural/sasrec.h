// SASRec: causal self-attention over a user's sequence.
#pragma once

#include "reference_models/neural/attention.h"
#include "reference_models/neural/sequence_model.h"

namespace recgauge::reference_models {

/// Kang & McAuley 2018, as in their code: queries are normalised, keys and values are not; the residual starts from the
/// normalised input; two linear maps with a rectifier between them; one item table for input and scores.
class SasRecNetwork : public torch::nn::Module {
 public:
  struct Shape {
    int64_t items = 0;
    int64_t width = 0;
    int64_t length = 0;
    int64_t blocks = 0;
    int64_t heads = 0;
    double dropout = 0.0;
  };

  explicit SasRecNetwork(const Shape& shape);
  /// tokens x width.
  torch::Tensor forward(const SequenceBatch& batch);
  const torch::Tensor& items() const { return items_; }

 private:
  struct Block {
    std::shared_ptr<Normalisation> attention_norm;
    std::shared_ptr<Attention> attention;
    std::shared_ptr<Normalisation> forward_norm;
    std::shared_ptr<LinearMap> inner;
    std::shared_ptr<LinearMap> outer;
  };
  torch::Tensor through(const Block& block, torch::Tensor x, const SequenceBatch& batch);
  torch::Tensor drop(const torch::Tensor& x) { return torch::dropout(x, shape_.dropout, is_training()); }

  Shape shape_;
  torch::Tensor items_;
  torch::Tensor positions_;
  std::vector<Block> blocks_;
  std::shared_ptr<Normalisation> last_norm_;
};

class SasRec : public SequenceModel {
 public:
  /// Throws ConfigError when `heads` does not divide `dimension`.
  SasRec(const ModelKind& kind, const ModelParameters& parameters);

 protected:
  std::shared_ptr<torch::nn::Module> make_network() override;
  torch::Tensor loss(std::span<const uint32_t> examples, const TrainingStep& step) override;
  torch::Tensor states(const SequenceBatch& batch) const override { return sasrec_->forward(batch); }
  torch::Tensor item_table() const override { return sasrec_->items(); }

 private:
  torch::Tensor binary(const torch::Tensor& states, const NextItems& next, const TrainingStep& step, double beta) const;
  torch::Tensor sampled(const torch::Tensor& states, const NextItems& next, const TrainingStep& step) const;

  std::shared_ptr<SasRecNetwork> sasrec_;
};

/// Throws ConfigError when the parameter `heads` does not divide `dimension`.
void check_heads(const ModelParameters& parameters);

}  // namespace recgauge::reference_models
