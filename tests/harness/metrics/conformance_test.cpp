// Four small lists on which published libraries disagree, with the value of each variant (k = 5).
#include <doctest/doctest.h>

#include <cmath>

#include "harness/metrics/ranking_evaluator.h"

using namespace recgauge;
using namespace recgauge::metrics;

namespace {

struct Case {
  std::vector<uint32_t> list;
  std::vector<uint32_t> truth;
};

const std::vector<Case> kCases{{{1, 2, 3, 4, 5}, {1, 9, 3, 8}},
                               {{6, 7, 8, 9, 10}, {10, 11}},
                               {{1, 2, 3, 4, 5}, {20, 21, 22}},
                               {{5, 4, 3, 2, 1}, {5, 4, 3, 2, 1, 30, 31, 32}}};

std::vector<ItemId> ids(const std::vector<uint32_t>& values) {
  std::vector<ItemId> result;
  for (const uint32_t value : values) result.push_back(ItemId{value});
  return result;
}

double evaluate(const std::string& metric, const std::vector<ItemId>& list, const std::vector<ItemId>& truth,
                const std::vector<float>& gains = {}, uint64_t candidates = 40, const char* profile = "recgauge") {
  RankingEvaluator evaluator({parse_metric(metric, profile)}, 41);
  double value = 0;
  evaluator.evaluate({list, truth, gains, candidates}, std::span(&value, 1));
  return value;
}

std::vector<double> evaluate_all(const std::string& metric, const char* profile = "recgauge") {
  std::vector<double> values;
  for (const Case& c : kCases) values.push_back(evaluate(metric, ids(c.list), ids(c.truth), {}, 40, profile));
  return values;
}

void check_row(const std::string& metric, const std::vector<double>& expected, double mean,
               const char* profile = "recgauge") {
  CAPTURE(metric);
  const std::vector<double> values = evaluate_all(metric, profile);
  double sum = 0;
  for (size_t i = 0; i < 4; ++i) {
    CHECK(std::abs(values[i] - expected[i]) < 0.5001e-4);
    sum += values[i];
  }
  CHECK(std::abs(sum / 4 - mean) < 0.5001e-4);
}

}  // namespace

TEST_CASE("every published variant gives the value of the conformance vector") {
  check_row("ndcg@5", {.5856, .2372, 0, 1}, .4557);
  check_row("ndcg@5", {.9197, .3869, 0, 1}, .5766, "daisy");
  check_row("ap@5", {.4167, .1, 0, 1}, .3792, "replay");
  check_row("ap@5", {.4167, .1, 0, 1}, .3792, "recbole");
  check_row("ap@5", {.4167, .1, 0, .625}, .2854, "trec_eval");
  check_row("ap@5", {.8333, .2, 0, 1}, .5083, "daisy");
  check_row("ap@5", {.6133, .04, 0, 1}, .4133, "elliot");
  check_row("recall@5", {.5, .5, 0, .625}, .4062);
  check_row("recall@5", {.5, .5, 0, 1}, .5, "vae_cf");
  check_row("mrr@5", {1, .2, 0, 1}, .55);
  check_row("mrr(positives=all)@5", {.6667, .2, 0, .4567}, .3308);
}

TEST_CASE("closed forms to 1e-9") {
  const double d1 = 1.0;
  const double d2 = 1 / std::log2(3.0);
  const double d3 = 0.5;
  const double d4 = 1 / std::log2(5.0);
  const double d5 = 1 / std::log2(6.0);
  const std::vector<double> ndcg = evaluate_all("ndcg@5");
  CHECK(std::abs(ndcg[0] - (d1 + d3) / (d1 + d2 + d3 + d4)) < 1e-12);
  CHECK(std::abs(ndcg[1] - d5 / (d1 + d2)) < 1e-12);
  CHECK(std::abs(evaluate_all("ap(denominator=mean_precision)@5")[0] - (1 + .5 + 2. / 3 + .5 + .4) / 5) < 1e-12);
  CHECK(std::abs(evaluate_all("f1@5")[0] - 2 * .4 * .5 / .9) < 1e-12);
  CHECK(evaluate_all("precision@5") == std::vector<double>{.4, .2, 0, 1});
  CHECK(evaluate_all("hit_rate@3") == std::vector<double>{1, 0, 0, 1});
  CHECK(evaluate_all("r_precision") == std::vector<double>{.5, 0, 0, .625});
}

