#include "reference_models/baselines/item_columns.h"

#include <numeric>

namespace recgauge::reference_models {

std::vector<uint32_t> distinct_items(std::span<const ItemId> history) {
  std::vector<uint32_t> items;
  items.reserve(history.size());
  for (const ItemId item : history) items.push_back(static_cast<uint32_t>(item));
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
  return items;
}

BinaryMatrix distinct_items_by_user(const Interactions& interactions) {
  BinaryMatrix matrix;
  matrix.columns.reserve(interactions.size());
  matrix.offsets.push_back(0);
  for (uint32_t user = 0; user < interactions.user_count(); ++user) {
    const std::vector<uint32_t> items = distinct_items(interactions.items(UserId{user}));
    matrix.columns.insert(matrix.columns.end(), items.begin(), items.end());
    matrix.offsets.push_back(matrix.columns.size());
  }
  return matrix;
}

BinaryMatrix transpose(const BinaryMatrix& matrix, size_t column_count) {
  BinaryMatrix result;
  result.offsets.assign(column_count + 1, 0);
  result.columns.resize(matrix.columns.size());
  for (const uint32_t column : matrix.columns) ++result.offsets[column + 1];
  std::partial_sum(result.offsets.begin(), result.offsets.end(), result.offsets.begin());
  std::vector<uint64_t> next(result.offsets.begin(), result.offsets.end() - 1);
  for (size_t row = 0; row < matrix.row_count(); ++row) {
    for (const uint32_t column : matrix.row(row)) result.columns[next[column]++] = static_cast<uint32_t>(row);
  }
  return result;
}

}  // namespace recgauge::reference_models
