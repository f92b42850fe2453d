#include "harness/statistics/one_sided.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "harness/statistics/tests_of_difference.h"

namespace recgauge::statistics {
namespace {

// Equal values deviate by rounding alone; such an error must not count as one.
constexpr double kRounding = 1e-12;

double quantile_of_t(double confidence, double degrees) {
  if (std::isinf(degrees)) return quantile(boost::math::normal(), confidence);
  return quantile(boost::math::students_t(degrees), confidence);
}

double combined_degrees(double u, double f, double v, double g) {
  const double weight = u * u / f + v * v / g;
  return weight > 0.0 ? (u + v) * (u + v) / weight : std::numeric_limits<double>::infinity();
}

}  // namespace

std::optional<Estimated> estimated_mean(std::span<const double> values) {
  const Moments m = moments(values);
  if (m.n < 2) return std::nullopt;
  const double deviation = m.deviation <= kRounding * std::abs(m.mean) ? 0.0 : m.deviation;
  const double error = deviation / std::sqrt(static_cast<double>(m.n));
  return Estimated{m.mean, error, error, static_cast<double>(m.n - 1), m.n};
}

Estimated linear_combination(double a, const Estimated& x, double b, const Estimated& y, double constant) {
  const auto below = [](double factor, const Estimated& e) {
    return factor * (factor < 0 ? e.error_above : e.error_below);
  };
  const auto above = [](double factor, const Estimated& e) {
    return factor * (factor < 0 ? e.error_below : e.error_above);
  };
  Estimated result;
  result.value = a * x.value + b * y.value + constant;
  result.error_below = std::hypot(below(a, x), below(b, y));
  result.error_above = std::hypot(above(a, x), above(b, y));
  const double u = below(a, x) * below(a, x);
  const double v = below(b, y) * below(b, y);
  result.degrees = combined_degrees(u, x.degrees, v, y.degrees);
  result.n = x.n;
  return result;
}

double lower_bound(const Estimated& estimate, double confidence) {
  return estimate.value - quantile_of_t(confidence, estimate.degrees) * estimate.error_below;
}

double upper_bound(const Estimated& estimate, double confidence) {
  return estimate.value + quantile_of_t(confidence, estimate.degrees) * estimate.error_above;
}

double upper_tail(double t, double degrees) {
  if (std::isinf(t)) return t > 0 ? 0.0 : 1.0;
  if (std::isinf(degrees)) return cdf(complement(boost::math::normal(), t));
  return cdf(complement(boost::math::students_t(degrees), t));
}

double p_above_zero(const Estimated& estimate) {
  if (estimate.error_below == 0.0) return estimate.value > 0.0 ? 0.0 : 1.0;
  return upper_tail(estimate.value / estimate.error_below, estimate.degrees);
}

double p_below_zero(const Estimated& estimate) {
  if (estimate.error_above == 0.0) return estimate.value < 0.0 ? 0.0 : 1.0;
  return upper_tail(-estimate.value / estimate.error_above, estimate.degrees);
}

}  // namespace recgauge::statistics
