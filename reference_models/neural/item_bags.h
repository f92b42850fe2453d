// Sets of items as sparse rows, for models of "which items", not "in which order": a row of a catalogue's width is
// never made of them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "harness/data/interactions.h"
#include "harness/protocol/request.h"
#include "reference_models/neural/torch.h"

namespace recgauge::reference_models {

/// The distinct items of some users, in compressed rows.
struct ItemBags {
  std::vector<int64_t> items;       ///< ascending within a row
  std::vector<float> weights;       ///< by item
  std::vector<int64_t> offsets{0};  ///< rows + 1

  size_t size() const { return offsets.size() - 1; }
  /// Items weigh from `oldest_weight` for the first to 1 for the last, evenly; one that stands twice counts as its
  /// last. The only item of a history weighs as the oldest, as numpy's linspace has it.
  void add(std::span<const ItemId> history, double oldest_weight = 1.0);
  std::span<const int64_t> row(size_t i) const {
    return std::span(items).subspan(static_cast<size_t>(offsets[i]), static_cast<size_t>(offsets[i + 1] - offsets[i]));
  }
};

/// Rows of all users who have any item.
ItemBags bags_of(const Interactions& interactions, double oldest_weight = 1.0);
ItemBags bags_of(std::span<const Request> requests, double oldest_weight = 1.0);
/// Some rows of `bags`, in the given order.
ItemBags select(const ItemBags& bags, std::span<const uint32_t> rows);

/// The same as tensors.
struct BagTensors {
  torch::Tensor items;    ///< int64
  torch::Tensor weights;  ///< float32 by item
  torch::Tensor rows;     ///< int64, the row of each item
  torch::Tensor offsets;  ///< int64, where each row begins
  torch::Tensor counts;   ///< float32 by row
};

BagTensors to_tensors(const ItemBags& bags, const torch::Device& device);

/// float32, rows x item_count, an item's weight where it is in a row and 0 elsewhere.
torch::Tensor to_dense(const BagTensors& bags, int64_t item_count);

}  // namespace recgauge::reference_models
