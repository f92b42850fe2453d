// Rank-biased overlap: how alike two lists are for a reader who goes on from each rank to the next with probability p.
#pragma once

#include <cstdint>
#include <span>

#include "harness/data/ids.h"

namespace recgauge::metrics {

/// Extrapolated RBO of the first k places of two lists (Webber, Moffat & Zobel 2010, eq. 32, which also covers lists of
/// different length): 1 for equal lists, 0 for disjoint ones. `persistence` p is in (0, 1). A repeated item counts at
/// its first place only and kOutOfCatalogue matches nothing, though both use up their place. NaN if both lists are
/// empty, 0 if one is.
double rank_biased_overlap(std::span<const ItemId> a, std::span<const ItemId> b, double persistence, uint32_t k);

}  // namespace recgauge::metrics
