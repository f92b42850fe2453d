// Gaps between groups of users on lists that are written out, so that every value can be worked out by hand.
#include <doctest/doctest.h>

#include <algorithm>

#include "harness/system/error.h"
#include "suites/bias/user_groups.h"
#include "tests/suites/bias/bias_run.h"

using namespace recgauge;
using namespace recgauge::scripted;
using doctest::Approx;

namespace {

constexpr size_t kUsers = 120;

// Users have item 0 (popular) or 1, and will choose item 2; even users are in group "even".
BiasRun make_run() {
  std::vector<Row> train;
  std::vector<Row> test;
  for (uint32_t u = 0; u < kUsers; ++u) {
    train.push_back({u, u % 4 == 0 ? 1U : 0U});
    test.push_back({u, 2});
  }
  BiasRun run(train, test, kUsers, 6, 3);
  std::vector<std::string> parity;
  std::vector<std::string> thirds;
  for (uint32_t u = 0; u < kUsers; ++u) {
    parity.push_back(u % 2 == 0 ? "even" : "odd");
    thirds.push_back(u < 50 ? "young" : u < 100 ? "old" : u < 110 ? "child" : "");
  }
  run.add_attribute("parity", parity);
  run.add_attribute("age", thirds);
  return run;
}

// Everybody's answer: item 2 first, or not at all.
std::vector<Response> answers(bool (*served)(uint32_t user)) {
  std::vector<Response> lists(kUsers);
  for (uint32_t u = 0; u < kUsers; ++u) lists[u].items = served(u) ? items_of({2, 3, 4}) : items_of({3, 4, 5});
  return lists;
}

suites::BiasConfig small_config() {
  suites::BiasConfig config;
  config.primary = "ndcg@3";
  config.metrics = {"popularity_lift@3"};
  config.permutations = 999;
  config.resamples = 200;
  config.smallest_cell = 20;
  return config;
}

}  // namespace

TEST_CASE("means, gap, ratio and the worst group's difference are those of the lists") {
  const BiasRun run = make_run();
  // Even users are served in 15 of 60 cases, odd ones in all.
  const SuiteResult result = run.assess(
      small_config(), {{"s", SystemRole::candidate, answers([](uint32_t u) { return u % 2 == 1 || u % 8 == 0; })}});
  const Measurement& even = measurement(result, "bias/s/ndcg@3/parity=even");
  CHECK(*even.value == Approx(.25));
  CHECK(even.n == 60);
  CHECK(even.interval->low < .25);
  CHECK(*measurement(result, "bias/s/group_gap(ndcg@3)/by parity").value == Approx(.75));
  CHECK(*measurement(result, "bias/s/group_ratio(ndcg@3)/by parity").value == Approx(.25));
  const Measurement& worst = measurement(result, "bias/s/worst_group_difference(ndcg@3)/by parity");
  CHECK(*worst.value == Approx(-.75));
  CHECK(worst.interval->high < 0);
  const Finding* found = finding(result, "bias/s-ndcg@3-by-parity");
  REQUIRE(found != nullptr);
  CHECK(found->severity == Severity::high);
  CHECK(found->claim.find("parity=even") != std::string::npos);
  CHECK(found->claim.find("n = 60") != std::string::npos);
  CHECK(found->detail.find("80 % power") != std::string::npos);
  for (const std::string& id : found->measurements) CHECK_NOTHROW(measurement(result, id));
  CHECK(finding(result, "bias/s-ndcg@3-by-age") == nullptr);
}

TEST_CASE("a baseline's gap is context; controls and equal treatment raise nothing") {
  const BiasRun run = make_run();
  const auto biased = [](uint32_t u) { return u % 2 == 1; };
  const SuiteResult result =
      run.assess(small_config(), {{"base", SystemRole::baseline, answers(biased)},
                                  {"control", SystemRole::control, answers(biased)},
                                  {"fair", SystemRole::candidate, answers([](uint32_t) { return true; })}});
  CHECK(finding(result, "bias/base-ndcg@3-by-parity")->severity == Severity::low);
  for (const Measurement& m : result.measurements) CHECK(m.system != "control");
  CHECK(finding(result, "bias/fair-ndcg@3-by-parity") == nullptr);
  CHECK(*measurement(result, "bias/fair/group_gap(ndcg@3)/by parity").value == 0.0);
}

