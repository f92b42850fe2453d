#include "reference_models/neural/sasrec.h"

#include <fmt/format.h>

#include <cmath>

#include "harness/system/random.h"
#include "reference_models/neural/sequence_losses.h"
#include "reference_models/neural/softmax_loss.h"

namespace recgauge::reference_models {
namespace {

constexpr double kSasRecEpsilon = 1e-8;  // of normalisation, as in the authors' code

}  // namespace

SasRecNetwork::SasRecNetwork(const TransformerShape& shape) : shape_(shape) {
  items_ = register_parameter("items", torch::randn({shape.items, shape.width}) * 0.02);
  positions_ = register_parameter("positions", torch::randn({shape.length, shape.width}) * 0.02);
  for (int64_t i = 0; i < shape.blocks; ++i) {
    const std::string prefix = fmt::format("block{}_", i);
    const auto linear = [&](const char* name) {
      return register_module(prefix + name, std::make_shared<LinearMap>(shape.width, shape.width));
    };
    const auto norm = [&](const char* name) {
      return register_module(prefix + name, std::make_shared<Normalisation>(shape.width, kSasRecEpsilon));
    };
    TransformerBlock block;
    block.attention_norm = norm("attention_norm");
    block.forward_norm = norm("forward_norm");
    block.inner = linear("inner");
    block.outer = linear("outer");
    block.attention = register_module(prefix + "attention",
                                      std::make_shared<Attention>(shape.width, shape.heads, shape.dropout, true));
    blocks_.push_back(std::move(block));
  }
  last_norm_ = register_module("last_norm", std::make_shared<Normalisation>(shape.width, kSasRecEpsilon));
}

torch::Tensor SasRecNetwork::forward(const SequenceBatch& batch) {
  const double scale = std::sqrt(static_cast<double>(shape_.width));
  torch::Tensor x = torch::embedding(items_, batch.items) * scale + torch::embedding(positions_, batch.positions);
  x = drop(x);
  for (const TransformerBlock& block : blocks_) x = through(block, x, batch);
  return last_norm_->apply(x);
}

torch::Tensor SasRecNetwork::through(const TransformerBlock& block, torch::Tensor x, const SequenceBatch& batch) {
  const torch::Tensor queries = block.attention_norm->apply(x);
  x = block.forward_norm->apply(queries + block.attention->apply(queries, x, batch));
  return x + drop(block.outer->apply(torch::relu(drop(block.inner->apply(x)))));
}

SasRec::SasRec(const ModelKind& kind, const ModelParameters& parameters) : SequenceModel(kind, parameters) {
  check_heads(parameters);
}

std::shared_ptr<torch::nn::Module> SasRec::make_network() {
  sasrec_ = std::make_shared<SasRecNetwork>(transformer_shape(parameters(), item_count()));
  return sasrec_;
}

torch::Tensor SasRec::loss(std::span<const uint32_t> examples, const TrainingStep& step) {
  const NextItems next = next_items(sequences(), examples, device());
  const torch::Tensor states = sasrec_->forward(next.batch);
  const std::string& loss = parameters().choice("loss");
  if (loss == "ce") return softmax_loss(torch::mm(states, sasrec_->items().t()), next.targets);
  if (loss == "sampled_softmax") return sampled(states, next, step);
  const double beta =
      loss == "gbce" ? gbce_beta(parameters().whole("negatives"), item_count(), parameters().real("gbce_t")) : 1.0;
  return binary(states, next, step, beta);
}

torch::Tensor SasRec::binary(const torch::Tensor& states, const NextItems& next, const TrainingStep& step,
                             double beta) const {
  const size_t count = parameters().whole("negatives");
  const torch::Tensor negatives = to_tensor(
      draw_negatives(next.rows, next.positions, count, item_count(), derive_seed(step.seed, "negatives")), device());
  const torch::Tensor positive = (states * torch::embedding(sasrec_->items(), next.targets)).sum(1);
  const torch::Tensor vectors =
      torch::embedding(sasrec_->items(), negatives).view({states.size(0), static_cast<int64_t>(count), -1});
  return binary_loss(positive, torch::bmm(vectors, states.unsqueeze(2)).squeeze(2), beta);
}

torch::Tensor SasRec::sampled(const torch::Tensor& states, const NextItems& next, const TrainingStep& step) const {
  std::vector<int64_t> drawn(parameters().whole("negatives"));
  RandomStream stream(derive_seed(step.seed, "negatives"));
  for (int64_t& item : drawn) item = static_cast<int64_t>(stream.below(item_count()));
  const torch::Tensor negatives = to_tensor(drawn, device());
  const torch::Tensor positive = (states * torch::embedding(sasrec_->items(), next.targets)).sum(1);
  const torch::Tensor scores = torch::mm(states, torch::embedding(sasrec_->items(), negatives).t());
  return sampled_softmax_loss(positive, scores, negatives.unsqueeze(0) != next.targets.unsqueeze(1));
}

}  // namespace recgauge::reference_models
