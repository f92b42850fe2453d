// How cost grows with size: y = a x^b, fitted on the logarithms.
#pragma once

#include <optional>
#include <span>

#include "harness/statistics/interval.h"

namespace recgauge::statistics {

/// A fitted power law.
struct Scaling {
  double exponent = 0.0;  ///< b: 1 is linear, 2 quadratic, 0 independent of size
  double factor = 0.0;    ///< a
  double r_squared = 0.0;
  std::optional<Interval> interval;  ///< of the exponent; nothing for two points
};

/// Least squares of log y on log x with Student's interval of the slope (n - 2 degrees of freedom). Nothing for fewer
/// than two different sizes or for values that are not positive. The interval tells of scatter around a power law, not
/// of sizes beyond those measured.
std::optional<Scaling> scaling_of(std::span<const double> sizes, std::span<const double> costs, double confidence);

}  // namespace recgauge::statistics
