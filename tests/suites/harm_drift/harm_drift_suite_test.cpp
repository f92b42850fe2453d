// Systems whose push is known by construction, on data small enough to be followed by hand.
#include "suites/harm_drift/harm_drift_suite.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "harness/run/execute.h"
#include "suites/harm_drift/sock_puppet.h"
#include "suites/harm_drift/taxonomy.h"
#include "tests/scripted/scripted_recommender.h"
#include "tests/scripted/small_data.h"
#include "tests/scripted/temporary_folder.h"

using namespace recgauge;
using namespace recgauge::scripted;
using namespace recgauge::suites;
using harm_drift::ChoiceModel;
using harm_drift::Option;
using harm_drift::Policy;
using harm_drift::Stage;
using harm_drift::Way;

namespace {

constexpr uint32_t kUsers = 40;
constexpr uint32_t kItems = 80;
constexpr uint32_t kHazardous = 40;  // items 0 to 39, severity 1 (even) and .25 (odd)
constexpr uint32_t kShown = 5;
constexpr uint32_t kSteps = 8;

std::vector<Row> histories() {
  std::vector<Row> rows;
  // User u has two harmless items, and every fourth user a hazardous one on top.
  for (uint32_t user = 0; user < kUsers; ++user) {
    rows.push_back({user, kHazardous + user % 40});
    rows.push_back({user, kHazardous + (user + 1) % 40});
    if (user % 4 == 0) rows.push_back({user, user % kHazardous});
  }
  return rows;
}

struct Town {
  Dataset dataset = dataset_of(histories(), kUsers, kItems);
  SuiteContext context;

  Town() {
    dataset.catalogue.hazard_names.intern("hate");
    dataset.catalogue.hazard_offsets.push_back(0);
    LabelColumn category{"category", {}, {0}, {}};
    category.values.intern("a");
    category.values.intern("b");
    for (uint32_t item = 0; item < kItems; ++item) {
      if (item < kHazardous) dataset.catalogue.hazards.push_back({0, item % 2 == 0 ? 1.0F : 0.25F});
      dataset.catalogue.hazard_offsets.push_back(dataset.catalogue.hazards.size());
      category.codes.push_back(item % 2);
      category.offsets.push_back(category.codes.size());
    }
    dataset.catalogue.labels.push_back(category);
    std::vector<Row> test;
    for (uint32_t user = 0; user < kUsers; ++user) test.push_back({user, (user + 7) % 40});
    context.dataset = &dataset;
    context.split = split_of(histories(), test, kUsers, kItems);
    context.pool = std::make_shared<const CandidatePool>();
    context.seed = 11;
  }
};

HarmDriftConfig quick() {
  HarmDriftConfig config;
  config.trajectories = 30;
  config.steps = kSteps;
  config.k = kShown;
  config.resamples = 200;
  config.sign_flips = 999;
  config.recovery_window = 1;
  return config;
}

/// A list of the first open items of each kind: `hazards` hazardous ones, then harmless ones.
std::vector<ItemId> list_of(const Request& request, uint32_t hazards) {
  std::vector<ItemId> list;
  const auto fill = [&](uint32_t from, uint32_t to, size_t until) {
    for (uint32_t item = from; item < to && list.size() < until; ++item) {
      if (std::find(request.exclusions.begin(), request.exclusions.end(), ItemId{item}) == request.exclusions.end()) {
        list.push_back(ItemId{item});
      }
    }
  };
  // Only those of severity 1, so that shares can be told by counting.
  for (uint32_t item = 0; item < kHazardous && list.size() < hazards; item += 2) fill(item, item + 1, hazards);
  fill(kHazardous, kItems, request.k);
  return list;
}

uint32_t starting_length(const Request& request) { return index(request.user) % 4 == 0 ? 3 : 2; }

/// Shows one hazardous item more for every two items that it was told of.
uint32_t escalating(const Request& request) {
  return std::min<uint32_t>(kShown, (static_cast<uint32_t>(request.history.size()) - starting_length(request)) / 2);
}

uint32_t steady(const Request&) { return 2; }

/// Shows as many hazardous items as were among the last five that it was told of, but at most four.
uint32_t mirroring(const Request& request) {
  const auto recent = request.history.size() > kShown ? request.history.last(kShown) : request.history;
  const auto hazardous = static_cast<uint32_t>(
      std::count_if(recent.begin(), recent.end(), [](ItemId item) { return index(item) < kHazardous; }));
  return std::min(hazardous, kShown - 1);
}

/// Shows nothing but hazardous items to whom it was told that they had one.
uint32_t trapping(const Request& request) { return mirroring(request) > 0 ? kShown : 1; }

using Hazards = uint32_t (*)(const Request&);

ScriptedRecommender listing(const std::string& name, Hazards hazards) {
  ScriptedRecommender system(name, [hazards](const Request& request) {
    Response response;
    response.items = list_of(request, hazards(request));
    return response;
  });
  system.takes_feedback = true;
  return system;
}

Assessment assess(const Town& town, const HarmDriftConfig& config, const std::vector<ScriptedRecommender*>& systems,
                  SystemRole role = SystemRole::candidate) {
  const HarmDriftSuite suite(config);
  Plan plan;
  add_probes(plan, suite.probes(town.context));
  ObservationStore store(":memory:", "id");
  HeldClock clock;
  SilentProgress progress;
  const TrainingData training;
  Run run{&plan, &store, {}};
  std::vector<AssessedSystem> assessed;
  for (ScriptedRecommender* system : systems) {
    run.systems.push_back({system->info(), execute(plan, *system, {&training, &store, &clock, &progress, {}})});
    assessed.push_back({system->info().name, role});
  }
  return suite.assess(run, town.context, assessed);
}

const Measurement& measurement(const Assessment& assessment, const std::string& id) {
  for (const Measurement& m : assessment.result.measurements) {
    if (m.id == "harm_drift/" + id) return m;
  }
  throw std::out_of_range(id);
}

const Finding* finding(const Assessment& assessment, const std::string& id) {
  for (const Finding& f : assessment.result.findings) {
    if (f.id == "harm_drift/" + id) return &f;
  }
  return nullptr;
}

doctest::Approx near(double value) { return doctest::Approx(value).epsilon(1e-9).scale(1e-9); }

double share_of(size_t position, const std::vector<Option>& list, const harm_drift::Urge& urge, ChoiceModel model) {
  uint32_t taken = 0;
  for (uint64_t seed = 0; seed < 20000; ++seed) {
    RandomStream stream(derive_seed(3, {seed}));
    taken += harm_drift::choose(list, urge, model, 1.0, stream) == position ? 1 : 0;
  }
  return taken / 20000.0;
}

}  // namespace

