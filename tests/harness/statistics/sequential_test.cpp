// The always-valid test: interval and p-value agree, and looking often does not raise false alarms.
#include "harness/statistics/sequential.h"

#include <doctest/doctest.h>

#include <cmath>

#include "harness/system/random.h"

using namespace recgauge;
using namespace recgauge::statistics;

TEST_CASE("worked values: d = .5, V = .04, deviation .2") {
  // awk: t=.04; v=.04; d=.5; p = sqrt((v+t)/v) * exp(-t*d*d/(2*v*(v+t)));
  // reach = sqrt(v*(v+t)/t * (2*log(20) + log((v+t)/v)))
  CHECK(*always_valid_p_value({0.5, 0.04}, 0.2) == doctest::Approx(0.29643527).epsilon(1e-6));
  const auto interval = always_valid_interval({0.5, 0.04}, 0.2, 0.95);
  CHECK(interval->high - 0.5 == doctest::Approx(0.73127897).epsilon(1e-6));
  CHECK(0.5 - interval->low == doctest::Approx(0.73127897).epsilon(1e-6));
}

TEST_CASE("the interval's end is where the p-value is alpha") {
  for (const double v : {0.001, 0.02, 0.5}) {
    const auto interval = always_valid_interval({0.0, v}, 0.1, 0.95);
    CHECK(*always_valid_p_value({interval->high, v}, 0.1) == doctest::Approx(0.05).epsilon(1e-9));
  }
  CHECK_FALSE(always_valid_interval({0.5, 0.0}, 0.1, 0.95).has_value());
  CHECK_FALSE(always_valid_p_value({0.5, 0.1}, 0.0).has_value());
}

TEST_CASE("looking after every observation raises a false alarm in at most 5 % of experiments without effect") {
  int alarms = 0;
  constexpr int kExperiments = 1000;
  for (int e = 0; e < kExperiments; ++e) {
    RandomStream stream(derive_seed(5, {static_cast<uint64_t>(e)}));
    double sum = 0.0;
    bool alarm = false;
    for (int n = 1; n <= 1000; ++n) {
      sum += stream.normal();
      const double mean = sum / n;
      alarm = alarm || *always_valid_p_value({mean, 1.0 / n}, 0.2) <= 0.05;
    }
    alarms += alarm ? 1 : 0;
  }
  CHECK(alarms <= 65);  // 50 expected at most; 65 is exceeded with probability .015 if it were exactly 5 %
  CHECK(alarms >= 5);
}
