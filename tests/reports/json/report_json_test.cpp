// Reading reports: what was written comes back, what is broken is a DataError that says where.
#include "reports/json/report_json.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "harness/system/error.h"

using namespace recgauge;
using reports::from_json;
using reports::to_json;

namespace {

std::string with(const char* pointer, nlohmann::ordered_json value) {
  auto json = nlohmann::ordered_json::parse(to_json(Report{}));
  json[nlohmann::ordered_json::json_pointer(pointer)] = std::move(value);
  return json.dump();
}

}  // namespace

TEST_CASE("a report comes back as it was written, values that are not finite as NaN") {
  Report report;
  report.name = "first";
  report.suites.resize(1);
  Measurement measurement;
  measurement.value = 0.1 + 0.2;
  measurement.interval = statistics::Interval{-std::numeric_limits<double>::infinity(), 0.5, 0.95, "one-sided"};
  report.suites[0].measurements = {measurement};
  report.data.statistics["density"] = std::nan("");
  const std::string text = to_json(report);
  const Report back = from_json(text, "r.json");
  CHECK(back.name == "first");
  CHECK(back.suites[0].measurements[0].value == 0.1 + 0.2);
  CHECK(std::isnan(back.suites[0].measurements[0].interval->low));
  CHECK(std::isnan(back.data.statistics.at("density")));
  CHECK(to_json(back) == text);
}

TEST_CASE("broken reports are refused with the place") {
  CHECK_THROWS_WITH_AS(from_json("{", "r.json"), doctest::Contains("r.json: not valid JSON"), DataError);
  CHECK_THROWS_WITH_AS(from_json("[1e999]", "r.json"), doctest::Contains("r.json: not valid JSON"), DataError);
  CHECK_THROWS_WITH_AS(from_json("[]", "r.json"), doctest::Contains("schema_version"), DataError);
  CHECK_THROWS_WITH_AS(from_json(R"({"schema_version": 1})", "r.json"), doctest::Contains("schema_version"), DataError);
  CHECK_THROWS_WITH_AS(from_json(with("/schema_version", "2.0.0"), "r.json"), doctest::Contains("'2.0.0'"), DataError);
  CHECK_THROWS_WITH_AS(from_json(with("/name", 5), "r.json"), doctest::Contains("/name expected a string"), DataError);
  CHECK_THROWS_WITH_AS(from_json(with("/data/users", -1), "r.json"), doctest::Contains("/data/users"), DataError);
  CHECK_THROWS_WITH_AS(from_json(with("/surplus", 1), "r.json"), doctest::Contains("/surplus is not part"), DataError);
}

TEST_CASE("suites that measure time stand under timing, and come back among the others") {
  Report report;
  for (const char* name : {"latency", "accuracy"}) {
    report.suites.emplace_back().info.name = name;
    report.suites.back().measurements.emplace_back().suite = name;
  }
  report.timing.seconds["total"] = 1.5;
  const auto json = nlohmann::ordered_json::parse(to_json(report));
  REQUIRE(json.at("suites").size() == 1);
  CHECK(json.at("suites").at(0).at("info").at("name") == "accuracy");
  REQUIRE(json.at("timing").at("suites").size() == 1);
  CHECK(json.at("timing").at("suites").at(0).at("measurements").at(0).at("suite") == "latency");
  const Report back = from_json(json.dump(), "r.json");
  REQUIRE(back.suites.size() == 2);
  CHECK(back.suites[0].info.name == "accuracy");
  CHECK(back.suites[1].info.name == "latency");
  CHECK(back.timing.seconds.at("total") == 1.5);
  CHECK(nlohmann::ordered_json::parse(to_json(back)) == json);
}
