// How unequally places in lists are shared out among the items of a catalogue.
#pragma once

#include <cstdint>
#include <span>

namespace recgauge::metrics {

enum class GiniNormaliser : uint8_t { n_minus_1, n };
enum class EntropyUnit : uint8_t { nats, bits };

/// Items with a count above 0.
size_t distinct_items(std::span<const uint32_t> counts);

/// Share of items with a count above 0 (Ge et al. 2010). `counts` has one entry for every item of the catalogue.
double coverage(std::span<const uint32_t> counts);

/// Sum over items in ascending order of count of (2j - n - 1) p_j, divided by n - 1 (1 if one item has everything) or
/// by n, the textbook's sample form. NaN if nothing was counted, or for n - 1 in a catalogue of one item.
double gini(std::span<const uint32_t> counts, GiniNormaliser normaliser);

/// -sum p log p over items with a count above 0. NaN if nothing was counted.
double entropy(std::span<const uint32_t> counts, EntropyUnit unit);

}  // namespace recgauge::metrics
