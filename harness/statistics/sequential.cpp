#include "harness/statistics/sequential.h"

#include <algorithm>
#include <cmath>

namespace recgauge::statistics {
namespace {

bool is_usable(const SequentialEstimate& estimate, double mixture_deviation) {
  return std::isfinite(estimate.difference) && estimate.variance > 0 && std::isfinite(estimate.variance) &&
         mixture_deviation > 0 && std::isfinite(mixture_deviation);
}

}  // namespace

std::optional<double> always_valid_p_value(const SequentialEstimate& estimate, double mixture_deviation) {
  if (!is_usable(estimate, mixture_deviation)) return std::nullopt;
  const double v = estimate.variance;
  const double t = mixture_deviation * mixture_deviation;
  const double exponent = -t * estimate.difference * estimate.difference / (2.0 * v * (v + t));
  return std::min(1.0, std::sqrt((v + t) / v) * std::exp(exponent));
}

std::optional<Interval> always_valid_interval(const SequentialEstimate& estimate, double mixture_deviation,
                                              double confidence) {
  if (!is_usable(estimate, mixture_deviation)) return std::nullopt;
  const double v = estimate.variance;
  const double t = mixture_deviation * mixture_deviation;
  const double reach = std::sqrt(v * (v + t) / t * (-2.0 * std::log(1.0 - confidence) + std::log((v + t) / v)));
  return Interval{estimate.difference - reach, estimate.difference + reach, confidence,
                  "always-valid (mSPRT, normal mixture)"};
}

}  // namespace recgauge::statistics
