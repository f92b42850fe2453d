// One-sided bounds and p-values of a mean or a difference of means: what a gate decides on.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>

namespace recgauge::statistics {

/// An estimate with the scale of its error. (estimate - truth) / standard error follows Student's t with `degrees`
/// degrees of freedom, the normal distribution if they are infinite. Errors below and above differ only where they come
/// from an asymmetric interval.
struct Estimated {
  double value = 0.0;
  double error_below = 0.0;  ///< standard error that the lower bound uses
  double error_above = 0.0;  ///< standard error that the upper bound uses
  double degrees = std::numeric_limits<double>::infinity();
  uint64_t n = 0;  ///< units of the (first) sample
};

/// Mean of the defined (not NaN) values, error s / sqrt(n), n - 1 degrees. Nothing for fewer than two values.
std::optional<Estimated> estimated_mean(std::span<const double> values);

/// a * x + b * y + constant for independent estimates. Degrees of freedom after Welch (1947) and Satterthwaite (1946):
/// (u + v)^2 / (u^2 / f + v^2 / g), where u and v are the two variances and f and g their degrees. A negative factor
/// swaps the errors below and above.
Estimated linear_combination(double a, const Estimated& x, double b, const Estimated& y, double constant);

/// value - t(confidence) * error below: the truth lies above it at the rate `confidence`.
double lower_bound(const Estimated& estimate, double confidence);
/// value + t(confidence) * error above.
double upper_bound(const Estimated& estimate, double confidence);

/// p-value against "the truth is at most 0": P(T >= value / error below). Without error: 0 if value > 0, else 1.
double p_above_zero(const Estimated& estimate);
/// p-value against "the truth is at least 0": P(T <= value / error above). Without error: 0 if value < 0, else 1.
double p_below_zero(const Estimated& estimate);

/// P(T >= t) with `degrees` degrees of freedom.
double upper_tail(double t, double degrees);

}  // namespace recgauge::statistics
