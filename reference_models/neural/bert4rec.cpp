#include "reference_models/neural/bert4rec.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/system/random.h"
#include "reference_models/neural/softmax_loss.h"

namespace recgauge::reference_models {
namespace {

constexpr double kBertEpsilon = 1e-12;
constexpr int64_t kInnerFactor = 4;

}  // namespace

Bert4RecNetwork::Bert4RecNetwork(const TransformerShape& shape) : shape_(shape) {
  table_ = register_parameter("table", torch::randn({shape.items + 1, shape.width}) * 0.02);
  positions_ = register_parameter("positions", torch::randn({shape.length, shape.width}) * 0.02);
  bias_ = register_parameter("bias", torch::zeros({shape.items}));
  input_norm_ = register_module("input_norm", std::make_shared<Normalisation>(shape.width, kBertEpsilon));
  for (int64_t i = 0; i < shape.blocks; ++i) {
    const std::string prefix = fmt::format("block{}_", i);
    const auto linear = [&](const char* name, int64_t inputs, int64_t outputs) {
      return register_module(prefix + name, std::make_shared<LinearMap>(inputs, outputs));
    };
    const auto norm = [&](const char* name) {
      return register_module(prefix + name, std::make_shared<Normalisation>(shape.width, kBertEpsilon));
    };
    TransformerBlock block;
    block.attention = register_module(prefix + "attention",
                                      std::make_shared<Attention>(shape.width, shape.heads, shape.dropout, false));
    block.attention_norm = norm("attention_norm");
    block.inner = linear("inner", shape.width, kInnerFactor * shape.width);
    block.outer = linear("outer", kInnerFactor * shape.width, shape.width);
    block.forward_norm = norm("forward_norm");
    blocks_.push_back(std::move(block));
  }
  projection_ = register_module("projection", std::make_shared<LinearMap>(shape.width, shape.width));
  projection_norm_ = register_module("projection_norm", std::make_shared<Normalisation>(shape.width, kBertEpsilon));
}

torch::Tensor Bert4RecNetwork::forward(const SequenceBatch& batch) {
  const torch::Tensor input = torch::embedding(table_, batch.items) + torch::embedding(positions_, batch.positions);
  torch::Tensor x = drop(input_norm_->apply(input));
  for (const TransformerBlock& block : blocks_) x = through(block, x, batch);
  return projection_norm_->apply(torch::gelu(projection_->apply(x)));
}

torch::Tensor Bert4RecNetwork::through(const TransformerBlock& block, const torch::Tensor& x,
                                       const SequenceBatch& batch) {
  const torch::Tensor seen = block.attention_norm->apply(x + drop(block.attention->apply(x, x, batch)));
  return block.forward_norm->apply(seen + drop(block.outer->apply(torch::gelu(block.inner->apply(seen)))));
}

Bert4Rec::Bert4Rec(const ModelKind& kind, const ModelParameters& parameters) : SequenceModel(kind, parameters) {
  check_heads(parameters);
}

std::shared_ptr<torch::nn::Module> Bert4Rec::make_network() {
  bert_ = std::make_shared<Bert4RecNetwork>(transformer_shape(parameters(), item_count()));
  return bert_;
}

std::vector<int64_t> Bert4Rec::question(std::span<const ItemId> history) const {
  std::vector<int64_t> items = last_items(history, length() - 1);
  items.push_back(static_cast<int64_t>(item_count()));
  return items;
}

torch::Tensor Bert4Rec::loss(std::span<const uint32_t> examples, const TrainingStep& step) {
  RandomStream stream(derive_seed(step.seed, "mask"));
  const double share = parameters().real("mask");
  std::vector<std::vector<int64_t>> rows;
  std::vector<int64_t> masked, targets;
  int64_t token = 0;
  for (const uint32_t example : examples) {
    const std::span<const int64_t> row = sequences().row(example);
    rows.emplace_back(row.begin(), row.end());
    bool any = false;
    for (size_t i = 0; i < row.size(); ++i, ++token) {
      const bool mask = stream.uniform() < share || (!any && i + 1 == row.size());
      if (!mask) continue;
      any = true;
      rows.back()[i] = static_cast<int64_t>(item_count());
      masked.push_back(token);
      targets.push_back(row[i]);
    }
  }
  const SequenceBatch batch = make_batch({rows.begin(), rows.end()}, device());
  const torch::Tensor states = bert_->forward(batch).index_select(0, to_tensor(masked, device()));
  const torch::Tensor items = bert_->table().narrow(0, 0, static_cast<int64_t>(item_count()));
  return softmax_loss(torch::addmm(bert_->bias(), states, items.t()), to_tensor(targets, device()));
}

}  // namespace recgauge::reference_models
