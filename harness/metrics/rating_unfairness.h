// Unfairness of predicted ratings towards a group of users (Yao & Huang 2017): four ways to be wrong differently.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace recgauge::metrics {

/// Means of one item over the ratings of one group; NaN if the group has none of it.
struct ItemMeans {
  double predicted = 0.0;
  double actual = 0.0;
};

struct RatingUnfairness {
  double value = 0.0;     ///< signed errors differ
  double absolute = 0.0;  ///< sizes of errors differ
  double under = 0.0;     ///< underestimation differs
  double over = 0.0;      ///< overestimation differs
};

/// Means over the items that both groups rated of the absolute difference between the groups' errors, as each kind
/// counts them. `group` and `others` run over the same items. NaN without a shared item.
inline RatingUnfairness rating_unfairness(std::span<const ItemMeans> group, std::span<const ItemMeans> others) {
  RatingUnfairness sum;
  double items = 0.0;
  for (size_t i = 0; i < group.size(); ++i) {
    const double first = group[i].predicted - group[i].actual;
    const double second = others[i].predicted - others[i].actual;
    if (std::isnan(first) || std::isnan(second)) continue;
    sum.value += std::abs(first - second);
    sum.absolute += std::abs(std::abs(first) - std::abs(second));
    sum.under += std::abs(std::max(0.0, -first) - std::max(0.0, -second));
    sum.over += std::abs(std::max(0.0, first) - std::max(0.0, second));
    ++items;
  }
  if (items == 0.0) items = std::numeric_limits<double>::quiet_NaN();
  return {sum.value / items, sum.absolute / items, sum.under / items, sum.over / items};
}

}  // namespace recgauge::metrics
