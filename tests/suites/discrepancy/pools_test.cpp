// Candidate pools and aged models on a small world.
#include "suites/discrepancy/pools.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "harness/system/error.h"
#include "suites/discrepancy/pool_asking.h"
#include "tests/suites/discrepancy/world_bench.h"

using namespace recgauge;
using namespace recgauge::scripted;

namespace {

suites::DiscrepancyConfig quick() {
  suites::DiscrepancyConfig config;
  config.offline_metrics = {"ndcg@10"};
  config.online_users = 0;
  config.resamples = 200;
  return config;
}

const Measurement* in_slice(const SuiteResult& result, const std::string& system, const std::string& label,
                            const std::string& slice) {
  for (const Measurement& m : result.measurements) {
    if (m.system == system && m.label == label && m.slice == slice) return &m;
  }
  return nullptr;
}

}  // namespace

TEST_CASE("pools: head and tail share out all items, the least popular are the least popular") {
  const PreparedData data = small_world(1, {100, 60, 15});
  const auto views = suites::pool_views(data.suite_context(1));
  REQUIRE(views.size() == 7);
  const auto counts = data.split->train->item_counts();
  uint32_t most_of_least = 0;
  uint32_t least_of_others = ~0U;
  size_t least = 0;
  for (size_t item = 0; item < counts.size(); ++item) {
    CHECK(views[1].members[item] + views[2].members[item] == 1);
    if (views[3].members[item] != 0) {
      most_of_least = std::max(most_of_least, counts[item]);
      ++least;
    } else {
      least_of_others = std::min(least_of_others, counts[item]);
    }
  }
  CHECK(least == 12);
  CHECK(most_of_least <= least_of_others);
  CHECK(views[5].relevant_category.size() == data.split->test_users.size());
}

TEST_CASE("the full pool repeats the metric itself; popularity is worthless in the tail and narrow pools are easier") {
  const PreparedData data = small_world(2, {});
  const SuiteResult result = assess_on_world(
      data, 2, quick(),
      {baseline("popularity", "popularity"), baseline("knn", "item_knn"), baseline("random", "random")});
  const Measurement* full = in_slice(result, "knn", "ndcg@10[pool]", "pool=full");
  REQUIRE(full != nullptr);
  const Measurement* narrow = in_slice(result, "knn", "ndcg@10[pool]", "pool=random tenth");
  CHECK(*narrow->value > 1.5 * *full->value);
  CHECK(*in_slice(result, "popularity", "ndcg@10[pool]", "pool=least popular fifth")->value < 0.01);
  CHECK(*in_slice(result, "popularity", "short_list_share[pool]", "pool=full")->value == 0.0);
  CHECK(*in_slice(result, "popularity", "short_list_share[pool]", "pool=least popular fifth")->value == 1.0);
  const Measurement* tau = in_slice(result, "all systems", "kendall_tau_b[ndcg@10, full pool]", "pool=head");
  REQUIRE(tau != nullptr);
  CHECK(*tau->value == doctest::Approx(1.0));
  const Measurement* unknown =
      in_slice(result, "all systems", "kendall_tau_b[ndcg@10, full pool]", "pool=least popular fifth");
  CHECK_FALSE(unknown->value.has_value());
  CHECK(unknown->undefined_reason.find("raise list_length") != std::string::npos);
  bool has_bump_chart = false;
  for (const Figure& figure : result.figures) has_bump_chart = has_bump_chart || figure.id == "discrepancy/pool-order";
  CHECK(has_bump_chart);
}

TEST_CASE("asked for out of a pool, lists are as long as the pool, and short ones are not guessed from") {
  const PreparedData data = small_world(2, {});
  suites::DiscrepancyConfig config = quick();
  config.ask_pools = true;
  const std::vector<Entrant> entrants{baseline("popularity", "popularity"), baseline("knn", "item_knn"),
                                      baseline("random", "random")};
  const SuiteResult asked = assess_on_world(data, 2, config, entrants);
  config.ask_pools = false;
  const SuiteResult read = assess_on_world(data, 2, config, entrants);
  const std::string least = "pool=least popular fifth";
  CHECK(*in_slice(read, "knn", "short_list_share[pool]", least)->value > 0.5);
  CHECK(*in_slice(asked, "knn", "short_list_share[pool]", least)->value == 0.0);
  CHECK(in_slice(read, "all systems", "kendall_tau_b[ndcg@10, full pool]", least)
            ->undefined_reason.find("set ask_pools: true") != std::string::npos);
  const Measurement* tau = in_slice(asked, "all systems", "kendall_tau_b[ndcg@10, full pool]", least);
  REQUIRE(tau != nullptr);
  REQUIRE(tau->value.has_value());
  CHECK(tau->interval->low < tau->interval->high);
  // What recorded lists give is a lower bound; where they are long enough, both ways of reading give the same.
  CHECK(*in_slice(asked, "knn", "ndcg@10[pool]", least)->value > *in_slice(read, "knn", "ndcg@10[pool]", least)->value);
  CHECK(*in_slice(asked, "knn", "ndcg@10[pool]", "pool=full")->value ==
        *in_slice(read, "knn", "ndcg@10[pool]", "pool=full")->value);
}

TEST_CASE("a pool's list is asked of the pool's items alone, without those that the user has") {
  const PreparedData data = small_world(1, {100, 60, 15});
  const SuiteContext context = data.suite_context(1);
  for (const suites::CandidatePoolView& view : suites::pool_views(context)) {
    CAPTURE(view.name);
    const suites::PoolRequests requests(context, view, 50, 10);
    const suites::PoolFilter filter(view, context);
    CHECK(requests.size() == 50);
    for (size_t i = 0; i < requests.size(); i += 7) {
      const Request request = requests.at(i);
      CHECK(request.user == data.split->test_users[requests.position(i)]);
      const auto relevant = data.split->test->items(request.user);
      size_t members = 0;
      size_t available = 0;
      for (uint32_t item = 0; item < 60; ++item) {
        const bool inside = filter.lets_in(ItemId{item}, requests.position(i), relevant);
        const bool asked = std::binary_search(request.candidates->begin(), request.candidates->end(), ItemId{item});
        CHECK(inside == asked);
        members += inside ? 1 : 0;
        const bool had =
            std::find(request.history.begin(), request.history.end(), ItemId{item}) != request.history.end();
        available += inside && !had ? 1 : 0;
      }
      CHECK(request.candidates->size() == members);
      CHECK(requests.available(i) == available);
    }
  }
}

TEST_CASE("aged models are trained without the last days and are worse at what came last") {
  const PreparedData data = small_world(3, {});
  suites::DiscrepancyConfig config = quick();
  config.pools = false;
  config.model_ages = {30, 250};
  const SuiteResult result = assess_on_world(data, 3, config, {baseline("knn", "item_knn")});
  const Measurement* young = in_slice(result, "knn", "loss_by_age[ndcg@10]", "age=30 days");
  const Measurement* old = in_slice(result, "knn", "loss_by_age[ndcg@10]", "age=250 days");
  REQUIRE(young != nullptr);
  REQUIRE(old != nullptr);
  CHECK(*old->value > *young->value);
  CHECK(old->interval->low > 0);
  config.model_ages = {36000};
  CHECK_THROWS_WITH_AS(assess_on_world(data, 3, config, {baseline("knn", "item_knn")}),
                       doctest::Contains("leave no training data"), ConfigError);
}
