#include "harness/metrics/rank_biased_overlap.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace recgauge::metrics {
namespace {

// (item, first position) in order of item.
std::vector<std::pair<ItemId, size_t>> first_places(std::span<const ItemId> list) {
  std::vector<std::pair<ItemId, size_t>> places;
  for (size_t position = 0; position < list.size(); ++position) {
    if (list[position] != kOutOfCatalogue) places.emplace_back(list[position], position);
  }
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end(), [](auto& x, auto& y) { return x.first == y.first; }),
               places.end());
  return places;
}

// Entry d is the number of items that both lists have among their first d places.
std::vector<double> overlaps(std::span<const ItemId> a, std::span<const ItemId> b) {
  const auto in_a = first_places(a);
  const auto in_b = first_places(b);
  std::vector<double> overlap(std::max(a.size(), b.size()) + 1, 0.0);
  for (size_t i = 0, j = 0; i < in_a.size() && j < in_b.size();) {
    if (in_a[i].first == in_b[j].first) {
      overlap[std::max(in_a[i].second, in_b[j].second) + 1] += 1.0;
      ++i;
      ++j;
    } else {
      ++(in_a[i].first < in_b[j].first ? i : j);
    }
  }
  for (size_t d = 1; d < overlap.size(); ++d) overlap[d] += overlap[d - 1];
  return overlap;
}

}  // namespace

double rank_biased_overlap(std::span<const ItemId> a, std::span<const ItemId> b, double persistence, uint32_t k) {
  a = a.first(std::min<size_t>(a.size(), k));
  b = b.first(std::min<size_t>(b.size(), k));
  if (a.empty() && b.empty()) return std::numeric_limits<double>::quiet_NaN();
  const size_t shorter = std::min(a.size(), b.size());
  const size_t longer = std::max(a.size(), b.size());
  if (shorter == 0) return 0.0;
  const std::vector<double> overlap = overlaps(a, b);
  const double s = static_cast<double>(shorter);
  const double l = static_cast<double>(longer);
  double sum = 0.0;
  double weight = 1.0;
  for (size_t depth = 1; depth <= longer; ++depth) {
    const double d = static_cast<double>(depth);
    weight *= persistence;
    sum += overlap[depth] / d * weight;
    if (depth > shorter) sum += overlap[shorter] * (d - s) / (s * d) * weight;
  }
  const double seen = (1.0 - persistence) / persistence * sum;
  return seen + ((overlap[longer] - overlap[shorter]) / l + overlap[shorter] / s) * weight;
}

}  // namespace recgauge::metrics
