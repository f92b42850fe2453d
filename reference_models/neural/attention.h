// Multi-head attention over packed sequences, for SASRec and BERT4Rec.
#pragma once

#include "reference_models/neural/sequence_batch.h"

namespace recgauge::reference_models {

/// A linear map with weight outputs x inputs. Initial weights: normal with deviation 0.02; biases 0.
class LinearMap : public torch::nn::Module {
 public:
  LinearMap(int64_t inputs, int64_t outputs);
  torch::Tensor apply(const torch::Tensor& x) const { return torch::addmm(bias_, x, weight_.t()); }

 private:
  torch::Tensor weight_;
  torch::Tensor bias_;
};

/// Layer normalisation over the last dimension, with gain and bias.
class Normalisation : public torch::nn::Module {
 public:
  Normalisation(int64_t width, double epsilon);
  torch::Tensor apply(const torch::Tensor& x) const;

 private:
  torch::Tensor gain_;
  torch::Tensor bias_;
  double epsilon_;
};

/// tokens x width to rows * heads x length x width / heads, 0 where a row has ended; and back.
torch::Tensor split_heads(const torch::Tensor& tokens, const SequenceBatch& batch, int64_t heads);
torch::Tensor join_heads(const torch::Tensor& split, const SequenceBatch& batch, int64_t heads);

/// Scaled dot-product attention (Vaswani et al. 2017). `causal`: a token sees itself and what is before it in its row;
/// otherwise all of its row.
class Attention : public torch::nn::Module {
 public:
  Attention(int64_t width, int64_t heads, double dropout, bool causal);
  /// tokens x width each.
  torch::Tensor apply(const torch::Tensor& queries, const torch::Tensor& keys, const SequenceBatch& batch);

  /// Keys and values of tokens that were read before.
  struct Memory {
    torch::Tensor keys, values;
  };
  /// Of a text, tokens x width: heads x tokens x part.
  Memory remember(const torch::Tensor& text) const;
  /// What one more token of each of some rows (rows x width) attends to: the text that all rows begin with, and what
  /// its own row added after it (heads x rows x tokens x part, or nothing yet), to which it is appended.
  torch::Tensor extend(const torch::Tensor& tokens, const Memory& text, Memory& added) const;

 private:
  torch::Tensor by_head(const torch::Tensor& tokens) const;
  torch::Tensor hidden_keys(const SequenceBatch& batch, const torch::Device& device) const;

  int64_t heads_;
  double dropout_;
  bool causal_;
  std::shared_ptr<LinearMap> query_, key_, value_, output_;
};

}  // namespace recgauge::reference_models
