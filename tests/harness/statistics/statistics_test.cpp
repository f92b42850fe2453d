// Expected values are those of R 4.2 (t.test, p.adjust, cor, prop.test, chisq.test, power.t.test, qbinom) on the same
// numbers; the R call stands beside each.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "harness/statistics/bootstrap.h"
#include "harness/statistics/power.h"
#include "harness/statistics/proportions.h"
#include "harness/statistics/resampling.h"
#include "harness/statistics/tests_of_difference.h"
#include "harness/system/parallel.h"
#include "harness/system/random.h"

using namespace recgauge;
using namespace recgauge::statistics;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
const std::vector<double> kDifferences{0.3, -0.1, 0.25, 0.4, 0.05, -0.2, 0.35, 0.15};
const std::vector<double> kSkewed{0.1,  0.5, 0.9, 1.3, 0.2, 4.1,  0.7,  0.3, 2.2,  0.6,
                                  0.05, 1.9, 0.8, 0.4, 3.0, 0.15, 0.35, 1.1, 0.25, 0.95};

bool near(double a, double b, double tolerance = 1e-10) { return std::abs(a - b) <= tolerance * (1 + std::abs(b)); }

Estimate estimate(std::span<const double> values, BootstrapMethod method, size_t resamples = 20000, uint64_t seed = 5) {
  const Column column{values, {}};
  BootstrapOptions options;
  options.method = method;
  options.resamples = resamples;
  options.seed = seed;
  return bootstrap(std::span(&column, 1), {}, options).front();
}

}  // namespace

TEST_CASE("paired and Welch t tests") {
  const TestResult paired = paired_t_test(kDifferences);  // t.test(d)
  CHECK(near(*paired.statistic, 1.95401684184));
  CHECK(near(*paired.p_value, 0.0916237953389));
  const std::vector<double> a{5.1, 4.9, 6.2, 5.8, 6.0, kNan};
  const std::vector<double> b{4.1, 5.0, 4.4, 4.7, 4.9, 3.8, 4.2};
  const TestResult welch = welch_t_test(a, b);  // t.test(a, b)
  CHECK(near(*welch.statistic, 3.79386592372));
  CHECK(near(*welch.p_value, 0.0062761756352));
  CHECK(paired_t_test(std::vector<double>{0, 0, 0}).p_value == 1.0);
  CHECK_FALSE(paired_t_test(std::vector<double>{0.5, kNan}).p_value.has_value());
}

TEST_CASE("the exact sign-flip test enumerates: 28 of 256 flips are as extreme") {
  const std::span<const double> column(kDifferences);
  CHECK(near(*paired_permutation_tests(std::span(&column, 1), 99, 1).front().p_value, 0.109375));
}

TEST_CASE("the Monte Carlo sign-flip test agrees with the t test on normal data and ignores undefined pairs") {
  RandomStream stream(3);
  std::vector<double> shifted;
  for (int i = 0; i < 300; ++i) shifted.push_back(i % 10 == 0 ? kNan : stream.normal() + 0.12);
  const std::span<const double> column(shifted);
  const TestResult permuted = paired_permutation_tests(std::span(&column, 1), 20000, 1).front();
  const TestResult t = paired_t_test(shifted);
  CHECK(permuted.n == 270);
  CHECK(std::abs(*permuted.p_value - *t.p_value) < 0.01);
}

TEST_CASE("under the null the permutation test rejects at its level") {
  int rejected = 0;
  constexpr int kTrials = 600;
  for (int trial = 0; trial < kTrials; ++trial) {
    RandomStream stream(derive_seed(9, {static_cast<uint64_t>(trial)}));
    std::vector<double> data;
    for (int i = 0; i < 30; ++i) data.push_back(stream.uniform() < 0.5 ? -stream.gamma(1) : stream.gamma(1));
    const std::span<const double> column(data);
    rejected +=
        *paired_permutation_tests(std::span(&column, 1), 199, static_cast<uint64_t>(trial)).front().p_value <= 0.05 ? 1
                                                                                                                    : 0;
  }
  // Binomial(600, 0.05): mean 30, standard deviation 5.3.
  CHECK(rejected > 12);
  CHECK(rejected < 48);
}

TEST_CASE("corrections: p.adjust of holm, BH and bonferroni; NaN does not count") {
  const std::vector<double> p{.01, .04, kNan, .03, .005, .2};
  const auto check = [&](Correction correction, const std::vector<double>& expected) {
    const std::vector<double> adjusted = adjust(p, correction);
    for (size_t i = 0; i < p.size(); ++i) {
      if (std::isnan(expected[i])) {
        CHECK(std::isnan(adjusted[i]));
      } else {
        CHECK(near(adjusted[i], expected[i]));
      }
    }
  };
  check(Correction::holm, {.04, .09, kNan, .09, .025, .2});
  check(Correction::benjamini_hochberg, {.025, .05, kNan, .05, .025, .2});
  check(Correction::bonferroni, {.05, .2, kNan, .15, .025, 1});
}

