#include "reference_models/neural/attention.h"

#include <cmath>
#include <limits>

namespace recgauge::reference_models {

LinearMap::LinearMap(int64_t inputs, int64_t outputs) {
  weight_ = register_parameter("weight", torch::randn({outputs, inputs}) * 0.02);
  bias_ = register_parameter("bias", torch::zeros({outputs}));
}

Normalisation::Normalisation(int64_t width, double epsilon) : epsilon_(epsilon) {
  gain_ = register_parameter("gain", torch::ones({width}));
  bias_ = register_parameter("bias", torch::zeros({width}));
}

torch::Tensor Normalisation::apply(const torch::Tensor& x) const {
  return torch::layer_norm(x, {gain_.size(0)}, gain_, bias_, epsilon_);
}

Attention::Attention(int64_t width, int64_t heads, double dropout, bool causal)
    : heads_(heads), dropout_(dropout), causal_(causal) {
  query_ = register_module("query", std::make_shared<LinearMap>(width, width));
  key_ = register_module("key", std::make_shared<LinearMap>(width, width));
  value_ = register_module("value", std::make_shared<LinearMap>(width, width));
  output_ = register_module("output", std::make_shared<LinearMap>(width, width));
}

torch::Tensor split_heads(const torch::Tensor& tokens, const SequenceBatch& batch, int64_t heads) {
  const int64_t part = tokens.size(1) / heads;
  return pad(tokens, batch)
      .view({batch.rows, batch.length, heads, part})
      .transpose(1, 2)
      .reshape({batch.rows * heads, batch.length, part});
}

torch::Tensor join_heads(const torch::Tensor& split, const SequenceBatch& batch, int64_t heads) {
  const torch::Tensor padded = split.view({batch.rows, heads, batch.length, split.size(2)})
                                   .transpose(1, 2)
                                   .reshape({batch.rows, batch.length, heads * split.size(2)});
  return unpad(padded, batch);
}

// 1 where a query must not see a key. Causal queries never see padding, since it comes after all real tokens.
torch::Tensor Attention::hidden_keys(const SequenceBatch& batch, const torch::Device& device) const {
  if (causal_) {
    return torch::ones({batch.length, batch.length}, torch::TensorOptions(torch::kBool).device(device))
        .triu(1)
        .unsqueeze(0);
  }
  const torch::Tensor places = torch::arange(batch.length).unsqueeze(0);
  const torch::Tensor padding = places >= batch.lengths.unsqueeze(1);
  return padding.to(device).unsqueeze(1).repeat_interleave(heads_, 0);
}

torch::Tensor Attention::apply(const torch::Tensor& queries, const torch::Tensor& keys, const SequenceBatch& batch) {
  const torch::Tensor q = split_heads(query_->apply(queries), batch, heads_);
  const torch::Tensor k = split_heads(key_->apply(keys), batch, heads_);
  const torch::Tensor v = split_heads(value_->apply(keys), batch, heads_);
  torch::Tensor weights = torch::bmm(q, k.transpose(1, 2)) / std::sqrt(static_cast<double>(q.size(2)));
  weights = weights.masked_fill(hidden_keys(batch, q.device()), -std::numeric_limits<float>::infinity());
  weights = torch::dropout(torch::softmax(weights, 2), dropout_, is_training());
  return output_->apply(join_heads(torch::bmm(weights, v), batch, heads_));
}

// heads x tokens x part.
torch::Tensor Attention::by_head(const torch::Tensor& tokens) const {
  return tokens.view({tokens.size(0), heads_, tokens.size(1) / heads_}).transpose(0, 1);
}

Attention::Memory Attention::remember(const torch::Tensor& text) const {
  return {by_head(key_->apply(text)), by_head(value_->apply(text))};
}

torch::Tensor Attention::extend(const torch::Tensor& tokens, const Memory& text, Memory& added) const {
  const torch::Tensor keys = by_head(key_->apply(tokens)).unsqueeze(2);
  const torch::Tensor values = by_head(value_->apply(tokens)).unsqueeze(2);
  added.keys = added.keys.defined() ? torch::cat({added.keys, keys}, 2) : keys;
  added.values = added.values.defined() ? torch::cat({added.values, values}, 2) : values;
  const torch::Tensor q = by_head(query_->apply(tokens));
  const torch::Tensor of_text = torch::bmm(q, text.keys.transpose(1, 2));
  const torch::Tensor of_added = (q.unsqueeze(2) * added.keys).sum(3);
  const torch::Tensor weights =
      torch::softmax(torch::cat({of_text, of_added}, 2) / std::sqrt(static_cast<double>(q.size(2))), 2);
  const int64_t length = text.keys.size(1);
  const torch::Tensor seen = torch::bmm(weights.narrow(2, 0, length), text.values) +
                             (weights.narrow(2, length, added.keys.size(2)).unsqueeze(3) * added.values).sum(2);
  return output_->apply(seen.transpose(0, 1).reshape({tokens.size(0), tokens.size(1)}));
}

}  // namespace recgauge::reference_models
