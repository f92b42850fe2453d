// Measures of fairness against values from an independent script (fairness_expected.py) and from papers.
#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

#include "harness/metrics/expected_exposure.h"
#include "harness/metrics/exposure_equity.h"
#include "harness/metrics/fair_test.h"
#include "harness/metrics/group_ranking.h"
#include "harness/metrics/inequality.h"
#include "harness/metrics/list_similarity.h"
#include "harness/metrics/rating_unfairness.h"
#include "harness/system/random.h"
#include "tests/scripted/small_data.h"

using namespace recgauge;
using namespace recgauge::metrics;
using scripted::items_of;

namespace {

const std::map<std::string, std::vector<double>>& expected_values() {
  static const auto kValues = [] {
    std::map<std::string, std::vector<double>> values;
    std::ifstream file(RECGAUGE_SOURCE_DIR "/tests/harness/metrics/fairness_expected.txt");
    for (std::string line; std::getline(file, line);) {
      std::istringstream words(line);
      std::string name;
      words >> name;
      for (double value = 0; words >> value;) values[name].push_back(value);
    }
    return values;
  }();
  return kValues;
}

double expected(const std::string& name) { return expected_values().at(name).at(0); }

bool near(double value, double wanted) { return std::abs(value - wanted) <= 1e-9; }

std::vector<uint32_t> groups_of(const std::string& letters) {
  std::vector<uint32_t> groups;
  for (const char c : letters) groups.push_back(static_cast<uint32_t>(c - 'A'));
  return groups;
}

const std::vector<double> kTarget{.5, .3, .2};

}  // namespace

TEST_CASE("divergence of prefixes from a target") {
  const std::vector<double> even{.5, .5};
  CHECK(near(ndkl(groups_of("AABBA"), even), expected("ndkl_worked")));
  CHECK(std::abs(ndkl(groups_of("AABBA"), even) - .39565763) < 5e-9);
  CHECK(near(ndkl(groups_of("CABBACCB"), kTarget), expected("ndkl_three")));
  std::vector<uint32_t> with_gap = groups_of("CABBACCB");
  with_gap.insert(with_gap.begin() + 2, kNoGroup);
  CHECK(near(ndkl(with_gap, kTarget), expected("ndkl_three")));
  CHECK(std::isnan(ndkl({}, even)));
  CHECK(std::isnan(ndkl(groups_of("AB"), std::vector<double>{1.0, 0.0})));
}

TEST_CASE("attention-weighted rank fairness under three browsing models") {
  const std::vector<uint32_t> ranking = groups_of("ABBACB");
  const std::map<std::string, BrowsingModel> models{
      {"log", {Browsing::log, .5}}, {"geometric", {Browsing::geometric, .3}}, {"rbp", {Browsing::rank_biased, .8}}};
  for (const auto& [name, model] : models) {
    CHECK(near(exposure_shares(ranking, 3, model)[0], expected("share_a_" + name)));
    CHECK(near(awrf(ranking, kTarget, model), expected("awrf_" + name)));
  }
  const std::vector<double> even{.5, .5};
  const BrowsingModel log;
  CHECK(std::abs(exposure_shares(groups_of("ABBA"), 2, log)[0] - .558507586) < 1e-9);
  CHECK(std::abs(awrf(groups_of("ABBA"), even, log) - .997520806) < 1e-9);
  CHECK(std::isnan(awrf(std::vector<uint32_t>{kNoGroup}, even, log)));
  CHECK(to_string(models.at("geometric")) == "geometric(0.3)");
  CHECK(to_string(models.at("rbp")) == "rbp(0.8)");
}

TEST_CASE("an attention-weighted ranking that mirrors the target is fair, one group alone is worst") {
  const std::vector<double> all_first{1.0, 0.0};
  CHECK(near(awrf(groups_of("AAA"), all_first, {}), 1.0));
  CHECK(near(awrf(groups_of("BBB"), all_first, {}), 0.0));
}

