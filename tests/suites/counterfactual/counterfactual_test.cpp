// The counterfactual suite on a system that is moved by what it is told as much as it is bidden, and on lists and
// similarities written out by hand.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "harness/run/execute.h"
#include "harness/system/error.h"
#include "suites/counterfactual/arm_lists.h"
#include "suites/counterfactual/counterfactual_suite.h"
#include "suites/counterfactual/typical_labels.h"
#include "suites/counterfactual/unevenness.h"
#include "tests/scripted/impressionable.h"
#include "tests/scripted/scripted_recommender.h"
#include "tests/scripted/small_data.h"
#include "tests/scripted/temporary_folder.h"

using namespace recgauge;
using namespace recgauge::scripted;
using namespace recgauge::suites;

namespace {

constexpr size_t kUsers = 60;
constexpr size_t kItems = 200;

// Users take turns in being F and M; items below 100 are romance, the others war; each takes only its own.
class World {
 public:
  World() : dataset_(dataset_of(rows(), kUsers, kItems)) {
    CategoricalColumn& gender = dataset_.users.attributes.emplace_back();
    gender.name = "gender";
    for (size_t user = 0; user < kUsers; ++user)
      gender.codes.push_back(gender.values.intern(user % 2 == 0 ? "F" : "M"));
    LabelColumn& genres = dataset_.catalogue.labels.emplace_back();
    genres.name = "genre";
    genres.offsets.push_back(0);
    for (size_t item = 0; item < kItems; ++item) {
      genres.codes.push_back(genres.values.intern(item < 100 ? "romance" : "war"));
      genres.offsets.push_back(genres.codes.size());
    }
    std::vector<Row> test;
    for (uint32_t user = 0; user < kUsers; ++user) test.push_back({user, user % 2 == 0 ? 99U : 199U});
    context_.dataset = &dataset_;
    context_.split = split_of(rows(), test, kUsers, kItems);
    context_.pool = std::make_shared<const CandidatePool>();
    context_.seed = 5;
  }

  const Dataset& dataset() const { return dataset_; }
  const SuiteContext& context() const { return context_; }

  SuiteResult assess(const CounterfactualConfig& config, Recommender& system) const {
    const CounterfactualSuite suite(config);
    Plan plan;
    add_probes(plan, suite.probes(context_));
    const TemporaryFolder folder;
    ObservationStore store(folder / "o.sqlite", "id");
    HeldClock clock;
    SilentProgress silent;
    const TrainingData training;
    Run run{&plan, &store, {{system.info(), execute(plan, system, {&training, &store, &clock, &silent, {}})}}};
    const std::vector<AssessedSystem> systems{{system.info().name, SystemRole::candidate}};
    return suite.assess(run, context_, systems).result;
  }

 private:
  static std::vector<Row> rows() {
    std::vector<Row> rows;
    for (uint32_t user = 0; user < kUsers; ++user) {
      for (uint32_t i = 0; i < 10; ++i) rows.push_back({user, (user % 2 == 0 ? 0U : 100U) + (user + 7 * i) % 99});
    }
    return rows;
  }

  Dataset dataset_;
  SuiteContext context_;
};

CounterfactualConfig quick() {
  CounterfactualConfig config;
  config.k = 10;
  config.permutations = 999;
  config.resamples = 200;
  return config;
}

CounterfactualConfig worded() {
  CounterfactualConfig config = quick();
  config.wording.emplace();
  config.wording->attributes = {{"race", {"a black", "a white", "a yellow"}}};
  for (int i = 0; i < 60; ++i) config.wording->subject_names.push_back("artist " + std::to_string(i));
  return config;
}

const Measurement& measured(const SuiteResult& result, const std::string& id) {
  for (const Measurement& m : result.measurements) {
    if (m.id == id) return m;
  }
  FAIL("no measurement " << id);
  return result.measurements.front();
}

const Finding* found(const SuiteResult& result, const std::string& id) {
  for (const Finding& finding : result.findings) {
    if (finding.id == id) return &finding;
  }
  return nullptr;
}

Impressions told_values(double black) {
  Impressions impressions;
  impressions.values = {{"a black", black}, {"a white", 0.0}, {"a yellow", 0.0}};
  return impressions;
}

}  // namespace

