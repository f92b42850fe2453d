// Real data against published numbers. The data is not part of this repository; where it is absent the test says so.
#include <doctest/doctest.h>

#include <cmath>

#include "tests/end_to_end/program.h"

using namespace recgauge::end_to_end;

namespace {

bool has_data(const char* name) {
  if (std::filesystem::exists(std::filesystem::path(RECGAUGE_SHARED_DATA_DIR) / name)) return true;
  MESSAGE("skipped: no data set " << name);
  return false;
}

nlohmann::json run_example(const std::string& name, const Scratch& scratch) {
  const std::string config = std::string(RECGAUGE_SOURCE_DIR) + "/examples/" + name + ".yaml";
  const Outcome outcome =
      run_program({"run", config, "--data-folder", RECGAUGE_SHARED_DATA_DIR, "-o", "run", "-q"}, scratch.path());
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.errors);
  return comparable_report(scratch.path() / "run");
}

double rounded(double value) { return std::round(value * 1e4) / 1e4; }

}  // namespace

TEST_CASE("MostPop on DiffRec's MovieLens-1M is the published value to the digit") {
  if (!has_data("diffrec-ml1m-clean")) return;
  const Scratch scratch;
  const auto report = run_example("diffrec-ml1m-clean", scratch);
  CHECK(rounded(measured(report, "accuracy/most_popular/recall@10/all")) == 0.0535);
  CHECK(rounded(measured(report, "accuracy/most_popular/recall@20/all")) == 0.0993);
  CHECK(rounded(measured(report, "accuracy/most_popular/ndcg@10/all")) == 0.0587);
  CHECK(rounded(measured(report, "accuracy/most_popular/ndcg@20/all")) == 0.0721);
  // The set's validation part lies after its test part; a report that keeps silent about it misleads.
  REQUIRE(!report.at("data").at("known_issues").empty());
  CHECK(report.at("data").at("known_issues").at(0).get<std::string>().find("later than the test") != std::string::npos);
}

TEST_CASE("MovieLens-100K: sizes of the README, groups as slices, and the order of baselines that is known") {
  if (!has_data("movielens-100k")) return;
  const Scratch scratch;
  const auto report = run_example("movielens-100k", scratch);
  CHECK(report.at("data").at("users") == 943);
  CHECK(report.at("data").at("items") == 1682);
  CHECK(report.at("data").at("interactions") == 100000);
  CHECK(measured(report, "accuracy/ease/ndcg@10/all") > measured(report, "accuracy/popularity/ndcg@10/all"));
  CHECK(measured(report, "accuracy/popularity/ndcg@10/all") > measured(report, "accuracy/random/ndcg@10/all"));
  CHECK(measured(report, "accuracy/ease/ndcg@10/gender=F") > 0);
}
