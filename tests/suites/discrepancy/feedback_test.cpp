// The feedback loop: a system that amplifies what it was told is found, one whose lists are drawn anew is not, and what
// is trained on is what was recorded.
#include <doctest/doctest.h>

#include <cmath>

#include "harness/system/error.h"
#include "suites/discrepancy/feedback_readings.h"
#include "tests/scripted/scripted_recommender.h"
#include "tests/suites/discrepancy/feedback_bench.h"

using namespace recgauge;
using namespace recgauge::scripted;

namespace {

const Measurement* in_slice(const SuiteResult& result, const std::string& system, const std::string& label,
                            const std::string& slice) {
  for (const Measurement& m : result.measurements) {
    if (m.system == system && m.label == label && m.slice == slice) return &m;
  }
  return nullptr;
}

suites::FeedbackArm arm_of(std::vector<std::vector<ItemId>> lists) { return {{}, {}, std::move(lists)}; }

}  // namespace

TEST_CASE("overlap and coverage of three lists by hand") {
  // Pairs: {1,2} and {2,3} share one of two places, {1,2} and {1,2} two, {2,3} and {1,2} one: (1/2 + 1 + 1/2) / 3.
  const auto arm = arm_of({{ItemId{1}, ItemId{2}}, {ItemId{2}, ItemId{3}}, {ItemId{1}, ItemId{2}}});
  const std::vector<size_t> all{0, 1, 2};
  CHECK(suites::mean_overlap(arm, all, 2, 5) == doctest::Approx(2.0 / 3.0));
  CHECK(suites::coverage_of(arm, all, 5) == doctest::Approx(3.0 / 5.0));
  // Without the second: one pair, both places.
  const std::vector<size_t> two{0, 2};
  CHECK(suites::mean_overlap(arm, two, 2, 5) == doctest::Approx(1.0));
  const std::vector<size_t> one{1};
  CHECK(std::isnan(suites::mean_overlap(arm, one, 2, 5)));
}

TEST_CASE("a system that amplifies popularity is found; its clean twin, whose lists are drawn anew, is not") {
  const PreparedData data = small_world(11, kLoopWorld);
  const SuiteResult result =
      assess_on_world(data, 11, loop_settings(), {amplifier("amplifier", kAmplified), amplifier("clean", kClean)});
  const Measurement* gap = find_measurement(result, "amplifier", "feedback_gap[ndcg@10]");
  REQUIRE(gap != nullptr);
  REQUIRE(gap->interval.has_value());
  CHECK(gap->interval->low > 0);
  CHECK(gap->n > 50);
  REQUIRE(find_finding(result, "feedback-gap-amplifier") != nullptr);
  CHECK(find_finding(result, "feedback-gap-amplifier")
            ->claim.find("Measured on the log that its own lists have filled") == 0);
  CHECK(find_finding(result, "feedback-homogenisation-amplifier") != nullptr);
  CHECK(find_finding(result, "feedback-gap-clean") == nullptr);
  CHECK(find_finding(result, "feedback-homogenisation-clean") == nullptr);
  const Measurement* clean = find_measurement(result, "clean", "feedback_gap[ndcg@10]");
  CHECK(clean->interval->low < 0);
  CHECK(clean->interval->high > 0);
  // The amplifier's lists agree more from round to round, those of the twin's do not.
  const auto overlap = [&](const std::string& system, const std::string& slice) {
    return *in_slice(result, system, "feedback_overlap", slice)->value;
  };
  CHECK(overlap("amplifier", "log=own, round=2") > overlap("amplifier", "log=own, round=1"));
  CHECK(overlap("amplifier", "log=own, round=1") > overlap("amplifier", "log=as it is"));
  CHECK(overlap("amplifier", "log=exposure") < overlap("amplifier", "log=own, round=1"));
  // Ten places of lists at random out of 200 items, of which users have some: about 10 / 200 or a little more.
  CHECK(overlap("clean", "log=own, round=2") == doctest::Approx(0.055).epsilon(0.25));
  const Measurement* order = find_measurement(result, "all systems", "kendall_tau_b[ndcg@10, own logs]");
  REQUIRE(order != nullptr);
  CHECK(order->undefined_reason == "an order needs 3 systems that went through the loop at least, there are 2");
}

TEST_CASE("equal seeds give equal loops") {
  const PreparedData data = small_world(12, {300, 80, 12});
  suites::DiscrepancyConfig settings = loop_settings();
  settings.feedback_loop = {1, 240, 5, suites::TwinExposure::popularity};
  const std::vector<Entrant> entrants{baseline("popularity", "popularity"), baseline("knn", "item_knn"),
                                      baseline("random", "random")};
  const SuiteResult first = assess_on_world(data, 12, settings, entrants);
  const SuiteResult second = assess_on_world(data, 12, settings, entrants);
  REQUIRE(first.measurements.size() == second.measurements.size());
  for (size_t i = 0; i < first.measurements.size(); ++i) {
    CHECK(first.measurements[i].value == second.measurements[i].value);
  }
  const Measurement* order = find_measurement(first, "all systems", "kendall_tau_b[ndcg@10, own logs]");
  CHECK(order->n == 3);
  CHECK(order->value.has_value());
}

