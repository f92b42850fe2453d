// The transposed view that item-based models need: which users have an item.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "harness/data/interactions.h"

namespace recgauge::reference_models {

/// Distinct users of each item and distinct items of each user, in compressed rows.
struct BinaryMatrix {
  std::vector<uint64_t> offsets;
  std::vector<uint32_t> columns;

  size_t row_count() const { return offsets.size() - 1; }
  std::span<const uint32_t> row(size_t i) const {
    return std::span<const uint32_t>(columns).subspan(offsets[i], offsets[i + 1] - offsets[i]);
  }
};

/// Items by user, ascending, each once.
BinaryMatrix distinct_items_by_user(const Interactions& interactions);

BinaryMatrix transpose(const BinaryMatrix& matrix, size_t column_count);

/// The distinct items of a history, ascending.
std::vector<uint32_t> distinct_items(std::span<const ItemId> history);

}  // namespace recgauge::reference_models
