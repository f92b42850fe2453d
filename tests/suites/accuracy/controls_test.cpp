// The suite's own controls: they are flagged when they must be, and do not cry wolf on honest systems.
#include <doctest/doctest.h>

#include <cmath>

#include "harness/system/random.h"
#include "tests/suites/accuracy/tiny_run.h"

using namespace recgauge;
using namespace recgauge::scripted;
using suites::AccuracyConfig;

namespace {

AccuracyConfig control_config(const std::string& primary = "ndcg@5") {
  AccuracyConfig config;
  config.cutoffs = {5};
  config.metrics = {"ndcg", "recall"};
  config.primary = primary;
  config.slice_by_activity = config.slice_by_popularity = config.slices_of_attributes = false;
  config.resamples = 200;
  config.sign_flips = 99;
  return config;
}

constexpr uint32_t kUsers = 40;
constexpr uint32_t kItems = 400;

// Every user has seen item 0 and wants one item.
TinyRun run_with(uint64_t seed) {
  std::vector<Row> train;
  std::vector<Row> test;
  RandomStream random(seed);
  for (uint32_t user = 0; user < kUsers; ++user) {
    train.push_back({user, 0});
    test.push_back({user, 1 + static_cast<uint32_t>(random.below(kItems - 1))});
  }
  return TinyRun(train, test, kUsers, kItems, 5);
}

TinySystem oracle(const TinyRun& run, uint32_t spoilt = 0) {
  TinySystem system{"oracle", SystemRole::control, {}};
  auto& context = const_cast<TinyRun&>(run).context();
  for (uint32_t user = 0; user < kUsers; ++user) {
    const auto wanted = static_cast<uint32_t>(index(context.split->test->items(UserId{user})[0]));
    const uint32_t other = wanted == 1 ? 2 : 1;
    system.answers.push_back(user < spoilt ? list_of({other, wanted}) : list_of({wanted, other}));
  }
  return system;
}

TinySystem random_lists(const std::string& name, SystemRole role, uint64_t seed) {
  TinySystem system{name, role, {}};
  RandomStream random(seed);
  for (uint32_t user = 0; user < kUsers; ++user) {
    Response& answer = system.answers.emplace_back();
    while (answer.items.size() < 5) {
      const ItemId item{1 + static_cast<uint32_t>(random.below(kItems - 1))};
      if (std::find(answer.items.begin(), answer.items.end(), item) == answer.items.end()) answer.items.push_back(item);
    }
  }
  return system;
}

const Finding& controls(const Assessment& assessment) {
  const Finding* found = finding(assessment, "accuracy/controls");
  REQUIRE(found != nullptr);
  return *found;
}

}  // namespace

TEST_CASE("a perfect oracle and a random constant scorer pass") {
  const TinyRun run = run_with(1);
  const Assessment assessed =
      run.assess(control_config(), {oracle(run), random_lists("constant", SystemRole::control, 2)});
  CHECK(controls(assessed).controls.size() == 2);
  CHECK(controls(assessed).severity == Severity::info);
  CHECK(controls(assessed).status == FindingStatus::supported);
}

TEST_CASE("an oracle that is not perfect for a single user is flagged as critical") {
  const TinyRun run = run_with(1);
  const Assessment assessed = run.assess(control_config(), {oracle(run, 1)});
  CHECK(controls(assessed).severity == Severity::critical);
  CHECK(controls(assessed).status == FindingStatus::not_supported);
  CHECK_FALSE(controls(assessed).controls[0].passed);
}

TEST_CASE("an oracle that a system beats is flagged under any primary metric") {
  const TinyRun run = run_with(1);
  TinySystem better = oracle(run);
  better.name = "better";
  better.role = SystemRole::candidate;
  TinySystem worse = random_lists("oracle", SystemRole::control, 3);
  const Assessment assessed = run.assess(control_config("recall@5"), {better, worse});
  CHECK(controls(assessed).severity == Severity::critical);
}

