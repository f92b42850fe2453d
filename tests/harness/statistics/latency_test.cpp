// Quantiles of dependent series, steady state, shifts, scaling and the search for a rate. Expected numbers that are not
// worked out here come from latency_expected.py.
#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "harness/statistics/percentiles.h"
#include "harness/statistics/quantile_shift.h"
#include "harness/statistics/rate_search.h"
#include "harness/statistics/scaling.h"
#include "harness/statistics/steady_state.h"
#include "harness/system/random.h"

namespace recgauge::statistics {
namespace {

std::vector<std::vector<std::string>> expected(const std::string& kind) {
  std::vector<std::vector<std::string>> rows;
  std::ifstream file(RECGAUGE_SOURCE_DIR "/tests/harness/statistics/latency_expected.txt");
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::vector<std::string> row;
    for (std::string word; words >> word;) row.push_back(word);
    if (row.front() == kind) rows.push_back(row);
  }
  REQUIRE(!rows.empty());
  return rows;
}

// The same as in latency_expected.py.
std::vector<double> lifted_series(size_t size, size_t lifted, double by) {
  uint64_t state = 12345;
  std::vector<double> values;
  for (size_t i = 0; i < size; ++i) {
    state = (1103515245 * state + 12345) % (uint64_t{1} << 31);
    values.push_back(static_cast<double>(state) / 2147483648.0 + (i < lifted ? by : 0.0));
  }
  return values;
}

std::vector<double> counting(size_t size) {
  std::vector<double> values;
  for (size_t i = 1; i <= size; ++i) values.push_back(static_cast<double>(i));
  return values;
}

double fraction(const std::string& text) {
  const size_t slash = text.find('/');
  return std::stod(text.substr(0, slash)) / std::stod(text.substr(slash + 1));
}

Percentile with_interval(double value, double low, double high) {
  return {0.5, value, Interval{low, high, 0.95, ""}, 1.0};
}

}  // namespace

TEST_CASE("ranks of short series are those of the binomial distribution") {
  for (const auto& row : expected("ranks")) {
    const auto n = static_cast<size_t>(std::stoul(row[1]));
    CAPTURE(row[2]);
    CAPTURE(n);
    const double level = fraction(row[2]);
    const Percentile found = percentiles(counting(n), std::vector{level}, 0.95).front();
    CHECK(found.value == std::ceil(level * static_cast<double>(n) - 1e-9));
    CHECK(found.design_effect == 1.0);
    if (std::stoul(row[4]) > n) {
      CHECK(!found.interval);
    } else {
      REQUIRE(found.interval);
      CHECK(found.interval->low == std::stod(row[3]));
      CHECK(found.interval->high == std::stod(row[4]));
    }
  }
}

TEST_CASE("the maximum has no interval, and an empty series no quantile") {
  const Percentile maximum = percentiles(counting(500), std::vector{1.0}, 0.95).front();
  CHECK(maximum.value == 500.0);
  CHECK(!maximum.interval);
  CHECK(percentiles({}, std::vector{0.5}, 0.95).empty());
}

TEST_CASE("one long low stretch and one long high one are few observations, not many") {
  std::vector<double> steps(400, 1.0);
  std::fill(steps.begin() + 200, steps.end(), 2.0);
  // Ten batches, half of them all ones: variance 10 * 0.25 / 9 against 0.25 / 40 for independent values.
  const Percentile found = percentiles(steps, std::vector{0.5}, 0.95).front();
  CHECK(found.design_effect == doctest::Approx(2.5 / 9.0 / (0.25 / 40.0)));
  CHECK(!found.interval);  // 200 values above, worth fewer than 5
  std::vector<double> turns;
  for (size_t i = 0; i < 400; ++i) turns.push_back(i % 2 == 0 ? 1.0 : 2.0);
  CHECK(percentiles(turns, std::vector{0.5}, 0.95).front().design_effect == 1.0);
}

TEST_CASE("a tail that is one burst has no interval") {
  std::vector<double> values = lifted_series(5000, 0, 0.0);
  for (size_t i = 3000; i < 3040; ++i) values[i] += 10.0;
  const auto found = percentiles(values, std::vector{0.5, 0.995}, 0.95);
  CHECK(found[0].interval);
  CHECK(found[1].value > 10.0);
  CHECK(!found[1].interval);
}

