// Change points: planted shifts are found where they are, flat noise keeps its rate of false alarms.
#include "harness/statistics/change_points.h"

#include <doctest/doctest.h>

#include "harness/system/random.h"

using namespace recgauge;
using namespace recgauge::statistics;

namespace {

std::vector<double> noise(size_t length, uint64_t seed) {
  RandomStream random(derive_seed(seed, "change points test"));
  std::vector<double> values(length);
  for (double& value : values) value = random.normal();
  return values;
}

ChangePointOptions quick(uint64_t seed = 0) {
  ChangePointOptions options;
  options.permutations = 499;
  options.seed = seed;
  return options;
}

}  // namespace

TEST_CASE("equal values, and series that are too short, have no change") {
  CHECK(change_points(std::vector<double>(20, 0.1), {}).empty());
  CHECK(change_points(std::vector<double>{0, 0, 0, 1, 1}, {}).empty());
  CHECK(change_points(std::vector<double>{}, {}).empty());
}

TEST_CASE("a shift between constant values is found where it is") {
  std::vector<double> values(8, 0.25);
  values.resize(16, 0.20);
  const auto points = change_points(values, {});
  REQUIRE(points.size() == 1);
  CHECK(points[0].position == 8);
  CHECK(points[0].before == doctest::Approx(0.25));
  CHECK(points[0].after == doctest::Approx(0.20));
  // Two of the 12,870 ways to order eight and eight are as extreme as the observed one.
  CHECK(points[0].p_value < 0.002);
}

TEST_CASE("the shortest segment holds: an outlier at the end is no change") {
  std::vector<double> values(15, 1.0);
  values.push_back(9.0);
  for (const ChangePoint& point : change_points(values, {})) {
    CHECK(point.position >= 3);
    CHECK(point.position <= 13);
  }
}

TEST_CASE("two shifts are both found, ascending") {
  std::vector<double> values = noise(45, 3);
  for (size_t i = 15; i < 45; ++i) values[i] += 5.0;
  for (size_t i = 30; i < 45; ++i) values[i] += 5.0;
  const auto points = change_points(values, {});
  REQUIRE(points.size() == 2);
  CHECK(points[0].position == 15);
  CHECK(points[1].position == 30);
  CHECK(points[0].before < points[0].after);
}

TEST_CASE("the result does not depend on scale and place of the values") {
  std::vector<double> values = noise(24, 5);
  for (size_t i = 12; i < 24; ++i) values[i] += 2.0;
  std::vector<double> moved;
  for (const double value : values) moved.push_back(1000.0 + 0.001 * value);
  const auto points = change_points(values, {});
  const auto same = change_points(moved, {});
  REQUIRE(points.size() == same.size());
  for (size_t i = 0; i < points.size(); ++i) CHECK(points[i].position == same[i].position);
}

TEST_CASE("flat noise is marked in at most alpha of the series, whatever their length") {
  for (const size_t length : {8, 20, 60}) {
    CAPTURE(length);
    constexpr uint64_t kSeries = 5000;
    size_t alarms = 0;
    for (uint64_t seed = 0; seed < kSeries; ++seed) {
      if (!change_points(noise(length, seed), quick(seed)).empty()) ++alarms;
    }
    MESSAGE("marked: ", alarms, " of ", kSeries);
    // 0.05 and three standard errors of a share from 5,000 series.
    CHECK(static_cast<double>(alarms) / kSeries <= 0.05 + 3 * 0.0031);
  }
}

TEST_CASE("a shift of two standard deviations in the middle of 20 runs is found in more than 90 % of the series") {
  constexpr uint64_t kSeries = 500;
  size_t near = 0;
  size_t found = 0;
  for (uint64_t seed = 0; seed < kSeries; ++seed) {
    std::vector<double> values = noise(20, seed + 10000);
    for (size_t i = 10; i < 20; ++i) values[i] += 2.0;
    const auto points = change_points(values, quick(seed));
    if (points.empty()) continue;
    ++found;
    for (const ChangePoint& point : points) near += point.position >= 9 && point.position <= 11 ? 1 : 0;
  }
  MESSAGE("found: ", found, ", within one run of the truth: ", near, " of ", kSeries);
  CHECK(found > kSeries * 9 / 10);
  CHECK(near > kSeries * 7 / 10);
}