TEST_CASE("small groups are pooled or left out, missing values belong to no group") {
  const BiasRun run = make_run();
  suites::BiasConfig config = small_config();
  auto groupings = suites::make_user_groupings(config, run.context());
  REQUIRE(groupings.size() == 3);
  const suites::UserGrouping& age = groupings[1];
  CHECK(age.cells == std::vector<std::string>{"age=old", "age=young"});
  CHECK(age.left_out_users == 10);
  CHECK(age.cell_of_user[105] == statistics::kNoCell);
  CHECK(age.cell_of_user[119] == statistics::kNoCell);
  CHECK(groupings[2].name == "parity x age");
  CHECK(groupings[2].sizes == std::vector<uint64_t>{25, 25, 25, 25});

  config.smallest_cell = 55;
  groupings = suites::make_user_groupings(config, run.context());
  CHECK(groupings.size() == 1);  // ages are pooled into one group, which is none
  config.smallest_cell = 60;
  config.attributes = {"parity"};
  CHECK(suites::make_user_groupings(config, run.context()).size() == 1);
}

TEST_CASE("numbers are cut into bands of equal size, and equal numbers stay together") {
  BiasRun run = make_run();
  NumericColumn& height = run.dataset().users.numbers.emplace_back();
  height.name = "height";
  for (size_t u = 0; u < kUsers; ++u) height.values.push_back(u < 60 ? 10.0 : static_cast<double>(u));
  suites::BiasConfig config = small_config();
  config.attributes = {"height"};
  const auto groupings = suites::make_user_groupings(config, run.context());
  REQUIRE(groupings.size() == 1);
  CHECK(groupings[0].sizes == std::vector<uint64_t>{30, 30, 60});
  CHECK(groupings[0].cells[2] == "height up to 10");
}

TEST_CASE("popularity lift is a ratio of sums over the group") {
  const BiasRun run = make_run();
  const SuiteResult result =
      run.assess(small_config(), {{"s", SystemRole::candidate, answers([](uint32_t) { return true; })}});
  // Nobody trained with items 2 to 4: what is listed has popularity 0.
  CHECK(*measurement(result, "bias/s/popularity_lift@3/parity=even").value == Approx(-1.0));
  std::vector<Response> popular(kUsers);
  for (Response& response : popular) response.items = items_of({0});
  const SuiteResult lifted = run.assess(small_config(), {{"p", SystemRole::candidate, popular}});
  // Item 0 has 90 of 120 users. Even users have items 0 and 1 in equal parts: (.75 + .25) / 2; odd ones item 0 alone.
  CHECK(*measurement(lifted, "bias/p/popularity_lift@3/parity=even").value == Approx(.5));
  CHECK(*measurement(lifted, "bias/p/popularity_lift@3/parity=odd").value == Approx(.0));
  CHECK_FALSE(measurement(lifted, "bias/p/group_ratio(popularity_lift@3)/by parity").value);
}

TEST_CASE("a system that leaves users unanswered is not measured") {
  const BiasRun run = make_run();
  std::vector<Response> lists = answers([](uint32_t) { return true; });
  for (size_t u = 0; u < 40; ++u) lists[u].outcome = Outcome::timeout;
  const SuiteResult result = run.assess(small_config(), {{"s", SystemRole::candidate, lists}});
  CHECK_FALSE(result.measured);
  CHECK(finding(result, "bias/s-unanswered")->status == FindingStatus::not_measured);
  CHECK(result.measurements.empty());
}

TEST_CASE("what a configuration may not say") {
  const BiasRun run = make_run();
  const auto suite = [](auto change) {
    suites::BiasConfig config = small_config();
    change(config);
    return suites::BiasSuite(config);
  };
  CHECK_THROWS_WITH_AS(suite([](auto& c) { c.primary = "gini@10"; }), doctest::Contains("gini"), ConfigError);
  CHECK_THROWS_WITH_AS(suite([](auto& c) { c.primary = "novelty@10"; }), doctest::Contains("not an accuracy metric"),
                       ConfigError);
  CHECK_THROWS_WITH_AS(suite([](auto& c) { c.metrics = {"popularity_lift"}; }), doctest::Contains("needs a cutoff"),
                       ConfigError);
  CHECK_THROWS_WITH_AS(suite([](auto& c) { c.metrics = {"ndcg@99"}; }).probes(run.context()),
                       doctest::Contains("raise list_length"), ConfigError);
  CHECK_THROWS_WITH_AS(suite([](auto& c) { c.attributes = {"sex"}; }).probes(run.context()),
                       doctest::Contains("they have: parity, age"), ConfigError);
}

TEST_CASE("every measure of the suite's own has a definition") {
  const BiasRun run = make_run();
  const SuiteResult result =
      run.assess(small_config(), {{"s", SystemRole::candidate, answers([](uint32_t u) { return u % 2 == 1; })}});
  const auto definitions = suites::BiasSuite::definitions();
  for (const Measurement& m : result.measurements) {
    const std::string name = m.metric.substr(0, m.metric.find_first_of("(@["));
    if (name != "ndcg") CHECK_MESSAGE(definitions.contains(name), m.metric);
    CHECK((m.value.has_value() || !m.undefined_reason.empty()));
  }
}
