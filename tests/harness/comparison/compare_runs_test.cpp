// Effects, costs and disagreements worked out by hand, and everything that must be refused.
#include "harness/comparison/compare_runs.h"

#include <doctest/doctest.h>

#include "harness/comparison/pareto.h"
#include "harness/system/error.h"
#include "tests/harness/comparison/sample_runs.h"

using namespace recgauge;
using namespace recgauge::tests;

namespace {

const std::vector<double> kReference{0.1, 0.2, 0.3, 0.4};
const std::vector<double> kOther{0.2, 0.2, 0.5, 0.4};

SampleRun vendor(std::vector<std::string> users = {"ann", "bob", "eve", "joe"}) {
  SampleRun run("vendor", std::move(users));
  run.add_system("theirs");
  run.add_values("theirs", kOther);
  return run;
}

SampleRun in_house() {
  SampleRun run("house");
  run.add_system("ours");
  run.add_values("ours", kReference);
  return run;
}

RunComparison compared(const std::vector<const SampleRun*>& runs, const ComparisonOptions& options = {}) {
  std::vector<NamedRun> named;
  for (const SampleRun* run : runs) named.push_back(run->named());
  return compare_runs(named, options);
}

std::string refusal(const std::vector<const SampleRun*>& runs, const ComparisonOptions& options = {}) {
  try {
    compared(runs, options);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("paired effects: mean, t interval, d_z, relative difference and counts") {
  const SampleRun house = in_house();
  const SampleRun other = vendor();
  const RunComparison comparison = compared({&house, &other});
  CHECK(comparison.reference == "house:ours");
  REQUIRE(comparison.effects.size() == 1);
  const Effect& effect = comparison.effects[0];
  CHECK(effect.system == "vendor:theirs");
  CHECK(effect.paired);
  CHECK(effect.n == 4);
  CHECK(*effect.difference == doctest::Approx(0.075));
  // s = 0.0957427, e = s / 2, t(3) = 3.182446 at 97.5 %.
  CHECK(effect.interval->low == doctest::Approx(0.075 - 0.152348).epsilon(1e-5));
  CHECK(effect.interval->high == doctest::Approx(0.075 + 0.152348).epsilon(1e-5));
  CHECK(*effect.effect_size == doctest::Approx(0.783349).epsilon(1e-5));
  CHECK(effect.effect_size_kind == "d_z");
  CHECK(*effect.p_value == doctest::Approx(0.215170).epsilon(1e-4));
  CHECK(*effect.p_adjusted == *effect.p_value);
  CHECK(*effect.relative_difference == doctest::Approx(0.3));
  // x - 1.3 y by user: 0.07, -0.06, 0.11, -0.12.
  CHECK(effect.relative_interval->high == doctest::Approx(0.3 + 0.687487).epsilon(1e-4));
  CHECK(*effect.wins == 2);
  CHECK(*effect.ties == 2);
  CHECK(*effect.losses == 0);
  CHECK(effect.outcome == EffectOutcome::not_shown);
}

TEST_CASE("users in another order are paired by name") {
  const SampleRun house = in_house();
  SampleRun other("vendor", {"joe", "ann", "bob", "eve"});
  other.add_system("theirs");
  other.add_values("theirs", {0.4, 0.2, 0.2, 0.5});
  const RunComparison comparison = compared({&house, &other});
  CHECK(comparison.effects.at(0).paired);
  CHECK(*comparison.effects.at(0).effect_size == doctest::Approx(0.783349).epsilon(1e-5));
}

TEST_CASE("other users are two samples: Welch's error, Cohen's d, no wins") {
  const SampleRun house = in_house();
  const SampleRun other = vendor({"kim", "bob", "eve", "joe"});
  const Effect effect = compared({&house, &other}).effects.at(0);
  CHECK_FALSE(effect.paired);
  CHECK(holds(effect.basis, "not paired: the users differ"));
  // Variances 0.0225 and 0.0166667: d = 0.075 / sqrt(their mean).
  CHECK(*effect.effect_size == doctest::Approx(0.535943).epsilon(1e-5));
  CHECK(effect.effect_size_kind == "d");
  CHECK_FALSE(effect.wins.has_value());
  const double error = std::sqrt(0.0225 / 4 + 0.0166666667 / 4);
  CHECK(effect.interval->high - *effect.difference > 1.96 * error);
}

TEST_CASE("without per-user values intervals are used, no effect size is made up, and the page says so") {
  const SampleRun house = in_house();
  SampleRun other = vendor();
  other.drop_observations("no observations.sqlite lies beside its report");
  const RunComparison comparison = compared({&house, &other});
  const Effect& effect = comparison.effects.at(0);
  CHECK_FALSE(effect.paired);
  CHECK(effect.interval.has_value());
  CHECK_FALSE(effect.effect_size.has_value());
  REQUIRE(comparison.notes.size() == 1);
  CHECK(holds(comparison.notes[0], "no observations.sqlite lies beside its report"));
  CHECK(holds(comparison.disagreements.at(0).not_measured_reason, "no observations.sqlite"));
}

TEST_CASE("a planted difference is shown in its direction, and measures do not share a family") {
  std::vector<std::string> users;
  std::vector<double> base;
  std::vector<double> better;
  for (size_t i = 0; i < 200; ++i) {
    users.push_back("u" + std::to_string(i));
    base.push_back(0.2 + 0.001 * static_cast<double>(i % 50));
    better.push_back(base.back() + 0.05 + (i % 2 == 0 ? 0.01 : -0.01));
  }
  SampleRun house("house", users);
  house.add_system("ours");
  house.add_values("ours", base);
  house.add_values("ours", base, Direction::lower_is_better, "loss@10");
  SampleRun other("vendor", users);
  other.add_system("theirs");
  other.add_values("theirs", better);
  other.add_values("theirs", better, Direction::lower_is_better, "loss@10");
  const RunComparison comparison = compared({&house, &other});
  REQUIRE(comparison.effects.size() == 2);
  CHECK(comparison.correction == "Holm over all systems and slices of each measure (at most 1 comparisons)");
  CHECK(comparison.effects[0].outcome == EffectOutcome::better);
  CHECK(*comparison.effects[0].wins == 200);
  CHECK(comparison.effects[1].outcome == EffectOutcome::worse);
  CHECK(*comparison.effects[1].losses == 200);
  CHECK(*comparison.effects[0].p_adjusted == *comparison.effects[0].p_value);
}

TEST_CASE("runs that were asked other questions, or measure otherwise, are refused by name of the difference") {
  const SampleRun house = in_house();
  SampleRun other = vendor();
  other.report().data.content_hash = "other";
  CHECK(holds(refusal({&house, &other}), "house.json and vendor.json must not be compared; what differs"));
  CHECK(holds(refusal({&house, &other}), "the data's content hash (data and other)"));
  SampleRun cut = vendor();
  cut.report().split.hashes["test"] = "x";
  CHECK(holds(refusal({&house, &cut}), "hash of split part 'test' (t and x)"));
  SampleRun renamed = vendor();
  renamed.report().suites[0].measurements[0].metric = "ndcg(gain=exponential)@10";
  CHECK(holds(refusal({&house, &renamed}), "the definition of 'ndcg@10'"));
  SampleRun newer = vendor();
  newer.report().suites[0].info.version = "2.0.0";
  CHECK(holds(refusal({&house, &newer}), "the version of the suite 'accuracy' (1.0.0 and 2.0.0)"));
  CHECK(holds(refusal({}), "at least one run"));
}

TEST_CASE("the reference is the first candidate, or the one that is named by label, source or number") {
  SampleRun house = in_house();
  house.add_system("popularity", SystemRole::baseline);
  house.add_values("popularity", kReference);
  house.add_system("oracle", SystemRole::control);
  const SampleRun other = vendor();
  CHECK(compared({&other, &house}).reference == "vendor:theirs");
  for (const char* name : {"house:popularity", "house.json:popularity", "2:popularity"}) {
    ComparisonOptions options;
    options.reference = name;
    const RunComparison comparison = compared({&other, &house}, options);
    CHECK(comparison.reference == "house:popularity");
    CHECK(comparison.systems.size() == 3);
  }
  ComparisonOptions wrong;
  wrong.reference = "house:oracle";
  CHECK(holds(refusal({&other, &house}, wrong), "there are: vendor:theirs, house:ours, house:popularity"));
}

TEST_CASE("runs of one name get numbers, and what one run did not measure is said") {
  const SampleRun house = in_house();
  SampleRun again = in_house();
  again.report().suites[0].measurements[0].value.reset();
  again.report().suites[0].measurements[0].undefined_reason = "too few answers";
  const RunComparison comparison = compared({&house, &again});
  CHECK(comparison.systems[1].id == "house#2:ours");
  CHECK(comparison.effects.at(0).undefined_reason == "undefined: too few answers");
  CHECK(comparison.effects.at(0).outcome == EffectOutcome::not_compared);
  CHECK_FALSE(comparison.effects.at(0).p_adjusted.has_value());
}

TEST_CASE("measures are chosen by label, full name or without the cutoff; an unknown one is refused") {
  SampleRun house = in_house();
  house.add_values("ours", kReference, Direction::higher_is_better, "recall@10");
  const SampleRun other = vendor();
  ComparisonOptions options;
  options.measures = {"recall"};
  CHECK(compared({&house, &other}, options).measures == std::vector<std::string>{"recall@10"});
  options.measures = {kNdcg};
  CHECK(compared({&house, &other}, options).measures == std::vector<std::string>{"ndcg@10"});
  options.measures = {"ndgc@10"};
  CHECK(holds(refusal({&house, &other}, options), "did you mean 'ndcg@10'?"));
}

TEST_CASE("costs are what was measured and nothing else") {
  SampleRun house = in_house();
  house.add_lists("ours", {{1}, {2}, {3}, {4}}, 20);
  house.report().timing.seconds = {{"training ours", 1.5}, {"asking ours", 0.8}};
  house.report().systems[0].usage = {300, 100, 2.0};
  SampleRun other = vendor();
  const RunComparison comparison = compared({&house, &other});
  const SystemCost& ours = comparison.costs.at(0);
  CHECK(*ours.training_seconds == 1.5);
  CHECK(*ours.seconds_per_request == doctest::Approx(0.2));
  CHECK(*ours.latency_median == doctest::Approx(20.0));
  CHECK(*ours.tokens_per_request == 100.0);
  CHECK(*ours.cost_per_request == 0.5);
  const SystemCost& theirs = comparison.costs.at(1);
  CHECK_FALSE(theirs.training_seconds.has_value());
  CHECK_FALSE(theirs.seconds_per_request.has_value());
  CHECK_FALSE(theirs.latency_median.has_value());
  CHECK_FALSE(theirs.tokens_per_request.has_value());
  CHECK_FALSE(theirs.cost_per_request.has_value());
  CHECK(!theirs.latency_basis.empty());
}

TEST_CASE("lists are compared user by user, and examples hold no name of a user") {
  SampleRun house = in_house();
  house.add_lists("ours", {{1, 2}, {1, 2}, {1, 2}, {1, 2}});
  SampleRun other = vendor();
  other.add_lists("theirs", {{1, 2}, {2, 1}, {3, 4}, {1, 5}});
  Catalogue catalogue;
  for (const char* name : {"i0", "i1", "i2", "i3", "i4", "i5"}) catalogue.names.intern(name);
  catalogue.texts.push_back({"title", {"zero", "one", "two", "three", "four", "five"}});
  other.store().write_item_labels(catalogue);
  ComparisonOptions options;
  options.examples = 1;
  const RunComparison comparison = compared({&house, &other}, options);
  const Disagreement& d = comparison.disagreements.at(0);
  CHECK(d.n == 4);
  CHECK(*d.equal_lists == 0.25);
  CHECK(*d.overlap == doctest::Approx((1.0 + 1.0 + 0.0 + 0.5) / 4));
  // Extrapolated at depth 2 with p = 0.9: {1,2} and {2,1}: (1-p)/p * (0 p + 1 p^2) + 1 p^2 = 0.09 + 0.81; {1,2} and
  // {1,5}: (1-p)/p * (1 p + p^2 / 2) + p^2 / 2 = 0.1 + 0.045 + 0.405.
  CHECK(*d.rank_biased_overlap == doctest::Approx((1.0 + 0.9 + 0.0 + 0.55) / 4));
  REQUIRE(d.examples.size() == 2);
  CHECK(d.examples[0].request == 2);
  CHECK(d.examples[0].pseudonym == "user 1");
  CHECK(d.examples[0].list.at(0).title == "three");
  CHECK(d.examples[0].reference_list.at(0).name == "item 1");
  // The next by gain: the first user is ahead by 0.1 too, the third is shown already.
  CHECK(d.examples[1].request == 0);
  CHECK(d.examples[1].list.at(0).in_both);
  for (const ExampleUser& example : d.examples) {
    for (const char* name : {"ann", "bob", "eve", "joe"}) CHECK_FALSE(holds(example.pseudonym + example.reason, name));
  }
}

TEST_CASE("a point stands unless another one is as good on both and better on one") {
  const std::vector<ParetoPoint> points{{1, 5}, {2, 4}, {2, 5}, {3, 1}, {2, 5}, {0, 0}};
  CHECK(non_dominated(points, Direction::higher_is_better, Direction::higher_is_better) ==
        std::vector<bool>{false, false, true, true, true, false});
  CHECK(non_dominated(points, Direction::lower_is_better, Direction::higher_is_better) ==
        std::vector<bool>{true, false, false, false, false, true});
  CHECK(non_dominated({}, Direction::higher_is_better, Direction::higher_is_better).empty());
}

TEST_CASE("the systems and slices of a measure are one family of Holm's") {
  SampleRun house = in_house();
  house.add_system("second");
  house.add_values("second", {0.1, 0.25, 0.3, 0.5});
  const SampleRun other = vendor();
  const RunComparison comparison = compared({&house, &other});
  REQUIRE(comparison.effects.size() == 2);
  const double smaller = std::min(*comparison.effects[0].p_value, *comparison.effects[1].p_value);
  const double larger = std::max(*comparison.effects[0].p_value, *comparison.effects[1].p_value);
  for (const Effect& effect : comparison.effects) {
    const double expected = *effect.p_value == smaller ? 2 * smaller : std::max(2 * smaller, larger);
    CHECK(*effect.p_adjusted == doctest::Approx(std::min(1.0, expected)));
  }
}
