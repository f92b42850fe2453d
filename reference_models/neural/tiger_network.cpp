#include "reference_models/neural/tiger_network.h"

#include <fmt/format.h>

namespace recgauge::reference_models {
namespace {

constexpr double kTigerEpsilon = 1e-6;
constexpr int64_t kInnerWidths = 4;

}  // namespace

TigerNetwork::TigerNetwork(const TransformerShape& shape) : shape_(shape) {
  table_ = register_parameter("table", torch::randn({shape.items, shape.width}) * 0.02);
  positions_ = register_parameter("positions", torch::randn({shape.length, shape.width}) * 0.02);
  bias_ = register_parameter("bias", torch::zeros({shape.items}));
  for (int64_t i = 0; i < shape.blocks; ++i) {
    const std::string prefix = fmt::format("block{}_", i);
    const auto norm = [&](const char* name) {
      return register_module(prefix + name, std::make_shared<Normalisation>(shape.width, kTigerEpsilon));
    };
    const auto linear = [&](const char* name, int64_t inputs, int64_t outputs) {
      return register_module(prefix + name, std::make_shared<LinearMap>(inputs, outputs));
    };
    TransformerBlock block;
    block.attention_norm = norm("attention_norm");
    block.forward_norm = norm("forward_norm");
    block.inner = linear("inner", shape.width, kInnerWidths * shape.width);
    block.outer = linear("outer", kInnerWidths * shape.width, shape.width);
    block.attention = register_module(prefix + "attention",
                                      std::make_shared<Attention>(shape.width, shape.heads, shape.dropout, true));
    blocks_.push_back(std::move(block));
  }
  last_norm_ = register_module("last_norm", std::make_shared<Normalisation>(shape.width, kTigerEpsilon));
}

torch::Tensor TigerNetwork::embed(const torch::Tensor& tokens, const torch::Tensor& positions) const {
  return torch::embedding(table_, tokens) + torch::embedding(positions_, positions);
}

torch::Tensor TigerNetwork::after_attention(const TransformerBlock& block, const torch::Tensor& x) const {
  const torch::Tensor inner = torch::relu(block.inner->apply(block.forward_norm->apply(x)));
  return x + torch::dropout(block.outer->apply(inner), shape_.dropout, is_training());
}

torch::Tensor TigerNetwork::forward(const SequenceBatch& batch) {
  const auto drop = [this](const torch::Tensor& x) { return torch::dropout(x, shape_.dropout, is_training()); };
  torch::Tensor x = drop(embed(batch.items, batch.positions));
  for (const TransformerBlock& block : blocks_) {
    const torch::Tensor steady = block.attention_norm->apply(x);
    x = after_attention(block, x + drop(block.attention->apply(steady, steady, batch)));
  }
  return last_norm_->apply(x);
}

torch::Tensor TigerNetwork::logits(const torch::Tensor& states, int64_t first, int64_t count) const {
  return torch::addmm(bias_.narrow(0, first, count), states, table_.narrow(0, first, count).t());
}

TigerText::TigerText(const TigerNetwork& network, std::span<const int64_t> text)
    : network_(network), added_(network.blocks_.size()), length_(static_cast<int64_t>(text.size())) {
  const SequenceBatch batch = make_batch({text}, torch::kCPU);
  torch::Tensor x = network.embed(batch.items, batch.positions);
  for (const TransformerBlock& block : network.blocks_) {
    const torch::Tensor steady = block.attention_norm->apply(x);
    text_.push_back(block.attention->remember(steady));
    x = network.after_attention(block, x + block.attention->apply(steady, steady, batch));
  }
  state_ = network.last_norm_->apply(x.narrow(0, length_ - 1, 1));
}

torch::Tensor TigerText::write(const std::vector<int64_t>& parents, const std::vector<int64_t>& tokens) {
  const torch::Tensor rows = torch::tensor(parents, torch::kInt64);
  torch::Tensor x = network_.embed(torch::tensor(tokens, torch::kInt64), torch::full_like(rows, length_++));
  for (size_t i = 0; i < added_.size(); ++i) {
    const TransformerBlock& block = network_.blocks_[i];
    if (added_[i].keys.defined()) {
      added_[i] = {added_[i].keys.index_select(1, rows), added_[i].values.index_select(1, rows)};
    }
    x = network_.after_attention(block,
                                 x + block.attention->extend(block.attention_norm->apply(x), text_[i], added_[i]));
  }
  return network_.last_norm_->apply(x);
}

}  // namespace recgauge::reference_models
