// Non-inferiority, and how many units a question needs.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "harness/statistics/interval.h"

namespace recgauge::statistics {

enum class Decision : uint8_t { pass, fail, inconclusive };

struct NonInferiority {
  Decision decision = Decision::inconclusive;
  double difference = 0.0;   ///< candidate minus baseline, positive when the candidate is better
  double lower_bound = 0.0;  ///< one-sided, at the confidence
  double upper_bound = 0.0;
  uint64_t n = 0;
  std::optional<uint64_t> deciding_n;  ///< pairs that would decide with 80 % power, if inconclusive
};

/// Whether the candidate is worse by less than `margin` (positive, absolute). `differences` are candidate minus
/// baseline by unit, oriented so that positive is better; NaN = no pair. Passes when the one-sided lower confidence
/// bound of the mean is above -margin, fails when the upper one is below it, else inconclusive. Fewer than two pairs
/// are inconclusive.
NonInferiority non_inferiority(std::span<const double> differences, double margin, double confidence);

/// Units (pairs) that a two-sided test at `alpha` needs to see a mean of `effect` with `power` when single differences
/// deviate by `deviation`. Exact for Student's t up to 10,000 units, normal approximation above. Nothing if effect is
/// 0.
std::optional<uint64_t> required_sample_size(double effect, double deviation, double alpha, double power);

/// Smallest effect that the test sees with `power` in n units: the inverse of required_sample_size(). Infinite for
/// fewer than two units, 0 if single differences do not deviate.
double detectable_effect(double deviation, double alpha, double power, uint64_t n);

/// Power of that test with n units.
double power_of_test(double effect, double deviation, double alpha, uint64_t n);

}  // namespace recgauge::statistics