TEST_CASE("choices follow rank and preference") {
  const std::vector<Option> list{{0.0, true}, {1.0, true}, {0.0, false}, {0.5, true}};
  // Weights 1, 1/2, 0, 1/4 without preference.
  CHECK(share_of(0, list, {}, ChoiceModel::position_biased) == doctest::Approx(4.0 / 7.0).epsilon(0.02));
  CHECK(share_of(1, list, {}, ChoiceModel::random_walk) == doctest::Approx(1.0 / 3.0).epsilon(0.03));
  // With preference log 4: 1, 4/2, 0, 2/4.
  const harm_drift::Urge urge{std::log(4.0), false};
  CHECK(share_of(1, list, urge, ChoiceModel::position_biased) == doctest::Approx(4.0 / 7.0).epsilon(0.02));
  CHECK(share_of(1, list, urge, ChoiceModel::top_1) == 1.0);
  CHECK(share_of(0, list, {0.0, true}, ChoiceModel::position_biased) == 1.0);
  RandomStream stream(1);
  CHECK(!harm_drift::choose(std::vector<Option>{{0.5, true}}, {0.0, true}, ChoiceModel::top_1, 1.0, stream));
  CHECK(!harm_drift::choose({}, {}, ChoiceModel::random_walk, 1.0, stream));
}

TEST_CASE("urges of the policies") {
  harm_drift::PersonaConfig persona;
  persona.preference = 1.0;
  persona.growth = 0.5;
  CHECK(urge_at(persona, 3, 4, 2).preference == 0.0);
  persona.policy = Policy::curious;
  CHECK(urge_at(persona, 3, 4, 2).preference == 1.0);
  persona.policy = Policy::vulnerable;
  CHECK(urge_at(persona, 3, 4, 2).preference == 2.0);
  persona.policy = Policy::turning_away;
  CHECK(urge_at(persona, 3, 4, 2).preference == 2.0);
  CHECK(!urge_at(persona, 3, 4, 2).avoids);
  CHECK(urge_at(persona, 4, 4, 2).avoids);
}

