#include "harness/statistics/scaling.h"

#include <boost/math/distributions/students_t.hpp>
#include <cassert>
#include <cmath>
#include <vector>

#include "harness/statistics/tests_of_difference.h"

namespace recgauge::statistics {
namespace {

// Empty where one is not positive.
std::vector<double> logarithms(std::span<const double> values) {
  std::vector<double> result;
  for (const double value : values) {
    if (!(value > 0.0)) return {};
    result.push_back(std::log(value));
  }
  return result;
}

}  // namespace

std::optional<Scaling> scaling_of(std::span<const double> sizes, std::span<const double> costs, double confidence) {
  assert(sizes.size() == costs.size());
  const std::vector<double> x = logarithms(sizes);
  const std::vector<double> y = logarithms(costs);
  if (x.empty() || y.empty()) return std::nullopt;
  const double mean_x = moments(x).mean;
  const double mean_y = moments(y).mean;
  double xx = 0.0;
  double xy = 0.0;
  double yy = 0.0;
  for (size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mean_x) * (x[i] - mean_x);
    xy += (x[i] - mean_x) * (y[i] - mean_y);
    yy += (y[i] - mean_y) * (y[i] - mean_y);
  }
  if (!(xx > 1e-12)) return std::nullopt;
  Scaling scaling;
  scaling.exponent = xy / xx;
  scaling.factor = std::exp(mean_y - scaling.exponent * mean_x);
  const double residual = std::max(0.0, yy - scaling.exponent * xy);
  scaling.r_squared = yy > 0.0 ? 1.0 - residual / yy : 1.0;
  if (x.size() > 2) {
    const double degrees = static_cast<double>(x.size()) - 2.0;
    const double reach =
        quantile(boost::math::students_t(degrees), 0.5 * (1.0 + confidence)) * std::sqrt(residual / degrees / xx);
    scaling.interval = Interval{scaling.exponent - reach, scaling.exponent + reach, confidence,
                                "Student's t of the slope on logarithms"};
  }
  return scaling;
}

}  // namespace recgauge::statistics