TEST_CASE("intervals cover the quantiles of a waiting line, whose customers are alike") {
  // Sojourn times of M/M/1 at load 0.5 and service rate 1, from its stationary law: exponential with rate 0.5.
  int covered = 0;
  int made = 0;
  for (uint64_t seed = 0; seed < 60; ++seed) {
    RandomStream stream(derive_seed(seed, "waiting line"));
    const auto exponential = [&] { return -std::log(1.0 - stream.uniform()); };
    double waiting = stream.uniform() < 0.5 ? exponential() / 0.5 : 0.0;
    std::vector<double> sojourns;
    for (int i = 0; i < 4000; ++i) {
      const double service = exponential();
      sojourns.push_back(waiting + service);
      waiting = std::max(0.0, waiting + service - exponential() / 0.5);
    }
    for (const Percentile& p : percentiles(sojourns, std::vector{0.5, 0.9, 0.95}, 0.95)) {
      const double truth = -std::log(1.0 - p.level) / 0.5;
      if (!p.interval) continue;
      ++made;
      covered += p.interval->low <= truth && truth <= p.interval->high ? 1 : 0;
    }
  }
  CHECK(made > 170);
  // Binomial(180, 0.95) lies above 161 with a probability of 0.999.
  CHECK(covered > made * 161 / 180);
}

TEST_CASE("shares of dependent series have wider intervals than those of independent ones") {
  std::vector<uint8_t> bursts(1000, 0);
  std::vector<uint8_t> spread(1000, 0);
  for (size_t i = 0; i < 100; ++i) bursts[100 * (i / 20) + i % 20] = spread[10 * i] = 1;
  const auto wide = share_interval(bursts, 0.95);
  const auto narrow = share_interval(spread, 0.95);
  REQUIRE((wide && narrow));
  CHECK(wide->high - wide->low > 1.5 * (narrow->high - narrow->low));
  CHECK((narrow->low < 0.1 && 0.1 < narrow->high));
  CHECK(share_interval(std::vector<uint8_t>(300, 0), 0.95)->low == 0.0);
  CHECK(!share_interval({}, 0.95));
}

TEST_CASE("the steady state begins where MSER-5 by its definition puts it") {
  for (const auto& row : expected("mser")) {
    CAPTURE(row[2]);
    const auto found = steady_state(lifted_series(std::stoul(row[1]), std::stoul(row[2]), std::stod(row[3])));
    CHECK(found.reached == (row[4] != "-1"));
    if (found.reached) CHECK(found.first == std::stoul(row[4]));
  }
  CHECK(steady_state(counting(40)).first == 0);
  CHECK(!steady_state(counting(400)).reached);
}

TEST_CASE("difference and ratio of two quantiles by MOVER, worked by hand") {
  const Shift difference = quantile_difference(with_interval(10, 7, 12), with_interval(4, 3, 8));
  CHECK(difference.value == 6.0);
  REQUIRE(difference.interval);
  CHECK(difference.interval->low == doctest::Approx(6.0 - 5.0));              // hypot(3, 4)
  CHECK(difference.interval->high == doctest::Approx(6.0 + std::sqrt(5.0)));  // hypot(2, 1)
  const double e = std::exp(1.0);
  const auto ratio = quantile_ratio(with_interval(e, std::exp(-2.0), std::exp(3.0)),
                                    with_interval(1.0, std::exp(-1.5), std::exp(4.0)));
  REQUIRE((ratio && ratio->interval));
  CHECK(ratio->value == doctest::Approx(e));
  CHECK(std::log(ratio->interval->low) == doctest::Approx(1.0 - 5.0));   // hypot(3, 4)
  CHECK(std::log(ratio->interval->high) == doctest::Approx(1.0 + 2.5));  // hypot(2, 1.5)
  CHECK(!quantile_ratio(with_interval(0, 0, 0), with_interval(1, 1, 1)));
  Percentile bare = with_interval(2, 1, 3);
  bare.interval.reset();
  CHECK(!quantile_difference(bare, with_interval(1, 1, 1)).interval);
}

TEST_CASE("ratios over rounds cancel what a round does to both") {
  const std::vector<double> first{12.0, 15.0, 9.0, 14.0};
  const std::vector<double> second{10.0, 11.0, 8.0, 12.5};
  const auto row = expected("rounds").front();
  const auto ratio = paired_ratio(first, second, 0.95);
  REQUIRE((ratio && ratio->interval));
  CHECK(ratio->value == doctest::Approx(std::stod(row[1])));
  CHECK(ratio->interval->low == doctest::Approx(std::stod(row[2])));
  CHECK(ratio->interval->high == doctest::Approx(std::stod(row[3])));
  // Rounds in which the machine was slower by any factor change nothing.
  const auto disturbed = paired_ratio(std::vector{24.0, 45.0, 9.0, 7.0}, std::vector{20.0, 33.0, 8.0, 6.25}, 0.95);
  CHECK(disturbed->interval->high == doctest::Approx(ratio->interval->high));
  CHECK(!paired_ratio(std::vector{1.0}, std::vector{2.0}, 0.95)->interval);
  CHECK(!paired_ratio({}, {}, 0.95));
}

