// The accuracy suite on data sets small enough to be worked by hand.
#include "suites/accuracy/accuracy_suite.h"

#include <doctest/doctest.h>

#include <cmath>

#include "harness/system/error.h"
#include "tests/suites/accuracy/tiny_run.h"

using namespace recgauge;
using namespace recgauge::scripted;
using suites::AccuracyConfig;
using suites::AccuracySuite;

namespace {

AccuracyConfig small_config(std::vector<std::string> metrics, const std::string& primary = "ndcg@2") {
  AccuracyConfig config;
  config.cutoffs = {2};
  config.metrics = std::move(metrics);
  config.primary = primary;
  config.slice_by_activity = config.slice_by_popularity = config.slices_of_attributes = false;
  config.smallest_slice = 1;
  config.resamples = 200;
  config.sign_flips = 999;
  return config;
}

void check_value(const Assessment& assessment, const std::string& system, const std::string& label, double expected,
                 const std::string& slice = "all") {
  CAPTURE(system);
  CAPTURE(label);
  const Measurement& m = measurement(assessment, system, label, slice);
  REQUIRE_MESSAGE(m.value.has_value(), m.undefined_reason);
  CHECK(*m.value == doctest::Approx(expected).epsilon(1e-12));
}

// Four users, six items. Everybody has item 0 in training, so it is the head; users 1 to 3 have a second item.
TinyRun four_users() {
  return TinyRun({{0, 0}, {1, 0}, {2, 0}, {3, 0}, {0, 0}, {1, 1}, {2, 1}, {3, 2}},
                 {{0, 3}, {1, 2}, {1, 3}, {2, 4}, {3, 5}}, 4, 6, 2);
}

// Hits of a: user 0 at rank 1; user 1 at ranks 1 and 2; user 2 at rank 2; user 3 none. Hits of b: user 1 at rank 2.
const std::vector<TinySystem>& a_and_b() {
  static const std::vector<TinySystem> kSystems{
      {"a", SystemRole::candidate, {list_of({3, 1}), list_of({2, 3}), list_of({3, 4}), list_of({1, 4})}},
      {"b", SystemRole::baseline, {list_of({1, 2}), list_of({4, 3}), list_of({2, 3}), list_of({1, 4})}}};
  return kSystems;
}

}  // namespace

TEST_CASE("every accuracy value of four users is that of the definitions") {
  const Assessment assessed = four_users().assess(
      small_config({"ndcg", "recall", "precision", "hit_rate", "map(denominator=relevant)", "mrr", "f1"}), a_and_b());
  const double second = 1 / std::log2(3.0);
  check_value(assessed, "a", "ndcg@2", (1 + 1 + second + 0) / 4);
  check_value(assessed, "a", "recall@2", (1 + 1 + 1 + 0) / 4.0);
  check_value(assessed, "a", "precision@2", (.5 + 1 + .5 + 0) / 4);
  check_value(assessed, "a", "hit_rate@2", 3 / 4.0);
  check_value(assessed, "a", "average_precision(denominator=relevant)@2", (1 + 1 + .5 + 0) / 4);
  check_value(assessed, "a", "reciprocal_rank@2", (1 + 1 + .5 + 0) / 4);
  check_value(assessed, "a", "f1@2", (2 / 3.0 + 1 + 2 / 3.0 + 0) / 4);
  check_value(assessed, "b", "ndcg@2", second / (1 + second) / 4);
  check_value(assessed, "b", "recall@2", .5 / 4);
  check_value(assessed, "b", "average_precision(denominator=relevant)@2", .25 / 4);
  const Measurement& m = measurement(assessed, "a", "ndcg@2");
  CHECK(m.id == "accuracy/a/ndcg@2/all");
  CHECK(m.metric == "ndcg(gain=binary,discount=log2,ideal=full,empty=skip)@2");
  CHECK(m.n == 4);
  CHECK(m.n_undefined == 0);
  CHECK(m.direction == Direction::higher_is_better);
  REQUIRE(m.interval.has_value());
  CHECK(m.interval->low >= 0);
  CHECK(m.interval->low < *m.value);
  CHECK(m.interval->high > *m.value);
  CHECK(m.interval->high <= 1);
  CHECK(assessed.result.measured);
}

