#include "suites/discrepancy/pool_asking.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "harness/system/error.h"
#include "harness/system/random.h"

namespace recgauge::suites {
namespace {

constexpr uint64_t kMostCandidates = 200'000'000;  // looked at, over all users

std::vector<size_t> asked_positions(const SuiteContext& context, uint32_t count) {
  std::vector<size_t> positions(context.split->test_users.size());
  std::iota(positions.begin(), positions.end(), size_t{0});
  if (positions.size() <= count) return positions;
  RandomStream stream(derive_seed(context.seed, "users of pools"));
  shuffle(positions, stream);
  positions.resize(count);
  std::sort(positions.begin(), positions.end());
  return positions;
}

}  // namespace

PoolRequests::PoolRequests(const SuiteContext& context, const CandidatePoolView& view, uint32_t users, uint32_t k)
    : split_(context.split), positions_(asked_positions(context, users)), k_(k) {
  const auto items = static_cast<uint32_t>(context.dataset->catalogue.size());
  const bool shared = !view.members.empty() && context.pool->is_full();
  if (!shared && uint64_t{items} * positions_.size() > kMostCandidates) {
    throw ConfigError(fmt::format(
        "suites.discrepancy.pool_users: {} users and {} items are too many for pools that depend on the user; ask {}",
        positions_.size(), items, kMostCandidates / items));
  }
  const PoolFilter filter(view, context);
  for (const size_t position : positions_) {
    const UserId user = split_->test_users[position];
    const auto relevant = split_->test->items(user);
    std::vector<ItemId>& list = lists_.emplace_back();
    for (uint32_t item = 0; item < items; ++item) {
      if (filter.lets_in(ItemId{item}, position, relevant)) list.push_back(ItemId{item});
    }
    if (shared) break;
    if (context.pool->is_full()) continue;
    const auto own = context.pool->candidates(user);
    std::erase_if(list, [&](ItemId item) { return !std::binary_search(own.begin(), own.end(), item); });
  }
}

Request PoolRequests::at(size_t i) const {
  Request request = history_request(*split_, split_->test_users[positions_[i]], k_);
  request.candidates = candidates(i);
  return request;
}

size_t PoolRequests::available(size_t i) const {
  const auto list = candidates(i);
  std::vector<ItemId> had;
  for (const ItemId item : split_->history->items(split_->test_users[positions_[i]])) {
    if (std::binary_search(list.begin(), list.end(), item)) had.push_back(item);
  }
  std::sort(had.begin(), had.end());
  const auto distinct = std::unique(had.begin(), had.end()) - had.begin();
  return list.size() - static_cast<size_t>(distinct);
}

std::string pool_probe(const std::string& pool) { return "candidates: " + pool; }

std::vector<Probe> pool_probes(const SuiteContext& context, uint32_t users, uint32_t k) {
  std::vector<Probe> probes;
  for (const CandidatePoolView& view : pool_views(context)) {
    if (view.name == kFullPool) continue;
    probes.push_back({pool_probe(view.name), "", std::make_shared<PoolRequests>(context, view, users, k), nullptr, {}});
  }
  return probes;
}

}  // namespace recgauge::suites