TEST_CASE("the exponent of a power law and its interval") {
  const std::vector<double> sizes{10, 20, 40, 80, 160};
  const auto row = expected("slope").front();
  const auto fitted = scaling_of(sizes, std::vector{3.1, 5.8, 12.5, 24.0, 51.0}, 0.95);
  REQUIRE((fitted && fitted->interval));
  CHECK(fitted->exponent == doctest::Approx(std::stod(row[1])));
  CHECK(fitted->interval->low == doctest::Approx(std::stod(row[2])));
  CHECK(fitted->interval->high == doctest::Approx(std::stod(row[3])));
  const auto exact = scaling_of(sizes, std::vector{300.0, 1200.0, 4800.0, 19200.0, 76800.0}, 0.95);
  CHECK(exact->exponent == doctest::Approx(2.0));
  CHECK(exact->factor == doctest::Approx(3.0));
  CHECK(exact->r_squared == doctest::Approx(1.0));
  CHECK(!scaling_of(std::vector{5.0, 5.0}, std::vector{1.0, 2.0}, 0.95));
  CHECK(!scaling_of(std::vector{5.0, 6.0}, std::vector{0.0, 2.0}, 0.95));
}

namespace {

// A server that is late with a share that grows with the rate: 1 % at 400 per second.
struct Searched {
  std::optional<double> kept;
  std::optional<double> not_kept;
  std::vector<TriedRate> tried;
};

Searched search(uint64_t seed, double error_share, RateSearchOptions options = {10.0, 1000.0, 1.1, 14, 8, 0.95, {}}) {
  RateSearch search(options);
  RandomStream stream(derive_seed(seed, "search"));
  while (const auto rate = search.next_rate()) {
    const double share = 0.01 * std::pow(*rate / 400.0, 3.0);
    std::vector<uint8_t> late;
    std::vector<uint8_t> failed;
    for (int i = 0; i < 20000; ++i) {
      failed.push_back(stream.uniform() < error_share ? 1 : 0);
      late.push_back(failed.back() != 0 || stream.uniform() < share ? 1 : 0);
    }
    search.observe(late, failed);
  }
  return {search.highest_kept(), search.lowest_not_kept(), search.tried()};
}

}  // namespace

TEST_CASE("the search brackets the rate at which the promise breaks") {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    CAPTURE(seed);
    const Searched found = search(seed, 0.0);
    REQUIRE((found.kept && found.not_kept));
    CHECK(*found.kept <= 400.0);
    CHECK(*found.kept > 250.0);
    for (const TriedRate& tried : found.tried) {
      if (tried.verdict == RateVerdict::broken) CHECK(tried.rate >= 400.0);
      if (tried.verdict == RateVerdict::kept) CHECK(tried.rate <= 400.0);
    }
  }
}

TEST_CASE("errors beyond the promise keep every rate from being called kept") {
  const Searched found = search(3, 0.005);
  CHECK(!found.kept);
  REQUIRE(found.not_kept);
  CHECK(*found.not_kept == 10.0);
  CHECK(found.tried.front().verdict == RateVerdict::broken);
}

TEST_CASE("too few requests decide nothing, and a rate is left after its blocks") {
  RateSearch search({10.0, 1000.0, 1.1, 5, 3, 0.95, {}});
  const std::vector<uint8_t> none(50, 0);
  for (int block = 0; block < 3; ++block) {
    CHECK(search.next_rate() == 10.0);
    search.observe(none, none);
  }
  CHECK(!search.next_rate());
  CHECK(search.tried().front().verdict == RateVerdict::undecided);
  CHECK(search.tried().front().n == 150);
  CHECK(!search.highest_kept());
}

TEST_CASE("a server that keeps the promise at the highest rate is asked no more") {
  RateSearch search({100.0, 400.0, 1.1, 10, 3, 0.95, {}});
  const std::vector<uint8_t> none(30000, 0);
  while (search.next_rate()) search.observe(none, none);
  CHECK(search.highest_kept() == 400.0);
  CHECK(!search.lowest_not_kept());
}

}  // namespace recgauge::statistics
