// Sequences of items as libtorch wants them, packed: what is done for each item on its own is done for real items only,
// never for padding.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "harness/data/interactions.h"
#include "harness/protocol/request.h"
#include "reference_models/neural/torch.h"

namespace recgauge::reference_models {

/// The last `count` items of a history, oldest first.
std::vector<int64_t> last_items(std::span<const ItemId> history, size_t count);

/// Sequences of some users, oldest item first, in compressed rows.
struct Sequences {
  std::vector<int64_t> items;
  std::vector<int64_t> times;  ///< by item
  std::vector<size_t> offsets{0};

  size_t size() const { return offsets.size() - 1; }
  /// Adds the last `length` items; `history_times` is as long as the history.
  void add(std::span<const ItemId> history, std::span<const int64_t> history_times, size_t length);
  std::span<const int64_t> row(size_t i) const {
    return std::span(items).subspan(offsets[i], offsets[i + 1] - offsets[i]);
  }
  std::span<const int64_t> row_times(size_t i) const {
    return std::span(times).subspan(offsets[i], offsets[i + 1] - offsets[i]);
  }
};

/// The last `length` items of users who have at least `least`.
Sequences sequences_of(const Interactions& interactions, size_t length, size_t least);

/// Rows of different lengths, one after another. A token is an item at its place in a row.
struct SequenceBatch {
  torch::Tensor items;      ///< int64 by token
  torch::Tensor positions;  ///< int64 by token, from 0 in its row
  torch::Tensor slots;      ///< int64 by token: row * length + position, its place among padded rows
  torch::Tensor last;       ///< int64 by row: its last token
  torch::Tensor lengths;    ///< int64 by row, on the CPU
  torch::Tensor times;      ///< int64, rows x length, the last of a row where it has ended; or nothing
  int64_t rows = 0;
  int64_t length = 0;  ///< of the longest row
};

/// Rows must not be empty.
SequenceBatch make_batch(const std::vector<std::span<const int64_t>>& rows, const torch::Device& device);

/// Sets the times of a batch. A row of times is as long as the batch's row, or empty where none are known: all 0.
void set_times(SequenceBatch& batch, const std::vector<std::span<const int64_t>>& rows, const torch::Device& device);

/// tokens x width to rows x length x width, 0 where a row has ended; and back.
torch::Tensor pad(const torch::Tensor& tokens, const SequenceBatch& batch);
torch::Tensor unpad(const torch::Tensor& padded, const SequenceBatch& batch);

}  // namespace recgauge::reference_models
