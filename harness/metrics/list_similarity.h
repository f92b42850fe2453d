// How alike two lists are, and how unevenly alike several are to one: the measures of counterfactual probes.
#pragma once

#include <cstdint>
#include <span>

#include "harness/data/ids.h"

namespace recgauge::metrics {

/// Variants of SERP*: the paper's, which is 1 for equal lists, and that of its published code, which is not.
enum class SerpNormaliser : uint8_t { paper, code };

/// Items of the first k places that both lists have, over those that at least one has. As in the next two, an item
/// counts at its first place, kOutOfCatalogue matches nothing and both lists empty is NaN.
double jaccard_of_lists(std::span<const ItemId> list, std::span<const ItemId> reference, uint32_t k);

/// SERP*@k (Zhang et al. 2023): sum over items of `list` that the reference has of (K - rank + 1), K the length of
/// `list`, over K (K + 1) / 2. The code's variant counts ranks from 0 and divides half the sum by n (n + 1), n the
/// length of the reference: two equal lists of 20 score .274.
double serp(std::span<const ItemId> list, std::span<const ItemId> reference, uint32_t k, SerpNormaliser normaliser);

/// PRAG*@k (Zhang et al. 2023, as in its code): share of the pairs of `list`, better ranked item first, of which the
/// first is in the reference and the second is not, or later. A list of one item: 1 if the reference has it, else 0.
double prag(std::span<const ItemId> list, std::span<const ItemId> reference, uint32_t k);

/// SNSR and SNSV: range and population standard deviation of the mean similarities of several groups.
struct SimilarityGaps {
  double range = 0.0;
  double deviation = 0.0;
};
/// NaN for no groups.
SimilarityGaps similarity_gaps(std::span<const double> similarities);

}  // namespace recgauge::metrics
