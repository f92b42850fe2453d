// Gathers rows in the order of a file and puts them together by user. Internal to the replay adapter.
#pragma once

#include <cmath>

#include "adapters/replay/recommendation_lists.h"

namespace recgauge::adapters {

/// A row as the file has it.
struct ListedItem {
  std::string_view item;
  std::optional<uint32_t> rank;  ///< from 1
  std::optional<double> score;   ///< finite
};

class ListBuilder {
 public:
  ListBuilder(const Dataset& dataset, std::string file) : dataset_(dataset), file_(std::move(file)) {}

  /// Makes `user` the user of the rows that follow; a user may come back. False if it had come before.
  bool begin_user(std::string_view user);

  /// Adds a row of the current user. Throws DataError at `line` when some rows have a rank or score and others none.
  void add(const ListedItem& row, uint64_t line);
  void reserve(size_t rows) { rows_.reserve(rows); }

  /// Sorts each list by rank, or by score descending with equal scores in the order of the file. Throws DataError for a
  /// rank that stands twice in a list.
  RecommendationLists build();

 private:
  struct Row {
    uint32_t user = 0;
    uint32_t code = 0;
    uint32_t rank = 0;  // 0: none
    uint32_t line = 0;
    double score = NAN;  // NaN: none
  };

  uint32_t code_of(std::string_view item);
  void check_uniform(const ListedItem& row, uint64_t line);
  void check_known_users() const;
  std::vector<Row> rows_by_user(std::vector<uint64_t>& offsets) const;
  void order(std::span<Row> rows) const;

  const Dataset& dataset_;
  std::string file_;
  RecommendationLists lists_;
  std::vector<Row> rows_;
  NameTable unknown_users_;
  std::string current_name_;
  std::string first_user_;
  uint32_t current_ = NameTable::kNotFound;
  bool any_user_ = false;
  bool ranked_ = false;  // whether rows have a rank, a score: decided by the first
  bool scored_ = false;
};

/// The three parsers. Each calls begin_user() and add() in the order of the file.
void read_delimited_lists(const ReplayConfig& config, ListBuilder& builder);
void read_json_lists(const ReplayConfig& config, ListBuilder& builder);
void read_trec_lists(const ReplayConfig& config, ListBuilder& builder);

/// A rank from 1, or nothing.
std::optional<uint32_t> parse_rank(std::string_view text);
[[noreturn]] void throw_bad_rank(std::string_view text, const SourcePlace& place);

}  // namespace recgauge::adapters
