// What loading did with every row: nothing is dropped in silence.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/system/error.h"

namespace recgauge {

/// Rows that were dropped for one reason, with the first few places.
struct DroppedRows {
  uint64_t count = 0;
  std::vector<SourcePlace> first_places;
};

struct LoadReport {
  uint64_t rows_read = 0;
  uint64_t rows_kept = 0;
  /// Rows that are broken: wrong number of fields, unreadable values, invalid text.
  std::map<std::string, DroppedRows> broken;
  /// Rows that a filter of the configuration left out: below min_value, duplicates.
  std::map<std::string, uint64_t> filtered;

  void drop(const std::string& reason, SourcePlace place);
  uint64_t broken_count() const;

  /// Throws DataError if more than `limit` (a share) of the rows read are broken, naming the reasons and places.
  void check(double limit, const std::string& source) const;
};

}  // namespace recgauge
