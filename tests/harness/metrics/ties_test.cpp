// Ties against the slow truth: every order of the tied items, evaluated one by one.
#include "harness/metrics/ties.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "harness/system/random.h"

using namespace recgauge;
using namespace recgauge::metrics;

namespace {

const std::vector<std::string> kNames{"ndcg@3",
                                      "ndcg@6",
                                      "ndcg(gain=exponential)@3",
                                      "ndcg(gain=linear,discount=lenskit)@4",
                                      "ndcg(ideal=retrieved)@3",
                                      "dcg(gain=linear)@3",
                                      "map@3",
                                      "map(denominator=relevant)@4",
                                      "map(denominator=hits)@3",
                                      "map(denominator=mean_precision)@6",
                                      "precision@3",
                                      "precision(denominator=listed)@6",
                                      "recall@2",
                                      "recall(denominator=min)@3",
                                      "recall(average=micro)@3",
                                      "hit_rate@2",
                                      "mrr@3",
                                      "mrr(positives=all)@3",
                                      "f1@3",
                                      "r_precision",
                                      "auc"};

std::vector<MetricSpec> specs_of(const std::vector<std::string>& names) {
  std::vector<MetricSpec> specs;
  for (const std::string& name : names) specs.push_back(parse_metric(name));
  return specs;
}

struct Case {
  std::vector<ItemId> list;
  std::vector<double> scores;
  std::vector<ItemId> beyond;  // the tied items that are not listed
  std::vector<ItemId> truth;
  std::vector<float> gains;
  uint64_t candidates = 0;
};

struct Truth {
  std::vector<double> smallest, mean, largest;
};

// Goes through all orders inside groups of equal score; the list shows the first places only.
Truth by_enumeration(const Case& c, const std::vector<MetricSpec>& specs) {
  std::vector<std::pair<size_t, ItemId>> pool;  // (group, item)
  size_t group = 0;
  for (size_t i = 0; i < c.list.size(); ++i) {
    if (i > 0 && c.scores[i] != c.scores[i - 1]) ++group;
    pool.emplace_back(group, c.list[i]);
  }
  for (const ItemId item : c.beyond) pool.emplace_back(group, item);
  std::sort(pool.begin(), pool.end());
  RankingEvaluator evaluator(specs, 64);
  std::vector<double> row(specs.size());
  Truth truth{std::vector<double>(specs.size(), 1e9), std::vector<double>(specs.size(), 0.0),
              std::vector<double>(specs.size(), -1e9)};
  double orders = 0;
  do {
    // next_permutation over (group, item) also leaves the order of groups, which must stay.
    if (!std::is_sorted(pool.begin(), pool.end(), [](auto& a, auto& b) { return a.first < b.first; })) continue;
    std::vector<ItemId> list;
    for (const auto& entry : pool) list.push_back(entry.second);
    list.resize(c.list.size());
    evaluator.evaluate({list, c.truth, c.gains, c.candidates}, row);
    for (size_t m = 0; m < row.size(); ++m) {
      truth.smallest[m] = std::min(truth.smallest[m], row[m]);
      truth.largest[m] = std::max(truth.largest[m], row[m]);
      truth.mean[m] += row[m];
    }
    ++orders;
  } while (std::next_permutation(pool.begin(), pool.end()));
  for (double& mean : truth.mean) mean /= orders;
  return truth;
}

std::vector<TieBounds> bounds_of(const Case& c, const std::vector<MetricSpec>& specs) {
  TieEvaluator evaluator(specs, 64, 1);
  std::vector<TieBounds> bounds(specs.size());
  evaluator.evaluate({{c.list, c.truth, c.gains, c.candidates}, c.scores, c.beyond.size(), 0}, bounds);
  return bounds;
}

// Up to 6 listed and 2 tied unlisted items out of 8, random scores with many ties.
Case random_case(RandomStream& random, bool all_candidates_seen) {
  std::vector<ItemId> items;
  for (uint32_t i = 0; i < 8; ++i) items.push_back(ItemId{i});
  for (size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[random.below(i)]);
  Case c;
  const size_t listed = 1 + random.below(6);
  c.list.assign(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(listed));
  double score = 9;
  for (size_t i = 0; i < listed; ++i) c.scores.push_back(score -= random.uniform() < .6 ? 0 : 1);
  c.beyond.assign(items.begin() + static_cast<std::ptrdiff_t>(listed),
                  items.begin() + static_cast<std::ptrdiff_t>(std::min<size_t>(8, listed + random.below(3))));
  const size_t known = all_candidates_seen ? listed + c.beyond.size() : 8;
  for (size_t i = 0; i < known; ++i) {
    if (random.uniform() < .4) c.truth.push_back(items[i]);
  }
  for (size_t i = 0; i < c.truth.size(); ++i) c.gains.push_back(static_cast<float>(1 + random.below(3)));
  c.candidates = known;
  return c;
}

}  // namespace

TEST_CASE("expected values are the mean over all orders, bounds hold all of them") {
  const auto specs = specs_of(kNames);
  RandomStream random(20260101);
  for (int i = 0; i < 150; ++i) {
    const Case c = random_case(random, true);
    if (c.truth.empty()) continue;
    const Truth truth = by_enumeration(c, specs);
    const auto bounds = bounds_of(c, specs);
    for (size_t m = 0; m < specs.size(); ++m) {
      if (std::isnan(truth.mean[m])) continue;
      CAPTURE(kNames[m]);
      CAPTURE(i);
      // What is tied beyond the end holds all unlisted candidates here, so the rate of relevant items is exact.
      CHECK(std::abs(bounds[m].expected - truth.mean[m]) < 1e-9);
      CHECK(bounds[m].pessimistic <= truth.smallest[m] + 1e-9);
      CHECK(bounds[m].optimistic >= truth.largest[m] - 1e-9);
      if (!c.beyond.empty()) continue;
      CHECK(bounds[m].pessimistic == doctest::Approx(truth.smallest[m]).epsilon(1e-9));
      CHECK(bounds[m].optimistic == doctest::Approx(truth.largest[m]).epsilon(1e-9));
    }
  }
}