TEST_CASE("values of all lists together: coverage, gini and entropy") {
  const Assessment assessed = four_users().assess(small_config({"coverage", "gini", "entropy"}), a_and_b());
  // a lists items 1, 2, 3, 4 with 2, 1, 3, 2 of 8 places, items 0 and 5 never.
  check_value(assessed, "a", "coverage@2", 4 / 6.0);
  check_value(assessed, "a", "gini@2", (-5 * 0 - 3 * 0 - 1 * 1 + 1 * 2 + 3 * 2 + 5 * 3) / (8.0 * 5));
  check_value(assessed, "a", "entropy@2", -(.25 * std::log(.25) * 2 + .125 * std::log(.125) + .375 * std::log(.375)));
}

TEST_CASE("comparisons: wins, ties, losses, the exact p over all flips, and Holm") {
  std::vector<TinySystem> systems = a_and_b();
  systems.push_back({"c", SystemRole::baseline, a_and_b()[0].answers});
  const Assessment assessed = four_users().assess(small_config({"ndcg", "recall"}), systems);
  REQUIRE(assessed.result.comparisons.size() == 6);
  const Comparison& recall = comparison(assessed, "a", "b", "recall@2");
  // Differences 1, .5, 1, 0: the sum is 2.5 only if the three signs agree, in 2 of 8 patterns.
  CHECK(*recall.difference == doctest::Approx(2.5 / 4));
  CHECK(*recall.p_value == doctest::Approx(.25));
  CHECK(recall.wins == 3);
  CHECK(recall.ties == 1);
  CHECK(recall.losses == 0);
  CHECK(recall.n == 4);
  const double deviation = std::sqrt((.375 * .375 * 2 + .125 * .125 + .625 * .625) / 3);
  CHECK(*recall.effect_size == doctest::Approx(.625 / deviation));
  CHECK(recall.test == "paired sign-flip permutation, exact over all 2^4 flips");
  CHECK(recall.correction == "Holm over 6 comparisons");
  // p: a-b and b-c .25 for each metric, a-c 1 for each. Holm: 6 x .25 for the smallest.
  CHECK(*recall.p_adjusted == doctest::Approx(1.0));
  const Comparison& twins = comparison(assessed, "a", "c", "ndcg@2");
  CHECK(*twins.difference == 0);
  CHECK(*twins.p_value == 1);
  CHECK(twins.ties == 4);
  CHECK_FALSE(twins.effect_size.has_value());
  const Comparison& mirrored = comparison(assessed, "b", "c", "recall@2");
  CHECK(*mirrored.difference == doctest::Approx(-2.5 / 4));
  CHECK(mirrored.losses == 3);
  CHECK(*mirrored.p_value == doctest::Approx(.25));
}

TEST_CASE("Holm's steps, on eleven users with one difference that stands out") {
  std::vector<Row> train;
  std::vector<Row> test;
  TinySystem good{"good", SystemRole::candidate, {}};
  TinySystem bad{"bad", SystemRole::baseline, {}};
  TinySystem fair{"fair", SystemRole::baseline, {}};
  for (uint32_t user = 0; user < 11; ++user) {
    train.push_back({user, 0});
    test.push_back({user, 1});
    good.answers.push_back(list_of({1, 2}));
    bad.answers.push_back(list_of({2, 3}));
    fair.answers.push_back(user < 2 ? list_of({2, 3}) : list_of({1, 2}));
  }
  const Assessment assessed =
      TinyRun(train, test, 11, 5, 2).assess(small_config({"hit_rate"}, "hit_rate@2"), {good, bad, fair});
  // Eleven, nine and two equal differences: 2 / 2^n each, all signs alike.
  const double first = 2.0 / 2048;
  const double second = 2.0 / 512;
  CHECK(*comparison(assessed, "good", "bad", "hit_rate@2").p_value == doctest::Approx(first));
  CHECK(*comparison(assessed, "bad", "fair", "hit_rate@2").p_value == doctest::Approx(second));
  CHECK(*comparison(assessed, "good", "fair", "hit_rate@2").p_value == doctest::Approx(.5));
  CHECK(*comparison(assessed, "good", "bad", "hit_rate@2").p_adjusted == doctest::Approx(3 * first));
  CHECK(*comparison(assessed, "bad", "fair", "hit_rate@2").p_adjusted == doctest::Approx(2 * second));
  CHECK(*comparison(assessed, "good", "fair", "hit_rate@2").p_adjusted == doctest::Approx(.5));
  const Finding* best = finding(assessed, "accuracy/best-system");
  REQUIRE(best != nullptr);
  CHECK(best->claim.starts_with("good has the highest hit_rate@2"));
  CHECK(best->status == FindingStatus::not_supported);
  CHECK(best->detail.find("fair") != std::string::npos);
  const Finding* against = finding(assessed, "accuracy/good-against-best-baseline");
  REQUIRE(against != nullptr);
  CHECK(against->severity == Severity::medium);
  CHECK(against->claim.find("not shown to beat the baseline fair") != std::string::npos);
}

