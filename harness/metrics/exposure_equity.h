// Exposure of groups of items against what they are worth, over all lists of a run together.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

namespace recgauge::metrics {

/// Lowest over highest value: 1 is parity, 0 that one group has nothing. NaN for fewer than two values, a NaN among
/// them, or if all are 0.
inline double parity_ratio(std::span<const double> values) {
  constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();
  if (values.size() < 2 || std::any_of(values.begin(), values.end(), [](double x) { return std::isnan(x); })) {
    return kUndefined;
  }
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return *high > 0 ? *low / *high : kUndefined;
}

/// Value by group divided by what the group has of something else; NaN where it has none.
inline std::vector<double> per_unit(std::span<const double> values, std::span<const double> of) {
  std::vector<double> result(values.size());
  for (size_t g = 0; g < values.size(); ++g) {
    result[g] = of[g] > 0 ? values[g] / of[g] : std::numeric_limits<double>::quiet_NaN();
  }
  return result;
}

/// Demographic parity of exposure (Singh & Joachims 2018, section 4.1): parity_ratio() of exposure per item.
inline double demographic_parity(std::span<const double> exposure, std::span<const double> items) {
  return parity_ratio(per_unit(exposure, items));
}

/// Disparate treatment (section 4.2): parity_ratio() of mean exposure over mean merit, in which the number of items of
/// a group cancels out. `merit` is the summed relevance of a group's items.
inline double disparate_treatment(std::span<const double> exposure, std::span<const double> merit) {
  return parity_ratio(per_unit(exposure, merit));
}

/// Disparate impact (section 4.3): the same of expected clicks, examination times relevance, over merit.
inline double disparate_impact(std::span<const double> clicks, std::span<const double> merit) {
  return parity_ratio(per_unit(clicks, merit));
}

/// Equity of amortised attention (Biega, Gummadi & Weikum 2018, eq. 4): sum over units of |attention - relevance|, both
/// brought to a sum of 1. 0 is equity, 2 the worst. NaN if there is no attention or no relevance.
inline double inequity_of_attention(std::span<const double> attention, std::span<const double> relevance) {
  const double given = std::accumulate(attention.begin(), attention.end(), 0.0);
  const double due = std::accumulate(relevance.begin(), relevance.end(), 0.0);
  if (!(given > 0) || !(due > 0)) return std::numeric_limits<double>::quiet_NaN();
  double sum = 0.0;
  for (size_t i = 0; i < attention.size(); ++i) sum += std::abs(attention[i] / given - relevance[i] / due);
  return sum;
}

}  // namespace recgauge::metrics