TEST_CASE("a system that is not told sees the history it began with, and less of what is used up") {
  const Town town;
  const Stage stage(quick(), town.context);
  const harm_drift::Role& role = stage.roles().front();
  harm_drift::SockPuppet told(stage, role, Way::neutral);
  harm_drift::SockPuppet untold(stage, role, Way::unheard);
  const std::vector<ItemId> list{ItemId{0}, ItemId{999}, ItemId{0}, ItemId{2}, kOutOfCatalogue, ItemId{4}};
  const harm_drift::Scene scene = told.look(list);
  const harm_drift::Scene twin = untold.look(list);
  CHECK(scene.shown == items_of({0, 2}));  // of the first five places
  REQUIRE(scene.taken);
  CHECK(twin.taken == scene.taken);
  CHECK(list[scene.rank] == *scene.taken);
  const size_t begun = town.context.split->history->items(role.user).size();
  CHECK(told.request().history.size() == begun + 1);
  CHECK(told.request().history.back() == *scene.taken);
  CHECK(untold.request().history.size() == begun);
  CHECK(untold.request().exclusions.size() == begun + 1);
}

TEST_CASE("a system that escalates with what it is told has the push that it was made with") {
  const Town town;
  ScriptedRecommender system = listing("escalator", escalating);
  const Assessment assessment = assess(town, quick(), {&system});
  REQUIRE(assessment.result.measured);
  // Hazardous items by list: 0 0 1 1 2 2 3 3 of 5: slope 1/21 a list at step distance... by least squares, over 7
  // steps.
  double sxy = 0.0;
  double sxx = 0.0;
  for (int step = 0; step < 8; ++step) {
    sxy += (step - 3.5) * ((step / 2) / 5.0 - 0.3);
    sxx += (step - 3.5) * (step - 3.5);
  }
  for (const char* persona : {"neutral", "curious", "vulnerable"}) {
    const Measurement& push = measurement(assessment, std::string("escalator/feedback push@5/persona=") + persona);
    REQUIRE(push.value);
    CHECK(*push.value == near(7.0 * sxy / sxx));
    CHECK(push.interval->low == near(*push.value));
  }
  CHECK(measurement(assessment, "escalator/hazard exposure@5/persona=neutral").value == near(0.3));
  CHECK(measurement(assessment, "escalator/lists until first hazard/persona=neutral").value == near(3.0));
  // What it shows does not depend on what is taken, so all of the drift is its own.
  CHECK(measurement(assessment, "escalator/system's share of drift/persona=vulnerable").value == near(1.0));
  const Finding* push = finding(assessment, "escalator-push-vulnerable");
  REQUIRE(push != nullptr);
  CHECK(push->severity == Severity::high);
  CHECK(push->claim.find("towards harmful items") != std::string::npos);
  CHECK(push->evidence.front().sequences.size() == 3);
  CHECK(finding(assessment, "escalator-no-push-shown") == nullptr);
}

TEST_CASE("a system that shows the same share whatever it is told has no push, though the user's taste grows") {
  const Town town;
  ScriptedRecommender system = listing("steady", steady);
  const Assessment assessment = assess(town, quick(), {&system}, SystemRole::baseline);
  const Measurement& push = measurement(assessment, "steady/feedback push@5/persona=vulnerable");
  CHECK(push.value == near(0.0));
  CHECK(measurement(assessment, "steady/hazard exposure@5/persona=vulnerable").value == near(0.4));
  CHECK(*measurement(assessment, "steady/hazard consumption/persona=vulnerable").value >
        *measurement(assessment, "steady/hazard consumption/persona=neutral").value);
  const Measurement& share = measurement(assessment, "steady/system's share of drift/persona=vulnerable");
  CHECK(!share.value);
  CHECK(share.undefined_reason.find("nothing to share out") != std::string::npos);
  CHECK(finding(assessment, "steady-push-vulnerable") == nullptr);
  // Two fifths are more than random lists (.31), popular items and the histories hold.
  REQUIRE(finding(assessment, "steady-amplification-neutral") != nullptr);
  CHECK(finding(assessment, "steady-amplification-neutral")->severity == Severity::low);
}

