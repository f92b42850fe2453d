// Metrics of all lists together: the published vector, closed forms, and what grouping and merging must not change.
#include <doctest/doctest.h>

#include <cmath>

#include "harness/metrics/concentration.h"
#include "harness/metrics/exposure.h"
#include "harness/metrics/popularity_parity.h"
#include "harness/metrics/rank_biased_overlap.h"
#include "harness/system/error.h"
#include "tests/scripted/property.h"

using namespace recgauge;
using namespace recgauge::metrics;

namespace {

std::vector<ItemId> ids(std::initializer_list<uint32_t> values) {
  std::vector<ItemId> result;
  for (const uint32_t value : values) result.push_back(ItemId{value});
  return result;
}

ExposureCounts conformance_counts() {
  ExposureCounts exposure(40, 5);
  exposure.update(ids({1, 2, 3, 4, 5}));
  exposure.update(ids({6, 7, 8, 9, 10}));
  exposure.update(ids({1, 2, 3, 4, 5}));
  exposure.update(ids({5, 4, 3, 2, 1}));
  return exposure;
}

void check_value(const std::string& metric, double expected, double tolerance, const char* profile = "recgauge") {
  CAPTURE(metric);
  const double value = aggregate_value(parse_metric(metric, profile), conformance_counts().counts());
  CHECK(std::abs(value - expected) < tolerance);
}

}  // namespace

TEST_CASE("Gini and entropy of the conformance vector, a catalogue of 40") {
  check_value("gini(normaliser=n)@5", .8125, 1e-12);
  check_value("gini@5", .8333, .5e-4);
  check_value("gini@5", 32.5 / 39, 1e-12);
  check_value("gini@5", 1 - 32.5 / 39, 1e-12, "elliot");
  check_value("gini@5", .8125, 1e-12, "recbole");
  check_value("entropy@5", 2.1718, .5e-4);
  check_value("entropy(unit=bits)@5", 3.1332, .5e-4);
  check_value("entropy@5", .2172, .5e-4, "recbole");
  check_value("entropy@5", -(5 * .15 * std::log(.15) + 5 * .05 * std::log(.05)), 1e-12);
  check_value("coverage@5", 10. / 40, 1e-12);
  CHECK_THROWS_AS(aggregate_value(parse_metric("ndcg@5"), std::vector<uint32_t>{1}), ConfigError);
}

TEST_CASE("extremes: one item takes all, all items alike, nothing listed") {
  CHECK(gini(std::vector<uint32_t>{0, 0, 9}, GiniNormaliser::n_minus_1) == 1.0);
  CHECK(std::abs(gini(std::vector<uint32_t>{4, 4, 4}, GiniNormaliser::n_minus_1)) < 1e-12);
  CHECK(std::abs(entropy(std::vector<uint32_t>{4, 4, 4, 4}, EntropyUnit::bits) - 2) < 1e-12);
  CHECK(entropy(std::vector<uint32_t>{0, 7}, EntropyUnit::nats) == 0.0);
  const std::vector<uint32_t> nothing{0, 0};
  CHECK(std::isnan(gini(nothing, GiniNormaliser::n)));
  CHECK(std::isnan(entropy(nothing, EntropyUnit::nats)));
  CHECK(coverage(nothing) == 0.0);
  CHECK(std::isnan(gini(std::vector<uint32_t>{3}, GiniNormaliser::n_minus_1)));
}

TEST_CASE("a list counts an item once, up to the cutoff, and unknown items not at all") {
  ExposureCounts exposure(4, 3);
  exposure.update(std::vector<ItemId>{ItemId{1}, ItemId{1}, kOutOfCatalogue, ItemId{2}});
  CHECK(exposure.counts() == std::vector<uint32_t>{0, 1, 0, 0});
}

