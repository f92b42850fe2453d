// Measures of drift against values worked by hand and by reference_values.py (another language, other algorithms).
#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "harness/drift/label_error.h"
#include "harness/drift/markov_chain.h"
#include "harness/drift/severity.h"
#include "harness/drift/time_to_event.h"
#include "harness/drift/trajectory_shape.h"
#include "harness/drift/variety.h"
#include "harness/system/random.h"

using namespace recgauge;
using namespace recgauge::drift;

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

doctest::Approx near(double value) { return doctest::Approx(value).epsilon(1e-9).scale(1e-9); }

using Values = std::vector<double>;

Transitions matrix(size_t states, Values values) {
  Transitions result(states);
  result.values = std::move(values);
  return result;
}

}  // namespace

TEST_CASE("severity-weighted share, ranked stance and amplification") {
  CHECK(severity_share(Values{1.0, 0.0, 0.5, 0.0}) == near(0.375));
  CHECK(std::isnan(severity_share(Values{})));
  CHECK(serp_ms(Values{1, 0, -1, 1, 0}) == near(0.266666666666667));
  CHECK(serp_ms(Values{-1, -1, -1}) == near(-1.0));
  CHECK(std::isnan(serp_ms(Values{})));
  CHECK(amplification_ratio(0.3, 0.2) == near(1.5));
  CHECK(std::isnan(amplification_ratio(0.3, 0.0)));
}

TEST_CASE("slope of a trajectory, also where steps were not answered") {
  CHECK(drift_slope(Values{0.1, 0.4, 0.2, 0.7, 0.6}) == near(0.13));
  CHECK(drift_slope(Values{0.1, 0.3, kNone, 0.2, kNone, 0.9}) == near(0.13728813559322037));
  CHECK(total_drift(Values{0.1, 0.4, 0.2, 0.7, 0.6}) == near(0.52));
  CHECK(std::isnan(drift_slope(Values{kNone, 0.4, kNone})));
  CHECK(std::isnan(drift_slope(Values{})));
}

TEST_CASE("difference to the straight line between the ends") {
  CHECK(diff_to_linear(Values{0, 0.3, 0.5, 0.4, 0.2}) == near(0.9));
  CHECK(diff_to_linear(Values{0.1, 0.4, 0.2, 0.7, 0.6}) == near(0.25));
  CHECK(diff_to_linear(Values{0.2, 0.4, 0.6}) == near(0.0));
  // The line runs from the first to the last answered step: at step 2 it is at .4.
  CHECK(diff_to_linear(Values{kNone, 0.2, 0.5, 0.6, kNone}) == near(0.1));
  CHECK(std::isnan(diff_to_linear(Values{kNone, 0.2})));
  CHECK(std::isnan(diff_to_linear(Values{})));
}

TEST_CASE("recovery after turning away") {
  // Before .1, at the turn .5, goal with tolerance .25: .1 + .25 * .4 = .2. Means of the last two values since the
  // turn: .5, .45, .3, .15.
  const Values values{0.1, 0.1, 0.3, 0.5, 0.5, 0.5, 0.4, 0.2, 0.1};
  const auto found = recovery(values, 5, 2, 0.25);
  REQUIRE(found);
  CHECK(found->level_before == near(0.1));
  CHECK(found->level_at_turn == near(0.5));
  CHECK(found->risen);
  REQUIRE(found->steps);
  CHECK(*found->steps == 4);
  CHECK(found->observed == 4);
  REQUIRE(found->excess.size() == 4);
  CHECK(found->excess[0] == near(0.3));
  CHECK(found->excess[3] == near(-0.05));
  CHECK(!recovery(values, 5, 2, 0.05)->steps);
  CHECK(!recovery(Values{0.4, 0.4, 0.2, 0.1}, 2, 1, 0.25)->risen);
  CHECK(!recovery(values, 0, 2, 0.25));
  CHECK(!recovery(values, 9, 2, 0.25));
  CHECK(!recovery(Values{kNone, 0.2, 0.3}, 1, 1, 0.25));
}

