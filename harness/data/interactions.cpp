#include "harness/data/interactions.h"

#include <algorithm>
#include <cassert>
#include <numeric>

#include "harness/system/parallel.h"
#include "harness/system/whole_file.h"

namespace recgauge {
namespace {

constexpr size_t kUsersPerPiece = 4096;

}  // namespace

Interactions Interactions::from_rows(std::vector<Interaction> rows, size_t user_count, size_t item_count,
                                     TimeMeaning meaning) {
  Interactions result;
  result.item_count_ = item_count;
  result.time_meaning_ = meaning;
  result.offsets_.assign(user_count + 1, 0);
  for (const Interaction& row : rows) {
    assert(index(row.user) < user_count && index(row.item) < item_count);
    ++result.offsets_[index(row.user) + 1];
  }
  std::partial_sum(result.offsets_.begin(), result.offsets_.end(), result.offsets_.begin());

  std::vector<Interaction> grouped(rows.size());
  std::vector<uint64_t> next(result.offsets_.begin(), result.offsets_.end() - 1);
  for (const Interaction& row : rows) grouped[next[index(row.user)]++] = row;
  rows = {};

  const auto earlier = [](const Interaction& a, const Interaction& b) { return a.timestamp < b.timestamp; };
  for_each_piece(user_count, kUsersPerPiece, [&](size_t, IndexRange users) {
    for (size_t user = users.begin; user < users.end; ++user) {
      const auto begin = grouped.begin() + static_cast<ptrdiff_t>(result.offsets_[user]);
      const auto end = grouped.begin() + static_cast<ptrdiff_t>(result.offsets_[user + 1]);
      if (!std::is_sorted(begin, end, earlier)) std::stable_sort(begin, end, earlier);
    }
  });

  result.items_.reserve(grouped.size());
  result.values_.reserve(grouped.size());
  result.times_.reserve(grouped.size());
  for (const Interaction& row : grouped) {
    result.items_.push_back(row.item);
    result.values_.push_back(row.value);
    result.times_.push_back(row.timestamp);
  }
  return result;
}

std::vector<uint32_t> Interactions::item_counts() const {
  std::vector<uint32_t> counts(item_count_, 0);
  for (const ItemId item : items_) ++counts[index(item)];
  return counts;
}

size_t Interactions::tie_count() const {
  size_t ties = 0;
  for (size_t user = 0; user < user_count(); ++user) {
    for (size_t i = offsets_[user] + 1; i < offsets_[user + 1]; ++i) ties += times_[i] == times_[i - 1] ? 1 : 0;
  }
  return ties;
}

std::vector<Interaction> Interactions::to_rows() const {
  std::vector<Interaction> rows;
  rows.reserve(size());
  for (size_t user = 0; user < user_count(); ++user) {
    for (size_t i = offsets_[user]; i < offsets_[user + 1]; ++i) {
      rows.push_back({UserId{static_cast<uint32_t>(user)}, items_[i], values_[i], times_[i]});
    }
  }
  return rows;
}

std::string Interactions::content_hash() const {
  Sha256 hash;
  hash.update_values(std::span(offsets_));
  hash.update_values(std::span(items_));
  hash.update_values(std::span(values_));
  hash.update_values(std::span(times_));
  return hash.hex();
}

}  // namespace recgauge
