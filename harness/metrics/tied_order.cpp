#include "harness/metrics/tied_order.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace recgauge::metrics {
namespace {

// The first hit is at place t of the group if the t places before it drew misses.
double expected_first_reciprocal(const VisibleGroup& group) {
  const double misses = group.length - group.hits;
  double chance_of_no_hit_yet = 1.0;
  double sum = 0.0;
  for (uint32_t t = 0; t < group.length && chance_of_no_hit_yet > 0; ++t) {
    const double left = static_cast<double>(group.length) - t;
    sum += chance_of_no_hit_yet * group.hits / left / (static_cast<double>(group.begin) + t + 1.0);
    chance_of_no_hit_yet *= (misses - t) / left;
  }
  return sum;
}

}  // namespace

ExpectedSums expected_sums(std::span<const VisibleGroup> groups, const RankSums& weights) {
  ExpectedSums sums;
  for (const VisibleGroup& group : groups) {
    if (!(group.hits > 0)) continue;
    const uint32_t end = group.begin + group.length;
    const double length = group.length;
    const double chance = group.hits / length;
    const double reciprocals = weights.reciprocals[end] - weights.reciprocals[group.begin];
    sums.dcg += group.gain / length * (weights.discounts[end] - weights.discounts[group.begin]);
    sums.reciprocal_sum += chance * reciprocals;
    sums.precision_sum += chance * (1.0 + sums.hits) * reciprocals;
    if (group.length > 1) {
      // A hit at place t expects t * (hits - 1) / (length - 1) hits above it in the group.
      const double pair = chance * (group.hits - 1.0) / (length - 1.0);
      sums.precision_sum += pair * (length - (static_cast<double>(group.begin) + 1.0) * reciprocals);
    }
    if (sums.hits == 0) sums.first_reciprocal = expected_first_reciprocal(group);
    sums.hits += group.hits;
  }
  return sums;
}

double expected_mean_precision(std::span<const VisibleGroup> groups, uint32_t k) {
  double sum = 0.0;
  double hits = 0.0;
  uint32_t position = 0;
  for (const VisibleGroup& group : groups) {
    for (uint32_t t = 0; t < group.length && position < k; ++t, ++position) {
      hits += group.hits / group.length;
      sum += hits / (static_cast<double>(position) + 1.0);
    }
  }
  for (; position < k; ++position) sum += hits / (static_cast<double>(position) + 1.0);
  return sum / k;
}

std::vector<double> hypergeometric(double size, double marked, uint32_t drawn) {
  const double n = drawn;
  const double lowest = std::max(0.0, n - (size - marked));
  const double highest = std::min(n, marked);
  const double mode = std::clamp(std::floor((n + 1.0) * (marked + 1.0) / (size + 2.0)), lowest, highest);
  // From the mode outwards, so that nothing overflows.
  std::vector<double> chances(drawn + 1, 0.0);
  const auto ratio = [&](double h) { return (marked - h) * (n - h) / ((h + 1.0) * (size - marked - n + h + 1.0)); };
  chances[static_cast<size_t>(mode)] = 1.0;
  for (double h = mode; h < highest; ++h) {
    chances[static_cast<size_t>(h) + 1] = chances[static_cast<size_t>(h)] * ratio(h);
  }
  for (double h = mode; h > lowest; --h) {
    chances[static_cast<size_t>(h) - 1] = chances[static_cast<size_t>(h)] / ratio(h - 1.0);
  }
  const double total = std::accumulate(chances.begin(), chances.end(), 0.0);
  for (double& chance : chances) chance /= total;
  return chances;
}

}  // namespace recgauge::metrics
