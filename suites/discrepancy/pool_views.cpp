#include "suites/discrepancy/pool_views.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "harness/metrics/popularity.h"
#include "harness/system/random.h"

namespace recgauge::suites {
namespace {

constexpr double kRandomShare = 0.1;
constexpr double kLeastPopularShare = 0.2;
constexpr double kNewestShare = 0.25;

// The given share of items that come first in the order.
std::vector<uint8_t> first_share(const std::vector<uint32_t>& order, double share) {
  std::vector<uint8_t> members(order.size(), 0);
  const auto count = static_cast<size_t>(share * static_cast<double>(order.size()));
  for (size_t i = 0; i < count; ++i) members[order[i]] = 1;
  return members;
}

std::vector<uint32_t> order_by(size_t items, const auto& key_of) {
  std::vector<uint32_t> order(items);
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return key_of(a) < key_of(b); });
  return order;
}

std::vector<int64_t> first_times(const Interactions& train) {
  std::vector<int64_t> first(train.item_count(), std::numeric_limits<int64_t>::max());
  for (size_t i = 0; i < train.size(); ++i) {
    int64_t& time = first[index(train.all_items()[i])];
    time = std::min(time, train.all_times()[i]);
  }
  return first;
}

}  // namespace

std::vector<CandidatePoolView> pool_views(const SuiteContext& context) {
  const Interactions& train = *context.split->train;
  const std::vector<uint32_t> counts = train.item_counts();
  const size_t items = counts.size();
  std::vector<CandidatePoolView> views;
  const auto add = [&](const char* name, std::vector<uint8_t> members) {
    views.push_back({name, std::move(members), 0.0, {}});
  };
  add(kFullPool, std::vector<uint8_t>(items, 1));
  std::vector<uint8_t> head = metrics::head_items(counts);
  std::vector<uint8_t> tail = head;
  for (uint8_t& member : tail) member = member == 0 ? 1 : 0;
  add("head", std::move(head));
  add("tail", std::move(tail));
  add("least popular fifth", first_share(order_by(items, [&](uint32_t i) { return counts[i]; }), kLeastPopularShare));
  if (train.time_meaning() == TimeMeaning::seconds && !train.empty()) {
    const std::vector<int64_t> first = first_times(train);
    // Ascending by the negated time: the newest first. ~ keeps the largest value negatable.
    add("newest quarter", first_share(order_by(items, [&](uint32_t i) { return ~first[i]; }), kNewestShare));
  }
  if (!context.dataset->catalogue.labels.empty()) {
    CandidatePoolView view{"own category", {}, 0.0, {}};
    for (const UserId user : context.split->test_users) {
      const auto relevant = context.split->test->items(user);
      const auto labels = context.dataset->catalogue.labels.front().row(index(relevant.front()));
      view.relevant_category.push_back(labels.empty() ? NameTable::kNotFound : labels.front());
    }
    views.push_back(std::move(view));
  }
  views.push_back({"random tenth", {}, kRandomShare, {}});
  return views;
}

PoolFilter::PoolFilter(const CandidatePoolView& view, const SuiteContext& context)
    : view_(view), context_(context), seed_(derive_seed(context.seed, "random pool")) {}

bool PoolFilter::lets_in(ItemId item, size_t position, std::span<const ItemId> relevant) const {
  if (index(item) >= context_.dataset->catalogue.size()) return true;  // an unknown item wastes its place anywhere
  if (!view_.members.empty()) return view_.members[index(item)] != 0;
  if (!view_.relevant_category.empty()) {
    const auto labels = context_.dataset->catalogue.labels.front().row(index(item));
    return std::find(labels.begin(), labels.end(), view_.relevant_category[position]) != labels.end();
  }
  if (std::find(relevant.begin(), relevant.end(), item) != relevant.end()) return true;
  return RandomStream(derive_seed(seed_, {position, index(item)})).uniform() < view_.random_share;
}

}  // namespace recgauge::suites
