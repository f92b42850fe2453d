#include "suites/bias/item_exposure.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "harness/metrics/expected_exposure.h"
#include "harness/metrics/fair_test.h"
#include "harness/metrics/group_ranking.h"

namespace recgauge::suites {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();
constexpr double kFairLevel = 0.1;
constexpr size_t kPrefixStep = 10;

class ExposureReader {
 public:
  ExposureReader(const ExposureBasis& basis, GroupExposure& result)
      : basis_(basis), grouping_(*basis.grouping), split_(*basis.context->split), result_(result) {}

  void read(size_t position, std::span<const ItemId> list) {
    const auto top = list.first(std::min<size_t>(list.size(), basis_.k));
    const UserId user = split_.test_users[position];
    relevant_.assign(split_.test->items(user).begin(), split_.test->items(user).end());
    std::sort(relevant_.begin(), relevant_.end());
    relevant_.erase(std::unique(relevant_.begin(), relevant_.end()), relevant_.end());
    ExposureSums& sums = result_.folds[position % kExposureFolds];
    sums.users += 1.0;
    for (size_t rank = 0; rank < top.size(); ++rank) {
      if (top[rank] == kOutOfCatalogue) continue;
      const double attention = basis_.browsing.weight(rank);
      grouping_.add(top[rank], attention, sums.exposure);
      if (std::binary_search(relevant_.begin(), relevant_.end(), top[rank])) {
        grouping_.add(top[rank], attention, sums.clicks);
      }
    }
    for (const ItemId item : relevant_) grouping_.add(item, 1.0, sums.merit);
    add_target(user, sums);
    judge_list(position, list, top);
  }

 private:
  // Candidates of a full pool are all items but the history; the target of sampled pools follows the same rule.
  void add_target(UserId user, ExposureSums& sums) {
    const auto history = split_.history->items(user);
    const size_t candidates =
        basis_.context->dataset->catalogue.size() - std::min(basis_.context->dataset->catalogue.size(), history.size());
    const metrics::TargetExposure target =
        metrics::target_exposure(relevant_.size(), candidates, basis_.k, basis_.browsing);
    for (size_t g = 0; g < basis_.items.size(); ++g) sums.target[g] += target.irrelevant * basis_.items[g];
    for (const ItemId item : history) grouping_.add(item, -target.irrelevant, sums.target);
    for (const ItemId item : relevant_) grouping_.add(item, target.relevant - target.irrelevant, sums.target);
  }

  void judge_list(size_t position, std::span<const ItemId> list, std::span<const ItemId> top) {
    std::vector<double> shares(basis_.items.size(), 0.0);
    std::vector<uint32_t> groups;
    std::vector<uint8_t> tail;
    for (size_t rank = 0; rank < top.size(); ++rank) {
      const bool known = top[rank] != kOutOfCatalogue && !grouping_.of(top[rank]).empty();
      groups.push_back(known ? grouping_.of(top[rank]).front() : metrics::kNoGroup);
      if (known) grouping_.add(top[rank], basis_.browsing.weight(rank), shares);
    }
    const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
    for (double& share : shares) share /= sum;
    if (sum > 0) set(ListFairness::awrf, position, 1.0 - metrics::jensen_shannon(shares, basis_.interactions));
    if (grouping_.single) set(ListFairness::ndkl, position, metrics::ndkl(groups, basis_.interactions));
    if (basis_.fair_table.empty()) return;
    for (const ItemId item : list) {
      if (item != kOutOfCatalogue) tail.push_back(grouping_.of(item).front() == 0 ? 1 : 0);
    }
    set(ListFairness::rnd, position, metrics::normalised_discounted_difference(tail, kPrefixStep));
    if (!tail.empty()) {
      set(ListFairness::fair_test, position, metrics::passes_fair_test(tail, basis_.fair_table) ? 1.0 : 0.0);
    }
  }

  void set(ListFairness measure, size_t position, double value) {
    result_.lists[static_cast<size_t>(measure)][position] = value;
  }

  const ExposureBasis& basis_;
  const ItemGrouping& grouping_;
  const Split& split_;
  GroupExposure& result_;
  std::vector<ItemId> relevant_;
};

}  // namespace

void ExposureSums::merge(const ExposureSums& other) {
  for (size_t g = 0; g < exposure.size(); ++g) {
    exposure[g] += other.exposure[g];
    merit[g] += other.merit[g];
    clicks[g] += other.clicks[g];
    target[g] += other.target[g];
  }
  users += other.users;
}

ExposureSums GroupExposure::without(size_t fold) const {
  ExposureSums sums(folds.front().exposure.size());
  for (size_t f = 0; f < folds.size(); ++f) {
    if (f != fold) sums.merge(folds[f]);
  }
  return sums;
}

ExposureBasis make_exposure_basis(const SuiteContext& context, const ItemGrouping& grouping,
                                  const metrics::BrowsingModel& browsing, uint32_t k,
                                  std::span<const uint32_t> training_counts) {
  ExposureBasis basis;
  basis.context = &context;
  basis.grouping = &grouping;
  basis.browsing = browsing;
  basis.k = k;
  basis.items.assign(grouping.groups.size(), 0.0);
  basis.interactions.assign(grouping.groups.size(), 0.0);
  for (uint32_t item = 0; item < training_counts.size(); ++item) {
    grouping.add(ItemId{item}, 1.0, basis.items);
    grouping.add(ItemId{item}, training_counts[item], basis.interactions);
  }
  const double total = std::accumulate(basis.interactions.begin(), basis.interactions.end(), 0.0);
  for (double& share : basis.interactions) share /= total;
  basis.tail_share = basis.interactions.front();
  if (grouping.name == kPopularityGrouping) {
    basis.fair_table =
        metrics::fair_table(k, basis.tail_share, metrics::adjusted_fair_level(k, basis.tail_share, kFairLevel));
  }
  return basis;
}

GroupExposure read_exposure(const Run& run, const ExposureBasis& basis, const std::string& system,
                            const ListChange& change) {
  GroupExposure result;
  const size_t users = basis.context->split->test_users.size();
  result.folds.assign(kExposureFolds, ExposureSums(basis.items.size()));
  result.lists.assign(kListFairnessMeasures, std::vector<double>(users, kUndefined));
  ExposureReader reader(basis, result);
  run.store->for_each({system, kRankingProbe}, [&](Observation&& observation) {
    if (observation.response.outcome != Outcome::ok || observation.sequence >= users) return;
    std::vector<ItemId>& items = observation.response.items;
    if (change) items = change(observation.sequence, items);
    reader.read(observation.sequence, items);
  });
  return result;
}

}  // namespace recgauge::suites
