// Deployment in the world: planted truth is found, the same users see every system, and nothing depends on luck.
#include <doctest/doctest.h>

#include "harness/system/error.h"
#include "tests/suites/discrepancy/world_bench.h"

using namespace recgauge;
using namespace recgauge::scripted;

namespace {

suites::DiscrepancyConfig quick() {
  suites::DiscrepancyConfig config;
  config.offline_metrics = {"ndcg@10", "recall@10"};
  config.online_users = 150;
  config.online_steps = 2;
  config.resamples = 200;
  config.sign_flips = 999;
  return config;
}

}  // namespace

TEST_CASE("a model that memorised the test items is flagged, its clean twin is not") {
  const PreparedData data = small_world(3, {});
  const SuiteResult result = assess_on_world(
      data, 3, quick(),
      {baseline("ials", "ials"), memoriser("planted", "ials", 0.6, {}, 2), memoriser("twin", "ials", 0.0, {}, 2)});
  const Finding* planted = find_finding(result, "overstated-planted");
  REQUIRE(planted != nullptr);
  CHECK(planted->severity == Severity::high);
  CHECK(planted->claim.find("planted's offline score overstates it") == 0);
  CHECK(planted->comparisons.size() == 2);
  CHECK(find_finding(result, "overstated-twin") == nullptr);
  CHECK(find_finding(result, "overstated-ials") == nullptr);
  const auto gap = find_measurement(result, "planted", "lift_discrepancy[ndcg@10]");
  REQUIRE(gap != nullptr);
  CHECK(gap->interval->low > 0);
  const auto twin_gap = find_measurement(result, "twin", "lift_discrepancy[ndcg@10]");
  CHECK(twin_gap->interval->low < 0.15);
}

TEST_CASE("the deployed value is the world's expected clicks of the list, state by state") {
  const PreparedData data = small_world(4, {120, 80, 15});
  suites::DiscrepancyConfig config = quick();
  config.online_users = 1000;  // more than there are: all
  config.online_steps = 1;
  const SuiteResult result = assess_on_world(data, 4, config, {baseline("popularity", "popularity")});
  // By hand: the most popular items that a user does not have, valued in the state after the history.
  const Split& split = *data.split;
  const std::vector<uint32_t> counts = split.train->item_counts();
  double sum = 0.0;
  for (const UserId user : split.test_users) {
    world::UserState state = data.world->initial_state(static_cast<uint32_t>(user));
    std::vector<bool> has(counts.size(), false);
    for (const ItemId item : split.history->items(user)) {
      data.world->consume(state, static_cast<uint32_t>(item));
      has[index(item)] = true;
    }
    for (size_t place = 0; place < 10; ++place) {
      size_t best = counts.size();
      for (size_t item = 0; item < counts.size(); ++item) {
        if (!has[item] && (best == counts.size() || counts[item] > counts[best])) best = item;
      }
      has[best] = true;
      sum += data.world->attractiveness(state, static_cast<uint32_t>(best)) / static_cast<double>(place + 1);
    }
  }
  const Measurement* value = find_measurement(result, "popularity", "deployed_clicks");
  REQUIRE(value != nullptr);
  CHECK(value->n == split.test_users.size());
  // Ties in popularity are broken at random by the system and by position here, so the two differ a little.
  CHECK(*value->value == doctest::Approx(sum / static_cast<double>(split.test_users.size())).epsilon(0.02));
}

TEST_CASE("equal seeds give equal results; systems that are the same system have no difference") {
  const PreparedData data = small_world(5, {150, 100, 15});
  const std::vector<Entrant> twins{baseline("a", "item_knn"), baseline("b", "item_knn"), baseline("c", "random")};
  const SuiteResult first = assess_on_world(data, 5, quick(), twins);
  const SuiteResult second = assess_on_world(data, 5, quick(), twins);
  REQUIRE(first.measurements.size() == second.measurements.size());
  for (size_t i = 0; i < first.measurements.size(); ++i)
    CHECK(first.measurements[i].value == second.measurements[i].value);
  CHECK(*find_measurement(first, "a", "deployed_clicks")->value ==
        *find_measurement(first, "b", "deployed_clicks")->value);
  for (const Comparison& c : first.comparisons) {
    if (c.first == "a" && c.second == "b") CHECK(*c.p_value == 1.0);
  }
}

TEST_CASE("fewer than three systems have no order, and the report says so") {
  const PreparedData data = small_world(6, {100, 60, 12});
  const SuiteResult result = assess_on_world(data, 6, quick(), {baseline("a", "random"), baseline("b", "popularity")});
  const Measurement* tau = find_measurement(result, "all systems", "kendall_tau_b[ndcg@10]");
  REQUIRE(tau != nullptr);
  CHECK_FALSE(tau->value.has_value());
  CHECK(tau->undefined_reason == "an order needs 3 usable systems at least, there are 2");
}

TEST_CASE("without a world nothing is measured, and the reason says what would help") {
  PreparedData data = small_world(7, {100, 60, 12});
  data.world = nullptr;
  suites::DiscrepancyConfig config = quick();
  const SuiteResult with_pools = assess_on_world(data, 7, config, {baseline("a", "random")});
  CHECK(with_pools.measured);
  REQUIRE(find_finding(with_pools, "online") != nullptr);
  CHECK(find_finding(with_pools, "online")->status == FindingStatus::not_measured);
  config.pools = false;
  const SuiteResult result = assess_on_world(data, 7, config, {baseline("a", "random")});
  CHECK_FALSE(result.measured);
  CHECK(result.not_measured_reason.find("the simulated world") != std::string::npos);
}

TEST_CASE("settings that cannot be are refused with the remedy") {
  const auto refused = [](const std::function<void(suites::DiscrepancyConfig&)>& change, const char* message) {
    suites::DiscrepancyConfig config;
    change(config);
    CHECK_THROWS_WITH_AS(suites::DiscrepancySuite{config}, doctest::Contains(message), ConfigError);
  };
  suites::LogConfig log;
  log.name = "a";
  refused([](auto& c) { c.primary = "ndgc@10"; }, "did you mean 'ndcg'");
  refused([](auto& c) { c.offline_metrics = {"coverage@10"}; }, "is not an accuracy metric");
  refused([&](auto& c) { c.logs = {log, log}; }, "logs[1]: the name 'a' is there already");
  log.lists = true;
  refused([&](auto& c) { c.logs = {log}; }, "set format: json_lines");
  log.lists = false;
  log.policy = suites::EvaluatedPolicyKind::thompson;
  refused([&](auto& c) { c.logs = {log}; }, "needs priors");
}
