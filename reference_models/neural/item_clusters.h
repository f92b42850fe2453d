// Items as vectors without side data, and vectors in clusters: what L-DiffRec groups its items by.
#pragma once

#include <cstdint>
#include <vector>

#include "reference_models/neural/item_bags.h"

namespace recgauge::reference_models {

/// items x width: the right singular vectors of the users' rows, each times its singular value, by subspace iteration
/// (Halko et al. 2011) from a start drawn by libtorch's generator. `width` is cut to the number of rows or items.
torch::Tensor spectral_item_vectors(const ItemBags& rows, int64_t item_count, int64_t width);

/// Cluster of each row of `points`, 0 to count - 1, none of them empty: Lloyd's iterations from the start of
/// k-means++ (Arthur & Vassilvitskii 2007), drawn by `seed`. `points` must have at least `count` rows.
std::vector<int64_t> k_means(const torch::Tensor& points, size_t count, uint64_t seed);

}  // namespace recgauge::reference_models
