// Order of systems here and in another run: what carries over, what does not, and what cannot be told.
#include "suites/discrepancy/transfer.h"

#include <doctest/doctest.h>

#include "harness/metrics/metric_spec.h"
#include "harness/system/error.h"
#include "tests/scripted/temporary_folder.h"
#include "tests/suites/discrepancy/world_bench.h"

using namespace recgauge;
using namespace recgauge::scripted;

namespace {

// A finished run whose accuracy suite kept these values by user, alternating around each system's mean.
void write_run(const TemporaryFolder& folder, const std::vector<std::pair<std::string, double>>& means) {
  std::filesystem::create_directories(folder / "other");
  ObservationStore store(folder / "other/observations.sqlite", "other");
  std::vector<std::string> names;
  for (int user = 0; user < 200; ++user) names.push_back(std::to_string(user));
  std::vector<UnitValues> values;
  for (const auto& [system, mean] : means) {
    values.push_back({system, metrics::full_name(metrics::parse_metric("ndcg@10")), {}});
    for (int user = 0; user < 200; ++user) values.back().values.push_back(mean + (user % 2 == 0 ? 0.05 : -0.05));
  }
  store.write_unit_values("accuracy", names, values);
}

SuiteResult assess(const TemporaryFolder& folder) {
  PreparedData data = small_world(21, {200, 120, 20});
  data.roots = {};
  suites::DiscrepancyConfig config;
  config.offline_metrics = {"ndcg@10"};
  config.online_users = 0;
  config.pools = false;
  config.resamples = 300;
  config.transfer = {{"books", (folder / "other").string()}};
  return assess_on_world(
      data, 21, config,
      {baseline("knn", "item_knn"), baseline("popularity", "popularity"), baseline("random", "random")});
}

}  // namespace

TEST_CASE("the same order in both runs has tau_b 1, the opposite one -1 and a finding") {
  const TemporaryFolder same;
  write_run(same, {{"knn", 0.9}, {"popularity", 0.5}, {"random", 0.1}, {"unknown here", 0.3}});
  const SuiteResult carried = assess(same);
  const Measurement* tau = find_measurement(carried, "all systems", "kendall_tau_b[ndcg@10, transfer]");
  REQUIRE(tau != nullptr);
  CHECK(tau->n == 3);
  CHECK(*tau->value == doctest::Approx(1.0));
  CHECK(tau->slice == "run=books");
  CHECK(find_finding(carried, "transfer") == nullptr);
  const TemporaryFolder opposite;
  write_run(opposite, {{"knn", 0.1}, {"popularity", 0.5}, {"random", 0.9}});
  const SuiteResult turned = assess(opposite);
  CHECK(*find_measurement(turned, "all systems", "kendall_tau_b[ndcg@10, transfer]")->value == doctest::Approx(-1.0));
  REQUIRE(find_finding(turned, "transfer") != nullptr);
  REQUIRE(turned.figures.size() == 1);
  CHECK(turned.figures[0].rows.size() == 6);
}

TEST_CASE("too few systems in common, and runs that are not there, are said") {
  const TemporaryFolder folder;
  write_run(folder, {{"knn", 0.9}, {"popularity", 0.5}});
  const SuiteResult result = assess(folder);
  const Measurement* tau = find_measurement(result, "all systems", "kendall_tau_b[ndcg@10, transfer]");
  CHECK_FALSE(tau->value.has_value());
  CHECK(tau->undefined_reason.find("2 systems have values of ndcg@10 by user in both runs, an order needs 3") == 0);
  const TemporaryFolder empty;
  CHECK_THROWS_WITH_AS(assess(empty), doctest::Contains("suites.discrepancy.transfer"), ConfigError);
  suites::DiscrepancyConfig config;
  config.transfer = {{"a", "x"}, {"a", "y"}};
  CHECK_THROWS_WITH_AS(suites::DiscrepancySuite{config}, doctest::Contains("transfer[1]: the name 'a' is there"),
                       ConfigError);
}