TEST_CASE("range and deviation of similarities, by hand") {
  // Means .5, .7, .9: range .4, population deviation sqrt(.08 / 3). The row with a hole does not count.
  const std::vector<double> rows{0.4, 0.6, 0.8, 0.6, 0.8, 1.0, 0.1, NAN, 0.1};
  const Unevenness result = unevenness(rows, 3, {999, 0.95, 1});
  CHECK(result.n == 2);
  CHECK(result.n_undefined == 1);
  CHECK(result.gaps.range == doctest::Approx(0.4));
  CHECK(result.gaps.deviation == doctest::Approx(std::sqrt(0.08 / 3)));
  // A range of .4 needs both rows in the same order, 1 of 6.
  CHECK(*result.p_value == doctest::Approx(1.0 / 6).epsilon(0.2));
  CHECK(result.range_interval->low <= 0.4);
  CHECK(result.range_interval->high == doctest::Approx(0.4));  // centred similarities have no error here
}

TEST_CASE("without any unit, or with one, nothing is tested") {
  CHECK_FALSE(unevenness(std::vector<double>{NAN, 0.5}, 2, {}).p_value);
  const Unevenness one = unevenness(std::vector<double>{0.2, 0.5}, 2, {});
  CHECK(one.gaps.range == doctest::Approx(0.3));
  CHECK_FALSE(one.p_value);
}

TEST_CASE("titles are compared as the protocol compares them") {
  CHECK(compared_title("The Long Road (Live) [2009]") == "thelongroad");
  CHECK(compared_title("a(b") == "a");
  CHECK(compared_title(")x") == ")x");
}

TEST_CASE("typical labels: what a group has more of than the others, beyond noise") {
  const World world;
  const auto typical = typical_labels("gender", world.dataset(), *world.context().split->train, 1.25);
  REQUIRE(typical.size() == 2);
  CHECK(typical[0].value == "F");
  CHECK(typical[0].labels == std::vector<std::string>{"romance"});
  CHECK(typical[1].labels == std::vector<std::string>{"war"});
  CHECK(typical[1].share_of_item[150] == 1.0);
  CHECK(typical[1].share_of_item[50] == 0.0);
  CHECK(typical_labels("age", world.dataset(), *world.context().split->train, 1.25).empty());
}

TEST_CASE("a system that takes no notice has exactly nothing to show, and is told so") {
  const World world;
  CounterfactualConfig config = quick();
  config.flips.emplace();
  Impressionable system("deaf", world.dataset(), {}, 1);
  const SuiteResult result = world.assess(config, system);
  CHECK(*measured(result, "counterfactual/deaf/attribute_similarity(jaccard@10)/flips: gender=F").value == 1.0);
  CHECK(*measured(result, "counterfactual/deaf/snsr(jaccard@10)/flips by gender").value == 0.0);
  CHECK(*measured(result, "counterfactual/deaf/attribute_effect(jaccard@10)/flips by gender").value == 0.0);
  CHECK(*measured(result, "counterfactual/deaf/stereotype_drift@10/flips: gender=M").value == 0.0);
  REQUIRE(result.findings.size() == 1);
  CHECK(result.findings[0].status == FindingStatus::not_supported);
  CHECK(result.findings[0].claim.find("not one of 120 lists changed") != std::string::npos);
}

TEST_CASE("told values replace what a configuration discloses, and the unaltered question withholds them") {
  const World world;
  CounterfactualConfig config = quick();
  config.flips.emplace();
  config.repeats = 1;
  std::set<std::string> told;
  ScriptedRecommender system("s", [&](const Request& request) {
    REQUIRE(request.attributes.size() == 1);
    told.insert(std::string(request.attributes[0].name) + "=" + std::string(request.attributes[0].value) + "/" +
                std::to_string(request.repetition));
    return Response{};
  });
  world.assess(config, system);
  CHECK(told == std::set<std::string>{"gender=/0", "gender=/1", "gender=F/0", "gender=M/0"});
}

