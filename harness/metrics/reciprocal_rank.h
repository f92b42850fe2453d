// Reciprocal rank: how far down the first hit stands. MIND and FuxiCTR average 1 / rank over all listed positives
// instead and call it MRR too.
#pragma once

#include <cstdint>
#include <span>

namespace recgauge::metrics {

enum class ReciprocalRankPositives : uint8_t { first, all };

/// Sum over hits of 1 / rank. `positions` count from 0.
inline double reciprocal_sum(std::span<const uint32_t> positions) {
  double sum = 0.0;
  for (const uint32_t position : positions) sum += 1.0 / (static_cast<double>(position) + 1.0);
  return sum;
}

/// 1 / rank of the first hit (Voorhees 1999), or the mean of 1 / rank over the hits; 0 without hits.
inline double reciprocal_rank(double sum, std::span<const uint32_t> positions, ReciprocalRankPositives positives) {
  if (positions.empty()) return 0.0;
  if (positives == ReciprocalRankPositives::first) return 1.0 / (static_cast<double>(positions[0]) + 1.0);
  return sum / static_cast<double>(positions.size());
}

}  // namespace recgauge::metrics
