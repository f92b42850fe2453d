#include "suites/bias/mitigation.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/metrics/calibration.h"

namespace recgauge::suites {
namespace {

uint32_t group_of(ItemId item, const ItemGrouping& grouping) {
  if (item == kOutOfCatalogue || grouping.of(item).empty()) return std::numeric_limits<uint32_t>::max();
  return grouping.of(item).front();
}

/// Items of a list that are still to be placed, best first.
class Remaining {
 public:
  explicit Remaining(std::span<const ItemId> list) : items_(list.begin(), list.end()) {}

  bool empty() const { return items_.empty(); }
  ItemId take(size_t position) {
    const ItemId item = items_[position];
    items_.erase(items_.begin() + static_cast<std::ptrdiff_t>(position));
    return item;
  }
  /// Position of the best item of the group, or size() if there is none.
  size_t best_of(uint32_t group, const ItemGrouping& grouping) const {
    return static_cast<size_t>(
        std::find_if(items_.begin(), items_.end(), [&](ItemId item) { return group_of(item, grouping) == group; }) -
        items_.begin());
  }
  size_t size() const { return items_.size(); }

 private:
  std::vector<ItemId> items_;
};

void add_categories(const metrics::ItemFeatures& categories, ItemId item, std::vector<double>& sums, double& total) {
  if (item == kOutOfCatalogue) return;
  const auto of = categories.coordinates(index(item));
  for (const uint32_t category : of) sums[category] += 1.0 / static_cast<double>(of.size());
  total += of.empty() ? 0.0 : 1.0;
}

void divide(std::vector<double>& sums, double total) {
  for (double& sum : sums) sum = total > 0 ? sum / total : 0.0;
}

}  // namespace

std::vector<ItemId> rerank_to_targets(std::span<const ItemId> list, const ItemGrouping& grouping,
                                      std::span<const double> targets, const metrics::BrowsingModel& browsing,
                                      uint32_t k) {
  Remaining remaining(list);
  std::vector<ItemId> result;
  std::vector<double> given(targets.size(), 0.0);
  double attention = 0.0;
  while (result.size() < k && !remaining.empty()) {
    const double weight = browsing.weight(result.size());
    attention += weight;
    size_t position = remaining.size();
    double largest = -std::numeric_limits<double>::infinity();
    uint32_t chosen = 0;
    for (uint32_t group = 0; group < targets.size(); ++group) {
      const size_t best = remaining.best_of(group, grouping);
      const double deficit = targets[group] * attention - given[group];
      if (best == remaining.size() || deficit <= largest) continue;
      position = best;
      largest = deficit;
      chosen = group;
    }
    if (position < remaining.size()) given[chosen] += weight;
    result.push_back(remaining.take(position < remaining.size() ? position : 0));
  }
  return result;
}

std::vector<ItemId> rerank_calibrated(std::span<const ItemId> list, std::span<const ItemId> history,
                                      const metrics::ItemFeatures& categories, double weight, uint32_t k) {
  std::vector<double> wanted(categories.dimension(), 0.0);
  double total = 0.0;
  for (const ItemId item : history) add_categories(categories, item, wanted, total);
  if (!(total > 0)) return {list.begin(), list.begin() + static_cast<std::ptrdiff_t>(std::min<size_t>(list.size(), k))};
  divide(wanted, total);
  std::vector<ItemId> result;
  std::vector<bool> taken(list.size(), false);
  std::vector<double> sums(categories.dimension(), 0.0);
  std::vector<double> with;
  double listed = 0.0;
  while (result.size() < std::min<size_t>(k, list.size())) {
    size_t best = list.size();
    double best_value = -std::numeric_limits<double>::infinity();
    for (size_t i = 0; i < list.size(); ++i) {
      if (taken[i]) continue;
      with = sums;
      double with_total = listed;
      add_categories(categories, list[i], with, with_total);
      divide(with, with_total);
      // Relevance of what is chosen already is the same for all and left out.
      const double value =
          (1.0 - weight) / std::log2(static_cast<double>(i) + 2.0) - weight * metrics::miscalibration(wanted, with);
      if (value > best_value) {
        best_value = value;
        best = i;
      }
    }
    taken[best] = true;
    add_categories(categories, list[best], sums, listed);
    result.push_back(list[best]);
  }
  return result;
}

std::vector<ItemId> rerank_fair(std::span<const ItemId> list, const ItemGrouping& grouping, uint32_t protected_group,
                                std::span<const uint32_t> table, uint32_t k) {
  Remaining remaining(list);
  std::vector<ItemId> result;
  uint32_t placed = 0;
  while (result.size() < k && !remaining.empty()) {
    const uint32_t needed = table.empty() ? 0 : table[std::min(result.size(), table.size() - 1)];
    const size_t best_protected = remaining.best_of(protected_group, grouping);
    const bool must = placed < needed && best_protected < remaining.size();
    result.push_back(remaining.take(must ? best_protected : 0));
    placed += group_of(result.back(), grouping) == protected_group ? 1 : 0;
  }
  return result;
}

}  // namespace recgauge::suites
