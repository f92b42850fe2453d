#include "harness/data/splits/candidate_pool.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <unordered_set>

#include "harness/system/error.h"
#include "harness/system/parallel.h"
#include "harness/system/random.h"
#include "harness/system/whole_file.h"

namespace recgauge {
namespace {

std::vector<ItemId> items_where(size_t count, const auto& keep) {
  std::vector<ItemId> items;
  for (uint32_t item = 0; item < count; ++item) {
    if (keep(item)) items.push_back(ItemId{item});
  }
  return items;
}

CandidatePool category_pool(const Dataset& dataset, const CandidateSpec& spec) {
  if (dataset.catalogue.labels.empty())
    throw ConfigError("candidates.kind is category, but the items have no categories");
  const LabelColumn& column = dataset.catalogue.labels.front();
  std::vector<bool> wanted(column.values.size(), false);
  std::vector<std::string> known;
  for (uint32_t i = 0; i < column.values.size(); ++i) known.emplace_back(column.values.name(i));
  for (const std::string& category : spec.categories) {
    const uint32_t code = column.values.find(category);
    if (code == NameTable::kNotFound) {
      throw ConfigError(fmt::format("candidates.categories names '{}', which no item has; did you mean '{}'?", category,
                                    nearest_word(category, known)));
    }
    wanted[code] = true;
  }
  auto items = items_where(dataset.catalogue.size(), [&](uint32_t item) {
    const auto row = column.row(item);
    return std::any_of(row.begin(), row.end(), [&](uint32_t code) { return wanted[code]; });
  });
  return CandidatePool::shared(spec.kind, std::move(items),
                               fmt::format("items with {} {}", column.name, fmt::join(spec.categories, " or ")));
}

CandidatePool band_pool(const Split& split, const CandidateSpec& spec) {
  const std::vector<uint32_t> counts = split.train->item_counts();
  std::vector<uint32_t> order(counts.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return counts[a] > counts[b]; });
  const double size = static_cast<double>(order.size());
  const auto from = static_cast<size_t>(spec.band_from * size);
  const auto to = std::min(order.size(), static_cast<size_t>(spec.band_to * size));
  std::vector<ItemId> items;
  for (size_t i = from; i < to; ++i) items.push_back(ItemId{order[i]});
  std::sort(items.begin(), items.end());
  return CandidatePool::shared(
      spec.kind, std::move(items),
      fmt::format("items between quantiles {} and {} of training popularity", spec.band_from, spec.band_to));
}

CandidatePool listed_pool(const Dataset& dataset, const CandidateSpec& spec) {
  const std::string text = read_whole_file(spec.path);
  std::vector<std::vector<ItemId>> lists(dataset.users.size());
  uint64_t line_number = 0;
  for (size_t begin = 0; begin < text.size();) {
    ++line_number;
    const size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line = std::string_view(text).substr(begin, end - begin);
    begin = end + 1;
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.empty()) continue;
    const size_t gap = line.find_first_of(" \t,");
    const SourcePlace place{spec.path, line_number, 1};
    if (gap == std::string_view::npos) throw DataError(place, "expected 'user item'");
    const uint32_t user = dataset.users.names.find(line.substr(0, gap));
    const uint32_t item = dataset.catalogue.names.find(line.substr(gap + 1));
    if (user == NameTable::kNotFound || item == NameTable::kNotFound) {
      throw DataError(place, fmt::format("'{}' names a user or an item that the data set does not have", line));
    }
    lists[user].push_back(ItemId{item});
  }
  return CandidatePool::per_user(spec.kind, std::move(lists), "a listed set per user");
}

// Draws items by training count in O(log n).
class PopularitySampler {
 public:
  explicit PopularitySampler(const std::vector<uint32_t>& counts) : cumulative_(counts.size()) {
    std::partial_sum(counts.begin(), counts.end(), cumulative_.begin(), [](uint64_t a, uint64_t b) { return a + b; });
  }
  ItemId draw(RandomStream& stream) const {
    const uint64_t point = stream.below(cumulative_.back());
    const auto found = std::upper_bound(cumulative_.begin(), cumulative_.end(), point);
    return ItemId{static_cast<uint32_t>(found - cumulative_.begin())};
  }

 private:
  std::vector<uint64_t> cumulative_;
};

