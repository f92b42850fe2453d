// Accumulators that are filled in parts and merged say what one that saw everything says; names of metrics parse back.
#include <doctest/doctest.h>

#include <cmath>

#include "harness/metrics/mean.h"
#include "harness/metrics/metric_spec.h"
#include "harness/metrics/popularity_parity.h"
#include "harness/metrics/ties.h"
#include "tests/scripted/property.h"

using namespace recgauge;
using namespace recgauge::metrics;
using scripted::check_property;

namespace {

bool same(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || std::abs(a - b) <= 1e-12 * (1 + std::abs(a));
}

std::vector<ItemId> distinct_ids(const std::vector<uint8_t>& numbers, uint32_t items) {
  std::vector<ItemId> ids;
  for (const uint8_t number : numbers) {
    const ItemId id{number % items};
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
  }
  return ids;
}

}  // namespace

TEST_CASE("mean: merged parts are the whole, with weights, undefined values and empty parts") {
  check_property("mean", [](const std::vector<std::pair<int, uint8_t>>& users, uint8_t cut) {
    MeanAccumulator whole;
    MeanAccumulator parts[3];
    double sum = 0;
    double weights = 0;
    uint64_t undefined = 0;
    for (size_t i = 0; i < users.size(); ++i) {
      const bool defined = users[i].second % 5 != 0;
      const double value = defined ? users[i].first / 8.0 : std::nan("");
      const double weight = 1 + users[i].second % 7;
      whole.update(value, weight);
      parts[i < cut ? 0 : 2].update(value, weight);
      if (defined) sum += value;
      if (defined) weights += weight;
      undefined += defined ? 0 : 1;
    }
    parts[0].merge(parts[1]);
    parts[0].merge(parts[2]);
    const MeanResult merged = parts[0].result();
    RC_ASSERT(same(merged.value, whole.result().value));
    RC_ASSERT(same(merged.value, weights > 0 ? sum / weights : std::nan("")));
    RC_ASSERT(merged.n_undefined == undefined);
    RC_ASSERT(merged.n == users.size() - undefined);
  });
}

TEST_CASE("popularity parity: merged parts are the whole, and chances are chances") {
  constexpr uint32_t kItems = 20;
  std::vector<uint8_t> group(kItems);
  for (uint32_t i = 0; i < kItems; ++i) group[i] = i < 6 ? 1 : 0;
  using User = std::tuple<std::vector<uint8_t>, std::vector<uint8_t>, std::vector<uint8_t>>;
  check_property("parity", [&](const std::vector<User>& users, uint8_t cut) {
    PopularityParity whole(group, 2, 5);
    PopularityParity left(group, 2, 5);
    PopularityParity right(group, 2, 5);
    for (size_t i = 0; i < users.size(); ++i) {
      const auto& [seen_numbers, listed, wanted] = users[i];
      const auto seen = distinct_ids(seen_numbers, kItems);
      auto list = distinct_ids(listed, kItems);
      std::erase_if(list, [&](ItemId item) { return std::find(seen.begin(), seen.end(), item) != seen.end(); });
      const auto relevant = distinct_ids(wanted, kItems);
      whole.update(list, seen, relevant);
      (i < cut ? left : right).update(list, seen, relevant);
    }
    left.merge(right);
    for (size_t g = 0; g < 2; ++g) {
      RC_ASSERT(same(left.listing_chances()[g], whole.listing_chances()[g]));
      RC_ASSERT(same(left.opportunity_chances()[g], whole.opportunity_chances()[g]));
      const double chance = whole.listing_chances()[g];
      RC_ASSERT(std::isnan(chance) || (chance >= 0 && chance <= 1));
    }
    RC_ASSERT(same(left.statistical_parity(), whole.statistical_parity()));
    RC_ASSERT(same(left.equal_opportunity(), whole.equal_opportunity()));
  });
}

TEST_CASE("tie rate: merged parts are the whole, and shares are those of a direct count") {
  check_property("ties", [](const std::vector<std::pair<std::vector<uint8_t>, bool>>& users, uint8_t cut) {
    TieRate whole;
    TieRate left;
    TieRate right;
    double tied_users = 0;
    double tied_places = 0;
    double places = 0;
    for (size_t i = 0; i < users.size(); ++i) {
      std::vector<double> scores;
      for (const uint8_t score : users[i].first) scores.push_back(score % 4);
      std::sort(scores.rbegin(), scores.rend());
      const bool beyond = users[i].second && !scores.empty();
      whole.update(scores, beyond ? 1 : 0);
      (i < cut ? left : right).update(scores, beyond ? 1 : 0);
      double tied = 0;
      for (const double score : scores) {
        const bool repeated = std::count(scores.begin(), scores.end(), score) > 1;
        tied += repeated || (beyond && score == scores.back()) ? 1 : 0;
      }
      tied_users += tied > 0 ? 1 : 0;
      tied_places += tied;
      places += static_cast<double>(scores.size());
    }
    left.merge(right);
    RC_ASSERT(same(left.result().users, whole.result().users));
    RC_ASSERT(same(left.result().positions, whole.result().positions));
    if (!users.empty()) RC_ASSERT(same(whole.result().users, tied_users / static_cast<double>(users.size())));
    if (places > 0) RC_ASSERT(same(whole.result().positions, tied_places / places));
  });
}

TEST_CASE("any metric with any choice of parameters parses back from its full and its short name") {
  check_property("names", [] {
    const auto families = metric_families();
    const MetricFamily& family = families[*rc::gen::inRange<size_t>(0, families.size())];
    MetricSpec spec;
    spec.family = family.family;
    if (family.cutoff == CutoffRule::required) spec.cutoff = *rc::gen::inRange<uint32_t>(1, 100000);
    for (const MetricParameter& parameter : family.parameters) {
      spec.parameters[parameter.name] = parameter.values[*rc::gen::inRange<size_t>(0, parameter.values.size())];
    }
    RC_ASSERT(parse_metric(full_name(spec)) == spec);
    RC_ASSERT(parse_metric(short_name(spec)) == spec);
    RC_ASSERT(parse_metric(full_name(spec), "trec_eval") == spec);
  });
}