TEST_CASE("normalised discounted difference") {
  const std::vector<uint8_t> eight{0, 0, 1, 0, 1, 0, 1, 1};
  CHECK(near(normalised_discounted_difference(eight, 2), expected("rnd_2")));
  std::vector<uint8_t> thirty(8, 0);
  thirty.insert(thirty.end(), 6, 1);
  for (int i = 0; i < 8; ++i) thirty.insert(thirty.end(), {0, 1});
  CHECK(near(normalised_discounted_difference(thirty, 10), expected("rnd_10")));
  CHECK(near(normalised_discounted_difference(std::vector<uint8_t>{0, 0, 0, 0, 1, 1, 1, 1}, 2), 1.0));
  CHECK(std::isnan(normalised_discounted_difference(std::vector<uint8_t>{1, 1, 1}, 1)));
  CHECK(std::isnan(normalised_discounted_difference({}, 10)));
}

TEST_CASE("FA*IR's table, its failure probability and its corrected level") {
  for (int tenths = 1; tenths <= 7; ++tenths) {
    const auto& wanted = expected_values().at("fair_table_" + std::to_string(tenths));
    const auto table = fair_table(12, tenths / 10.0, .1);
    CHECK(std::vector<double>(table.begin(), table.end()) == wanted);
  }
  // Published with the method's library (fairsearch-fair-python, tests/test_fair.py).
  CHECK(fair_table(10, .2, .15) == std::vector<uint32_t>{0, 0, 0, 0, 0, 0, 0, 0, 1, 1});
  CHECK(fair_table(20, .25, .1) == std::vector<uint32_t>{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3});
  CHECK(fair_table(30, .3, .05) == std::vector<uint32_t>{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2,
                                                         2, 2, 2, 3, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5});
  CHECK(near(fair_failure_probability(fair_table(10, .2, .15), .2), 0.13421772800000065));
  CHECK(near(fair_failure_probability(fair_table(20, .25, 0.078125), .25), 0.10515247355215251));
  CHECK(adjusted_fair_level(10, .2, .15) == .15);
  for (const auto& [k, percent] : {std::pair{10U, 50}, {40U, 30}, {100U, 20}}) {
    const auto name = "fair_failure_" + std::to_string(k) + "_" + std::to_string(percent);
    const double p = percent / 100.0;
    CHECK(near(fair_failure_probability(fair_table(k, p, .1), p), expected(name)));
    const double level = adjusted_fair_level(k, p, .1);
    CHECK(level < .1);
    CHECK(fair_failure_probability(fair_table(k, p, level), p) <= .1);
  }
  const auto table = fair_table(4, .5, .1);  // 0 0 0 1
  CHECK(passes_fair_test(std::vector<uint8_t>{0, 0, 0, 1}, table));
  CHECK_FALSE(passes_fair_test(std::vector<uint8_t>{0, 0, 0, 0, 1}, table));
  CHECK(passes_fair_test(std::vector<uint8_t>{0, 0}, table));
}

TEST_CASE("fair coin tosses fail the corrected table about as often as its level says") {
  const auto table = fair_table(20, .3, adjusted_fair_level(20, .3, .1));
  const double exact = fair_failure_probability(table, .3);
  RandomStream stream(7);
  int failed = 0;
  for (int trial = 0; trial < 20000; ++trial) {
    std::vector<uint8_t> tosses(20);
    for (uint8_t& toss : tosses) toss = stream.uniform() < .3 ? 1 : 0;
    failed += passes_fair_test(tosses, table) ? 0 : 1;
  }
  CHECK(failed / 20000.0 == doctest::Approx(exact).epsilon(.1));
}

TEST_CASE("expected exposure of one list against its target") {
  const BrowsingModel rbp{Browsing::rank_biased, .8};
  const TargetExposure target = target_exposure(2, 4, 3, rbp);
  const std::vector<double> wanted{target.relevant, target.relevant, target.irrelevant, target.irrelevant};
  const std::vector<double> system{rbp.weight(1), 0.0, rbp.weight(0), rbp.weight(2)};
  const ExpectedExposure result = expected_exposure(system, wanted);
  CHECK(near(result.loss, expected("eel")));
  CHECK(near(result.disparity, expected("eed")));
  CHECK(near(result.relevance, expected("eer")));
  CHECK(near(expected_exposure(wanted, wanted).loss, 0.0));
}