TEST_CASE("counts without a group are those of the other groups; merging parts gives the whole") {
  scripted::check_property("exposure", [] {
    const auto lists =
        *rc::gen::container<std::vector<std::vector<uint8_t>>>(rc::gen::arbitrary<std::vector<uint8_t>>());
    constexpr size_t kGroups = 3;
    ExposureCounts whole(256, 10, kGroups);
    ExposureCounts left(256, 10, kGroups);
    ExposureCounts right(256, 10, kGroups);
    ExposureCounts others(256, 10);
    for (size_t i = 0; i < lists.size(); ++i) {
      std::vector<ItemId> list;
      for (const uint8_t item : lists[i]) list.push_back(ItemId{item});
      whole.update(list, i % kGroups);
      (i < lists.size() / 2 ? left : right).update(list, i % kGroups);
      if (i % kGroups != 1) others.update(list);
    }
    left.merge(right);
    RC_ASSERT(left.counts() == whole.counts());
    RC_ASSERT(left.counts_without(1) == others.counts());
    const auto counts = whole.counts();
    if (distinct_items(counts) == 0) return;
    const double index = gini(counts, GiniNormaliser::n_minus_1);
    RC_ASSERT(index >= -1e-12 && index <= 1.0 + 1e-12);
    RC_ASSERT(entropy(counts, EntropyUnit::nats) <= std::log(static_cast<double>(distinct_items(counts))) + 1e-9);
  });
}

TEST_CASE("PopRSP and PopREO by hand") {
  // Items 0-1 head (group 1), 2-5 tail (group 0). Two users, k = 2.
  const std::vector<uint8_t> group{1, 1, 0, 0, 0, 0};
  PopularityParity parity(group, 2, 2);
  parity.update(ids({0, 2, 1}), ids({1}), ids({0, 3}));
  PopularityParity second(group, 2, 2);
  second.update(std::vector<ItemId>{ItemId{0}, kOutOfCatalogue}, {}, ids({0, 2, 2}));
  parity.merge(second);
  // Listed: head 2 of 1 + 2 candidates, tail 1 of 4 + 4.
  CHECK(parity.listing_chances() == std::vector<double>{1. / 8, 2. / 3});
  const double mean = (1. / 8 + 2. / 3) / 2;
  CHECK(std::abs(parity.statistical_parity() - (2. / 3 - mean) / mean) < 1e-12);
  // Relevant: head 2, both listed; tail 3 and 2, none listed.
  CHECK(parity.opportunity_chances() == std::vector<double>{0, 1});
  CHECK(parity.equal_opportunity() == 1.0);
  CHECK(std::isnan(PopularityParity(group, 2, 2).equal_opportunity()));
}

TEST_CASE("rank-biased overlap: published value, ends of the scale, uneven lists") {
  const auto abcde = ids({1, 2, 3, 4, 5});
  CHECK(std::abs(rank_biased_overlap(abcde, ids({2, 1, 3, 4, 6}), .9, 5) - .76878) < .5e-5);
  CHECK(std::abs(rank_biased_overlap(abcde, abcde, .9, 5) - 1) < 1e-12);
  CHECK(rank_biased_overlap(abcde, ids({6, 7}), .9, 5) == 0.0);
  CHECK(rank_biased_overlap(abcde, {}, .9, 5) == 0.0);
  CHECK(std::isnan(rank_biased_overlap({}, {}, .9, 5)));
  // a b against a: agreement 1 at depth 1, assumed to last in the shorter list: all of it.
  CHECK(std::abs(rank_biased_overlap(ids({1, 2}), ids({1}), .5, 9) - 1.0 * (.5 * (1 + (.5 + .5) * .5) + .25)) < 1e-12);
  CHECK(rank_biased_overlap({}, std::vector<ItemId>{kOutOfCatalogue}, .5, 9) == 0.0);
  CHECK(rank_biased_overlap(std::vector<ItemId>{kOutOfCatalogue}, std::vector<ItemId>{kOutOfCatalogue}, .5, 9) == 0.0);
  scripted::check_property("symmetric and in [0, 1]", [](const std::vector<uint8_t>& x, const std::vector<uint8_t>& y) {
    std::vector<ItemId> a;
    std::vector<ItemId> b;
    for (const uint8_t item : x) a.push_back(ItemId{item});
    for (const uint8_t item : y) b.push_back(ItemId{item});
    if (a.empty() && b.empty()) return;
    const double value = rank_biased_overlap(a, b, .9, 20);
    RC_ASSERT(value == rank_biased_overlap(b, a, .9, 20));
    RC_ASSERT(value >= 0 && value <= 1 + 1e-12);
  });
}
