// Average precision: the precision at the rank of every hit, summed, then divided by how many hits there could have
// been. Libraries disagree about that number, so a "MAP" without its denominator says little.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

namespace recgauge::metrics {

enum class AveragePrecisionDenominator : uint8_t { min, relevant, hits, mean_precision };

/// Sum over hits of (hits so far) / rank. `positions` are ascending, from 0.
inline double precision_sum(std::span<const uint32_t> positions) {
  double sum = 0.0;
  for (size_t i = 0; i < positions.size(); ++i) {
    sum += static_cast<double>(i + 1) / (static_cast<double>(positions[i]) + 1.0);
  }
  return sum;
}

/// Mean of the precision at 1, 2, ..., k, which Elliot calls MAP.
inline double mean_precision(std::span<const uint32_t> positions, uint32_t k) {
  double sum = 0.0;
  size_t hits = 0;
  for (uint32_t position = 0; position < k; ++position) {
    while (hits < positions.size() && positions[hits] <= position) ++hits;
    sum += static_cast<double>(hits) / (static_cast<double>(position) + 1.0);
  }
  return sum / k;
}

/// AP@k of hits at `positions` (all below k) given their precision_sum. Without a hit every variant is 0.
inline double average_precision(double sum, std::span<const uint32_t> positions, uint32_t k, double relevant,
                                AveragePrecisionDenominator denominator) {
  if (positions.empty()) return 0.0;
  switch (denominator) {
    case AveragePrecisionDenominator::min:
      return sum / std::min(static_cast<double>(k), relevant);
    case AveragePrecisionDenominator::relevant:
      return sum / relevant;
    case AveragePrecisionDenominator::hits:
      return sum / static_cast<double>(positions.size());
    case AveragePrecisionDenominator::mean_precision:
      break;
  }
  return mean_precision(positions, k);
}

}  // namespace recgauge::metrics