TEST_CASE("Kaplan-Meier with ties and censoring, and its restricted mean") {
  const std::vector<EventTime> times{{2, true},  {3, false}, {3, true},   {5, true},   {5, true},
                                     {7, false}, {8, true},  {10, false}, {10, false}, {10, false}};
  const auto curve = kaplan_meier(times);
  const std::vector<SurvivalStep> expected{{2, 10, 1, 0.9, 0.09486832980505137},
                                           {3, 9, 1, 0.8, 0.1264911064067352},
                                           {5, 7, 2, 0.5714285714285714, 0.16377471549174596},
                                           {8, 4, 1, 0.42857142857142855, 0.17433756338159284}};
  REQUIRE(curve.size() == expected.size());
  for (size_t i = 0; i < curve.size(); ++i) {
    CHECK(curve[i].time == expected[i].time);
    CHECK(curve[i].at_risk == expected[i].at_risk);
    CHECK(curve[i].events == expected[i].events);
    CHECK(curve[i].survival == near(expected[i].survival));
    CHECK(curve[i].standard_error == near(expected[i].standard_error));
  }
  const auto mean = restricted_mean_time(times, 10, 0.95);
  REQUIRE(mean);
  CHECK(mean->value == near(7.071428571428571));
  REQUIRE(mean->interval);
  CHECK(mean->interval->low == near(5.144557649976628));
  CHECK(mean->interval->high == near(8.998299492880514));
  CHECK(*median_time(times) == 8);
  // Nothing happened: everybody is event-free up to the horizon.
  const std::vector<EventTime> quiet{{4, false}, {4, false}};
  CHECK(restricted_mean_time(quiet, 4, 0.95)->value == near(4.0));
  CHECK(!restricted_mean_time(quiet, 4, 0.95)->interval);
  CHECK(!median_time(quiet));
  CHECK(!restricted_mean_time({}, 4, 0.95));
}

TEST_CASE("without censoring the restricted mean is the mean of the cut times") {
  RandomStream stream(5);
  std::vector<EventTime> times;
  double sum = 0.0;
  for (int i = 0; i < 200; ++i) {
    times.push_back({static_cast<double>(1 + stream.below(30)), true});
    sum += std::min(20.0, times.back().time);
  }
  CHECK(restricted_mean_time(times, 20, 0.95)->value == near(sum / 200.0));
}

TEST_CASE("steps to absorption and hitting probabilities") {
  const Transitions p = matrix(3, {.8, .2, 0, .5, .3, .2, 0, 0, 1});
  const std::vector<uint32_t> absorbing{2};
  const auto steps = expected_hitting_steps(p, absorbing);
  CHECK(steps[0] == near(22.5));
  CHECK(steps[1] == near(17.5));
  CHECK(steps[2] == 0.0);
  CHECK(hitting_probabilities(p, absorbing)[0] == near(1.0));
  CHECK(hitting_probabilities(p, absorbing)[1] == near(1.0));
}

TEST_CASE("a gambler who may be ruined does not reach the goal for sure") {
  const Transitions p = matrix(5, {1, 0, 0, 0, 0, .6, 0, .4, 0, 0, 0, .6, 0, .4, 0, 0, 0, .6, 0, .4, 0, 0, 0, 0, 1});
  const std::vector<uint32_t> goal{4};
  const auto hit = hitting_probabilities(p, goal);
  const Values expected{0.0, 0.12307692307692308, 0.3076923076923077, 0.5846153846153846, 1.0};
  for (size_t i = 0; i < expected.size(); ++i) CHECK(hit[i] == near(expected[i]));
  const auto steps = expected_hitting_steps(p, goal);
  CHECK(std::isinf(steps[0]));
  CHECK(std::isinf(steps[3]));
  CHECK(steps[4] == 0.0);
}

TEST_CASE("closed classes are the places that are not left") {
  using Classes = std::vector<std::vector<uint32_t>>;
  CHECK(closed_classes(matrix(3, {.8, .2, 0, .5, .3, .2, 0, 0, 1})) == Classes{{2}});
  // 0 and 1 lead to each other, 2 leads to 0, 3 was never left.
  CHECK(closed_classes(matrix(4, {0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0})) == Classes{{0, 1}});
  CHECK(closed_classes(matrix(2, {.5, .5, .5, .5})) == Classes{{0, 1}});
  CHECK(closed_classes(matrix(2, {1, 0, 0, 1})) == Classes{{0}, {1}});
}

