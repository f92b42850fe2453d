// Logs in the suite: what is supported is estimated, what is not is refused with the reason.
#include "suites/discrepancy/logged.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>

#include "harness/system/error.h"
#include "suites/discrepancy/log_figures.h"
#include "tests/scripted/temporary_folder.h"
#include "tests/suites/discrepancy/world_bench.h"

using namespace recgauge;
using namespace recgauge::scripted;

namespace {

SuiteResult assess(const suites::LogConfig& log, const std::filesystem::path& folder) {
  SuiteContext context;
  context.seed = 1;
  context.find_file = [&](const std::string& path, const std::string&) { return (folder / path).string(); };
  suites::DiscrepancyConfig config;
  SuiteResult result;
  suites::add_log(log, config, context, result);
  return result;
}

// Two of three actions are logged, with click rates .1 and .3; the policy takes them with the given chances.
std::string two_actions(const std::string& policy) {
  std::string text = "action,reward,propensity,candidates,policy\n";
  RandomStream stream(3);
  for (int i = 0; i < 3000; ++i) {
    const bool second = stream.uniform() < 0.5;
    const bool click = stream.uniform() < (second ? 0.3 : 0.1);
    text += fmt::format("{},{},0.5,a|b|c,{}\n", second ? "b" : "a", click ? 1 : 0, policy);
  }
  return text;
}

}  // namespace

TEST_CASE("a log that holds what the policy does gives estimates that cover its value, .9 x .3 + .1 x .1 = .28") {
  const TemporaryFolder folder;
  folder.write("log.csv", two_actions("0.1|0.9|0"));
  suites::LogConfig log;
  log.name = "shop";
  log.path = "log.csv";
  const SuiteResult result = assess(log, folder.path());
  for (const char* estimator : {"IPS", "SNIPS", "clipped IPS", "DM", "DR", "SNDR", "Switch-DR", "DRos"}) {
    CAPTURE(estimator);
    const Measurement* value = find_measurement(result, "log shop", fmt::format("value[{}]", estimator));
    REQUIRE(value != nullptr);
    REQUIRE(value->value.has_value());
    CHECK(value->interval->low < 0.28);
    CHECK(value->interval->high > 0.28);
  }
  CHECK(find_finding(result, "shop-support")->status == FindingStatus::supported);
  CHECK(result.figures.size() == 3);
}

TEST_CASE("a policy that takes what was never logged is refused: every value is undefined and says why") {
  const TemporaryFolder folder;
  folder.write("log.csv", two_actions("0.1|0.5|0.4"));
  suites::LogConfig log;
  log.name = "shop";
  log.path = "log.csv";
  const SuiteResult result = assess(log, folder.path());
  const Measurement* value = find_measurement(result, "log shop", "value[DR]");
  REQUIRE(value != nullptr);
  CHECK_FALSE(value->value.has_value());
  CHECK(value->undefined_reason.find("not supported by the log") == 0);
  CHECK(value->undefined_reason.find("40.0 % of the policy's choices") != std::string::npos);
  CHECK(find_finding(result, "shop-support")->severity == Severity::high);
}

TEST_CASE("a log without a policy to evaluate is refused with the remedy") {
  const TemporaryFolder folder;
  folder.write("log.csv", "action,reward,propensity\na,1,0.5\n");
  suites::LogConfig log;
  log.name = "shop";
  log.path = "log.csv";
  CHECK_THROWS_WITH_AS(assess(log, folder.path()), doctest::Contains("the log brings no policy to evaluate"),
                       DataError);
}

TEST_CASE("logs of lists: each estimator is judged by its own weights") {
  const TemporaryFolder folder;
  std::string text;
  RandomStream stream(4);
  for (int i = 0; i < 3000; ++i) {
    text += fmt::format(R"({{"rewards":[{},{}],"propensities":[0.5,0.5],"evaluated":[0.5,{}]}})"
                        "\n",
                        stream.uniform() < 0.2 ? 1 : 0, stream.uniform() < 0.1 ? 1 : 0, i % 2 == 0 ? 0.6 : 0.4);
  }
  folder.write("lists.jsonl", text);
  suites::LogConfig log;
  log.name = "lists";
  log.path = "lists.jsonl";
  log.lists = true;
  const SuiteResult result = assess(log, folder.path());
  for (const char* estimator : {"SIPS", "RIPS"}) {
    const Measurement* value = find_measurement(result, "log lists", fmt::format("value[{}]", estimator));
    REQUIRE(value != nullptr);
    CHECK(*value->value == doctest::Approx(0.3).epsilon(0.1));
    CHECK(value->interval->low < *value->value);
  }
  CHECK(find_measurement(result, "log lists", "value[IIPS]") == nullptr);
}

TEST_CASE("Open Bandit through the suite: every supported interval holds the deployed click rate .0069") {
  const std::filesystem::path data = std::filesystem::path(RECGAUGE_SHARED_DATA_DIR) / "obd-men";
  if (!std::filesystem::exists(data)) {
    MESSAGE("skipped: the Open Bandit log is not in the folder of shared data");
    return;
  }
  suites::LogConfig log;
  log.name = "men";
  log.path = "random/men.csv";
  log.format = off_policy::LogFormat::open_bandit;
  log.policy = suites::EvaluatedPolicyKind::thompson;
  log.priors = "bts_prior.tsv";
  log.on_policy = "bts/men.csv";
  const SuiteResult result = assess(log, data);
  CHECK(*find_measurement(result, "log men", "value[on-policy]")->value == doctest::Approx(0.0069));
  const Finding* finding = find_finding(result, "men-against-on-policy");
  REQUIRE(finding != nullptr);
  INFO(finding->claim);
  CHECK(finding->status == FindingStatus::supported);
}

TEST_CASE("reliability, by hand") {
  std::vector<double> predicted;
  std::vector<double> observed;
  for (int i = 0; i < 10; ++i) {
    predicted.push_back(0.3);
    observed.push_back(i < 4 ? 1.0 : 0.0);
  }
  for (int i = 0; i < 10; ++i) {
    predicted.push_back(0.8);
    observed.push_back(1.0);
  }
  // Ten bins of two: the first five hold predictions of .3 with rates 1, 1, 0, 0, 0.
  const suites::Reliability reliability = suites::reliability_of(predicted, observed);
  CHECK(reliability.bins.size() == 10);
  CHECK(reliability.expected_error == doctest::Approx((2 * 0.7 + 3 * 0.3 + 5 * 0.2) / 10));
  CHECK(suites::reliability_of({}, {}).bins.empty());
}
