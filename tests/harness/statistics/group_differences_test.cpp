// The stratified test of groups against an enumeration of all permutations, its false alarms, and shrinkage.
#include "harness/statistics/group_differences.h"

#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

#include "harness/statistics/power.h"
#include "harness/system/parallel.h"
#include "harness/system/random.h"

using namespace recgauge;
using namespace recgauge::statistics;

namespace {

std::map<std::string, std::vector<double>> expected_values() {
  std::map<std::string, std::vector<double>> values;
  std::ifstream file(RECGAUGE_SOURCE_DIR "/tests/harness/statistics/group_differences_expected.txt");
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string name;
    words >> name;
    for (double value = 0; words >> value;) values[name].push_back(value);
  }
  return values;
}

const std::vector<double> kValues{3, 1, 4, 1.5, 5, 9, 2, 6, 5.5};
const std::vector<uint32_t> kCells{0, 1, 0, 1, 0, 0, 1, 2, 1};
const std::vector<uint32_t> kStrata{0, 0, 0, 0, 1, 1, 1, 1, 1};

PartitionTest test_one(std::span<const double> values, std::span<const uint32_t> cells, size_t count,
                       std::span<const uint32_t> strata, const GroupTestOptions& options) {
  const Partition partition{cells, count};
  return group_difference_tests(std::span(&values, 1), std::span(&partition, 1), strata, options)[0][0];
}

}  // namespace

TEST_CASE("differences within strata, their errors and max-T p-values agree with an enumeration") {
  const auto expected = expected_values();
  const PartitionTest test = test_one(kValues, kCells, 3, kStrata, {200000, .95, 3});
  REQUIRE(test.cells.size() == 3);
  double smallest = 1;
  for (size_t c = 0; c < 3; ++c) {
    const auto& wanted = expected.at("cell_" + std::to_string(c));
    CHECK(std::abs(test.cells[c].difference - wanted[0]) < 1e-9);
    CHECK(std::abs(test.cells[c].standard_error - wanted[1]) < 1e-9);
    CHECK(std::abs(std::abs(*test.cells[c].t_statistic) - wanted[2]) < 1e-9);
    CHECK(std::abs(test.cells[c].p_value - wanted[3]) < .005);  // five standard errors of 200,000 permutations
    smallest = std::min(smallest, test.cells[c].p_value);
    CHECK(test.cells[c].interval->low < test.cells[c].difference);
  }
  CHECK(*test.p_value == smallest);
}

TEST_CASE("neither the number of threads nor other columns and partitions change a digit") {
  const std::vector<double> other{1, 0, 0, 1, 1, 0, 1, 0, std::nan("")};
  const std::vector<uint32_t> halves{0, 0, 1, 1, 0, 0, 1, 1, kNoCell};
  const std::vector<std::span<const double>> columns{other, kValues};
  const std::vector<Partition> partitions{{halves, 2}, {kCells, 3}};
  const GroupTestOptions options{999, .9, 5};
  const PartitionTest alone = test_one(kValues, kCells, 3, kStrata, options);
  for (const size_t threads : {1, 2}) {
    const ThreadLimit limit(threads);
    const auto together = group_difference_tests(columns, partitions, kStrata, options);
    for (size_t c = 0; c < 3; ++c) {
      CHECK(together[1][1].cells[c].p_value == alone.cells[c].p_value);
      CHECK(together[1][1].cells[c].interval->high == alone.cells[c].interval->high);
    }
    CHECK(together[0][0].cells[1].n == 4);
  }
}

TEST_CASE("what does not vary, and a partition of one cell, are no evidence") {
  const std::vector<double> same(9, 2.0);
  CHECK_FALSE(test_one(same, kCells, 3, kStrata, {99, .95, 1}).p_value);
  const std::vector<uint32_t> one(9, 0);
  const PartitionTest all = test_one(kValues, one, 1, {}, {99, .95, 1});
  CHECK_FALSE(all.p_value);
  CHECK(std::isnan(all.cells[0].difference));
}

