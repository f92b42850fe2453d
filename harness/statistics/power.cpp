#include "harness/statistics/power.h"

#include <boost/math/distributions/non_central_t.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>

#include "harness/statistics/tests_of_difference.h"

namespace recgauge::statistics {
namespace {

constexpr double kEffectPrecision = 1e-6;

}  // namespace

NonInferiority non_inferiority(std::span<const double> differences, double margin, double confidence) {
  const Moments m = moments(differences);
  NonInferiority result;
  result.n = m.n;
  result.difference = m.mean;
  if (m.n < 2) return result;
  const double n = static_cast<double>(m.n);
  const boost::math::students_t distribution(n - 1.0);
  const double reach = quantile(distribution, confidence) * m.deviation / std::sqrt(n);
  result.lower_bound = m.mean - reach;
  result.upper_bound = m.mean + reach;
  if (result.lower_bound > -margin) {
    result.decision = Decision::pass;
  } else if (result.upper_bound < -margin) {
    result.decision = Decision::fail;
  } else {
    // One-sided at 1 - confidence is two-sided at twice that.
    result.deciding_n = required_sample_size(m.mean + margin, m.deviation, 2.0 * (1.0 - confidence), 0.8);
  }
  return result;
}

std::optional<uint64_t> required_sample_size(double effect, double deviation, double alpha, double power) {
  if (effect == 0.0 || deviation == 0.0) return std::nullopt;
  const boost::math::normal normal;
  const double za = quantile(normal, 1.0 - 0.5 * alpha);
  const double ratio = (za + quantile(normal, power)) * deviation / effect;
  const double n = ratio * ratio + 0.5 * za * za;
  if (!(n < 1e18)) return std::nullopt;
  auto size = std::max<uint64_t>(2, static_cast<uint64_t>(std::ceil(n)));
  while (size < 10000 && power_of_test(std::abs(effect), deviation, alpha, size) < power) ++size;
  return size;
}

double detectable_effect(double deviation, double alpha, double power, uint64_t n) {
  if (n < 2) return std::numeric_limits<double>::infinity();
  if (deviation == 0.0) return 0.0;
  // In units of the standard error, where the power hardly depends on n.
  const double root = std::sqrt(static_cast<double>(n));
  double low = 0.0;
  double high = 1.0;
  while (power_of_test(high, root, alpha, n) < power) high *= 2.0;
  while (high - low > kEffectPrecision * high) {
    const double middle = 0.5 * (low + high);
    (power_of_test(middle, root, alpha, n) < power ? low : high) = middle;
  }
  return high * deviation / root;
}

double power_of_test(double effect, double deviation, double alpha, uint64_t n) {
  if (n < 2 || deviation == 0.0) return 0.0;
  const double degrees = static_cast<double>(n) - 1.0;
  const double shift = effect / deviation * std::sqrt(static_cast<double>(n));
  const boost::math::students_t central(degrees);
  const boost::math::non_central_t shifted(degrees, shift);
  const double critical = quantile(complement(central, 0.5 * alpha));
  return cdf(complement(shifted, critical)) + cdf(shifted, -critical);
}

}  // namespace recgauge::statistics