TEST_CASE("equity of attention, parity and disparate treatment and impact") {
  CHECK(near(inequity_of_attention(std::vector<double>{3, 1.5, .5, 0}, std::vector<double>{2, 2, .5, .5}),
             expected("inequity")));
  CHECK(near(inequity_of_attention(std::vector<double>{1, 0}, std::vector<double>{0, 4}), 2.0));
  CHECK(std::isnan(inequity_of_attention(std::vector<double>{0, 0}, std::vector<double>{1, 1})));
  const std::vector<double> exposure{6, 3};
  CHECK(near(demographic_parity(exposure, std::vector<double>{2, 2}), .5));
  CHECK(near(disparate_treatment(exposure, std::vector<double>{4, 1}), .5));
  CHECK(near(disparate_impact(std::vector<double>{1, .2}, std::vector<double>{4, 1}), .8));
  CHECK(std::isnan(disparate_treatment(exposure, std::vector<double>{4, 0})));
}

TEST_CASE("inequality of benefits") {
  const std::vector<double> benefits{1, 2, 3, 4};
  CHECK(near(generalised_entropy(benefits, 2), expected("entropy_2")));
  CHECK(near(generalised_entropy(benefits, 2), .1));
  CHECK(near(generalised_entropy(benefits, 1), expected("entropy_1")));
  CHECK(near(generalised_entropy(benefits, 0), expected("entropy_0")));
  CHECK(near(generalised_entropy(std::vector<double>{3, 3, 3}, 1), 0.0));
  CHECK(near(generalised_entropy(std::vector<double>{0, 0, 3}, 1), std::log(3.0)));
  CHECK(std::isnan(generalised_entropy(std::vector<double>{0, 0}, 2)));
  CHECK(std::isnan(generalised_entropy({}, 2)));
}

TEST_CASE("unfairness of predicted ratings leaves out items that a group did not rate") {
  const double none = std::nan("");
  const std::vector<ItemMeans> group{{3.5, 3}, {2.75, 3}, {4, 3}, {none, none}};
  const std::vector<ItemMeans> others{{2.5, 3}, {2.25, 3}, {3.25, 3}, {2, 3}};
  const RatingUnfairness result = rating_unfairness(group, others);
  CHECK(near(result.value, expected("yao_value")));
  CHECK(near(result.absolute, expected("yao_absolute")));
  CHECK(near(result.under, expected("yao_under")));
  CHECK(near(result.over, expected("yao_over")));
  CHECK(std::isnan(rating_unfairness({}, {}).value));
}

TEST_CASE("similarity of lists in both published variants") {
  std::vector<ItemId> twenty;
  for (uint32_t i = 0; i < 20; ++i) twenty.push_back(ItemId{i});
  CHECK(near(serp(twenty, twenty, 20, SerpNormaliser::code), expected("serp_coded_equal")));
  CHECK(std::abs(serp(twenty, twenty, 20, SerpNormaliser::code) - .274) < 5e-4);
  CHECK(near(serp(twenty, twenty, 20, SerpNormaliser::paper), 1.0));
  const auto x = items_of({1, 2, 3, 4, 5});
  const auto y = items_of({2, 1, 6, 5, 7});
  CHECK(near(serp(x, y, 5, SerpNormaliser::code), expected("serp_coded")));
  CHECK(near(serp(x, y, 5, SerpNormaliser::paper), expected("serp_paper")));
  CHECK(near(prag(x, y, 5), expected("prag")));
  CHECK(near(prag(x, x, 5), 1.0));
  CHECK(near(jaccard_of_lists(x, y, 5), expected("jaccard")));
  CHECK(near(jaccard_of_lists(x, y, 2), 1.0));
  std::vector<ItemId> unknown(3, kOutOfCatalogue);
  CHECK(serp(unknown, unknown, 3, SerpNormaliser::paper) == 0.0);
  CHECK(std::isnan(jaccard_of_lists(unknown, unknown, 3)));
  CHECK(prag(items_of({4}), items_of({4}), 1) == 1.0);
  CHECK(std::isnan(prag({}, {}, 3)));
  const SimilarityGaps gaps = similarity_gaps(std::vector<double>{.50, .44, .47, .41});
  CHECK(near(gaps.range, expected("snsr")));
  CHECK(near(gaps.deviation, expected("snsv")));
  CHECK(std::abs(gaps.deviation - .03354102) < 5e-9);
}