TEST_CASE("a difference that strata explain is not found, one within strata is") {
  RandomStream stream(11);
  std::vector<double> explained;
  std::vector<double> real;
  std::vector<uint32_t> strata;
  std::vector<uint32_t> cells;
  for (size_t i = 0; i < 400; ++i) {
    strata.push_back(i % 2 == 0 ? 0 : 1);
    cells.push_back(stream.uniform() < (strata.back() == 0 ? .2 : .8) ? 1 : 0);
    const double noise = stream.normal();
    explained.push_back(3.0 * strata.back() + noise);
    real.push_back(3.0 * strata.back() + 1.0 * cells.back() + noise);
  }
  CHECK(*test_one(explained, cells, 2, strata, {999, .95, 1}).p_value > .05);
  CHECK(*test_one(explained, cells, 2, {}, {999, .95, 1}).p_value == .001);
  const PartitionTest found = test_one(real, cells, 2, strata, {999, .95, 1});
  CHECK(*found.p_value == .001);
  CHECK(found.cells[1].interval->low < 1.0);
  CHECK(found.cells[1].interval->high > 1.0);
}

TEST_CASE("false alarms keep their level, with unequal cells and values far from normal") {
  size_t alarms = 0;
  size_t covered = 0;
  constexpr size_t kTrials = 600;
  for (size_t trial = 0; trial < kTrials; ++trial) {
    RandomStream stream(derive_seed(17, {trial}));
    std::vector<double> values;
    std::vector<uint32_t> cells;
    for (size_t i = 0; i < 240; ++i) {
      const double u = stream.uniform();
      cells.push_back(u < .1 ? 2 : u < .3 ? 1 : 0);
      values.push_back(stream.uniform() < .8 ? 0.0 : stream.uniform());
    }
    const PartitionTest test = test_one(values, cells, 3, {}, {199, .95, trial});
    alarms += *test.p_value <= .05 ? 1 : 0;
    covered += std::all_of(test.cells.begin(), test.cells.end(),
                           [](const CellDifference& c) { return c.interval->low <= 0 && c.interval->high >= 0; })
                   ? 1
                   : 0;
  }
  // 5 % of 600 is 30, and a binomial count lies above 50 once in 5,000 times.
  CHECK(alarms <= 50);
  CHECK(alarms >= 12);
  CHECK(covered >= 530);
}

TEST_CASE("shrinkage draws the uncertain ones most, and equal means together") {
  const auto wanted = expected_values().at("shrunken");
  const std::vector<double> means{.20, .30, .25, .45};
  const std::vector<double> variances{.001, .002, .004, .010};
  const ShrunkenMeans result = shrink_means(means, variances);
  CHECK(std::abs(result.spread - wanted[0]) < 1e-9);
  CHECK(std::abs(result.common - wanted[1]) < 1e-9);
  for (size_t g = 0; g < 4; ++g) CHECK(std::abs(result.values[g] - wanted[2 + g]) < 1e-9);
  const ShrunkenMeans noise = shrink_means(std::vector<double>{.2, .21}, std::vector<double>{.01, .01});
  CHECK(noise.spread == 0.0);
  CHECK(noise.values[0] == noise.values[1]);
  CHECK(shrink_means(std::vector<double>{.2, .3}, std::vector<double>{.0, .1}).values[1] == .3);
}

TEST_CASE("the detectable effect is what the required sample size was asked for") {
  const auto n = required_sample_size(.1, 1.0, .05, .8);
  CHECK(detectable_effect(1.0, .05, .8, *n) == doctest::Approx(.1).epsilon(.002));
  CHECK(detectable_effect(1.0, .01, .8, *n) > .1);
  CHECK(std::isinf(detectable_effect(1.0, .05, .8, 1)));
  CHECK(detectable_effect(0.0, .05, .8, 50) == 0.0);
}
