// A catalogue of six films, small enough to compute every metric by hand.
#include <doctest/doctest.h>

#include <cmath>

#include "harness/metrics/beyond_accuracy_evaluator.h"
#include "harness/metrics/popularity.h"
#include "harness/system/error.h"

using namespace recgauge;
using namespace recgauge::metrics;

namespace {

std::vector<ItemId> ids(std::initializer_list<uint32_t> values) {
  std::vector<ItemId> result;
  for (const uint32_t value : values) result.push_back(ItemId{value});
  return result;
}

// Items 0 {drama}, 1 {drama, crime}, 2 {crime}, 3 {comedy}, 4 {} and 5 {drama, drama}; 16 users.
ItemKnowledge films() {
  LabelColumn categories;
  categories.values.intern("drama");
  categories.values.intern("crime");
  categories.values.intern("comedy");
  categories.offsets = {0, 1, 3, 4, 5, 5, 7};
  categories.codes = {0, 1, 0, 1, 2, 0, 0};
  ItemKnowledge knowledge;
  knowledge.training_counts = {8, 4, 2, 1, 0, 1};
  knowledge.user_count = 16;
  knowledge.categories = ItemFeatures::from_categories(categories);
  const std::vector<float> vectors{1, 0, 0, 2, 3, 4, -1, 0, 0, 0, 1, 0};
  knowledge.vectors = ItemFeatures::from_vectors(vectors, 2);
  return knowledge;
}

double evaluate(const std::string& metric, const std::vector<ItemId>& list, const std::vector<ItemId>& history = {},
                const std::vector<ItemId>& baseline = {}, const ItemKnowledge& knowledge = films()) {
  const MetricSpec spec = parse_metric(metric);
  BeyondAccuracyEvaluator evaluator(std::span(&spec, 1), knowledge);
  double value = 0;
  evaluator.evaluate({list, history, baseline}, std::span(&value, 1));
  return value;
}

bool near(double a, double b) { return std::abs(a - b) < 1e-12; }

}  // namespace

TEST_CASE("popularity: self-information, EPC, EFD, ARP") {
  CHECK(near(evaluate("novelty@3", ids({0, 1, 2})), (1 + 2 + 3) / 3.));
  CHECK(near(evaluate("novelty@1", ids({4})), 4));  // counts as if one of 16 had it
  CHECK(near(evaluate("arp@2", ids({0, 1, 2})), 6));
  const double second = 1 / std::log2(3.);
  CHECK(near(evaluate("epc@2", ids({0, 2})), (.5 + second * 14 / 16) / (1 + second)));
  CHECK(near(evaluate("efd@2", ids({0, 2})), (1 + second * 3) / (1 + second)));  // 8 and 2 of 16 interactions
}

TEST_CASE("the head is the smallest set with 80 % of interactions, ties by id") {
  // 8 + 4 = 12 of 16 is 75 %; 8 + 4 + 2 = 87.5 %.
  const std::vector<uint32_t> counts{8, 4, 2, 1, 0, 1};
  CHECK(head_items(counts) == std::vector<uint8_t>{1, 1, 1, 0, 0, 0});
  CHECK(head_items(counts, .75) == std::vector<uint8_t>{1, 1, 0, 0, 0, 0});
  CHECK(head_items(std::vector<uint32_t>{1, 1, 1}, .5) == std::vector<uint8_t>{1, 1, 0});
  CHECK(head_items(std::vector<uint32_t>{0, 0}) == std::vector<uint8_t>{0, 0});
  CHECK(near(evaluate("aplt@4", ids({0, 3, 4})), 2. / 3));
  CHECK(evaluate("aclt@4", ids({0, 3, 4})) == 2.0);
}

TEST_CASE("intra-list diversity over categories and vectors") {
  // Jaccard: 0-1 1/2, 0-2 0, 1-2 1/2. Item 4 has no categories and is left out.
  CHECK(near(evaluate("ild@4", ids({0, 1, 4, 2})), 1 - (.5 + 0 + .5) / 3));
  CHECK(near(evaluate("ild@2", ids({0, 5})), 0));
  CHECK(std::isnan(evaluate("ild@5", ids({0, 4}))));
  // Cosines of (1,0), (0,2), (3,4): 0, .6, .8; item 4 is the zero vector.
  CHECK(near(evaluate("ild(features=vector)@4", ids({0, 1, 2, 4})), 1 - (0 + .6 + .8) / 3));
  CHECK(near(evaluate("ild(features=vector)@2", ids({0, 3})), 2));
}

TEST_CASE("serendipity is one minus the mean cosine with the history") {
  const double half = std::sqrt(.5);
  CHECK(near(evaluate("serendipity@2", ids({1, 3}), ids({0, 2})), 1 - (half + half + 0 + 0) / 4));
  CHECK(near(evaluate("serendipity(features=vector)@1", ids({2}), ids({0, 1})), 1 - (.6 + .8) / 2));
  CHECK(std::isnan(evaluate("serendipity@2", ids({1, 3}))));
  CHECK(std::isnan(evaluate("serendipity@2", ids({1, 3}), ids({4}))));
}

TEST_CASE("unexpectedness is the share of places that the baseline would not have filled alike") {
  CHECK(near(evaluate("unexpectedness@4", ids({0, 1, 2, 3}), {}, ids({3, 4, 0, 5, 1})), .5));
  CHECK(std::isnan(evaluate("unexpectedness@4", ids({0, 1}))));
}

TEST_CASE("miscalibration: zero for equal shares, bounded by log 100, by hand between") {
  CHECK(near(evaluate("miscalibration@2", ids({0, 2}), ids({1})), 0));
  CHECK(near(evaluate("miscalibration@1", ids({3}), ids({0})), std::log(100.)));
  const double expected = .5 * std::log(.5 / (.99 * 1 + .01 * .5)) + .5 * std::log(.5 / (.01 * .5));
  CHECK(near(evaluate("miscalibration@1", ids({0}), ids({1})), expected));
  CHECK(std::isnan(evaluate("miscalibration@1", ids({4}), ids({1}))));
}

TEST_CASE("repeated and unknown items are left out, but use up their rank; nothing known means undefined") {
  const std::vector<ItemId> list{ItemId{0}, ItemId{0}, kOutOfCatalogue, ItemId{2}};
  CHECK(near(evaluate("novelty@4", list), (1 + 3) / 2.));
  const double fourth = 1 / std::log2(5.);
  CHECK(near(evaluate("epc@4", list), (.5 + fourth * 14 / 16) / (1 + fourth)));
  CHECK(near(evaluate("novelty@3", list), 1));
  CHECK(std::isnan(evaluate("novelty@3", {kOutOfCatalogue})));
  ItemKnowledge bare = films();
  bare.categories.reset();
  bare.vectors.reset();
  CHECK(std::isnan(evaluate("ild@3", ids({0, 1}), {}, {}, bare)));
  CHECK(std::isnan(evaluate("miscalibration@3", ids({0, 1}), ids({0}), {}, bare)));
  CHECK_THROWS_AS(evaluate("ndcg@3", list), ConfigError);
}
