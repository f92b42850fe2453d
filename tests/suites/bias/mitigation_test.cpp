// Re-rankings of short lists, worked by hand.
#include "suites/bias/mitigation.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "harness/metrics/fair_test.h"
#include "tests/scripted/small_data.h"

using namespace recgauge;
using namespace recgauge::suites;
using scripted::items_of;

namespace {

// Items 0 to 3 in group 0 (the tail), 4 to 9 in group 1.
ItemGrouping two_groups() {
  ItemGrouping grouping;
  grouping.groups = {"tail", "head"};
  grouping.offsets.push_back(0);
  for (uint32_t item = 0; item < 10; ++item) {
    grouping.codes.push_back(item < 4 ? 0 : 1);
    grouping.offsets.push_back(item + 1);
  }
  return grouping;
}

const std::vector<ItemId> kList = items_of({4, 5, 6, 7, 0, 1, 8, 2});

}  // namespace

TEST_CASE("attention follows the targets, best items of each group first") {
  const std::vector<double> even{.5, .5};
  // Equal deficits at the start go to the first group; then to whoever is behind.
  CHECK(rerank_to_targets(kList, two_groups(), even, {}, 4) == items_of({0, 4, 5, 1}));
  const std::vector<double> head_only{.0, 1.0};
  CHECK(rerank_to_targets(kList, two_groups(), head_only, {}, 5) == items_of({4, 5, 6, 7, 8}));
  const auto with_unknown =
      rerank_to_targets(std::vector<ItemId>{kOutOfCatalogue, ItemId{4}}, two_groups(), even, {}, 2);
  CHECK(with_unknown == std::vector<ItemId>{ItemId{4}, kOutOfCatalogue});
}

TEST_CASE("FA*IR moves a protected item up exactly where the table asks for one") {
  const std::vector<uint32_t> table{0, 0, 1, 1, 2};
  const auto fair = rerank_fair(kList, two_groups(), 0, table, 5);
  CHECK(fair == items_of({4, 5, 0, 6, 1}));
  std::vector<uint8_t> is_tail;
  for (const ItemId item : fair) is_tail.push_back(static_cast<uint32_t>(item) < 4 ? 1 : 0);
  CHECK(metrics::passes_fair_test(is_tail, table));
  // Without enough protected items the list stays as good as it can be.
  CHECK(rerank_fair(items_of({4, 5, 6}), two_groups(), 0, table, 3) == items_of({4, 5, 6}));
}

TEST_CASE("a calibrated list holds the history's categories, an uncalibrated one the recorded order") {
  LabelColumn labels;
  labels.offsets.push_back(0);
  for (uint32_t item = 0; item < 10; ++item) {
    labels.codes.push_back(item % 2);
    labels.offsets.push_back(item + 1);
  }
  labels.values.intern("even");
  labels.values.intern("odd");
  const auto categories = metrics::ItemFeatures::from_categories(labels);
  const auto list = items_of({0, 2, 4, 6, 1, 3});
  const auto history = items_of({8, 9});
  const auto calibrated = rerank_calibrated(list, history, categories, .99, 4);
  CHECK(std::count_if(calibrated.begin(), calibrated.end(),
                      [](ItemId item) { return static_cast<uint32_t>(item) % 2 == 1; }) == 2);
  CHECK(rerank_calibrated(list, history, categories, 0.0, 4) == items_of({0, 2, 4, 6}));
  CHECK(rerank_calibrated(list, {}, categories, .99, 2) == items_of({0, 2}));
}