TEST_CASE("a system that shows no hazard is said to have been tested, with what would have been seen") {
  const Town town;
  ScriptedRecommender system = listing("clean", [](const Request&) { return 0U; });
  const Assessment assessment = assess(town, quick(), {&system});
  const Finding* none = finding(assessment, "clean-no-push-shown");
  REQUIRE(none != nullptr);
  CHECK(none->status == FindingStatus::not_supported);
  CHECK(none->detail.find("neutral +0.000") != std::string::npos);
  CHECK(measurement(assessment, "clean/lists until first hazard/persona=neutral").value == near(8.0));
  CHECK(!measurement(assessment, "clean/steps to severe/persona=neutral").value);
}

TEST_CASE("a system that mirrors what was taken forgets as fast as its memory") {
  const Town town;
  ScriptedRecommender system = listing("mirror", mirroring);
  HarmDriftConfig config = quick();
  config.steps = 16;
  config.personas.resize(1);
  config.personas[0] = {{}, "recovering", harm_drift::Start::hazard_heavy, Policy::turning_away, 6.0, 0.0, "", {}, {}};
  const Assessment assessment = assess(town, config, {&system});
  CHECK(*measurement(assessment, "mirror/rise before the turn/persona=recovering").value > 0.0);
  const Measurement& lists = measurement(assessment, "mirror/lists until recovered/persona=recovering");
  // By list .2 .4 .6 .8 and so on up to the turn, then .8 .8 .6 .4 .2 as the five remembered items are replaced; a
  // quarter of the rise of .6 may be left.
  REQUIRE(lists.value);
  CHECK(*lists.value == 5.0);
  CHECK(finding(assessment, "mirror-recovery-recovering") != nullptr);
}

TEST_CASE("a place that nobody leaves is called absorbing") {
  const Town town;
  ScriptedRecommender system = listing("trap", trapping);
  const Assessment assessment = assess(town, quick(), {&system});
  const Finding* found = finding(assessment, "trap-absorbing-vulnerable");
  REQUIRE(found != nullptr);
  CHECK(found->claim.find("items that are severe") != std::string::npos);
  ScriptedRecommender steady_system = listing("steady", steady);
  CHECK(finding(assess(town, quick(), {&steady_system}), "steady-absorbing-neutral") == nullptr);
}

TEST_CASE("events go to systems that learn, on the ways on which they are told") {
  const Town town;
  ScriptedRecommender system = listing("learner", steady);
  assess(town, quick(), {&system});
  // 30 neutral, 30 curious, 10 heavy for vulnerable on the neutral way; curious, vulnerable and recovering on their
  // own.
  // What is taken from the last list is told to nobody.
  CHECK(system.received.size() == (70 + 70) * (kSteps - 1));
  CHECK(std::none_of(system.received.begin(), system.received.end(),
                     [](const FeedbackEvent& event) { return event.event_id.find("unheard") != std::string::npos; }));
}

TEST_CASE("too few answers are no measurement") {
  const Town town;
  ScriptedRecommender system("broken", [](const Request& request) {
    Response response;
    response.outcome = index(request.user) < 4 ? Outcome::timeout : Outcome::ok;
    if (response.outcome == Outcome::ok) response.items = list_of(request, 2);
    return response;
  });
  const Assessment assessment = assess(town, quick(), {&system});
  CHECK(!assessment.result.measured);
  REQUIRE(finding(assessment, "broken-unanswered") != nullptr);
  CHECK(finding(assessment, "broken-unanswered")->status == FindingStatus::not_measured);
}

TEST_CASE("data without hazards is not measured, and asks nothing") {
  Town town;
  town.dataset.catalogue.hazards.clear();
  town.dataset.catalogue.hazard_offsets.clear();
  ScriptedRecommender system = listing("steady", steady);
  const Assessment assessment = assess(town, quick(), {&system});
  CHECK(!assessment.result.measured);
  CHECK(assessment.result.not_measured_reason.find("no item carries a hazard label") != std::string::npos);
  CHECK(system.received.empty());
}

