// What fixing would cost: three standard re-rankings of the lists that a system gave, as pure functions of a list.
#pragma once

#include <span>
#include <vector>

#include "harness/metrics/browsing_model.h"
#include "harness/metrics/item_features.h"
#include "suites/bias/item_groups.h"

namespace recgauge::suites {

/// Re-ranks to shares of attention: each place goes to the best ranked item left of the group whose attention so far is
/// furthest below its target (Geyik et al. 2019, DetGreedy's idea, on attention). Items that belong to no group, and
/// what is not in the catalogue, come last. `grouping` must be single. Returns the first k places.
std::vector<ItemId> rerank_to_targets(std::span<const ItemId> list, const ItemGrouping& grouping,
                                      std::span<const double> targets, const metrics::BrowsingModel& browsing,
                                      uint32_t k);

/// Calibrated re-ranking (Steck 2018, eq. 8): k items chosen greedily for (1 - weight) * sum of relevance - weight *
/// miscalibration() against the history's category shares. Relevance is 1 / log2(rank + 1) of the recorded rank, since
/// not every system gives scores. An item spreads a weight of 1 over its categories. A history without categories
/// leaves the list as it is.
std::vector<ItemId> rerank_calibrated(std::span<const ItemId> list, std::span<const ItemId> history,
                                      const metrics::ItemFeatures& categories, double weight, uint32_t k);

/// FA*IR (Zehlike et al. 2017, algorithm 2): the best item left, unless the prefix would hold fewer protected items
/// than the table asks; then the best protected one left, if there is one. `protected_group` is a group of a single
/// grouping.
std::vector<ItemId> rerank_fair(std::span<const ItemId> list, const ItemGrouping& grouping, uint32_t protected_group,
                                std::span<const uint32_t> table, uint32_t k);

}  // namespace recgauge::suites
