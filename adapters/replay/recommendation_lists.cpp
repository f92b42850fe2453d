#include "adapters/replay/recommendation_lists.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/replay/list_builder.h"

namespace recgauge::adapters {

std::optional<RecommendationLists::List> RecommendationLists::of(UserId user) const {
  if (index(user) >= has_list_.size() || has_list_[index(user)] == 0) return std::nullopt;
  const uint64_t begin = offsets_[index(user)];
  const uint64_t length = offsets_[index(user) + 1] - begin;
  List list{std::span(codes_).subspan(begin, length), {}};
  if (!scores_.empty()) list.scores = std::span(scores_).subspan(begin, length);
  return list;
}

bool ListBuilder::begin_user(std::string_view user) {
  if (any_user_ && user == current_name_) return false;
  if (!any_user_) {
    first_user_ = user;
    lists_.item_count_ = static_cast<uint32_t>(dataset_.catalogue.size());
    lists_.has_list_.assign(dataset_.users.size(), 0);
  }
  any_user_ = true;
  current_name_ = user;
  current_ = dataset_.users.names.find(user);
  if (current_ == NameTable::kNotFound) {
    const size_t known = unknown_users_.size();
    unknown_users_.intern(user);
    return unknown_users_.size() > known;
  }
  return std::exchange(lists_.has_list_[current_], uint8_t{1}) == 0;
}

uint32_t ListBuilder::code_of(std::string_view item) {
  const uint32_t known = dataset_.catalogue.names.find(item);
  return known != NameTable::kNotFound ? known : lists_.item_count_ + lists_.strangers_.intern(item);
}

void ListBuilder::check_uniform(const ListedItem& row, uint64_t line) {
  if (lists_.counts_.rows == 0) {
    ranked_ = row.rank.has_value();
    scored_ = row.score.has_value();
  }
  for (const auto& [first, here, what] :
       {std::tuple{ranked_, row.rank.has_value(), "rank"}, std::tuple{scored_, row.score.has_value(), "score"}}) {
    if (first == here) continue;
    throw DataError({file_, line, 0},
                    fmt::format("a {} {} here, unlike in the first row; give every row of the file a {} or none", what,
                                here ? "stands" : "is missing", what));
  }
}

void ListBuilder::add(const ListedItem& row, uint64_t line) {
  check_uniform(row, line);
  ++lists_.counts_.rows;
  if (current_ == NameTable::kNotFound) return;
  rows_.push_back(
      {current_, code_of(row.item), row.rank.value_or(0), static_cast<uint32_t>(line), row.score.value_or(NAN)});
}

void ListBuilder::check_known_users() const {
  if (!any_user_) throw DataError(fmt::format("{}: the file holds no recommendation", file_));
  if (std::find(lists_.has_list_.begin(), lists_.has_list_.end(), 1) != lists_.has_list_.end()) return;
  throw DataError(fmt::format(
      "{}: none of the {} users of the file is in the data set; the file's first is '{}', the data set's is '{}'. "
      "Write "
      "the file with the data set's own user ids",
      file_, unknown_users_.size(), first_user_, dataset_.users.size() == 0 ? "" : dataset_.user_name(UserId{0})));
}

// Counting sort; rows of one user keep the order of the file.
std::vector<ListBuilder::Row> ListBuilder::rows_by_user(std::vector<uint64_t>& offsets) const {
  offsets.assign(dataset_.users.size() + 1, 0);
  for (const Row& row : rows_) ++offsets[row.user + 1];
  for (size_t i = 1; i < offsets.size(); ++i) offsets[i] += offsets[i - 1];
  std::vector<uint64_t> next(offsets.begin(), offsets.end() - 1);
  std::vector<Row> sorted(rows_.size());
  for (const Row& row : rows_) sorted[next[row.user]++] = row;
  return sorted;
}

void ListBuilder::order(std::span<Row> rows) const {
  const auto better = [this](const Row& a, const Row& b) { return ranked_ ? a.rank < b.rank : a.score > b.score; };
  if (!std::is_sorted(rows.begin(), rows.end(), better)) std::stable_sort(rows.begin(), rows.end(), better);
  if (!ranked_) return;
  const auto twice =
      std::adjacent_find(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.rank == b.rank; });
  if (twice == rows.end()) return;
  throw DataError({file_, (twice + 1)->line, 0},
                  fmt::format("user '{}' has rank {} a second time (first in line {}); ranks must differ within a list",
                              dataset_.user_name(UserId{twice->user}), twice->rank, twice->line));
}

RecommendationLists ListBuilder::build() {
  check_known_users();
  std::vector<Row> rows = rows_by_user(lists_.offsets_);
  rows_ = {};
  for (size_t user = 0; user + 1 < lists_.offsets_.size(); ++user) {
    order(std::span(rows).subspan(lists_.offsets_[user], lists_.offsets_[user + 1] - lists_.offsets_[user]));
  }
  lists_.codes_.reserve(rows.size());
  for (const Row& row : rows) lists_.codes_.push_back(row.code);
  if (scored_) {
    lists_.scores_.reserve(rows.size());
    for (const Row& row : rows) lists_.scores_.push_back(row.score);
  }
  const auto known = static_cast<uint64_t>(std::count(lists_.has_list_.begin(), lists_.has_list_.end(), 1));
  lists_.counts_.unknown_users = unknown_users_.size();
  lists_.counts_.users_in_file = known + unknown_users_.size();
  lists_.counts_.unknown_items = lists_.strangers_.size();
  return std::move(lists_);
}

RecommendationLists read_recommendation_lists(const ReplayConfig& config, const Dataset& dataset) {
  ListBuilder builder(dataset, existing_file(config.path).string());
  switch (config.format) {
    case ReplayFormat::delimited:
      read_delimited_lists(config, builder);
      break;
    case ReplayFormat::json_lines:
      read_json_lists(config, builder);
      break;
    case ReplayFormat::trec_run:
      read_trec_lists(config, builder);
      break;
  }
  return builder.build();
}

}  // namespace recgauge::adapters
