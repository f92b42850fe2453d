// Losses of next-item models over sampled negatives. The softmax over all items is softmax_loss.h.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "reference_models/neural/torch.h"

namespace recgauge::reference_models {

/// Binary cross-entropy with negatives: mean over positions of -(beta log s(positive) + sum log(1 - s(negative))), s
/// the logistic function. beta 1 is Kang & McAuley 2018; smaller is gBCE (Petrov & Macdonald 2023). positive:
/// positions; negatives: positions x count.
torch::Tensor binary_loss(const torch::Tensor& positive, const torch::Tensor& negatives, double beta);

/// The beta of gBCE: a ((1 - 1/a) t + 1/a) with a = negatives / (items - 1), the share of items that is sampled.
double gbce_beta(size_t negatives, size_t items, double t);

/// BPR-max (Hidasi & Karatzoglou 2018): mean over positions of -log sum_j w_j s(positive - negative_j) + regularisation
/// * sum_j w_j negative_j^2, with w the softmax of a position's negatives. `usable` (positions x count, bool) is false
/// for negatives that are the position's target.
torch::Tensor bpr_max_loss(const torch::Tensor& positive, const torch::Tensor& negatives, const torch::Tensor& usable,
                           double regularisation);

/// Cross-entropy of each position's target among itself and the negatives that are not it.
torch::Tensor sampled_softmax_loss(const torch::Tensor& positive, const torch::Tensor& negatives,
                                   const torch::Tensor& usable);

/// `count` items for each position, drawn uniformly and, where a few tries find one, not in the position's row.
/// rows[r] are a row's items, one position for each of positions[r].
std::vector<int64_t> draw_negatives(const std::vector<std::span<const int64_t>>& rows,
                                    std::span<const size_t> positions, size_t count, size_t items, uint64_t seed);

/// Draws items with a chance that grows with count^exponent, by a table of cumulative weights.
class PopularityDraw {
 public:
  PopularityDraw(std::span<const uint32_t> counts, double exponent);
  std::vector<int64_t> draw(size_t count, uint64_t seed) const;

 private:
  std::vector<double> cumulative_;
};

}  // namespace recgauge::reference_models