TEST_CASE("slices hold the users and the relevant items that their names say") {
  TinyRun run({{0, 0}, {1, 0}, {1, 1}, {2, 0}, {2, 1}, {2, 2}}, {{0, 1}, {1, 3}, {2, 3}, {2, 4}}, 3, 5, 2);
  CategoricalColumn group;
  group.name = "group";
  for (const char* value : {"x", "y"}) group.values.intern(value);
  group.codes = {1, CategoricalColumn::kMissing, 1};
  run.dataset().users.attributes.push_back(group);
  AccuracyConfig config = small_config({"recall"}, "recall@2");
  config.slice_by_activity = config.slice_by_popularity = config.slices_of_attributes = true;
  const Assessment assessed =
      run.assess(config, {{"a", SystemRole::candidate, {list_of({1, 2}), list_of({4, 2}), list_of({3, 0})}}});
  check_value(assessed, "a", "recall@2", (1 + 0 + .5) / 3);
  check_value(assessed, "a", "recall@2", 1, "history=1-1");
  check_value(assessed, "a", "recall@2", 0, "history=2-2");
  check_value(assessed, "a", "recall@2", .5, "history=3-3");
  check_value(assessed, "a", "recall@2", .75, "group=y");
  // Training: item 0 three times, item 1 twice, item 2 once. 80 % of 6 are reached with items 0 and 1: the head.
  check_value(assessed, "a", "recall@2", 1, "relevant items=head");
  check_value(assessed, "a", "recall@2", .25, "relevant items=cold");
  for (const Measurement& m : assessed.result.measurements) {
    CHECK(m.slice != "group=x");
    CHECK(m.slice != "relevant items=tail");
  }
  CHECK(measurement(assessed, "a", "recall@2", "group=y").n == 2);
}

TEST_CASE("unusable answers leave a system unmeasured with the reason, never a number from the survivors") {
  std::vector<TinySystem> systems = a_and_b();
  systems[0].answers[2] = failed(Outcome::timeout);
  const Assessment assessed = four_users().assess(small_config({"ndcg", "coverage"}), systems);
  for (const Measurement& m : assessed.result.measurements) {
    if (m.system != "a" || m.label == "answered_share") continue;
    CAPTURE(m.label);
    CHECK_FALSE(m.value.has_value());
    CHECK_FALSE(m.interval.has_value());
    CHECK(m.undefined_reason == "only 3 of 4 requests were answered usably; a value from the rest alone would mislead");
  }
  check_value(assessed, "a", "answered_share", .75);
  CHECK(measurement(assessed, "b", "ndcg@2").value.has_value());
  CHECK(assessed.result.comparisons.empty());
  CHECK(assessed.result.measured);
  const Finding* unanswered = finding(assessed, "accuracy/a-unanswered");
  REQUIRE(unanswered != nullptr);
  CHECK(unanswered->status == FindingStatus::not_measured);
  CHECK(unanswered->claim == "a left 1 of 4 requests without a usable answer (3 ok, 1 timeout).");
}

TEST_CASE("where the configuration allows it, few unusable answers are left out and the finding says so") {
  std::vector<TinySystem> systems = a_and_b();
  systems[0].answers[2] = failed(Outcome::refused);
  AccuracyConfig config = small_config({"recall"}, "recall@2");
  config.smallest_usable_share = 0.75;
  const Assessment assessed = four_users().assess(config, systems);
  check_value(assessed, "a", "recall@2", 2 / 3.0);
  CHECK(measurement(assessed, "a", "recall@2").n == 3);
  CHECK(comparison(assessed, "a", "b", "recall@2").n == 3);
  REQUIRE(finding(assessed, "accuracy/a-unanswered") != nullptr);
  CHECK(finding(assessed, "accuracy/a-unanswered")->status == FindingStatus::supported);
}

TEST_CASE("when no system answers, the suite itself is not measured; a system that was never asked has no share") {
  const Assessment assessed = four_users().assess(
      small_config({"ndcg"}),
      {{"a", SystemRole::candidate, std::vector<Response>(4, failed(Outcome::transport_error))}, {"b", {}, {}}});
  CHECK_FALSE(assessed.result.measured);
  CHECK(assessed.result.not_measured_reason == "no system answered enough requests");
  CHECK_FALSE(measurement(assessed, "b", "answered_share").value.has_value());
  CHECK_FALSE(measurement(assessed, "b", "answered_share").interval.has_value());
  CHECK_FALSE(measurement(assessed, "b", "answered_share").undefined_reason.empty());
}

