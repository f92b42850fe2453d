// What the training data say about how well known an item is, and the head of the popularity curve.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace recgauge::metrics {

/// -log2 of the share of users who have the item (Zhou et al. 2010); an item that nobody has counts as if one user had
/// it, which keeps the value finite. In bits.
double self_information(uint32_t training_count, uint64_t user_count);

/// 1 minus the share of users who have the item: the chance that a user does not know it (Vargas & Castells 2011, EPC).
double popularity_complement(uint32_t training_count, uint64_t user_count);

/// -log2 of the item's share of all interactions (Vargas & Castells 2011, EFD), with at least one interaction. In bits.
double free_discovery(uint32_t training_count, uint64_t interaction_count);

/// 1 for the items of the head: the smallest set of items that holds at least `share` of the interactions, most popular
/// first and, among equals, lowest id first; 0 for the long tail. Without interactions all items are tail.
std::vector<uint8_t> head_items(std::span<const uint32_t> training_counts, double share = 0.8);

}  // namespace recgauge::metrics
