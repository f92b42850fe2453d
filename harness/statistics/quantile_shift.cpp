#include "harness/statistics/quantile_shift.h"

#include <fmt/format.h>

#include <boost/math/distributions/students_t.hpp>
#include <cassert>
#include <cmath>

#include "harness/statistics/tests_of_difference.h"

namespace recgauge::statistics {
namespace {

Shift recovered(const Percentile& first, const Percentile& second) {
  Shift shift{first.value - second.value, std::nullopt};
  if (!first.interval || !second.interval) return shift;
  assert(first.interval->confidence == second.interval->confidence);
  const double below = std::hypot(first.value - first.interval->low, second.interval->high - second.value);
  const double above = std::hypot(first.interval->high - first.value, second.value - second.interval->low);
  shift.interval = Interval{shift.value - below, shift.value + above, first.interval->confidence,
                            "recovered from the two order-statistic intervals (MOVER)"};
  return shift;
}

Percentile logarithm(Percentile percentile) {
  percentile.value = std::log(percentile.value);
  if (percentile.interval && percentile.interval->low > 0.0) {
    percentile.interval->low = std::log(percentile.interval->low);
    percentile.interval->high = std::log(percentile.interval->high);
  } else {
    percentile.interval.reset();
  }
  return percentile;
}

Shift exponential(Shift shift) {
  shift.value = std::exp(shift.value);
  if (shift.interval) {
    shift.interval->low = std::exp(shift.interval->low);
    shift.interval->high = std::exp(shift.interval->high);
  }
  return shift;
}

}  // namespace

Shift quantile_difference(const Percentile& first, const Percentile& second) { return recovered(first, second); }

std::optional<Shift> quantile_ratio(const Percentile& first, const Percentile& second) {
  if (!(first.value > 0.0) || !(second.value > 0.0)) return std::nullopt;
  return exponential(recovered(logarithm(first), logarithm(second)));
}

std::optional<Shift> paired_ratio(std::span<const double> first, std::span<const double> second, double confidence) {
  assert(first.size() == second.size());
  if (first.empty()) return std::nullopt;
  std::vector<double> logarithms;
  for (size_t i = 0; i < first.size(); ++i) {
    if (!(first[i] > 0.0) || !(second[i] > 0.0)) return std::nullopt;
    logarithms.push_back(std::log(first[i] / second[i]));
  }
  const Moments m = moments(logarithms);
  Shift shift{m.mean, std::nullopt};
  if (m.n > 1) {
    const boost::math::students_t law(static_cast<double>(m.n - 1));
    const double reach = quantile(law, 0.5 * (1.0 + confidence)) * m.deviation / std::sqrt(static_cast<double>(m.n));
    shift.interval = Interval{m.mean - reach, m.mean + reach, confidence,
                              fmt::format("Student's t over {} rounds, on the logarithm", m.n)};
  }
  return exponential(std::move(shift));
}

}  // namespace recgauge::statistics