TEST_CASE("rank correlations with ties: cor(x, y, method = kendall / spearman)") {
  const std::vector<double> x{1, 2, 2, 3, 5, 4, 4, 7};
  const std::vector<double> y{2, 1, 3, 3, 4, 6, 6, 5};
  CHECK(near(*kendall_tau_b(x, y), 0.576923076923));
  CHECK(near(*spearman(x, y), 0.75));
  CHECK_FALSE(kendall_tau_b(x, std::vector<double>(8, 1.0)).has_value());
  // Quadratic definition on longer random data with many ties.
  RandomStream stream(4);
  std::vector<double> a;
  std::vector<double> b;
  for (int i = 0; i < 200; ++i) {
    a.push_back(static_cast<double>(stream.below(15)));
    b.push_back(a.back() + static_cast<double>(stream.below(10)));
  }
  double concordance = 0;
  double a_pairs = 0;
  double b_pairs = 0;
  for (size_t i = 0; i < 200; ++i) {
    for (size_t j = 0; j < i; ++j) {
      const double da = (a[i] > a[j]) - (a[i] < a[j]);
      const double db = (b[i] > b[j]) - (b[i] < b[j]);
      concordance += da * db;
      a_pairs += da * da;
      b_pairs += db * db;
    }
  }
  CHECK(near(*kendall_tau_b(a, b), concordance / std::sqrt(a_pairs * b_pairs)));
}

TEST_CASE("Wilson interval, order-statistic interval, chi-square") {
  const Interval wilson = *wilson_interval(7, 50, 0.95);  // prop.test(7, 50, correct = FALSE)
  CHECK(near(wilson.low, 0.0695083342702));
  CHECK(near(wilson.high, 0.261861937106));
  CHECK(wilson_interval(0, 20, 0.95)->low == 0.0);
  CHECK_FALSE(wilson_interval(0, 0, 0.95).has_value());
  std::vector<double> sorted(40);
  std::iota(sorted.begin(), sorted.end(), 1.0);
  const Interval median = *quantile_interval(sorted, 0.5, 0.95);  // qbinom(.025, 40, .5), qbinom(.975, 40, .5) + 1
  CHECK(median.low == 14);
  CHECK(median.high == 27);
  CHECK_FALSE(quantile_interval(std::span(sorted).first(10), 0.99, 0.95).has_value());
  const std::vector<double> counts{5100, 4900};
  const std::vector<double> equal{1, 1};
  CHECK(near(chi_square_fit(counts, equal).statistic, 4));
  CHECK(near(chi_square_fit(counts, equal).p_value, 0.0455002638964));
}

TEST_CASE("power and sample size: power.t.test(n = 64, delta = .35, type = one.sample, strict)") {
  CHECK(near(power_of_test(0.35, 1, 0.05, 64), 0.787310407462, 1e-8));
  CHECK(*required_sample_size(0.35, 1, 0.05, 0.8) == 67);  // 66.02, rounded up
  CHECK_FALSE(required_sample_size(0, 1, 0.05, 0.8).has_value());
}

TEST_CASE("non-inferiority passes, fails or says how much more it needs") {
  std::vector<double> differences;
  for (int i = 0; i < 400; ++i) differences.push_back(i % 2 == 0 ? 0.1 : -0.1);
  CHECK(non_inferiority(differences, 0.02, 0.95).decision == Decision::pass);
  for (double& x : differences) x -= 0.05;
  CHECK(non_inferiority(differences, 0.02, 0.95).decision == Decision::fail);
  for (double& x : differences) x += 0.033;
  const NonInferiority open = non_inferiority(differences, 0.02, 0.95);
  CHECK(open.decision == Decision::inconclusive);
  REQUIRE(open.deciding_n.has_value());
  CHECK(*open.deciding_n > 400);
}

TEST_CASE("the group jackknife is a t interval over left-out values") {
  const Interval interval = *group_jackknife(0.5, std::vector<double>{.50, .52, .48, .49, .51}, 0.95);
  CHECK(near(interval.high - 0.5, 0.0785297264591));
  CHECK_FALSE(group_jackknife(0.5, std::vector<double>{.5}, 0.95).has_value());
}

TEST_CASE("bootstrap intervals are those of a Poisson bootstrap of 400,000 resamples in R") {
  const Estimate percentile = estimate(kSkewed, BootstrapMethod::percentile);
  CHECK(near(*percentile.value, 0.9925));
  CHECK(std::abs(percentile.interval->low - 0.57) < 0.015);
  CHECK(std::abs(percentile.interval->high - 1.50) < 0.025);
  const Estimate bca = estimate(kSkewed, BootstrapMethod::bca);
  CHECK(std::abs(bca.interval->low - 0.629) < 0.015);
  CHECK(std::abs(bca.interval->high - 1.632) < 0.03);
}