TEST_CASE("asked in two shards and then whole, the loop is that of a run in one piece") {
  const PreparedData data = small_world(16, {200, 80, 12});
  suites::DiscrepancyConfig settings = loop_settings();
  settings.feedback_loop = {2, 150, 4, suites::TwinExposure::random};
  const auto assess = [&](const std::vector<Shard>& shards) {
    std::vector<std::unique_ptr<Suite>> suites;
    suites.push_back(std::make_unique<suites::DiscrepancySuite>(settings));
    const Plan plan = make_plan(16, "id", data, suites);
    ObservationStore store(":memory:", "id");
    SteadyClock clock;
    SilentProgress progress;
    Run run{&plan, &store, {}};
    for (const Shard& shard : shards) {
      adapters::InProcessRecommender system("knn", reference_models::make_baseline("item_knn", {}), {});
      const TrainingData training = data.training_data(16);
      execute(plan, system, {&training, &store, &clock, &progress, {}, shard});
    }
    const AssessedSystem assessed{"knn", SystemRole::candidate};
    return suites[0]->assess(run, data.suite_context(16), {&assessed, 1}).result;
  };
  const SuiteResult whole = assess({{}});
  const SuiteResult merged = assess({{0, 2}, {1, 2}, {}});
  REQUIRE(find_measurement(whole, "knn", "feedback_gap[ndcg@10]")->value.has_value());
  REQUIRE(whole.measurements.size() == merged.measurements.size());
  for (size_t i = 0; i < whole.measurements.size(); ++i) {
    CHECK(whole.measurements[i].id == merged.measurements[i].id);
    CHECK(whole.measurements[i].value == merged.measurements[i].value);
  }
}

TEST_CASE("own logs are the training data and what users who are no judges took of the recorded lists") {
  const PreparedData data = small_world(13, {60, 50, 10});
  const SuiteContext context = data.suite_context(13);
  const suites::FeedbackLoop loop(context, {2, 30, 2, suites::TwinExposure::random}, 5);
  REQUIRE(loop.users().size() == 30);
  REQUIRE(loop.judges().size() == 10);
  ObservationStore store(":memory:", "id");
  // Everybody is shown the same five items, twice.
  std::vector<Observation> observations(60);
  for (size_t i = 0; i < observations.size(); ++i) {
    observations[i].sequence = i / 2;
    observations[i].step = static_cast<uint32_t>(i % 2);
    for (uint32_t item = 0; item < 5; ++item) observations[i].response.items.push_back(ItemId{item});
  }
  store.append({"s", suites::feedback_loop_probe(1)}, observations);
  const suites::LoopChoices choices = loop.own_choices(store, "s", 1);
  REQUIRE(choices.size() == 1);
  const auto log = loop.log_of(choices);
  const Interactions& train = *data.split->train;
  size_t added = 0;
  for (size_t user = 0; user < 30; ++user) {
    const UserId id = loop.users()[user];
    const bool judges = std::find(loop.judges().begin(), loop.judges().end(), user) != loop.judges().end();
    CHECK(choices[0][user].size() <= 2);
    for (const ItemId item : choices[0][user]) {
      CHECK(index(item) < 5);
      const auto history = data.split->history->items(id);
      CHECK(std::find(history.begin(), history.end(), item) == history.end());
    }
    const size_t expected = train.items(id).size() + (judges ? 0 : choices[0][user].size());
    CHECK(log->items(id).size() == expected);
    if (!judges) added += choices[0][user].size();
  }
  CHECK(added > 2);
  CHECK(log->size() == train.size() + added);
}

TEST_CASE("a system that cannot be trained is not measured, and the report says why") {
  const PreparedData data = small_world(14, {120, 60, 12});
  SuiteBench bench(data, 14, std::make_unique<suites::DiscrepancySuite>(loop_settings()));
  ScriptedRecommender fixed("fixed", [](const Request& request) {
    Response response;
    for (uint32_t item = 0; item < request.k; ++item) response.items.push_back(ItemId{item});
    return response;
  });
  bench.ask(fixed);
  const SuiteResult result = bench.assess();
  const Measurement* gap = find_measurement(result, "fixed", "feedback_gap[ndcg@10]");
  REQUIRE(gap != nullptr);
  CHECK(gap->undefined_reason == "the system cannot be trained, so that nothing could be learnt from its log");
}

TEST_CASE("on other data than the world a loop is refused, with the remedy") {
  PreparedData data = small_world(15, {60, 50, 10});
  data.world = nullptr;
  const suites::DiscrepancySuite suite(loop_settings());
  CHECK_THROWS_WITH_AS(suite.treatments(data.suite_context(15)), doctest::Contains("set rounds: 0 on other data"),
                       ConfigError);
}
