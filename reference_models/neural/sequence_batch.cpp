#include "reference_models/neural/sequence_batch.h"

#include <algorithm>

#include "reference_models/neural/neural_model.h"

namespace recgauge::reference_models {

std::vector<int64_t> last_items(std::span<const ItemId> history, size_t count) {
  std::vector<int64_t> items;
  for (const ItemId item : history.last(std::min(count, history.size()))) items.push_back(static_cast<int64_t>(item));
  return items;
}

void Sequences::add(std::span<const ItemId> history, std::span<const int64_t> history_times, size_t length) {
  const std::vector<int64_t> added = last_items(history, length);
  items.insert(items.end(), added.begin(), added.end());
  times.insert(times.end(), history_times.end() - static_cast<std::ptrdiff_t>(added.size()), history_times.end());
  offsets.push_back(items.size());
}

Sequences sequences_of(const Interactions& interactions, size_t length, size_t least) {
  Sequences sequences;
  for (uint32_t user = 0; user < interactions.user_count(); ++user) {
    if (interactions.row_size(UserId{user}) < least) continue;
    sequences.add(interactions.items(UserId{user}), interactions.times(UserId{user}), length);
  }
  return sequences;
}

SequenceBatch make_batch(const std::vector<std::span<const int64_t>>& rows, const torch::Device& device) {
  SequenceBatch batch;
  batch.rows = static_cast<int64_t>(rows.size());
  for (const auto& row : rows) batch.length = std::max(batch.length, static_cast<int64_t>(row.size()));
  std::vector<int64_t> items, positions, slots, last, lengths;
  for (size_t r = 0; r < rows.size(); ++r) {
    for (size_t i = 0; i < rows[r].size(); ++i) {
      items.push_back(rows[r][i]);
      positions.push_back(static_cast<int64_t>(i));
      slots.push_back(static_cast<int64_t>(r) * batch.length + static_cast<int64_t>(i));
    }
    last.push_back(static_cast<int64_t>(items.size()) - 1);
    lengths.push_back(static_cast<int64_t>(rows[r].size()));
  }
  batch.items = to_tensor(items, device);
  batch.positions = to_tensor(positions, device);
  batch.slots = to_tensor(slots, device);
  batch.last = to_tensor(last, device);
  batch.lengths = to_tensor(lengths, torch::kCPU);
  return batch;
}

void set_times(SequenceBatch& batch, const std::vector<std::span<const int64_t>>& rows, const torch::Device& device) {
  std::vector<int64_t> times;
  for (const auto& row : rows) {
    times.insert(times.end(), row.begin(), row.end());
    times.insert(times.end(), static_cast<size_t>(batch.length) - row.size(), row.empty() ? 0 : row.back());
  }
  batch.times = to_tensor(times, device).view({batch.rows, batch.length});
}

torch::Tensor pad(const torch::Tensor& tokens, const SequenceBatch& batch) {
  const torch::Tensor flat = torch::zeros({batch.rows * batch.length, tokens.size(1)}, tokens.options());
  return flat.index_copy(0, batch.slots, tokens).view({batch.rows, batch.length, tokens.size(1)});
}

torch::Tensor unpad(const torch::Tensor& padded, const SequenceBatch& batch) {
  return padded.reshape({batch.rows * batch.length, padded.size(2)}).index_select(0, batch.slots);
}

}  // namespace recgauge::reference_models
