// Which items are compared: popularity bands, categories, providers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/data/dataset.h"
#include "suites/bias/bias_suite.h"

namespace recgauge::suites {

/// Groups of items. An item with several labels belongs to each of them in equal parts; one without belongs to none.
struct ItemGrouping {
  std::string name;                 ///< "popularity", "category"
  std::vector<std::string> groups;  ///< "category=jazz"
  std::vector<uint64_t> offsets;    ///< by item, length items + 1, into codes
  std::vector<uint32_t> codes;      ///< group
  bool single = true;               ///< no item belongs to two groups

  std::span<const uint32_t> of(ItemId item) const {
    const size_t i = index(item);
    return std::span<const uint32_t>(codes).subspan(offsets[i], offsets[i + 1] - offsets[i]);
  }
  /// Adds `amount` to the sums of the item's groups, in equal parts.
  void add(ItemId item, double amount, std::span<double> sums) const {
    const auto groups_of_item = of(item);
    for (const uint32_t group : groups_of_item) sums[group] += amount / static_cast<double>(groups_of_item.size());
  }
};

/// Name of the grouping by popularity, whose groups are the tail (0) and the head (1) of the training interactions.
inline constexpr const char* kPopularityGrouping = "popularity";

/// Throws ConfigError for a column that the catalogue does not have.
std::vector<ItemGrouping> make_item_groupings(const BiasConfig& config, const SuiteContext& context,
                                              std::span<const uint32_t> training_counts);

}  // namespace recgauge::suites
