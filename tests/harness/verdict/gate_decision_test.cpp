// The decision rule against numbers worked out by hand from the formulas in docs/gates.md.
#include "harness/verdict/gate_decision.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

using namespace recgauge;
using statistics::Estimated;

namespace {
constexpr double kInfinite = std::numeric_limits<double>::infinity();
const double kNaN = std::nan("");
}  // namespace

TEST_CASE("a mean's error is s / sqrt(n), and undefined values do not count") {
  // 1, 2, 3, 4: mean 2.5, s = sqrt(5/3) = 1.2909944, error 0.6454972, t(3, 0.95) = 2.3533634.
  const auto mean = statistics::estimated_mean(std::vector<double>{1, kNaN, 2, 3, 4});
  REQUIRE(mean);
  CHECK(mean->value == doctest::Approx(2.5));
  CHECK(mean->error_below == doctest::Approx(0.6454972));
  CHECK(mean->degrees == 3);
  CHECK(mean->n == 4);
  CHECK(statistics::lower_bound(*mean, 0.95) == doctest::Approx(2.5 - 2.3533634 * 0.6454972));
  CHECK(statistics::upper_bound(*mean, 0.95) == doctest::Approx(2.5 + 2.3533634 * 0.6454972));
  CHECK_FALSE(statistics::estimated_mean(std::vector<double>{1, kNaN}));
}

TEST_CASE("equal values have no error, whatever rounding does") {
  const auto mean = statistics::estimated_mean(std::vector<double>(7, 0.1));
  CHECK(mean->error_below == 0.0);
}

TEST_CASE("a combination of independent estimates has Welch's error and degrees of freedom") {
  // Variances of the means 0.04 (9 degrees) and 0.01 (4 degrees): (0.05)^2 / (0.0016 / 9 + 0.0001 / 4) = 12.3287671.
  const Estimated x{1.0, 0.2, 0.2, 9, 10};
  const Estimated y{0.4, 0.1, 0.1, 4, 5};
  const Estimated difference = statistics::linear_combination(1, x, -1, y, 0.3);
  CHECK(difference.value == doctest::Approx(0.9));
  CHECK(difference.error_below == doctest::Approx(std::sqrt(0.05)));
  CHECK(difference.degrees == doctest::Approx(12.3287671));
}

TEST_CASE("a negative factor turns an asymmetric error over") {
  const Estimated x{1.0, 0.2, 0.5, kInfinite, 10};
  const Estimated turned = statistics::linear_combination(-1, x, 0, {}, 0);
  CHECK(turned.error_below == doctest::Approx(0.5));
  CHECK(turned.error_above == doctest::Approx(0.2));
}

TEST_CASE("one contrast: the two p-values are the two tails") {
  // z = 1.6448536 is the 95 % quantile of the normal distribution.
  const Estimated contrast{0.16448536, 0.1, 0.1, kInfinite, 100};
  const GateTest test = test_requirement(std::vector{contrast}, AtLimit::met);
  CHECK(test.p_pass == doctest::Approx(0.05));
  CHECK(test.p_fail == doctest::Approx(0.95));
}

TEST_CASE("two contrasts: Schuirmann's larger p to pass, Hodges and Lehmann's sum to fail") {
  // Estimate 0.03 in a region of +-0.05 with error 0.01: contrasts 0.08 and 0.02, z = 8 and 2.
  const std::vector<Estimated> inside{{0.08, 0.01, 0.01, kInfinite, 100}, {0.02, 0.01, 0.01, kInfinite, 100}};
  CHECK(test_requirement(inside, AtLimit::met).p_pass == doctest::Approx(0.0227501));
  // Estimate 0.07: contrasts 0.12 and -0.02. P(Z > 2) + P(Z > 12).
  const std::vector<Estimated> outside{{0.12, 0.01, 0.01, kInfinite, 100}, {-0.02, 0.01, 0.01, kInfinite, 100}};
  CHECK(test_requirement(outside, AtLimit::met).p_fail == doctest::Approx(0.0227501));
  // A region of width 0 is the two-sided test: estimate 0.0196, z = 1.96, p = 0.05.
  const std::vector<Estimated> point{{0.0196, 0.01, 0.01, kInfinite, 100}, {-0.0196, 0.01, 0.01, kInfinite, 100}};
  CHECK(test_requirement(point, AtLimit::met).p_fail == doctest::Approx(0.05).epsilon(0.001));
}

TEST_CASE("without error the value decides; at the limit the rule says which way") {
  const std::vector<Estimated> zero{{0.0, 0.0, 0.0, 9, 10}};
  CHECK(test_requirement(zero, AtLimit::met).p_pass == 0.0);
  CHECK(test_requirement(zero, AtLimit::met).p_fail == 1.0);
  CHECK(test_requirement(zero, AtLimit::not_met).p_pass == 1.0);
  CHECK(test_requirement(zero, AtLimit::not_met).p_fail == 0.0);
}

TEST_CASE("the deciding sample size is that of a one-sided test with 80 % power") {
  // d = 0.5: a one-sided t test at 5 % with 80 % power needs 27 units (Cohen 1988, table 2.4.1 halves to one sample).
  const std::vector<Estimated> positive{{0.05, 0.1 / std::sqrt(10.0), 0.1 / std::sqrt(10.0), 9, 10}};
  CHECK(deciding_sample_size(positive, 0.05, 0.05) == 27);
  const std::vector<Estimated> negative{{-0.05, 0.1 / std::sqrt(10.0), 0.1 / std::sqrt(10.0), 9, 10}};
  CHECK(deciding_sample_size(negative, 0.05, 0.05) == 27);
  CHECK(deciding_sample_size(negative, 0.05, 0.005).value() > 27);
  const std::vector<Estimated> zero{{0.0, 0.1, 0.1, 9, 10}};
  CHECK_FALSE(deciding_sample_size(zero, 0.05, 0.05));
}
