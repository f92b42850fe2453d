#include "reference_models/neural/hstu.h"

#include <fmt/format.h>

#include <cmath>

#include "harness/system/random.h"
#include "reference_models/neural/sequence_losses.h"
#include "reference_models/neural/softmax_loss.h"

namespace recgauge::reference_models {
namespace {

constexpr double kHstuEpsilon = 1e-6;
constexpr int64_t kTimeBuckets = 128;
constexpr double kBucketWidth = 0.301;

torch::Tensor of_length_one(const torch::Tensor& rows) { return rows / rows.norm(2, 1, true).clamp_min(kHstuEpsilon); }

torch::Tensor normalised(const torch::Tensor& x) { return torch::layer_norm(x, {x.size(1)}, {}, {}, kHstuEpsilon); }

}  // namespace

torch::Tensor time_bucket(const torch::Tensor& seconds) {
  return (torch::log(seconds.abs().clamp_min(1).to(torch::kFloat64)) / kBucketWidth)
      .to(torch::kInt64)
      .clamp(0, kTimeBuckets);
}

HstuLayer::HstuLayer(const TransformerShape& shape, bool times) : shape_(shape) {
  input_ = register_parameter("input", torch::randn({shape.width, 4 * shape.width}) * 0.02);
  position_bias_ = register_parameter("position_bias", torch::randn({2 * shape.length - 1}) * 0.02);
  if (times) time_bias_ = register_parameter("time_bias", torch::randn({kTimeBuckets + 1}) * 0.02);
  torch::Tensor weight = torch::empty({shape.width, shape.width});
  torch::nn::init::xavier_uniform_(weight);
  output_weight_ = register_parameter("output_weight", weight);
  output_bias_ = register_parameter("output_bias", torch::zeros({shape.width}));
}

// Rows (or 1) x length x length, by query and key.
torch::Tensor HstuLayer::bias(const SequenceBatch& batch, const torch::Device& device) const {
  const torch::Tensor places = torch::arange(batch.length, torch::TensorOptions(torch::kInt64).device(device));
  const torch::Tensor distances = places.unsqueeze(0) - places.unsqueeze(1) + (shape_.length - 1);
  const torch::Tensor by_place =
      position_bias_.index_select(0, distances.view(-1)).view({1, batch.length, batch.length});
  if (!time_bias_.defined() || !batch.times.defined()) return by_place;
  const torch::Tensor buckets = time_bucket(batch.times.unsqueeze(2) - batch.times.unsqueeze(1));
  return by_place + time_bias_.index_select(0, buckets.view(-1)).view(buckets.sizes());
}

torch::Tensor HstuLayer::forward(const torch::Tensor& x, const SequenceBatch& batch) {
  const std::vector<torch::Tensor> parts = torch::silu(torch::mm(normalised(x), input_)).chunk(4, 1);
  const torch::Tensor values = split_heads(parts[1], batch, shape_.heads);
  const torch::Tensor queries = split_heads(parts[2], batch, shape_.heads);
  const torch::Tensor keys = split_heads(parts[3], batch, shape_.heads);
  torch::Tensor biases = bias(batch, x.device());
  if (biases.size(0) > 1) biases = biases.repeat_interleave(shape_.heads, 0);
  torch::Tensor weights = torch::silu(torch::bmm(queries, keys.transpose(1, 2)) + biases);
  weights = (weights / static_cast<double>(shape_.length)).tril();
  const torch::Tensor seen = join_heads(torch::bmm(weights, values), batch, shape_.heads);
  const torch::Tensor gated = torch::dropout(parts[0] * normalised(seen), shape_.dropout, is_training());
  return x + torch::addmm(output_bias_, gated, output_weight_.t());
}

HstuNetwork::HstuNetwork(const TransformerShape& shape, bool times) : shape_(shape) {
  items_ = register_parameter("items", torch::randn({shape.items, shape.width}) * 0.02);
  const double deviation = 1.0 / std::sqrt(static_cast<double>(shape.width));
  positions_ = register_parameter("positions", torch::randn({shape.length, shape.width}) * deviation);
  for (int64_t i = 0; i < shape.blocks; ++i) {
    layers_.push_back(register_module(fmt::format("layer{}", i), std::make_shared<HstuLayer>(shape, times)));
  }
}

torch::Tensor HstuNetwork::forward(const SequenceBatch& batch) {
  const double scale = std::sqrt(static_cast<double>(shape_.width));
  torch::Tensor x = torch::embedding(items_, batch.items) * scale + torch::embedding(positions_, batch.positions);
  x = torch::dropout(x, shape_.dropout, is_training());
  for (const auto& layer : layers_) x = layer->forward(x, batch);
  return of_length_one(x);
}

torch::Tensor HstuNetwork::items() const { return of_length_one(items_); }

Hstu::Hstu(const ModelKind& kind, const ModelParameters& parameters) : SequenceModel(kind, parameters) {
  check_heads(parameters);
}

std::shared_ptr<torch::nn::Module> Hstu::make_network() {
  hstu_ = std::make_shared<HstuNetwork>(transformer_shape(parameters(), item_count()),
                                        parameters().choice("time_bias") == "yes");
  return hstu_;
}

torch::Tensor Hstu::loss(std::span<const uint32_t> examples, const TrainingStep& step) {
  const NextItems next = next_items(sequences(), examples, device());
  const torch::Tensor states = hstu_->forward(next.batch) / parameters().real("temperature");
  const torch::Tensor items = hstu_->items();
  if (parameters().choice("loss") == "ce") return softmax_loss(torch::mm(states, items.t()), next.targets);
  const auto count = static_cast<int64_t>(parameters().whole("negatives"));
  std::vector<int64_t> drawn(static_cast<size_t>(states.size(0) * count));
  RandomStream stream(derive_seed(step.seed, "negatives"));
  for (int64_t& item : drawn) item = static_cast<int64_t>(stream.below(item_count()));
  const torch::Tensor negatives = to_tensor(drawn, device());
  const torch::Tensor vectors = items.index_select(0, negatives).view({states.size(0), count, -1});
  const torch::Tensor positive = (states * items.index_select(0, next.targets)).sum(1);
  const torch::Tensor scores = torch::bmm(vectors, states.unsqueeze(2)).squeeze(2);
  return sampled_softmax_loss(positive, scores, negatives.view({-1, count}) != next.targets.unsqueeze(1));
}

}  // namespace recgauge::reference_models