TEST_CASE("transitions are counted within trajectories, not across unknown states") {
  Transitions counts(2);
  count_transitions(std::vector<uint32_t>{0, 0, 1, kNoState, 1, 0}, counts);
  count_transitions(std::vector<uint32_t>{1}, counts);
  count_transitions(std::vector<uint32_t>{}, counts);
  CHECK(counts.at(0, 0) == 1);
  CHECK(counts.at(0, 1) == 1);
  CHECK(counts.at(1, 0) == 1);
  CHECK(counts.at(1, 1) == 0);
  const Transitions p = transition_probabilities(counts);
  CHECK(p.at(0, 1) == near(0.5));
  CHECK(p.at(1, 0) == near(1.0));
  CHECK(transition_probabilities(Transitions(2)).at(0, 0) == 0.0);
}

TEST_CASE("shares corrected for wrong labels") {
  CHECK(rogan_gladen(0.12, 0.8, 0.95) == near(0.093333333333333));
  CHECK(std::isnan(rogan_gladen(0.12, 0.5, 0.5)));
  const LabelError error{50, 40, 100, 95};
  const auto corrected = corrected_share(0.12, 500, error, 0.95);
  REQUIRE(corrected);
  CHECK(corrected->value == near(0.093333333333333));
  CHECK(corrected->interval.low == near(0.015598824663187308));
  CHECK(corrected->interval.high == near(0.1567529560294767));
  CHECK(corrected_share(0.01, 500, error, 0.95)->value == 0.0);
  CHECK(!corrected_share(0.12, 500, {0, 0, 100, 95}, 0.95));
  CHECK(!corrected_share(0.12, 500, {50, 20, 100, 50}, 0.95));
  CHECK(!corrected_share(0.12, 0, error, 0.95));
}

TEST_CASE("intervals of corrected shares cover the truth at their level") {
  const double truth = 0.15;
  uint64_t covered = 0;
  constexpr uint64_t kTrials = 2000;
  for (uint64_t trial = 0; trial < kTrials; ++trial) {
    RandomStream stream(derive_seed(9, {trial}));
    const auto successes = [&](uint64_t n, double p) {
      uint64_t count = 0;
      for (uint64_t i = 0; i < n; ++i) count += stream.uniform() < p ? 1 : 0;
      return count;
    };
    const LabelError error{60, successes(60, 0.85), 140, successes(140, 0.93)};
    const uint64_t observed = successes(400, truth * 0.85 + (1.0 - truth) * 0.07);
    const auto corrected = corrected_share(static_cast<double>(observed) / 400.0, 400, error, 0.95);
    covered += corrected && corrected->interval.low <= truth && truth <= corrected->interval.high ? 1 : 0;
  }
  // 95 % with three standard errors of 2,000 trials.
  CHECK(static_cast<double>(covered) / kTrials > 0.935);
  CHECK(static_cast<double>(covered) / kTrials < 0.985);
}

TEST_CASE("variety of lists") {
  // Items 0: a; 1: a, b; 2: b; 3: none.
  LabelColumn categories{"category", {}, {0, 1, 3, 4, 4}, {0, 0, 1, 1}};
  categories.values.intern("a");
  categories.values.intern("b");
  const std::vector<ItemId> list{ItemId{0}, ItemId{1}, ItemId{2}, ItemId{2}, ItemId{3}, kOutOfCatalogue};
  // a: 1 + .5 of 4 items, b: .5 + 2.
  CHECK(category_entropy(list, categories) == near(0.6615632381579821));
  // Pairs: {a} with {a,b} .5, {a} with {b} 1 twice, {a,b} with {b} .5 twice, {b} with {b} 0; of 6 pairs.
  CHECK(intra_list_diversity(list, categories) == near(3.5 / 6.0));
  CHECK(std::isnan(category_entropy(std::vector<ItemId>{ItemId{3}}, categories)));
  CHECK(std::isnan(intra_list_diversity(std::vector<ItemId>{ItemId{0}, ItemId{3}}, categories)));
}
