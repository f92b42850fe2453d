// What SASRec, BERT4Rec and GRU4Rec share: a sequence becomes a state, and the state's inner products with the items
// are the scores.
#pragma once

#include "reference_models/neural/neural_model.h"
#include "reference_models/neural/sequence_batch.h"

namespace recgauge::reference_models {

/// A request without history scores 0 for every item.
class SequenceModel : public NeuralModel {
 public:
  using NeuralModel::NeuralModel;
  std::unique_ptr<ScoredBlock> prepare(std::span<const Request> requests) const override;

 protected:
  void take_data(const Interactions& train) override;
  void publish() override;
  size_t example_count() const override { return sequences_.size(); }

  /// Items of a sequence that a training example holds, and the fewest that make one.
  virtual size_t example_length() const { return length() + 1; }
  virtual size_t least_items() const { return 2; }
  /// The sequence that a history is asked with; it is not empty.
  virtual std::vector<int64_t> question(std::span<const ItemId> history) const;
  /// tokens x width in scoring mode.
  virtual torch::Tensor states(const SequenceBatch& batch) const = 0;
  /// items (and what follows them) x width.
  virtual torch::Tensor item_table() const = 0;
  /// Whether batches of questions carry times.
  virtual bool uses_times() const { return false; }
  /// By item, or nothing.
  virtual torch::Tensor item_bias() const { return {}; }

  size_t length() const { return parameters().whole("length"); }
  const Sequences& sequences() const { return sequences_; }

 private:
  Sequences sequences_;
  FactorMatrix items_;
  std::vector<float> bias_;
};

/// Rows of a batch of examples with the item that follows each of their tokens.
struct NextItems {
  SequenceBatch batch;
  torch::Tensor targets;                       ///< int64 by token
  std::vector<std::span<const int64_t>> rows;  ///< whole examples
  std::vector<size_t> positions;               ///< tokens by row
};

NextItems next_items(const Sequences& sequences, std::span<const uint32_t> examples, const torch::Device& device);

}  // namespace recgauge::reference_models
