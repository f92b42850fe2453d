// BERT4Rec: attention in both directions fills items that were masked.
#pragma once

#include "reference_models/neural/sequence_model.h"
#include "reference_models/neural/transformer.h"

namespace recgauge::reference_models {

/// Sun et al. 2019: normalised after each residual, inner layer four times as wide, GELU, and a normalised
/// projection before the product with the item table, which has a bias by item. The table's last row is the mask.
class Bert4RecNetwork : public torch::nn::Module {
 public:
  explicit Bert4RecNetwork(const TransformerShape& shape);
  /// tokens x width, after the projection.
  torch::Tensor forward(const SequenceBatch& batch);
  const torch::Tensor& table() const { return table_; }
  const torch::Tensor& bias() const { return bias_; }

 private:
  torch::Tensor through(const TransformerBlock& block, const torch::Tensor& x, const SequenceBatch& batch);
  torch::Tensor drop(const torch::Tensor& x) { return torch::dropout(x, shape_.dropout, is_training()); }

  TransformerShape shape_;
  torch::Tensor table_;
  torch::Tensor positions_;
  torch::Tensor bias_;
  std::shared_ptr<Normalisation> input_norm_;
  std::vector<TransformerBlock> blocks_;
  std::shared_ptr<LinearMap> projection_;
  std::shared_ptr<Normalisation> projection_norm_;
};

/// Cross-entropy of the masked items over all items. A row in which the draw masks nothing has its last item masked.
class Bert4Rec : public SequenceModel {
 public:
  /// Throws ConfigError when `heads` does not divide `dimension`.
  Bert4Rec(const ModelKind& kind, const ModelParameters& parameters);

 protected:
  std::shared_ptr<torch::nn::Module> make_network() override;
  torch::Tensor loss(std::span<const uint32_t> examples, const TrainingStep& step) override;
  size_t example_length() const override { return length(); }
  std::vector<int64_t> question(std::span<const ItemId> history) const override;
  torch::Tensor states(const SequenceBatch& batch) const override { return bert_->forward(batch); }
  torch::Tensor item_table() const override { return bert_->table(); }
  torch::Tensor item_bias() const override { return bert_->bias(); }

 private:
  std::shared_ptr<Bert4RecNetwork> bert_;
};

}  // namespace recgauge::reference_models
