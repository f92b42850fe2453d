#include "suites/manipulation/attacker_knowledge.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace recgauge::suites::manipulation {
namespace {

constexpr int kTriesForACompanion = 20;

bool all_multiples(std::span<const float> values, float step) {
  return std::all_of(values.begin(), values.end(), [&](float v) { return std::fmod(v, step) == 0.0F; });
}

}  // namespace

float RatingScale::nearest(double value) const {
  const double rounded = step > 0 ? std::round(value / step) * step : value;
  return static_cast<float>(std::clamp(rounded, static_cast<double>(lowest), static_cast<double>(highest)));
}

AttackerKnowledge::AttackerKnowledge(const Interactions& train, const Catalogue& catalogue)
    : train_(train), catalogue_(catalogue), counts_(train.item_counts()), sums_(train.item_count(), 0.0) {
  read_values();
  order_items();
  read_times();
  holder_offsets_.assign(counts_.size() + 1, 0);
  std::partial_sum(counts_.begin(), counts_.end(), holder_offsets_.begin() + 1);
  holders_.resize(train.size());
  std::vector<uint64_t> next(holder_offsets_.begin(), holder_offsets_.end() - 1);
  std::vector<size_t> lengths;
  for (uint32_t user = 0; user < train.user_count(); ++user) {
    for (const ItemId item : train.items(UserId{user})) holders_[next[index(item)]++] = UserId{user};
    if (train.row_size(UserId{user}) == 0) continue;
    active_users_.push_back(UserId{user});
    lengths.push_back(train.row_size(UserId{user}));
  }
  if (lengths.empty()) return;
  const auto middle = lengths.begin() + static_cast<ptrdiff_t>(lengths.size() / 2);
  std::nth_element(lengths.begin(), middle, lengths.end());
  median_history_ = *middle;
}

void AttackerKnowledge::read_values() {
  const auto values = train_.all_values();
  const auto items = train_.all_items();
  double sum = 0.0;
  double squares = 0.0;
  for (size_t i = 0; i < values.size(); ++i) {
    sums_[index(items[i])] += values[i];
    sum += values[i];
    squares += static_cast<double>(values[i]) * values[i];
  }
  if (values.empty()) return;
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const double n = static_cast<double>(values.size());
  scale_.lowest = *low;
  scale_.highest = *high;
  scale_.graded = *low < *high;
  scale_.step = all_multiples(values, 1.0F) ? 1.0F : all_multiples(values, 0.5F) ? 0.5F : 0.0F;
  scale_.mean = sum / n;
  scale_.deviation = std::sqrt(std::max(0.0, squares / n - scale_.mean * scale_.mean));
}

void AttackerKnowledge::order_items() {
  by_popularity_ = items_by_popularity(counts_);
  if (!scale_.graded) return;
  disliked_.assign(by_popularity_.begin(), by_popularity_.begin() + static_cast<ptrdiff_t>(by_popularity_.size() / 2));
  std::stable_sort(disliked_.begin(), disliked_.end(),
                   [&](ItemId a, ItemId b) { return mean_rating_of(a) < mean_rating_of(b); });
}

void AttackerKnowledge::read_times() {
  const auto times = train_.all_times();
  if (times.empty()) return;
  const auto [first, last] = std::minmax_element(times.begin(), times.end());
  first_time_ = *first;
  last_time_ = *last;
}

double AttackerKnowledge::mean_rating_of(ItemId item) const {
  return count_of(item) == 0 ? scale_.mean : sums_[index(item)] / count_of(item);
}

std::vector<ItemId> AttackerKnowledge::same_label(ItemId item, size_t most) const {
  std::vector<ItemId> items;
  if (catalogue_.labels.empty()) return items;
  const LabelColumn& labels = catalogue_.labels.front();
  const auto own = labels.row(index(item));
  if (own.empty()) return items;
  for (const ItemId other : by_popularity_) {
    if (items.size() == most) break;
    const auto row = labels.row(index(other));
    if (other != item && std::find(row.begin(), row.end(), own.front()) != row.end()) items.push_back(other);
  }
  return items;
}

std::optional<ItemId> AttackerKnowledge::companion(ItemId item, RandomStream& stream) const {
  const uint64_t begin = holder_offsets_[index(item)];
  const uint64_t count = holder_offsets_[index(item) + 1] - begin;
  if (count == 0) return std::nullopt;
  for (int attempt = 0; attempt < kTriesForACompanion; ++attempt) {
    const auto history = train_.items(holders_[begin + stream.below(count)]);
    const ItemId found = history[stream.below(history.size())];
    if (found != item) return found;
  }
  return std::nullopt;
}

UserId AttackerKnowledge::random_user(RandomStream& stream) const {
  return active_users_[stream.below(active_users_.size())];
}

std::vector<ItemId> items_by_popularity(std::span<const uint32_t> counts) {
  std::vector<ItemId> items;
  for (uint32_t item = 0; item < counts.size(); ++item) {
    if (counts[item] > 0) items.push_back(ItemId{item});
  }
  std::stable_sort(items.begin(), items.end(), [&](ItemId a, ItemId b) { return counts[index(a)] > counts[index(b)]; });
  return items;
}

int64_t AttackerKnowledge::attack_time(double position) const {
  if (train_.time_meaning() == TimeMeaning::file_order) return last_time_ + 1 + static_cast<int64_t>(position * 1e6);
  const double span = static_cast<double>(last_time_ - first_time_);
  return last_time_ - static_cast<int64_t>(span * 0.1 * (1.0 - position));
}

}  // namespace recgauge::suites::manipulation