TEST_CASE("micro recall divides all hits by all relevant items: 8 of 17") {
  RankingEvaluator evaluator({parse_metric("recall(average=micro)@5")}, 41);
  double hits = 0;
  double relevant = 0;
  for (const Case& c : kCases) {
    double value = 0;
    const auto list = ids(c.list);
    const auto truth = ids(c.truth);
    evaluator.evaluate({list, truth, {}, 0}, std::span(&value, 1));
    hits += value;
    relevant += evaluator.denominator(0, truth.size());
  }
  CHECK(std::abs(hits / relevant - .4706) < 0.5e-4);
}

TEST_CASE("graded gains and both discounts, by hand") {
  // List a b c; gains a 3, c 1, d 2 (missed).
  const auto list = ids({1, 2, 3});
  const auto truth = ids({1, 3, 4});
  const std::vector<float> gains{3, 1, 2};
  CHECK(std::abs(evaluate("dcg(gain=linear)@3", list, truth, gains) - (3 + 1 * .5)) < 1e-12);
  CHECK(std::abs(evaluate("dcg(gain=exponential)@3", list, truth, gains) - (7 + 1 * .5)) < 1e-12);
  const double ideal = 3 + 2 / std::log2(3.0) + 1 * .5;
  CHECK(std::abs(evaluate("ndcg(gain=linear)@3", list, truth, gains) - 3.5 / ideal) < 1e-12);
  // LensKit: ranks 1 and 2 both weigh 1, rank 3 weighs 1/log2(3).
  const double lenskit = (3 + 1 / std::log2(3.0)) / (3 + 2 + 1 / std::log2(3.0));
  CHECK(std::abs(evaluate("ndcg@3", list, truth, gains, 40, "lenskit") - lenskit) < 1e-12);
}

TEST_CASE("AUC by counting pairs, listed and unlisted") {
  // 6 candidates, 2 relevant. List r i i: r is before all 4 irrelevant ones; the unlisted relevant one is after 2 and
  // tied with 2: 4 + 1 of 8 pairs.
  CHECK(std::abs(evaluate("auc", ids({1, 2, 3}), ids({1, 5}), {}, 6) - 5. / 8) < 1e-12);
  CHECK(std::isnan(evaluate("auc", ids({1}), ids({1}), {}, 1)));
  // Nothing listed: all tied.
  CHECK(evaluate("auc", {}, ids({1, 5}), {}, 6) == .5);
}

TEST_CASE("duplicates count once, out-of-catalogue items use up their rank, padding is no item") {
  const auto truth = ids({1, 2});
  const std::vector<ItemId> repeated{ItemId{1}, ItemId{1}, ItemId{1}, ItemId{2}};
  CHECK(evaluate("recall@4", repeated, truth) == 1.0);
  CHECK(evaluate("precision@4", repeated, truth) == .5);
  const std::vector<ItemId> unknown{kOutOfCatalogue, ItemId{1}};
  CHECK(evaluate("mrr@5", unknown, truth) == .5);
  CHECK(evaluate("precision@5", unknown, truth) == .2);
  CHECK(evaluate("precision(denominator=listed)@5", unknown, truth) == .5);
  const std::vector<ItemId> twice{ItemId{1}, ItemId{1}};
  CHECK(evaluate("recall@4", repeated, twice) == 1.0);
}

TEST_CASE("no relevant items: undefined, or zero if the name says so") {
  CHECK(std::isnan(evaluate("ndcg@5", ids({1, 2}), {})));
  CHECK(evaluate("ndcg(empty=zero)@5", ids({1, 2}), {}) == 0.0);
}
