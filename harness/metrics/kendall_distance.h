// How differently two lists order items, where neither need hold all of them.
#pragma once

#include <cstdint>
#include <span>

#include "harness/data/ids.h"

namespace recgauge::metrics {

/// Kendall's distance K^(p) of the first k places of two lists (Fagin, Kumar & Sivakumar 2003, with the penalty p = 1/2
/// for pairs of which one list holds both and the other none), over its largest value for lists of these lengths that
/// share nothing: 0 for equal lists, 1 for disjoint ones. A repeated item counts at its first place only and
/// kOutOfCatalogue is left out. NaN if both lists are empty, 1 if one is.
double kendall_distance(std::span<const ItemId> a, std::span<const ItemId> b, uint32_t k);

}  // namespace recgauge::metrics
