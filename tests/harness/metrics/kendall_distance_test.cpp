// Kendall's distance of lists that do not hold the same items, against values worked by hand.
#include "harness/metrics/kendall_distance.h"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/scripted/small_data.h"

using namespace recgauge;
using metrics::kendall_distance;
using scripted::items_of;

TEST_CASE("kendall distance by hand") {
  CHECK(kendall_distance(items_of({1, 2, 3}), items_of({1, 2, 3}), 3) == 0.0);
  CHECK(kendall_distance(items_of({1, 2}), items_of({3, 4}), 2) == 1.0);
  // Reversed: 3 of 3 pairs differ; disjoint lists of three have 3 * 3 + (3 + 3) / 2 = 12.
  CHECK(kendall_distance(items_of({1, 2, 3}), items_of({3, 2, 1}), 3) == doctest::Approx(3.0 / 12));
  // {1, 2, 3} and {1, 4, 2}: 1-2 agree, 1-3 and 1-4 agree, 2-3 agrees (2 is there, 3 is not), 2-4: the first list has 2
  // before the absent 4, the second 4 before 2: differs; 3-4: each in one list: differs. 2 of 12.
  CHECK(kendall_distance(items_of({1, 2, 3}), items_of({1, 4, 2}), 3) == doctest::Approx(2.0 / 12));
  // {1, 2} and {3, 1}: 1-2 agree (2 is absent), 1-3 differ, 2-3 differ: 2 of 4 + 1.
  CHECK(kendall_distance(items_of({1, 2}), items_of({3, 1}), 2) == doctest::Approx(2.0 / 5));
  // Both 2 and 3 are in the first list only: half a pair; 1-2, 1-3 agree. Lengths 3 and 1: 3 + 3 / 2.
  CHECK(kendall_distance(items_of({1, 2, 3}), items_of({1}), 3) == doctest::Approx(0.5 / 4.5));
}

TEST_CASE("kendall distance at its edges") {
  CHECK(std::isnan(kendall_distance({}, {}, 3)));
  CHECK(kendall_distance(items_of({1}), {}, 3) == 1.0);
  CHECK(kendall_distance(items_of({1}), items_of({1}), 3) == 0.0);
  CHECK(kendall_distance(items_of({1, 2, 9}), items_of({1, 2, 8}), 2) == 0.0);
  const std::vector<ItemId> repeated{ItemId{1}, ItemId{1}, kOutOfCatalogue, ItemId{2}};
  CHECK(kendall_distance(repeated, items_of({1, 2}), 4) == 0.0);
  const auto a = items_of({5, 1, 7, 3});
  const auto b = items_of({3, 8, 5, 2});
  CHECK(kendall_distance(a, b, 4) == kendall_distance(b, a, 4));
}
