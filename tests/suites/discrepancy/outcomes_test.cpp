// A/B outcomes from files: hygiene, CUPED and order, against values worked by hand.
#include "suites/discrepancy/outcomes.h"

#include <doctest/doctest.h>

#include "harness/system/error.h"
#include "tests/scripted/temporary_folder.h"
#include "tests/suites/discrepancy/world_bench.h"

using namespace recgauge;
using namespace recgauge::suites;
using namespace recgauge::scripted;

namespace {

SuiteResult assess(const std::string& csv, const std::vector<NamedOffline>& offline = {}) {
  const TemporaryFolder folder;
  SuiteResult result;
  DiscrepancyConfig config;
  config.resamples = 300;
  const SuiteContext context;
  add_outcomes(folder.write("ab.csv", csv).string(), config, {metrics::parse_metric("ndcg@10")}, context, offline,
               result);
  return result;
}

OfflineValues offline_of(std::vector<double> values) {
  OfflineValues offline;
  offline.requests = offline.usable = values.size();
  offline.by_metric = {std::move(values)};
  return offline;
}

}  // namespace

TEST_CASE(
    "sample-ratio mismatch: 5,100 and 4,900 against equal shares have p = .0455, which is not enough to void it") {
  const SuiteResult result = assess("model,metric,mean,n,variance\na,ctr,0.10,5100,0.09\nb,ctr,0.11,4900,0.0979\n");
  const Measurement* p = find_measurement(result, "all systems", "sample_ratio_p_value[ctr]");
  REQUIRE(p != nullptr);
  CHECK(*p->value == doctest::Approx(0.045500264).epsilon(1e-7));
  CHECK(find_finding(result, "sample-ratio-ctr") == nullptr);
  const SuiteResult uneven = assess("model,metric,mean,n,variance\na,ctr,0.10,5300,0.09\nb,ctr,0.11,4700,0.0979\n");
  REQUIRE(find_finding(uneven, "sample-ratio-ctr") != nullptr);
  CHECK(find_finding(uneven, "sample-ratio-ctr")->severity == Severity::critical);
  const SuiteResult planned =
      assess("model,metric,mean,n,variance,expected_share\na,ctr,0.10,9000,0.09,0.9\nb,ctr,0.11,1000,0.0979,0.1\n");
  CHECK(*find_measurement(planned, "all systems", "sample_ratio_p_value[ctr]")->value == 1.0);
}

TEST_CASE("CUPED, by hand: theta = 2, means move towards each other, the variance falls from 10 to 6") {
  // Pooled covariate mean 5.5, variance 1, covariance 2.
  std::vector<ArmOutcome> arms{{"a", "spend", 20, 100, 10, {}, Covariate{5, 1, 2}},
                               {"b", "spend", 23, 100, 10, {}, Covariate{6, 1, 2}}};
  adjust_by_covariate(arms);
  CHECK(arms[0].mean == doctest::Approx(21));
  CHECK(arms[1].mean == doctest::Approx(22));
  CHECK(arms[0].variance == doctest::Approx(6));
}

TEST_CASE("comparisons with the first model are always valid") {
  const SuiteResult result = assess("model,metric,mean,n,variance\na,ctr,0.10,100000,0.09\nb,ctr,0.12,100000,0.1056\n");
  REQUIRE(result.comparisons.size() == 1);
  const Comparison& c = result.comparisons.front();
  CHECK(*c.difference == doctest::Approx(0.02));
  CHECK(c.interval->low > 0);
  CHECK(*c.p_value < 0.001);
}

TEST_CASE("the offline order is held against the outcomes of models of the same name") {
  const OfflineValues low = offline_of({0.1, 0.11, 0.09, 0.1});
  const OfflineValues middle = offline_of({0.2, 0.21, 0.19, 0.2});
  const OfflineValues high = offline_of({0.3, 0.31, 0.29, 0.3});
  const std::vector<NamedOffline> offline{{"a", &low}, {"b", &middle}, {"c", &high}};
  const std::string header = "model,metric,mean,n,variance\n";
  const SuiteResult same =
      assess(header + "a,ctr,0.1,10000,0.09\nb,ctr,0.2,10000,0.16\nc,ctr,0.3,10000,0.21\n", offline);
  const Measurement* tau = find_measurement(same, "all systems", "kendall_tau_b[ndcg@10, ctr]");
  REQUIRE(tau != nullptr);
  CHECK(*tau->value == doctest::Approx(1.0));
  CHECK(tau->interval->low == doctest::Approx(1.0));
  const SuiteResult opposite =
      assess(header + "a,ctr,0.3,10000,0.21\nb,ctr,0.2,10000,0.16\nc,ctr,0.1,10000,0.09\n", offline);
  CHECK(*find_measurement(opposite, "all systems", "kendall_tau_b[ndcg@10, ctr]")->value == doctest::Approx(-1.0));
  CHECK(find_finding(opposite, "outcome-order-ctr")->status == FindingStatus::not_supported);
  const SuiteResult strangers = assess(header + "x,ctr,0.3,100,0.21\ny,ctr,0.2,100,0.16\n", offline);
  CHECK(
      find_measurement(strangers, "all systems", "kendall_tau_b[ndcg@10, ctr]")->undefined_reason.find("there are 0") !=
      std::string::npos);
}

TEST_CASE("outcomes that cannot be read are refused with line and column") {
  const auto refused = [](const std::string& text, const char* message) {
    CHECK_THROWS_WITH_AS(assess(text), doctest::Contains(message), DataError);
  };
  refused("", "the file is empty");
  refused("model,metric,mean,count,variance\n", "there is no column 'n'");
  refused("model,metric,mean,n,variance\na,ctr,x,10,1\n", "ab.csv:2:7: 'mean' must be a number");
  refused("model,metric,mean,n,variance\na,ctr,1,1,1\n", "ab.csv:2:9: 'n' must be a number of at least 2");
  refused("model,metric,mean,n,variance\na,ctr,1,10,-1\n", "ab.csv:2:12: 'variance' must be a number of at least 0");
  refused("model,metric,mean,n,variance\na,ctr,1,10\n", "ab.csv:2: 4 fields");
  refused("model,metric,mean,n,variance\n,ctr,1,10,1\n", "model or metric is empty");
}
