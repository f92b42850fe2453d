// SASRec: causal self-attention over a user's sequence.
#pragma once

#include "reference_models/neural/sequence_model.h"
#include "reference_models/neural/transformer.h"

namespace recgauge::reference_models {

/// Kang & McAuley 2018, as in their code: queries are normalised, keys and values are not; the residual starts from the
/// normalised input; two linear maps with a rectifier between them; one item table for input and scores.
class SasRecNetwork : public torch::nn::Module {
 public:
  explicit SasRecNetwork(const TransformerShape& shape);
  /// tokens x width.
  torch::Tensor forward(const SequenceBatch& batch);
  const torch::Tensor& items() const { return items_; }

 private:
  torch::Tensor through(const TransformerBlock& block, torch::Tensor x, const SequenceBatch& batch);
  torch::Tensor drop(const torch::Tensor& x) { return torch::dropout(x, shape_.dropout, is_training()); }

  TransformerShape shape_;
  torch::Tensor items_;
  torch::Tensor positions_;
  std::vector<TransformerBlock> blocks_;
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

}  // namespace recgauge::reference_models
