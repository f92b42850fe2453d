// The interactions of a data set in compressed sparse rows: one row a user, each row in time order.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "harness/data/ids.h"

namespace recgauge {

/// What the timestamps of a data set mean.
enum class TimeMeaning {
  seconds,     ///< seconds since 1970
  file_order,  ///< no times in the data; the order of rows stands in for them within one user only
};

/// Immutable after construction. All spans stay valid as long as the object lives.
class Interactions {
 public:
  Interactions() = default;

  /// Sorts rows by user and, within a user, by time; rows of equal time keep their order in `rows` (stable), so a tie
  /// is broken by file order and reported by tie_count(). `user_count` may exceed the largest user (users without
  /// rows).
  static Interactions from_rows(std::vector<Interaction> rows, size_t user_count, size_t item_count,
                                TimeMeaning meaning = TimeMeaning::seconds);

  size_t user_count() const { return offsets_.empty() ? 0 : offsets_.size() - 1; }
  size_t item_count() const { return item_count_; }
  size_t size() const { return items_.size(); }
  bool empty() const { return items_.empty(); }
  TimeMeaning time_meaning() const { return time_meaning_; }

  std::span<const ItemId> items(UserId user) const { return row(items_, user); }
  std::span<const float> values(UserId user) const { return row(values_, user); }
  std::span<const int64_t> times(UserId user) const { return row(times_, user); }
  size_t row_size(UserId user) const { return offsets_[index(user) + 1] - offsets_[index(user)]; }

  std::span<const uint64_t> offsets() const { return offsets_; }
  std::span<const ItemId> all_items() const { return items_; }
  std::span<const float> all_values() const { return values_; }
  std::span<const int64_t> all_times() const { return times_; }

  /// Interaction counts by item, length item_count().
  std::vector<uint32_t> item_counts() const;

  /// Pairs of neighbours in a user's row with the same time: places where "the last item" rests on file order.
  size_t tie_count() const;

  /// Rows back in CSR order, for filters and splits.
  std::vector<Interaction> to_rows() const;

  /// SHA-256 over offsets, items, values and times: equal exactly if the interactions are equal.
  std::string content_hash() const;

 private:
  template <typename T>
  std::span<const T> row(const std::vector<T>& column, UserId user) const {
    const size_t begin = offsets_[index(user)];
    return std::span<const T>(column).subspan(begin, offsets_[index(user) + 1] - begin);
  }

  std::vector<uint64_t> offsets_;
  std::vector<ItemId> items_;
  std::vector<float> values_;
  std::vector<int64_t> times_;
  size_t item_count_ = 0;
  TimeMeaning time_meaning_ = TimeMeaning::seconds;
};

}  // namespace recgauge
