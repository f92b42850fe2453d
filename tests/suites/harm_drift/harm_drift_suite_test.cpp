// Systems whose push is known by construction, on data small enough to be followed by hand.
#include "suites/harm_drift/harm_drift_suite.h"

#include <doctest/doctest.h>

#include "suites/harm_drift/sock_puppet.h"
#include "tests/scripted/temporary_folder.h"
#include "tests/suites/harm_drift/town.h"

using namespace recgauge;
using namespace recgauge::scripted;
using namespace recgauge::suites;
using harm_drift::Policy;
using harm_drift::Stage;
using harm_drift::Way;

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
