// How unequally a benefit is spread over individuals.
#pragma once

#include <cmath>
#include <limits>
#include <numeric>
#include <span>

namespace recgauge::metrics {

/// Generalised entropy index (Speicher et al. 2018, eq. 2): mean of ((b / mean)^alpha - 1) / (alpha (alpha - 1)); alpha
/// 1 is Theil's index, the mean of b / mean * log(b / mean), alpha 0 the mean of -log(b / mean). Benefits must not be
/// negative. 0 is equality. NaN for none or if all are 0; infinite for alpha 0 if one is 0.
inline double generalised_entropy(std::span<const double> benefits, double alpha) {
  const double n = static_cast<double>(benefits.size());
  const double mean = std::accumulate(benefits.begin(), benefits.end(), 0.0) / n;
  if (!(mean > 0)) return std::numeric_limits<double>::quiet_NaN();
  double sum = 0.0;
  for (const double benefit : benefits) {
    const double ratio = benefit / mean;
    if (alpha == 1.0) {
      sum += ratio > 0 ? ratio * std::log(ratio) : 0.0;
    } else if (alpha == 0.0) {
      sum -= std::log(ratio);
    } else {
      sum += (std::pow(ratio, alpha) - 1.0) / (alpha * (alpha - 1.0));
    }
  }
  return sum / n;
}

}  // namespace recgauge::metrics
