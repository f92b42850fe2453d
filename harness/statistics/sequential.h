// Intervals and p-values that stay valid however often an experiment is looked at: what an A/B test needs whose end was
// not fixed beforehand.
#pragma once

#include <optional>

#include "harness/statistics/interval.h"

namespace recgauge::statistics {

/// What is known of a difference: its estimate and the variance of the estimate (for two means s1^2/n1 + s2^2/n2).
struct SequentialEstimate {
  double difference = 0.0;
  double variance = 0.0;
};

/// Mixture sequential probability ratio test (Robbins 1970; Johari, Pekelis & Walsh 2017) against a difference of 0,
/// with a normal mixture of deviation `mixture_deviation` (the size of differences that it is quickest to see; fixed
/// before the data): p = min(1, sqrt((V + t^2) / V) exp(-t^2 d^2 / (2 V (V + t^2)))). Nothing unless both the variance
/// and the deviation are positive.
std::optional<double> always_valid_p_value(const SequentialEstimate& estimate, double mixture_deviation);

/// The differences that the test does not reject: d +- sqrt(V (V + t^2) / t^2 (2 log(1 / alpha) + log((V + t^2) / V))).
std::optional<Interval> always_valid_interval(const SequentialEstimate& estimate, double mixture_deviation,
                                              double confidence);

}  // namespace recgauge::statistics