TEST_CASE("a constant scorer that measures as perfect is flagged: ties are broken in its favour") {
  const TinyRun run = run_with(1);
  TinySystem rigged = oracle(run);
  rigged.name = "constant";
  const Assessment assessed = run.assess(control_config(), {oracle(run), rigged});
  CHECK(controls(assessed).severity == Severity::critical);
  CHECK(controls(assessed).controls[0].passed);
  CHECK_FALSE(controls(assessed).controls[1].passed);
}

TEST_CASE("an honest constant scorer is not flagged on small data, whatever the seed") {
  // 40 users and a recall of 5 / 399 expected: half a hit in all, so most runs have none or one.
  size_t flagged = 0;
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    const Assessment assessed =
        run_with(seed).assess(control_config(), {random_lists("constant", SystemRole::control, 1000 + seed)});
    flagged += controls(assessed).status == FindingStatus::supported ? 0 : 1;
  }
  CHECK(flagged == 0);
}

TEST_CASE("where seen items stay in the test part, no list can be perfect, and the oracle is not blamed for it") {
  SplitSpec spec;
  spec.drop_seen_from_test = false;
  // User 0 consumes item 0 again, which is excluded from every list.
  TinyRun run({{0, 0}, {1, 0}}, {{0, 0}, {0, 1}, {1, 2}}, 2, 8, 5, spec);
  AccuracyConfig config = control_config();
  const Assessment assessed =
      run.assess(config, {{"oracle", SystemRole::control, {list_of({1, 2, 3, 4, 5}), list_of({2, 3, 4, 5, 6})}},
                          {"a", SystemRole::candidate, {list_of({2, 1, 3, 4, 5}), list_of({3, 4, 5, 6, 7})}}});
  CHECK(controls(assessed).status == FindingStatus::supported);
}

TEST_CASE("a model that happens to be called oracle or constant is no control") {
  const TinyRun run = run_with(1);
  const Assessment assessed = run.assess(control_config(), {random_lists("oracle", SystemRole::candidate, 4),
                                                            random_lists("constant", SystemRole::candidate, 5)});
  CHECK(finding(assessed, "accuracy/controls") == nullptr);
}

TEST_CASE("twins that differ by chance alone are rarely found to differ") {
  // Two systems of the same quality, with independent luck, on 100 data sets. At most alpha = 5 % of the data sets may
  // hold a difference that is significant after correction; 12 of 100 would be seen once in 700 times.
  size_t alarms = 0;
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    TinyRun run = run_with(seed);
    RandomStream random(derive_seed(seed, "luck"));
    const auto lucky = [&](const std::string& name) {
      TinySystem system = oracle(run);
      system.name = name;
      system.role = SystemRole::candidate;
      for (Response& answer : system.answers) {
        const double draw = random.uniform();
        if (draw < .4) std::swap(answer.items[0], answer.items[1]);
        if (draw > .7) answer.items = items_of({1, 2});
      }
      return system;
    };
    AccuracyConfig config = control_config();
    config.sign_flips = 999;
    const Assessment assessed = run.assess(config, {lucky("a"), lucky("b")});
    bool alarm = false;
    for (const Comparison& c : assessed.result.comparisons) alarm = alarm || *c.p_adjusted <= .05;
    alarms += alarm ? 1 : 0;
  }
  CHECK(alarms <= 11);
}

TEST_CASE("a planted difference is found, and the same model under two names is not") {
  const TinyRun run = run_with(1);
  TinySystem good = oracle(run, 10);
  good.name = "good";
  good.role = SystemRole::candidate;
  TinySystem twin = good;
  twin.name = "twin";
  TinySystem bad = random_lists("bad", SystemRole::baseline, 6);
  AccuracyConfig config = control_config();
  config.sign_flips = 9999;
  const Assessment assessed = run.assess(config, {good, twin, bad});
  CHECK(*comparison(assessed, "good", "bad", "ndcg@5").p_adjusted < .01);
  CHECK(comparison(assessed, "good", "bad", "ndcg@5").test == "paired sign-flip permutation, 9999 flips");
  CHECK(*comparison(assessed, "good", "twin", "ndcg@5").p_adjusted == 1);
  CHECK(
      finding(assessed, "accuracy/good-against-best-baseline")->claim.starts_with("good beats the best baseline, bad"));
}