TEST_CASE("95 % intervals of a skewed mean cover it nearly that often, and the two methods are both below by little") {
  int covered = 0;
  constexpr int kTrials = 400;
  for (int trial = 0; trial < kTrials; ++trial) {
    RandomStream stream(derive_seed(21, {static_cast<uint64_t>(trial)}));
    std::vector<double> sample;
    for (int i = 0; i < 60; ++i) sample.push_back(stream.gamma(1.0));
    const Estimate e = estimate(sample, BootstrapMethod::bca, 400, static_cast<uint64_t>(trial));
    covered += e.interval->low <= 1.0 && 1.0 <= e.interval->high ? 1 : 0;
  }
  // Small exponential samples: a little under the nominal 380 of 400 is known and expected.
  CHECK(covered >= 360);
  CHECK(covered <= 395);
}

TEST_CASE("undefined units are skipped and counted; too few units give no interval") {
  std::vector<double> values = kSkewed;
  values.push_back(kNan);
  values.push_back(kNan);
  const Estimate e = estimate(values, BootstrapMethod::bca);
  CHECK(near(*e.value, 0.9925));
  CHECK(e.n == 20);
  CHECK(e.n_undefined == 2);
  CHECK_FALSE(estimate(std::vector<double>{kNan, kNan}, BootstrapMethod::bca).value.has_value());
  const Estimate single = estimate(std::vector<double>{0.5}, BootstrapMethod::bca);
  CHECK(single.value == 0.5);
  CHECK_FALSE(single.interval.has_value());
  const Estimate constant = estimate(std::vector<double>(10, 0.25), BootstrapMethod::bca);
  CHECK(constant.interval->low == 0.25);
  CHECK(constant.interval->high == 0.25);
}

TEST_CASE("ratio columns: micro averages are sums over sums") {
  const std::vector<double> hits{1, 0, 3, 2};
  const std::vector<double> relevant{2, 5, 4, 6};
  const Column column{hits, relevant};
  CHECK(near(*bootstrap(std::span(&column, 1), {}, {}).front().value, 6.0 / 17.0));
}

TEST_CASE("results do not depend on threads, and a unit's weights not on its neighbours") {
  RandomStream stream(8);
  std::vector<double> a;
  std::vector<double> b;
  for (int i = 0; i < 5000; ++i) {
    a.push_back(stream.uniform());
    b.push_back(i % 3 == 0 ? kNan : stream.normal());
  }
  const std::vector<Column> columns{{a, {}}, {b, {}}};
  const auto both = bootstrap(columns, {}, {});
  const ThreadLimit one(1);
  const auto alone = bootstrap(columns, {}, {});
  for (size_t i = 0; i < 2; ++i) {
    CHECK(both[i].interval->low == alone[i].interval->low);
    CHECK(both[i].interval->high == alone[i].interval->high);
  }
  // Parts of the units, summed, equal the whole: what shards rely on.
  std::vector<uint64_t> keys(5000);
  std::iota(keys.begin(), keys.end(), uint64_t{0});
  const auto sums = [&](size_t begin, size_t end) {
    const std::span<const double> part = std::span<const double>(a).subspan(begin, end - begin);
    return resampled_sums(std::span(&part, 1), std::span(keys).subspan(begin, end - begin), 50, Weighting::poisson, 3);
  };
  const auto whole = sums(0, 5000);
  const auto first = sums(0, 1234);
  const auto second = sums(1234, 5000);
  for (size_t r = 0; r < 50; ++r) CHECK(near(whole[r], first[r] + second[r], 1e-12));
}

TEST_CASE("units of one cluster share their weights: intervals over clusters are wider when clusters agree") {
  std::vector<double> values;
  std::vector<uint64_t> clusters;
  RandomStream stream(2);
  for (uint64_t cluster = 0; cluster < 30; ++cluster) {
    const double level = stream.normal();
    for (int i = 0; i < 20; ++i) {
      values.push_back(level);
      clusters.push_back(cluster);
    }
  }
  const Column column{values, {}};
  const auto units = bootstrap(std::span(&column, 1), {}, {}).front();
  const auto clustered = bootstrap(std::span(&column, 1), clusters, {}).front();
  const double ratio =
      (clustered.interval->high - clustered.interval->low) / (units.interval->high - units.interval->low);
  CHECK(ratio > 3.0);  // sqrt(20) = 4.5 in expectation
  CHECK(ratio < 6.0);
}

TEST_CASE("the percentile interval takes what is defined, in order") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  // 0 to 10: a tenth and nine tenths of the way.
  const auto interval = percentile_interval({4, 1, nan, 10, 3, 0, 9, 6, 2, 8, 7, 5}, 0.8, "resampled");
  REQUIRE(interval);
  CHECK(interval->low == 1.0);
  CHECK(interval->high == 9.0);
  CHECK(interval->method == "resampled");
  CHECK_FALSE(percentile_interval({1.0, nan}, 0.8, ""));
}