TEST_CASE("a value may be said in a sentence beside the history instead, and the attribute is then withheld") {
  const World world;
  CounterfactualConfig config = quick();
  config.flips.emplace();
  config.flips->sentence = "My {attribute} is {value}.";
  config.repeats = 1;
  std::set<std::string> said;
  ScriptedRecommender listener("s", [&](const Request& request) {
    CHECK(request.attributes.size() == 1);
    CHECK(request.attributes[0].value.empty());
    CHECK(request.history.size() == 10);
    said.insert(std::string(request.instruction) + "/" + std::to_string(request.repetition));
    return Response{};
  });
  world.assess(config, listener);
  CHECK(said == std::set<std::string>{"/0", "/1", "My gender is F./0", "My gender is M./0"});

  ScriptedRecommender moved("moved", [](const Request& request) {
    Response response;
    const uint32_t first = request.instruction.find(" M.") == std::string_view::npos ? 0 : 100;
    for (uint32_t i = 0; i < request.k; ++i) response.items.push_back(ItemId{first + i});
    return response;
  });
  const SuiteResult result = world.assess(config, moved);
  CHECK(*measured(result, "counterfactual/moved/attribute_similarity(jaccard@10)/flips: gender=M").value == 0.0);
  CHECK(*measured(result, "counterfactual/moved/stereotype_drift@10/flips: gender=M").value == 1.0);
  CHECK(found(result, "counterfactual/moved-flips-gender-drift-M") != nullptr);
}

TEST_CASE("a planted unevenness is found at its size") {
  const World world;
  // A place is another item with chance .4 for one value: about 6 of 10 items stay, and jaccard is about 6 / 14.
  Impressionable system("uneven", world.dataset(), told_values(0.4), 2);
  const SuiteResult result = world.assess(worded(), system);
  const Measurement& range = measured(result, "counterfactual/uneven/snsr(jaccard@10)/wording by race");
  CHECK(*range.value == doctest::Approx(1.0 - 6.0 / 14.0).epsilon(0.15));
  CHECK(range.interval->low > 0.3);
  CHECK(*measured(result, "counterfactual/uneven/snsv(jaccard@10)/wording by race").value ==
        doctest::Approx(*range.value * std::sqrt(2.0) / 3.0).epsilon(1e-9));
  CHECK(*measured(result, "counterfactual/uneven/repeat_similarity(jaccard@10)/wording").value == 1.0);
  const Finding* finding = found(result, "counterfactual/uneven-wording-race-uneven");
  REQUIRE(finding != nullptr);
  CHECK(finding->severity == Severity::high);
  CHECK(finding->claim.find("'a black' only") != std::string::npos);
}

TEST_CASE("noise alone, and a sentence that changes lists evenly, are no finding") {
  const World world;
  Impressions even = told_values(0.0);
  even.noise = 0.3;
  even.wording = 0.3;
  Impressionable system("even", world.dataset(), even, 3);
  const SuiteResult result = world.assess(worded(), system);
  CHECK(*measured(result, "counterfactual/even/attribute_effect(jaccard@10)/wording by race").value > 0.1);
  CHECK(*measured(result, "counterfactual/even/snsr(jaccard@10)/wording by race").value > 0.0);
  CHECK(measured(result, "counterfactual/even/snsr(jaccard@10)/wording by race").interval->low == 0.0);
  REQUIRE(result.findings.size() == 1);
  CHECK(result.findings[0].status == FindingStatus::not_supported);
}

TEST_CASE("drift towards what is typical of the told group") {
  const World world;
  CounterfactualConfig config = quick();
  config.flips.emplace();
  Impressions impressions;
  impressions.stereotype = "M";
  impressions.typical = items_of({150, 160, 170});
  impressions.stereotype_share = 0.5;
  Impressionable system("drifting", world.dataset(), impressions, 4);
  const SuiteResult result = world.assess(config, system);
  // Half of the places get a war film; half of what was there was one already.
  CHECK(*measured(result, "counterfactual/drifting/stereotype_drift@10/flips: gender=M").value ==
        doctest::Approx(0.25).epsilon(0.2));
  CHECK(found(result, "counterfactual/drifting-flips-gender-drift-M") != nullptr);
  CHECK(found(result, "counterfactual/drifting-flips-gender-drift-F") == nullptr);
}

