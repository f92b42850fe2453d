// The lists of a file of recommendations, joined with the users and items of a data set, in compressed rows.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/replay/replay_config.h"
#include "harness/data/dataset.h"

namespace recgauge::adapters {

/// Immutable once read. Items that the catalogue lacks are kept by name.
class RecommendationLists {
 public:
  /// One user's list, best first. Codes below the catalogue's size are items, others names of strangers.
  struct List {
    std::span<const uint32_t> codes;
    std::span<const double> scores;  ///< as long as codes, or empty
  };

  /// What was found in the file.
  struct Counts {
    uint64_t rows = 0;  ///< listed items, those of unknown users included
    uint64_t users_in_file = 0;
    uint64_t unknown_users = 0;  ///< users that the data set does not have; their lists are dropped
    uint64_t unknown_items = 0;  ///< distinct items that the catalogue does not have, in lists of known users
  };

  /// Nothing if the file holds no list for the user.
  std::optional<List> of(UserId user) const;

  /// The item of a code; kOutOfCatalogue for a stranger.
  ItemId item(uint32_t code) const { return code < item_count_ ? ItemId{code} : kOutOfCatalogue; }
  /// The name in the file of a stranger's code.
  std::string_view stranger(uint32_t code) const { return strangers_.name(code - item_count_); }
  const Counts& counts() const { return counts_; }

 private:
  friend class ListBuilder;

  std::vector<uint64_t> offsets_;  // by user of the data set, length users + 1
  std::vector<uint8_t> has_list_;  // by user; tells an empty list from none
  std::vector<uint32_t> codes_;
  std::vector<double> scores_;  // as long as codes_, or empty
  NameTable strangers_;
  uint32_t item_count_ = 0;
  Counts counts_;
};

/// Reads `config.path`. Throws DataError with file, line, column and remedy for rows that cannot be read (one is
/// enough: a list with a hole is another list), a rank that a user has twice, scores in some rows only, a damaged gzip
/// file, and a file none of whose users the data set knows.
RecommendationLists read_recommendation_lists(const ReplayConfig& config, const Dataset& dataset);

}  // namespace recgauge::adapters