TEST_CASE("of titles that are no item, the ambiguous ones have a share of their own, where a system writes titles") {
  TinyRun run({{0, 0}, {1, 0}}, {{0, 1}, {1, 2}}, 2, 6, 4);
  Response titles = list_of({3, 4, 1, 2});
  titles.items[1] = titles.items[3] = kOutOfCatalogue;
  titles.unmatched = {{1, "ambiguous: Sabrina"}, {3, "The Film That Never Was"}};
  const Assessment assessed =
      run.assess(small_config({"ndcg"}), {{"writes", SystemRole::candidate, {titles, list_of({3, 4, 1, 2})}},
                                          {"lists", SystemRole::candidate, {list_of({1}), list_of({1})}}});
  check_value(assessed, "writes", "out_of_catalogue_share@4", (2 / 4.0 + 0) / 2);
  check_value(assessed, "writes", "ambiguous_title_share@4", (1 / 4.0 + 0) / 2);
  for (const Measurement& m : assessed.result.measurements) {
    CHECK((m.system != "lists" || m.label != "ambiguous_title_share@4"));
  }
}

TEST_CASE("integrity: invented items, repeats, seen items and short lists, by hand") {
  // Six items; user 0 has seen item 0, user 1 items 0 and 1, so that 5 and 4 can be listed.
  TinyRun run({{0, 0}, {1, 0}, {1, 1}}, {{0, 1}, {1, 2}}, 2, 6, 4);
  Response invents = list_of({3, 4, 0, 0});
  invents.items[0] = kOutOfCatalogue;
  const Assessment assessed =
      run.assess(small_config({"ndcg"}), {{"a", SystemRole::candidate, {invents, list_of({2, 2, 1})}},
                                          {"b", SystemRole::baseline, {list_of({1, 2, 3, 4}), list_of({2, 3, 4, 5})}},
                                          {"none", SystemRole::baseline, {list_of({}), list_of({})}}});
  check_value(assessed, "a", "out_of_catalogue_share@4", (1 / 4.0 + 0) / 2);
  check_value(assessed, "a", "duplicate_share@4", (1 / 4.0 + 1 / 3.0) / 2);
  check_value(assessed, "a", "seen_share@4", (2 / 4.0 + 1 / 3.0) / 2);
  check_value(assessed, "a", "short_list_share@4", .5);
  for (const char* measure : {"out_of_catalogue_share@4", "duplicate_share@4", "seen_share@4", "short_list_share@4"}) {
    check_value(assessed, "b", measure, 0);
    CHECK(measurement(assessed, "a", measure).direction == Direction::lower_is_better);
  }
  check_value(assessed, "none", "short_list_share@4", 1);
  check_value(assessed, "none", "ndcg@2", 0);
  CHECK(finding(assessed, "accuracy/a-out_of_catalogue_share")->severity == Severity::high);
  CHECK(finding(assessed, "accuracy/a-seen_share") != nullptr);
  CHECK(finding(assessed, "accuracy/b-seen_share") == nullptr);
  CHECK(finding(assessed, "accuracy/none-short_list_share") != nullptr);
}

TEST_CASE("a list that is short because the catalogue is, is not short") {
  TinyRun run({{0, 0}, {0, 1}}, {{0, 2}}, 1, 4, 4);
  const Assessment assessed =
      run.assess(small_config({"recall"}, "recall@2"), {{"a", SystemRole::candidate, {list_of({3, 2})}}});
  check_value(assessed, "a", "short_list_share@4", 0);
  check_value(assessed, "a", "recall@2", 1);
}

TEST_CASE("a cutoff beyond the lists is refused before anything is asked, naming the catalogue") {
  TinyRun run({{0, 0}}, {{0, 1}}, 1, 3, 3);
  const AccuracySuite suite(small_config({"ndcg@10"}));
  CHECK_THROWS_WITH_AS(suite.probes(run.context()), doctest::Contains("cutoff 10, but lists have 3 items"),
                       ConfigError);
  CHECK_THROWS_AS(AccuracySuite(small_config({"ndcgg"})), ConfigError);
  CHECK_THROWS_WITH_AS(AccuracySuite(small_config({"ndcg"}, "coverage@2")), doctest::Contains("not an accuracy metric"),
                       ConfigError);
  AccuracyConfig none;
  none.cutoffs.clear();
  CHECK_THROWS_WITH_AS(AccuracySuite{none}, doctest::Contains("cutoffs is empty"), ConfigError);
}

