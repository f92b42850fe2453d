// Area under the ROC curve of one user: the chance that a relevant candidate is ranked above an irrelevant one. A top-k
// list leaves most candidates unranked; those share the last place, and a tie counts half.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>

namespace recgauge::metrics {

/// P(s+ > s-) + P(s+ = s-) / 2 over pairs of a relevant and an irrelevant candidate. `positions` are those of the hits
/// (ascending, from 0) in a list of `listed` distinct candidates; `relevant` of the `candidates` are relevant. NaN
/// without irrelevant candidates.
inline double area_under_curve(std::span<const uint32_t> positions, double listed, double relevant, double candidates) {
  const double irrelevant = candidates - relevant;
  if (!(irrelevant > 0)) return std::numeric_limits<double>::quiet_NaN();
  double pairs = 0.0;
  for (size_t i = 0; i < positions.size(); ++i) {
    pairs += irrelevant - static_cast<double>(positions[i] - i);
  }
  const double hits = static_cast<double>(positions.size());
  pairs += (relevant - hits) * 0.5 * std::max(0.0, irrelevant - (listed - hits));
  return pairs / (relevant * irrelevant);
}

}  // namespace recgauge::metrics
