// Calibration: does a list hold the categories in the shares in which the user's history holds them?
#pragma once

#include <cmath>
#include <span>

namespace recgauge::metrics {

inline constexpr double kCalibrationSmoothing = 0.01;

/// KL(p || (1 - a) q + a p) in nats, a = 0.01, for category shares p of the history and q of the list, each summing to
/// 1 (Steck 2018, eq. 6 and 7). 0 if they are equal, at most log(1 / a).
inline double miscalibration(std::span<const double> history_shares, std::span<const double> list_shares) {
  double divergence = 0.0;
  for (size_t c = 0; c < history_shares.size(); ++c) {
    const double p = history_shares[c];
    if (!(p > 0)) continue;
    divergence += p * std::log(p / ((1.0 - kCalibrationSmoothing) * list_shares[c] + kCalibrationSmoothing * p));
  }
  return divergence;
}

}  // namespace recgauge::metrics