TEST_CASE("orders are permutations of the same candidates, each also backwards") {
  const World world;
  const OrderExperiment experiment({20, 8, 3, 2}, 1, world.context());
  REQUIRE(experiment.arms().size() == 5);
  for (size_t unit = 0; unit < experiment.units(); ++unit) {
    const Request first = experiment.ask(unit, 0);
    CHECK(std::is_sorted(first.candidates->begin(), first.candidates->end()));
    for (size_t arm = 0; arm < 5; ++arm) {
      const auto shown = experiment.shown(unit, arm);
      CHECK(std::is_permutation(shown.begin(), shown.end(), first.candidates->begin(), first.candidates->end()));
    }
    CHECK(std::ranges::equal(experiment.shown(unit, 0), experiment.shown(unit, 1)));  // the repeat
    for (const size_t arm : {size_t{1}, size_t{3}}) {
      const auto shown = experiment.shown(unit, arm);
      const std::vector<ItemId> reversed(shown.rbegin(), shown.rend());
      CHECK(std::ranges::equal(reversed, experiment.shown(unit, arm + 1)));
    }
  }
}

TEST_CASE("a preference for what is shown first is found; a system without one has exactly one half") {
  const World world;
  CounterfactualConfig config = quick();
  config.order = OrderConfig{60, 20, 5, 2};
  Impressions impressions;
  impressions.front = 1.0;
  Impressionable biased("biased", world.dataset(), impressions, 6);
  const SuiteResult result = world.assess(config, biased);
  const Measurement& front = measured(result, "counterfactual/biased/front_share@5/order");
  CHECK(front.interval->low > 0.6);
  const Finding* finding = found(result, "counterfactual/biased-order");
  REQUIRE(finding != nullptr);
  CHECK(finding->status == FindingStatus::supported);
  CHECK(finding->claim.find("prefers the first candidates") != std::string::npos);

  Impressionable fair("fair", world.dataset(), {}, 6);
  const SuiteResult clean = world.assess(config, fair);
  CHECK(*measured(clean, "counterfactual/fair/front_share@5/order").value == 0.5);
  CHECK(*measured(clean, "counterfactual/fair/order_distance@5/order").value == 0.0);
  CHECK(found(clean, "counterfactual/fair-order")->status == FindingStatus::not_supported);
}

TEST_CASE("where no part is named, orders are asked about") {
  const World world;
  const auto probes = CounterfactualSuite({}).probes(world.context());
  REQUIRE(probes.size() == 1);
  CHECK(probes[0].name == "counterfactual/order");
}

TEST_CASE("a system that refuses to answer where an attribute is told is not measured, and that is said") {
  const World world;
  ScriptedRecommender system("coy", [](const Request& request) {
    Response response;
    if (request.dialogue[0].text.find("black") != std::string_view::npos) response.outcome = Outcome::refused;
    return response;
  });
  const SuiteResult result = world.assess(worded(), system);
  CHECK_FALSE(result.measured);
  CHECK(found(result, "counterfactual/coy-wording-unanswered")->status == FindingStatus::not_measured);
}

TEST_CASE("what cannot be asked is refused with the remedy") {
  const World world;
  CounterfactualConfig config = quick();
  config.order = OrderConfig{10, 9, 3, 1};
  CHECK_THROWS_WITH_AS(CounterfactualSuite{config}, doctest::Contains("even number"), ConfigError);
  config.order = OrderConfig{10, 8, 8, 1};
  CHECK_THROWS_WITH_AS(CounterfactualSuite{config}, doctest::Contains("nothing to choose"), ConfigError);
  config.order = OrderConfig{10, 400, 8, 1};
  CHECK_THROWS_WITH_AS(CounterfactualSuite(config).probes(world.context()), doctest::Contains("ask for fewer"),
                       ConfigError);
  config = quick();
  config.flips = FlipConfig{{"age"}, 8, 10};
  CHECK_THROWS_WITH_AS(CounterfactualSuite(config).probes(world.context()), doctest::Contains("they have gender"),
                       ConfigError);
  config.flips = FlipConfig{{"gender"}, 8, 10, "I am somebody."};
  CHECK_THROWS_WITH_AS(CounterfactualSuite{config}, doctest::Contains("no {value}"), ConfigError);
  config = worded();
  config.wording->template_text = "What should a fan of {subject} hear?";
  CHECK_THROWS_WITH_AS(CounterfactualSuite{config}, doctest::Contains("no {attribute}"), ConfigError);
  config = worded();
  config.wording->subject_names.resize(1);
  CHECK_THROWS_WITH_AS(CounterfactualSuite(config).probes(world.context()), doctest::Contains("two subjects"),
                       ConfigError);
}
