#include "reference_models/neural/sequence_losses.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/system/random.h"

namespace recgauge::reference_models {
namespace {

constexpr int kTries = 20;

torch::Tensor without_targets(const torch::Tensor& negatives, const torch::Tensor& usable) {
  return negatives.masked_fill(usable.logical_not(), -std::numeric_limits<float>::infinity());
}

}  // namespace

torch::Tensor binary_loss(const torch::Tensor& positive, const torch::Tensor& negatives, double beta) {
  const torch::Tensor kept = torch::log_sigmoid(positive) * beta;
  const torch::Tensor refused = torch::log_sigmoid(-negatives).sum(1);
  return -(kept + refused).mean();
}

double gbce_beta(size_t negatives, size_t items, double t) {
  const double sampled = static_cast<double>(negatives) / (static_cast<double>(items) - 1.0);
  return sampled * ((1.0 - 1.0 / sampled) * t + 1.0 / sampled);
}

torch::Tensor bpr_max_loss(const torch::Tensor& positive, const torch::Tensor& negatives, const torch::Tensor& usable,
                           double regularisation) {
  const torch::Tensor weights = torch::softmax(without_targets(negatives, usable), 1);
  const torch::Tensor wins = (weights * torch::sigmoid(positive.unsqueeze(1) - negatives)).sum(1);
  const torch::Tensor penalty = (weights * negatives.square()).sum(1) * regularisation;
  return (penalty - torch::log(wins + 1e-24)).mean();
}

torch::Tensor sampled_softmax_loss(const torch::Tensor& positive, const torch::Tensor& negatives,
                                   const torch::Tensor& usable) {
  const torch::Tensor all = torch::cat({positive.unsqueeze(1), without_targets(negatives, usable)}, 1);
  return (torch::logsumexp(all, 1) - positive).mean();
}

std::vector<int64_t> draw_negatives(const std::vector<std::span<const int64_t>>& rows,
                                    std::span<const size_t> positions, size_t count, size_t items, uint64_t seed) {
  std::vector<int64_t> drawn;
  RandomStream stream(seed);
  for (size_t r = 0; r < rows.size(); ++r) {
    std::vector<int64_t> seen(rows[r].begin(), rows[r].end());
    std::sort(seen.begin(), seen.end());
    for (size_t i = 0; i < positions[r] * count; ++i) {
      auto item = static_cast<int64_t>(stream.below(items));
      for (int tries = 0; tries < kTries && std::binary_search(seen.begin(), seen.end(), item); ++tries) {
        item = static_cast<int64_t>(stream.below(items));
      }
      drawn.push_back(item);
    }
  }
  return drawn;
}

PopularityDraw::PopularityDraw(std::span<const uint32_t> counts, double exponent) {
  double sum = 0.0;
  for (const uint32_t count : counts) {
    sum += count == 0 ? 0.0 : std::pow(static_cast<double>(count), exponent);
    cumulative_.push_back(sum);
  }
}

std::vector<int64_t> PopularityDraw::draw(size_t count, uint64_t seed) const {
  std::vector<int64_t> items(count);
  RandomStream stream(seed);
  for (int64_t& item : items) {
    const double at = stream.uniform() * cumulative_.back();
    const auto found = std::upper_bound(cumulative_.begin(), cumulative_.end() - 1, at);
    item = found - cumulative_.begin();
  }
  return items;
}

}  // namespace recgauge::reference_models