TEST_CASE("ties: shares, bounds by hand, and the finding when ties decide more than users do") {
  // One relevant item of five candidates each; scores all equal, two places listed, three tied beyond them.
  TinyRun run({{0, 0}, {1, 0}, {2, 0}}, {{0, 1}, {1, 1}, {2, 1}}, 3, 6, 2);
  Response tied = list_of({1, 2}, {1, 1});
  tied.tied_beyond = 3;
  const Assessment assessed =
      run.assess(small_config({"hit_rate"}, "hit_rate@2"),
                 {{"tied", SystemRole::candidate, {tied, tied, tied}},
                  {"untied", SystemRole::candidate, std::vector<Response>(3, list_of({1, 2}, {2, 1}))},
                  {"silent", SystemRole::candidate, std::vector<Response>(3, list_of({1, 2}))}});
  check_value(assessed, "tied", "hit_rate@2", 1);
  check_value(assessed, "tied", "hit_rate@2[ties=pessimistic]", 0);
  check_value(assessed, "tied", "hit_rate@2[ties=expected]", 2 / 5.0);
  check_value(assessed, "tied", "hit_rate@2[ties=optimistic]", 1);
  check_value(assessed, "tied", "tied_list_share@2", 1);
  check_value(assessed, "tied", "tied_place_share@2", 1);
  check_value(assessed, "untied", "hit_rate@2[ties=pessimistic]", 1);
  check_value(assessed, "untied", "tied_list_share@2", 0);
  const Measurement& unknown = measurement(assessed, "silent", "hit_rate@2[ties=expected]");
  CHECK_FALSE(unknown.value.has_value());
  CHECK(unknown.undefined_reason == "the system gives no scores, so ties cannot be seen");
  CHECK(finding(assessed, "accuracy/tied-ties") != nullptr);
  CHECK(finding(assessed, "accuracy/untied-ties") == nullptr);
}

TEST_CASE("unit values keep every user's value under the user's name, undefined where there was no answer") {
  std::vector<TinySystem> systems = a_and_b();
  systems[0].answers[1] = failed(Outcome::malformed);
  const Assessment assessed = four_users().assess(small_config({"recall"}, "recall@2"), systems);
  CHECK(assessed.unit_names == std::vector<std::string>{"u0", "u1", "u2", "u3"});
  REQUIRE(assessed.unit_values.size() == 2);
  CHECK(assessed.unit_values[0].system == "a");
  CHECK(assessed.unit_values[0].values[0] == 1);
  CHECK(std::isnan(assessed.unit_values[0].values[1]));
  CHECK(assessed.unit_values[1].values == std::vector<double>{0, .5, 0, 0});
}

TEST_CASE("the order of systems changes nothing but signs") {
  std::vector<TinySystem> systems = a_and_b();
  systems.push_back({"c", SystemRole::baseline, {list_of({3, 2}), list_of({1, 4}), list_of({4, 3}), list_of({5, 1})}});
  const AccuracyConfig config = small_config({"ndcg", "recall", "coverage", "novelty"});
  const Assessment forwards = four_users().assess(config, systems);
  std::reverse(systems.begin(), systems.end());
  const Assessment backwards = four_users().assess(config, systems);
  REQUIRE(forwards.result.measurements.size() == backwards.result.measurements.size());
  for (const Measurement& m : forwards.result.measurements) {
    const Measurement& other = measurement(backwards, m.system, m.label, m.slice);
    CAPTURE(m.id);
    CHECK(m.value == other.value);
    CHECK(m.n == other.n);
    REQUIRE(m.interval.has_value() == other.interval.has_value());
    if (m.interval) CHECK(m.interval->low == other.interval->low);
    if (m.interval) CHECK(m.interval->high == other.interval->high);
  }
  REQUIRE(forwards.result.comparisons.size() == 6);
  for (const Comparison& c : forwards.result.comparisons) {
    const Comparison& other = comparison(backwards, c.second, c.first, c.label);
    CHECK(*c.difference == -*other.difference);
    CHECK(*c.p_value == *other.p_value);
    CHECK(*c.p_adjusted == *other.p_adjusted);
    CHECK(c.wins == other.losses);
  }
}