CandidatePool sampled_pool(const Split& split, const CandidateSpec& spec, uint64_t seed) {
  const Interactions& train = *split.train;
  const std::vector<uint32_t> counts = train.item_counts();
  if (train.empty()) throw ConfigError("candidates cannot be sampled: the training part is empty");
  const PopularitySampler sampler(counts);
  const size_t drawable =
      static_cast<size_t>(std::count_if(counts.begin(), counts.end(), [](uint32_t c) { return c > 0; }));
  const bool by_popularity = spec.kind == CandidateKind::popularity_sample;
  const size_t choices = by_popularity ? drawable : counts.size();
  std::vector<std::vector<ItemId>> lists(train.user_count());
  for_each_piece(split.test_users.size(), 256, [&](size_t, IndexRange range) {
    for (size_t position = range.begin; position < range.end; ++position) {
      const UserId user = split.test_users[position];
      RandomStream stream(derive_seed(seed, {index(user)}));
      std::unordered_set<ItemId> taken;
      for (const ItemId item : split.history->items(user)) taken.insert(item);
      std::vector<ItemId>& list = lists[index(user)];
      for (const ItemId item : split.test->items(user)) {
        if (taken.insert(item).second) list.push_back(item);
      }
      const size_t wanted = std::min<size_t>(spec.sample_size, choices > taken.size() ? choices - taken.size() : 0);
      const size_t full_size = list.size() + wanted;
      for (size_t tries = 0; list.size() < full_size && tries < 1000 * full_size; ++tries) {
        const ItemId item =
            by_popularity ? sampler.draw(stream) : ItemId{static_cast<uint32_t>(stream.below(counts.size()))};
        if (taken.insert(item).second) list.push_back(item);
      }
    }
  });
  return CandidatePool::per_user(spec.kind, std::move(lists),
                                 fmt::format("the test items and {} {} other unseen items per user", spec.sample_size,
                                             by_popularity ? "popularity-sampled" : "uniformly sampled"));
}

}  // namespace

CandidatePool CandidatePool::shared(CandidateKind kind, std::vector<ItemId> items, std::string description) {
  CandidatePool pool;
  pool.kind_ = kind;
  pool.items_ = std::move(items);
  pool.description_ = std::move(description);
  return pool;
}

CandidatePool CandidatePool::per_user(CandidateKind kind, std::vector<std::vector<ItemId>> lists,
                                      std::string description) {
  CandidatePool pool;
  pool.kind_ = kind;
  pool.description_ = std::move(description);
  pool.offsets_.push_back(0);
  for (std::vector<ItemId>& list : lists) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
    pool.items_.insert(pool.items_.end(), list.begin(), list.end());
    pool.offsets_.push_back(pool.items_.size());
  }
  return pool;
}

std::span<const ItemId> CandidatePool::candidates(UserId user) const {
  const std::span<const ItemId> all(items_);
  if (offsets_.empty()) return all;
  return all.subspan(offsets_[index(user)], offsets_[index(user) + 1] - offsets_[index(user)]);
}

CandidatePool make_candidate_pool(const Dataset& dataset, const Split& split, const CandidateSpec& spec,
                                  uint64_t seed) {
  const auto cold = [&] {
    const std::vector<uint32_t> counts = split.train->item_counts();
    return CandidatePool::shared(spec.kind, items_where(counts.size(), [&](uint32_t i) { return counts[i] == 0; }),
                                 "items without a training interaction");
  };
  CandidatePool pool;
  switch (spec.kind) {
    case CandidateKind::full:
      return pool;
    case CandidateKind::listed:
      pool = listed_pool(dataset, spec);
      break;
    case CandidateKind::category:
      pool = category_pool(dataset, spec);
      break;
    case CandidateKind::popularity_band:
      pool = band_pool(split, spec);
      break;
    case CandidateKind::cold:
      pool = cold();
      break;
    case CandidateKind::uniform_sample:
    case CandidateKind::popularity_sample:
      pool = sampled_pool(split, spec, derive_seed(seed, "candidates"));
      break;
  }
  const bool empty = std::all_of(split.test_users.begin(), split.test_users.end(),
                                 [&](UserId user) { return pool.candidates(user).empty(); });
  if (empty) throw ConfigError(fmt::format("candidates: no test user has any candidate ({})", pool.description()));
  return pool;
}

}  // namespace recgauge