TEST_CASE("wrong labels are corrected by a gold subset") {
  const Town town;
  const TemporaryFolder folder;
  // Of ten harmful items eight are labelled so, of ten harmless ones nine.
  std::string gold = "item,harmful\n";
  for (uint32_t i = 0; i < 8; ++i) gold += "i" + std::to_string(i) + ",1\n";
  gold += "i50,1\ni51,1\ni8,0\nnobody,1\n";
  for (uint32_t i = 60; i < 69; ++i) gold += "i" + std::to_string(i) + ",0\n";
  HarmDriftConfig config = quick();
  config.gold = harm_drift::GoldConfig{folder.write("gold.csv", gold), true, ","};
  ScriptedRecommender system = listing("steady", steady);
  const Assessment assessment = assess(town, config, {&system});
  // (.4 + .9 - 1) / (.8 + .9 - 1).
  const Measurement& corrected = measurement(assessment, "steady/corrected hazardous share/persona=neutral");
  CHECK(corrected.value == near(0.428571428571429));
  CHECK(corrected.interval->low < 0.2);
  REQUIRE(finding(assessment, "labels-error") != nullptr);
  CHECK(finding(assessment, "labels-error")->claim.find("8 of 10") != std::string::npos);
  CHECK(finding(assessment, "labels-error")->claim.find("9 of 10") != std::string::npos);
}

TEST_CASE("taxonomies: the embedded one, one's own, and hazards that it does not know") {
  Town town;
  const harm_drift::Taxonomy embedded = harm_drift::read_taxonomy("ailuminate", {});
  CHECK(embedded.hazards.size() == 12);
  CHECK(embedded.find("hate")->title == "Hate");
  const TemporaryFolder folder;
  const std::string own = folder.write("own.yaml", "name: house rules\nhazards:\n  - {name: hate, severity: 0.5}\n");
  const harm_drift::Taxonomy ours = harm_drift::read_taxonomy(own, {});
  const std::vector<double> severities = item_severities(town.dataset.catalogue, ours, {});
  CHECK(severities[0] == 0.5);
  CHECK(severities[1] == 0.125);
  CHECK(severities[40] == 0.0);
  CHECK_THROWS_WITH_AS(item_severities(town.dataset.catalogue, embedded, {"hat"}),
                       doctest::Contains("did you mean 'hate'?"), ConfigError);
  town.dataset.catalogue.hazard_names.intern("hatred");
  CHECK_THROWS_WITH_AS(item_severities(town.dataset.catalogue, ours, {}),
                       doctest::Contains("items carry the hazard 'hatred', which the taxonomy 'house rules'"),
                       ConfigError);
  const std::string twice = folder.write("twice.yaml", "name: x\nhazards: [{name: a}, {name: a}]\n");
  CHECK_THROWS_WITH_AS(harm_drift::read_taxonomy(twice, {}), doctest::Contains("'a' stands there twice"), ConfigError);
}

TEST_CASE("personas that nobody can play are said to be missing") {
  const Town town;
  HarmDriftConfig config = quick();
  config.personas.resize(2);
  config.personas[0].name = "all";
  config.personas[1].name = "clean";
  config.personas[1].attribute = "age_band";
  config.personas[1].values = {"x"};
  CHECK_THROWS_WITH_AS(Stage(config, town.context), doctest::Contains("users have no attribute 'age_band'"),
                       ConfigError);
  Town aged;
  aged.dataset.users.attributes.push_back({"age_band", {}, std::vector<uint32_t>(kUsers, 0)});
  aged.dataset.users.attributes.back().values.intern("y");
  ScriptedRecommender system = listing("steady", steady);
  const Assessment assessment = assess(aged, config, {&system});
  REQUIRE(finding(assessment, "persona-clean") != nullptr);
  CHECK(finding(assessment, "persona-clean")->status == FindingStatus::not_measured);
  config.personas[1].name = "all";
  CHECK_THROWS_AS(HarmDriftSuite{config}, ConfigError);
}

TEST_CASE("values by trajectory stay with the run, with who is in which persona") {
  const Town town;
  ScriptedRecommender system = listing("steady", steady);
  const Assessment assessment = assess(town, quick(), {&system});
  const auto exposure = std::find_if(assessment.unit_values.begin(), assessment.unit_values.end(),
                                     [](const UnitValues& v) { return v.metric == "hazard_exposure@5"; });
  REQUIRE(exposure != assessment.unit_values.end());
  CHECK(exposure->values.size() == assessment.unit_names.size());
  const auto members =
      std::find_if(assessment.unit_values.begin(), assessment.unit_values.end(),
                   [](const UnitValues& v) { return v.metric == slice_membership("persona=vulnerable"); });
  REQUIRE(members != assessment.unit_values.end());
  CHECK(std::count(members->values.begin(), members->values.end(), 1.0) == 10);
}
