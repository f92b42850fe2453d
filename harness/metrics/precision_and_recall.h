// Counts of hits set against something: the places of the list (precision), the relevant items (recall), both (F1),
// each other (R-precision), or nothing at all (hit rate). `hits` is always the number of distinct relevant items among
// the first k of the list.
#pragma once

#include <algorithm>
#include <cstdint>

namespace recgauge::metrics {

enum class PrecisionDenominator : uint8_t { k, listed };
enum class RecallDenominator : uint8_t { relevant, min };

/// hits / k, also where the list is shorter than k; `listed` divides by the number of listed items instead (0 if none).
inline double precision(double hits, double k, double listed, PrecisionDenominator denominator) {
  if (denominator == PrecisionDenominator::k) return hits / k;
  return listed > 0 ? hits / std::min(k, listed) : 0.0;
}

/// hits / relevant, or hits / min(k, relevant) (Liang et al. 2018), which a full list of hits brings to 1.
inline double recall(double hits, double k, double relevant, RecallDenominator denominator) {
  return hits / (denominator == RecallDenominator::min ? std::min(k, relevant) : relevant);
}

/// Harmonic mean of hits / k and hits / relevant, in the form that is 0 where both are 0 (van Rijsbergen 1979).
inline double f1(double hits, double k, double relevant) { return 2.0 * hits / (k + relevant); }

/// 1 if anything was hit.
inline double hit_rate(double hits) { return hits > 0 ? 1.0 : 0.0; }

/// Hits among the first R items divided by R, the number of relevant items (trec_eval Rprec).
inline double r_precision(double hits_among_first_relevant, double relevant) {
  return hits_among_first_relevant / relevant;
}

}  // namespace recgauge::metrics
