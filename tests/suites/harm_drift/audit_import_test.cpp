// Audits from files: a small one worked by hand, and the published YouTube audit where its data is here.
#include "suites/harm_drift/audit_import.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "harness/drift/severity.h"
#include "harness/system/error.h"
#include "tests/scripted/temporary_folder.h"

using namespace recgauge;
using namespace recgauge::suites;
using scripted::TemporaryFolder;

namespace {

const std::filesystem::path kAudit =
    std::filesystem::path(RECGAUGE_SHARED_DATA_DIR) / "youtube-audit-2020" / "all_Top10_SERP-MM.csv";

bool have_audit() {
  if (std::filesystem::exists(kAudit.string() + ".gz")) return true;
  MESSAGE("skipped: " << kAudit.string() << ".gz is not here");
  return false;
}

doctest::Approx near(double value) { return doctest::Approx(value).epsilon(1e-9).scale(1e-9); }

const Measurement& measurement(const SuiteResult& result, const std::string& id) {
  for (const Measurement& m : result.measurements) {
    if (m.id == "harm_drift/a/" + id) return m;
  }
  throw std::out_of_range(id);
}

AuditSettings settings_of(AuditColumns columns) {
  AuditSettings settings;
  settings.name = "a";
  settings.columns = std::move(columns);
  settings.resamples = 200;
  settings.sign_flips = 999;
  return settings;
}

}  // namespace

TEST_CASE("results become pages by rank, pages become curves of their units") {
  const TemporaryFolder folder;
  // Unit x: stances 1 0 -1 1 0 (SERP-MS .2667) at step 1, 1 (1) at step 2. Unit y: 0 at step 1, -1 at step 2.
  const std::string file = folder.write("results.csv",
                                        "who,when,place,stance\n"
                                        "x,1,2,0\nx,1,1,1\nx,1,5,0\nx,1,4,1\nx,1,3,-1\nx,2,1,1\ny,1,1,0\ny,2,1,-1\n");
  AuditColumns columns;
  columns.unit = "who";
  columns.step = "when";
  columns.stance = "stance";
  columns.rank = "place";
  const auto pages = read_audit(file, columns);
  REQUIRE(pages.size() == 4);
  CHECK(pages[0].score == near(0.266666666666667));
  const SuiteResult result = assess_audit(pages, settings_of(columns));
  CHECK(result.measured);
  // ((.2667 + 1) / 2 + (0 - 1) / 2) / 2 and (.7333 - 1) / 2.
  CHECK(measurement(result, "audit_score/all").value == near(0.066666666666667));
  CHECK(measurement(result, "audit_drift/all").value == near(-0.133333333333333));
  CHECK(measurement(result, "audit_score/all").n == 2);
}

TEST_CASE("contrasts are paired by unit within slices") {
  const TemporaryFolder folder;
  std::string text = "query,topic,watched,score\n";
  for (int q = 0; q < 12; ++q) {
    const std::string topic = q < 8 ? "vaccines" : "moon";
    text += fmt::format("q{},{},neutral,{}\n", q, topic, 0.01 * q);
    // Eight queries shift by a fifth each, four not at all.
    text += fmt::format("q{},{},promoting,{}\n", q, topic, 0.01 * q + (q < 8 ? 0.2 : 0.0));
  }
  AuditColumns columns;
  columns.unit = "query";
  columns.by = {"topic"};
  columns.contrast = "watched";
  const SuiteResult result = assess_audit(read_audit(folder.write("p.csv", text), columns), settings_of(columns));
  REQUIRE(result.comparisons.size() == 3);
  for (const Comparison& comparison : result.comparisons) {
    CHECK(comparison.first == "promoting");
    CHECK(comparison.second == "neutral");
    const double expected = comparison.slice == "topic=vaccines" ? 0.2 : comparison.slice == "all" ? 0.2 * 8 / 12 : 0.0;
    CHECK(comparison.difference == near(expected));
    // Exact: two of 2^8 flips are as extreme.
    if (comparison.slice == "topic=vaccines") CHECK(comparison.p_value == near(2.0 / 256.0));
  }
  CHECK(std::any_of(result.findings.begin(), result.findings.end(),
                    [](const Finding& f) { return f.id == "harm_drift/promoting-above-neutral-topic=vaccines"; }));
}

TEST_CASE("what an audit's file lacks is named") {
  const TemporaryFolder folder;
  AuditColumns columns;
  CHECK_THROWS_WITH_AS(read_audit(folder.write("a.csv", "who,score\nx,1\n"), columns),
                       doctest::Contains("no column is named 'trajectory'; there are: who, score"), ConfigError);
  columns.unit = "who";
  CHECK_THROWS_WITH_AS(read_audit(folder.write("b.csv", "who,score\nx,high\n"), columns),
                       doctest::Contains("'high' is no number"), DataError);
  CHECK_THROWS_WITH_AS(read_audit(folder.write("c.csv", "who,score\nx\n"), columns),
                       doctest::Contains("fewer fields than the header"), DataError);
  CHECK_THROWS_AS(read_audit(folder.write("d.csv", ""), columns), DataError);
  CHECK(!assess_audit({}, settings_of(columns)).measured);
}

TEST_CASE("YouTube audit 2020: every published page score is a SERP-MS of ten stances, and means are as published") {
  if (!have_audit()) return;
  AuditColumns columns;
  columns.unit = "qid";
  columns.score = "normalized_smm";
  columns.by = {"topic", "activity"};
  columns.contrast = "stance";
  const auto pages = read_audit(kAudit.string(), columns);
  REQUIRE(pages.size() == 1960);
  uint64_t reachable = 0;
  for (const AuditPage& page : pages) {
    // Ten stances of -1, 0 and 1 with the ranks' weights 10 to 1: every whole number of 55ths is reached, by giving the
    // sign to ranks whose weights add up to it.
    auto left = static_cast<int>(std::lround(std::abs(page.score) * 55.0));
    std::vector<double> stances;
    for (int weight = 10; weight >= 1; --weight) {
      const bool taken = weight <= left;
      stances.push_back(taken ? std::copysign(1.0, page.score) : 0.0);
      left -= taken ? weight : 0;
    }
    reachable += std::abs(drift::serp_ms(stances) - page.score) < 1e-9 ? 1 : 0;
  }
  CHECK(reachable == 1960);
  // Pages of the Watch audit about vaccines, 110 a stance; means computed apart from this program.
  const auto mean = [&](const std::string& stance) {
    double sum = 0.0;
    double count = 0.0;
    for (const AuditPage& page : pages) {
      if (page.by[0] != "vaccines" || page.by[1] != "Watch" || page.contrast != stance) continue;
      sum += page.score;
      count += 1.0;
    }
    CHECK(count == 110);
    return sum / count;
  };
  CHECK(std::round(mean("debunking") * 1e4) / 1e4 == near(-0.8337));
  CHECK(std::round(mean("neutral") * 1e4) / 1e4 == near(-0.8410));
  CHECK(std::round(mean("promoting") * 1e4) / 1e4 == near(-0.7894));
}
