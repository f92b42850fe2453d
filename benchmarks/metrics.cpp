// Cost of evaluating top-100 lists of 100,000 users at four cutoffs, against the straightforward way: one hash set a
// user, one pass over the list for every metric and cutoff.
#include <benchmark/benchmark.h>

#include <cmath>
#include <unordered_set>
#include <vector>

#include "harness/metrics/mean.h"
#include "harness/metrics/ranking_evaluator.h"
#include "harness/system/random.h"

namespace {

using namespace recgauge;
using namespace recgauge::metrics;

constexpr size_t kUsers = 100000;
constexpr size_t kItems = 20000;
constexpr size_t kListLength = 100;
constexpr uint32_t kCutoffs[] = {5, 10, 50, 100};

struct Lists {
  std::vector<ItemId> lists;
  std::vector<ItemId> truths;
  std::vector<size_t> truth_ends{0};

  std::span<const ItemId> list(size_t user) const { return std::span(lists).subspan(user * kListLength, kListLength); }
  std::span<const ItemId> truth(size_t user) const {
    return std::span(truths).subspan(truth_ends[user], truth_ends[user + 1] - truth_ends[user]);
  }
};

// About 20 relevant items a user, of which some fifth is in the list.
Lists make_lists() {
  Lists result;
  RandomStream random(1);
  for (size_t user = 0; user < kUsers; ++user) {
    const size_t begin = result.lists.size();
    for (size_t i = 0; i < kListLength; ++i) result.lists.push_back(ItemId(random.below(kItems)));
    const size_t relevant = 15 + random.below(11);
    for (size_t i = 0; i < relevant; ++i) {
      result.truths.push_back(random.uniform() < 0.2 ? result.lists[begin + random.below(kListLength)]
                                                     : ItemId(random.below(kItems)));
    }
    result.truth_ends.push_back(result.truths.size());
  }
  return result;
}

const Lists& lists() {
  static const Lists kLists = make_lists();
  return kLists;
}

void ranking_evaluator(benchmark::State& state) {
  const Lists& data = lists();
  std::vector<MetricSpec> specs;
  for (const uint32_t k : kCutoffs) {
    for (const char* name : {"ndcg", "recall", "precision", "map", "mrr", "hit_rate"}) {
      specs.push_back(parse_metric(std::string(name) + "@" + std::to_string(k)));
    }
  }
  RankingEvaluator evaluator(specs, kItems);
  std::vector<double> row(specs.size());
  for (auto _ : state) {
    std::vector<MeanAccumulator> means(specs.size());
    for (size_t user = 0; user < kUsers; ++user) {
      evaluator.evaluate({data.list(user), data.truth(user), {}, 0}, row);
      for (size_t m = 0; m < row.size(); ++m) means[m].update(row[m]);
    }
    benchmark::DoNotOptimize(means.data());
    state.counters["ndcg@10"] = means[6].result().value;
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * kUsers));
}

struct Row {
  double ndcg = 0, recall = 0, precision = 0, average_precision = 0, reciprocal_rank = 0, hit_rate = 0;
};

Row evaluate_plainly(std::span<const ItemId> list, const std::unordered_set<uint32_t>& truth, size_t k) {
  Row row;
  double hits = 0;
  double ideal = 0;
  for (size_t i = 0; i < std::min(k, list.size()); ++i) {
    if (i < truth.size()) ideal += 1.0 / std::log2(static_cast<double>(i) + 2.0);
    if (!truth.contains(static_cast<uint32_t>(list[i]))) continue;
    hits += 1;
    row.ndcg += 1.0 / std::log2(static_cast<double>(i) + 2.0);
    row.average_precision += hits / static_cast<double>(i + 1);
    if (hits == 1) row.reciprocal_rank = 1.0 / static_cast<double>(i + 1);
  }
  row.ndcg /= ideal;
  row.average_precision /= static_cast<double>(std::min(k, truth.size()));
  row.recall = hits / static_cast<double>(truth.size());
  row.precision = hits / static_cast<double>(k);
  row.hit_rate = hits > 0 ? 1 : 0;
  return row;
}

void hash_set_per_cutoff(benchmark::State& state) {
  const Lists& data = lists();
  for (auto _ : state) {
    Row sums[4];
    for (size_t user = 0; user < kUsers; ++user) {
      std::unordered_set<uint32_t> truth;
      for (const ItemId item : data.truth(user)) truth.insert(static_cast<uint32_t>(item));
      for (size_t c = 0; c < 4; ++c) {
        const Row row = evaluate_plainly(data.list(user), truth, kCutoffs[c]);
        sums[c].ndcg += row.ndcg;
        sums[c].recall += row.recall;
        sums[c].precision += row.precision;
        sums[c].average_precision += row.average_precision;
        sums[c].reciprocal_rank += row.reciprocal_rank;
        sums[c].hit_rate += row.hit_rate;
      }
    }
    benchmark::DoNotOptimize(sums);
    state.counters["ndcg@10"] = sums[1].ndcg / kUsers;
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * kUsers));
}

BENCHMARK(ranking_evaluator)->Unit(benchmark::kMillisecond);
BENCHMARK(hash_set_per_cutoff)->Unit(benchmark::kMillisecond);

}  // namespace
