// How varied a list is in what its items are about.
#pragma once

#include <span>

#include "harness/data/dataset.h"

namespace recgauge::drift {

/// Entropy in nats of the categories of the items, an item of several in equal parts to each. Items without a category,
/// and kOutOfCatalogue, are left out. NaN where none is left.
double category_entropy(std::span<const ItemId> items, const LabelColumn& categories);

/// Mean over pairs of items of 1 minus the Jaccard similarity of their categories (Ziegler et al. 2005 with this
/// distance). Items without a category are left out. NaN for fewer than two that are left.
double intra_list_diversity(std::span<const ItemId> items, const LabelColumn& categories);

}  // namespace recgauge::drift
