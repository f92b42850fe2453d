// Is a ranking's top shared between groups as a target says? One list, every item in one group.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "harness/metrics/browsing_model.h"

namespace recgauge::metrics {

/// Stands for a place that belongs to no group: it keeps its rank and counts for nobody.
inline constexpr uint32_t kNoGroup = 0xFFFFFFFFU;

/// Shares of attention by group: the places' weights summed by group, divided by their sum. All NaN if no place belongs
/// to a group.
std::vector<double> exposure_shares(std::span<const uint32_t> group_by_rank, size_t group_count,
                                    const BrowsingModel& browsing);

/// Jensen-Shannon divergence of two distributions in bits: 0 if equal, 1 if disjoint.
double jensen_shannon(std::span<const double> p, std::span<const double> q);

/// Attention-weighted rank fairness: 1 - Jensen-Shannon divergence between exposure_shares() and the target
/// (Sapiezynski et al. 2019; TREC Fair Ranking 2022). 1 is parity. NaN without a place that belongs to a group.
double awrf(std::span<const uint32_t> group_by_rank, std::span<const double> target, const BrowsingModel& browsing);

/// Normalised discounted KL divergence: for every prefix of i places KL(shares of the prefix || target) in nats,
/// weighted by 1 / log2(i + 1), over the sum of the weights (Geyik et al. 2019). 0 is parity. Places without a group
/// are left out before. NaN for none, or if a group with target 0 is listed.
double ndkl(std::span<const uint32_t> group_by_rank, std::span<const double> target);

/// Normalised discounted difference of a protected group (Yang & Stoyanovich 2017): for every `step`-th prefix of i
/// places |share of the prefix - share of the whole ranking| / log2(i), over the larger of the sums of the two orders
/// in which the protected items stand all first and all last. 0 is parity, 1 the worst. NaN if no prefix is looked at
/// or all items are alike.
double normalised_discounted_difference(std::span<const uint8_t> is_protected, size_t step);

}  // namespace recgauge::metrics
