#include "harness/metrics/kendall_distance.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace recgauge::metrics {
namespace {

constexpr double kPenalty = 0.5;

// Items in order, each once.
std::vector<ItemId> distinct(std::span<const ItemId> list, uint32_t k) {
  std::vector<ItemId> items;
  for (const ItemId item : list.first(std::min<size_t>(list.size(), k))) {
    if (item != kOutOfCatalogue && std::find(items.begin(), items.end(), item) == items.end()) items.push_back(item);
  }
  return items;
}

// Place in `list`, or its length where the item is absent: an absent item is behind all that are there.
std::vector<size_t> places(const std::vector<ItemId>& items, const std::vector<ItemId>& list) {
  std::vector<size_t> result;
  for (const ItemId item : items) {
    result.push_back(static_cast<size_t>(std::find(list.begin(), list.end(), item) - list.begin()));
  }
  return result;
}

double pairs(size_t n) { return 0.5 * static_cast<double>(n) * (static_cast<double>(n) - 1.0); }

}  // namespace

double kendall_distance(std::span<const ItemId> a, std::span<const ItemId> b, uint32_t k) {
  const std::vector<ItemId> first = distinct(a, k);
  const std::vector<ItemId> second = distinct(b, k);
  std::vector<ItemId> all = first;
  for (const ItemId item : second) {
    if (std::find(first.begin(), first.end(), item) == first.end()) all.push_back(item);
  }
  if (all.empty()) return std::numeric_limits<double>::quiet_NaN();
  if (first.empty() || second.empty()) return 1.0;
  if (all.size() == 1) return 0.0;
  const std::vector<size_t> in_first = places(all, first);
  const std::vector<size_t> in_second = places(all, second);
  double distance = 0.0;
  for (size_t i = 0; i < all.size(); ++i) {
    for (size_t j = i + 1; j < all.size(); ++j) {
      if (in_first[i] == in_first[j] || in_second[i] == in_second[j]) {
        distance += kPenalty;
      } else if ((in_first[i] < in_first[j]) != (in_second[i] < in_second[j])) {
        distance += 1.0;
      }
    }
  }
  const double largest =
      static_cast<double>(first.size() * second.size()) + kPenalty * (pairs(first.size()) + pairs(second.size()));
  return distance / largest;
}

}  // namespace recgauge::metrics
