// Fake users against models whose answer to them is known: popularity follows every user, a model that does not learn
// follows none.
#include <doctest/doctest.h>

#include <algorithm>

#include "harness/system/error.h"
#include "reference_models/defences/trimmed_training.h"
#include "suites/manipulation/manipulation_suite.h"
#include "suites/manipulation/poisoning_plan.h"
#include "tests/scripted/world_bench.h"

using namespace recgauge;
using namespace recgauge::scripted;
using doctest::Approx;
using suites::ManipulationConfig;
using suites::ManipulationSuite;

namespace {

constexpr uint64_t kSeed = 5;

ManipulationConfig small_config() {
  ManipulationConfig config;
  config.targets = 9;
  config.users = 100;
  config.stability_users = 10;
  config.pollution_users = 6;
  config.queries = 4;
  config.resamples = 200;
  return config;
}

const PreparedData& small_data() {
  static const PreparedData kData = small_world(kSeed, {});
  return kData;
}

SuiteResult assess(const ManipulationConfig& config, const std::vector<Entrant>& entrants) {
  return assess_suite_on_world(small_data(), kSeed, std::make_unique<ManipulationSuite>(config), entrants);
}

const Measurement& measurement(const SuiteResult& result, const std::string& system, const std::string& label,
                               const std::string& slice) {
  for (const Measurement& m : result.measurements) {
    if (m.system == system && m.label == label && m.slice == slice) return m;
  }
  throw std::out_of_range(system + " " + label + " " + slice);
}

/// Ranks by id, whatever it is trained on.
class Unteachable : public reference_models::ConstantScorer {};

Entrant unteachable() {
  return {"unteachable", [](const PreparedData&) { return std::make_unique<Unteachable>(); }, 1};
}

}  // namespace

TEST_CASE("as many fake users as real ones put their targets on top of popularity") {
  ManipulationConfig config = small_config();
  config.attack_sizes = {1.0};
  config.attacks = {"random"};
  const SuiteResult result = assess(config, {baseline("popularity", "popularity"), unteachable()});
  const std::string slice = "attack=random push, size=100 %";
  // Every target has 400 more users than before, more than any other item: nine targets are the nine first places.
  CHECK(*measurement(result, "popularity", "target_hit_ratio@10", slice).value == 1.0);
  CHECK(*measurement(result, "popularity", "target_hit_ratio_untreated@10", slice).value < 0.3);
  const Measurement& gain = measurement(result, "popularity", "attack_gain@10", slice);
  CHECK(gain.n == 9);
  CHECK(gain.interval->low > 0.5);
  CHECK(*measurement(result, "popularity", "rank_shift", slice).value > 5);
  CHECK(*measurement(result, "popularity", "prediction_shift", slice).value == 400.0);
  CHECK(*measurement(result, "popularity", "collateral_change[ndcg@10]", slice).value < 0.0);
  const Finding* found = find_finding(result, "popularity-poisoning");
  REQUIRE(found != nullptr);
  CHECK(found->status == FindingStatus::supported);
  CHECK(found->severity == Severity::high);
  CHECK(found->detail.find("Attacker: knows the names of items") != std::string::npos);
  CHECK(found->detail.find("budget: 400 fake users (100 % of the real ones)") != std::string::npos);

  // A constant scorer's ties are broken by user and item, not by what it was trained on.
  CHECK(*measurement(result, "unteachable", "attack_gain@10", slice).value == 0.0);
  CHECK(find_finding(result, "unteachable-poisoning")->status == FindingStatus::not_supported);
}

TEST_CASE("an attack to hide promotes in models that count every rating as interest, and is told so") {
  ManipulationConfig config = small_config();
  config.attacks = {"love_hate", "bandwagon"};
  config.attack_sizes = {0.02, 0.5};
  config.goals = suites::AttackGoals::nuke;
  const SuiteResult result = assess(config, {baseline("popularity", "popularity")});
  // World's interactions are not graded: the profiles hold everything but the targets.
  const Measurement& gain = measurement(result, "popularity", "attack_gain@10", "attack=bandwagon nuke, size=50 %");
  CHECK(*gain.value >= 0.0);
  const auto curves = std::find_if(result.figures.begin(), result.figures.end(),
                                   [](const Figure& f) { return f.id == "manipulation/attack-response"; });
  REQUIRE(curves != result.figures.end());
  CHECK(curves->kind == "line");
  const auto threats = std::find_if(result.figures.begin(), result.figures.end(),
                                    [](const Figure& f) { return f.id == "manipulation/threat-models"; });
  REQUIRE(threats != result.figures.end());
  CHECK(threats->rows.size() >= 4);
}

