// The transformer of TIGER, and writing with it.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "reference_models/neural/sequence_batch.h"
#include "reference_models/neural/transformer.h"

namespace recgauge::reference_models {

/// Causal transformer over the codes of a history, normalised before each part. A token is the code of a level; the
/// last row of the table begins every text.
class TigerNetwork : public torch::nn::Module {
 public:
  /// shape.items: tokens with the beginning; shape.length: tokens of the longest text.
  explicit TigerNetwork(const TransformerShape& shape);
  /// tokens x width.
  torch::Tensor forward(const SequenceBatch& batch);
  /// Logits of the tokens [first, first + count) after each of some states.
  torch::Tensor logits(const torch::Tensor& states, int64_t first, int64_t count) const;

 private:
  friend class TigerText;
  torch::Tensor embed(const torch::Tensor& tokens, const torch::Tensor& positions) const;
  torch::Tensor after_attention(const TransformerBlock& block, const torch::Tensor& x) const;

  TransformerShape shape_;
  torch::Tensor table_, positions_, bias_;
  std::vector<TransformerBlock> blocks_;
  std::shared_ptr<Normalisation> last_norm_;
};

/// A text that was read once, and what is written after it in several ways, a token at a time: what was read is not
/// read again. For a network that is not training.
class TigerText {
 public:
  /// The network must outlive it. `text` must not be empty.
  TigerText(const TigerNetwork& network, std::span<const int64_t> text);
  /// State after the text, 1 x width.
  const torch::Tensor& state() const { return state_; }
  /// Row i goes on with `tokens[i]` after what row `parents[i]` of the call before had written. Returns the states
  /// after the tokens, rows x width.
  torch::Tensor write(const std::vector<int64_t>& parents, const std::vector<int64_t>& tokens);

 private:
  const TigerNetwork& network_;
  std::vector<Attention::Memory> text_;   // by block
  std::vector<Attention::Memory> added_;  // by block
  torch::Tensor state_;
  int64_t length_ = 0;
};

}  // namespace recgauge::reference_models