TEST_CASE("with unlisted candidates of other scores the bounds still hold every order") {
  const auto specs = specs_of(kNames);
  RandomStream random(7);
  for (int i = 0; i < 100; ++i) {
    const Case c = random_case(random, false);
    if (c.truth.empty()) continue;
    const Truth truth = by_enumeration(c, specs);
    const auto bounds = bounds_of(c, specs);
    for (size_t m = 0; m < specs.size(); ++m) {
      if (std::isnan(truth.mean[m])) continue;
      CAPTURE(kNames[m]);
      CHECK(bounds[m].pessimistic <= truth.smallest[m] + 1e-9);
      CHECK(bounds[m].optimistic >= truth.largest[m] - 1e-9);
      CHECK(bounds[m].pessimistic <= bounds[m].expected + 1e-9);
      CHECK(bounds[m].expected <= bounds[m].optimistic + 1e-9);
    }
  }
}

TEST_CASE("a constant scorer scores as random, not as perfect") {
  // 1000 candidates, 10 listed with the one relevant item first, all scores equal.
  std::vector<ItemId> list;
  for (uint32_t i = 0; i < 10; ++i) list.push_back(ItemId{i});
  const std::vector<ItemId> truth{ItemId{0}};
  const std::vector<double> scores(10, .5);
  const auto specs = specs_of({"hit_rate@10", "ndcg@10", "mrr@10", "auc"});
  TieEvaluator evaluator(specs, 1000, 1);
  std::vector<TieBounds> bounds(specs.size());
  evaluator.evaluate({{list, truth, {}, 1000}, scores, 990, 0}, bounds);
  double dcg = 0;
  double reciprocal = 0;
  for (int rank = 1; rank <= 10; ++rank) {
    dcg += 1 / std::log2(rank + 1.) / 1000;
    reciprocal += 1. / rank / 1000;
  }
  CHECK(std::abs(bounds[0].expected - .01) < 1e-12);
  CHECK(std::abs(bounds[1].expected - dcg) < 1e-12);
  CHECK(std::abs(bounds[2].expected - reciprocal) < 1e-12);
  CHECK(std::abs(bounds[3].expected - .5) < 1e-12);
  for (size_t m = 0; m < bounds.size(); ++m) {
    CHECK(bounds[m].optimistic == 1);
    if (m < 3) CHECK(bounds[m].pessimistic == 0);
  }
  // Not listed, the relevant item ties with the 989 others that are not: half of them, and none of the 10 above.
  CHECK(std::abs(bounds[3].pessimistic - 494.5 / 999) < 1e-12);
  // The same if the relevant item was sorted last and is not listed.
  const std::vector<ItemId> unlisted{ItemId{999}};
  evaluator.evaluate({{list, unlisted, {}, 1000}, scores, 990, 0}, bounds);
  CHECK(std::abs(bounds[0].expected - .01) < 1e-12);
  CHECK(std::abs(bounds[1].expected - dcg) < 1e-12);
}

TEST_CASE("unlisted relevant items count at the rate of the unlisted candidates") {
  // One place listed, 2 tied beyond it; 1 relevant item among 8 unlisted candidates: 1/4 in the tied part, 1/12 on top.
  const Case c{{ItemId{0}}, {1.0}, {ItemId{1}, ItemId{2}}, {ItemId{5}}, {}, 9};
  CHECK(std::abs(bounds_of(c, specs_of({"hit_rate@1"}))[0].expected - 2. / 8 / 3) < 1e-12);
}

TEST_CASE("without ties all three values are the plain one; nothing relevant stays undefined") {
  const Case c{{ItemId{3}, ItemId{1}, ItemId{2}}, {3, 2, 1}, {}, {ItemId{1}}, {}, 8};
  for (const TieBounds& bound : bounds_of(c, specs_of({"mrr@3"}))) {
    CHECK(bound.pessimistic == .5);
    CHECK(bound.expected == .5);
    CHECK(bound.optimistic == .5);
  }
  const Case empty{{ItemId{3}, ItemId{1}}, {1, 1}, {}, {}, {}, 8};
  CHECK(std::isnan(bounds_of(empty, specs_of({"mrr@3"}))[0].expected));
}

TEST_CASE("the one sampled variant: seeded, and close to the mean over all orders") {
  const auto specs = specs_of({"ndcg(gain=linear,ideal=retrieved)@3"});
  const Case c{
      {ItemId{0}, ItemId{1}, ItemId{2}, ItemId{3}}, {2, 2, 2, 2}, {ItemId{4}}, {ItemId{0}, ItemId{4}}, {1, 3}, 5};
  const double mean = by_enumeration(c, specs).mean[0];
  const double first = bounds_of(c, specs)[0].expected;
  CHECK(first == bounds_of(c, specs)[0].expected);
  CHECK(std::abs(first - mean) < .08);  // standard error of 256 orders is at most .031
}

TEST_CASE("the tie rate counts users and places, and merges") {
  TieRate rate;
  CHECK(std::isnan(rate.result().users));
  rate.update(std::vector<double>{3, 2, 2, 1}, 0);
  TieRate other;
  other.update(std::vector<double>{3, 2}, 5);
  other.update(std::vector<double>{3, 2}, 0);
  rate.merge(other);
  CHECK(std::abs(rate.result().users - 2. / 3) < 1e-12);
  CHECK(std::abs(rate.result().positions - 3. / 8) < 1e-12);
}
