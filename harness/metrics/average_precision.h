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

/// AP@k from its precision_sum and the number of hits among the first k, for the variants that have a denominator.
/// Without a hit each of them is 0.
inline double average_precision(double sum, double hits, double k, double relevant,
                                AveragePrecisionDenominator denominator) {
  if (hits == 0) return 0.0;
  if (denominator == AveragePrecisionDenominator::min) return sum / std::min(k, relevant);
  return sum / (denominator == AveragePrecisionDenominator::hits ? hits : relevant);
}

}  // namespace recgauge::metrics