TEST_CASE("a robust twin keeps out fake users whom its detector sees, and only those") {
  ManipulationConfig config = small_config();
  config.attacks = {"random"};
  config.attack_sizes = {0.3};
  config.filler_sizes = {100.0};  // half of all items: longer than nearly all real histories
  config.membership = false;
  const auto robust = [](const std::string& name, const std::string& detector) {
    return Entrant{name,
                   [=](const PreparedData&) {
                     return reference_models::make_trimmed({{"trim_detector", detector}, {"trim_quantile", "0.75"}},
                                                           [](const reference_models::ParameterValues& own) {
                                                             return reference_models::make_baseline("popularity", own);
                                                           });
                   },
                   1};
  };
  const SuiteResult result =
      assess(config, {baseline("plain", "popularity"), robust("robust", "length_variance"), robust("blind", "rdma")});
  const std::string slice = "attack=random push, size=30 %, filler=100";
  const Measurement& plain = measurement(result, "plain", "attack_gain@10", slice);
  CHECK(plain.interval->low > 0.0);
  CHECK(*plain.value > 0.15);
  CHECK(*measurement(result, "robust", "attack_gain@10", slice).value <= 0.05);
  // World has no ratings, so that nobody deviates from them: this detector leaves out nobody.
  CHECK(*measurement(result, "blind", "attack_gain@10", slice).value == *plain.value);
}

TEST_CASE("every baseline bears training data with more users than the data set") {
  std::vector<Entrant> entrants;
  for (const char* kind : {"random", "popularity", "markov", "item_knn", "ease", "ials"}) {
    entrants.push_back(baseline(kind, kind));
  }
  ManipulationConfig config = small_config();
  config.attacks = {"probe", "segment", "average", "reverse_bandwagon"};
  config.attack_sizes = {0.1};
  const SuiteResult result = assess(config, entrants);
  for (const Entrant& entrant : entrants) {
    CAPTURE(entrant.name);
    const Measurement& gain = measurement(result, entrant.name, "attack_gain@10", "attack=probe push, size=10 %");
    REQUIRE(gain.value);
    CHECK(*gain.value >= -1.0);
    CHECK(*gain.value <= 1.0);
  }
  CHECK(*measurement(result, "random", "attack_gain@10", "attack=probe push, size=10 %").value == 0.0);
}

TEST_CASE("fake users come after the real ones, whose rows stay as they are; users who have a target are left out") {
  const SuiteContext context = small_data().suite_context(kSeed);
  const suites::manipulation::PoisoningPlan plan(suites::with_preset(small_config()), context);
  const Interactions& train = *context.split->train;
  REQUIRE(plan.treatments().size() == 2);
  for (const Treatment& treatment : plan.treatments()) {
    CHECK(treatment.interactions->user_count() == train.user_count() + 20);
    CHECK(treatment.interactions->item_count() == train.item_count());
    for (uint32_t user = 0; user < train.user_count(); ++user) {
      const auto before = train.items(UserId{user});
      const auto after = treatment.interactions->items(UserId{user});
      CHECK(std::equal(before.begin(), before.end(), after.begin(), after.end()));
    }
  }
  CHECK(plan.users().size() == 100);
  CHECK(std::is_sorted(plan.users().begin(), plan.users().end()));
}

TEST_CASE("data that are too large are not poisoned, and the reason says what to do") {
  ManipulationConfig config = small_config();
  config.most_interactions = 100;
  const SuiteResult result = assess(config, {baseline("popularity", "popularity")});
  const Finding* found = find_finding(result, "poisoning");
  REQUIRE(found != nullptr);
  CHECK(found->status == FindingStatus::not_measured);
  CHECK(found->detail.find("most_interactions (100)") != std::string::npos);
  CHECK(std::none_of(result.measurements.begin(), result.measurements.end(),
                     [](const Measurement& m) { return m.label == "attack_gain@10"; }));
}

TEST_CASE("unknown attacks are refused with the known ones") {
  ManipulationConfig config;
  config.attacks = {"bandwaggon"};
  CHECK_THROWS_WITH_AS(ManipulationSuite{config}, doctest::Contains("known are: random, average, bandwagon"),
                       ConfigError);
}
