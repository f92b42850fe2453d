// The history: kept once, by several writers, refused where it is none, and asked for trends and baselines.
#include "harness/history/run_history.h"

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <thread>

#include "harness/history/compressed_text.h"
#include "harness/system/error.h"
#include "harness/system/whole_file.h"
#include "tests/scripted/temporary_folder.h"

using namespace recgauge;
using recgauge::scripted::TemporaryFolder;

namespace {

Report report_of(double value, const std::string& finished, const std::string& data = "data") {
  Report report;
  report.name = "nightly";
  report.run_id = "id";
  report.data.content_hash = data;
  report.environment.facts["finished"] = finished;
  SystemSummary system;
  system.info.name = "ease";
  report.systems = {system};
  Measurement m;
  m.suite = "accuracy";
  m.system = "ease";
  m.metric = "ndcg(full)@10";
  m.label = "ndcg@10";
  m.value = value;
  m.interval = statistics::Interval{value - 0.01, value + 0.01, 0.95, "bootstrap"};
  m.n = 100;
  m.direction = Direction::higher_is_better;
  report.suites.resize(1);
  report.suites[0].info.name = "accuracy";
  report.suites[0].info.version = "1.0.0";
  report.suites[0].measurements = {m};
  return report;
}

std::string day(size_t number) {
  return "2026-01-" + std::string(number < 10 ? "0" : "") + std::to_string(number) + "T00:00:00Z";
}

AddedRun add(RunHistory& history, size_t number, double value, const RunOrigin& origin = {}) {
  return history.add(report_of(value, day(number)), "report " + std::to_string(number), origin);
}

std::string refusal(const std::filesystem::path& file, RunHistory::Mode mode) {
  try {
    const RunHistory history(file, mode);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

void run_sql(const std::filesystem::path& file, const char* sql) {
  sqlite3* handle = nullptr;
  REQUIRE(sqlite3_open(file.c_str(), &handle) == SQLITE_OK);
  REQUIRE(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(handle);
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("the same report is kept once, and gets another tag") {
  const TemporaryFolder folder;
  RunHistory history(folder.path() / "new" / "history.sqlite", RunHistory::Mode::write);
  const AddedRun first = add(history, 1, 0.25, {"a.json", "main", "c0ffee", "live", day(9)});
  CHECK(first.is_new);
  const AddedRun again = add(history, 1, 0.25, {"a.json", "main", "c0ffee", "best", day(9)});
  CHECK_FALSE(again.is_new);
  CHECK(again.number == first.number);
  const auto runs = history.runs();
  REQUIRE(runs.size() == 1);
  CHECK(runs[0].tags == std::vector<std::string>{"best", "live"});
  CHECK(runs[0].branch == "main");
  CHECK(history.report_text(first.number) == "report 1");
}

TEST_CASE("runs stand in the order of their time, whatever the order in which they were added") {
  const TemporaryFolder folder;
  RunHistory history(folder.path() / "h.sqlite", RunHistory::Mode::write);
  add(history, 3, 0.3);
  add(history, 1, 0.1);
  add(history, 2, 0.2);
  const Trend trend = history.trend({"ndcg@10", "", "all", "", {}});
  REQUIRE(trend.series.size() == 1);
  std::vector<double> values;
  for (const TrendPoint& point : trend.series[0].points) values.push_back(point.value);
  CHECK(values == std::vector<double>{0.1, 0.2, 0.3});
  CHECK(trend.series[0].points[0].run == 2);
  CHECK(trend.series[0].points[0].interval->low == doctest::Approx(0.09));
}

TEST_CASE("a planted drop is marked as worse, on the run where it happened; the name of a measure may be short") {
  const TemporaryFolder folder;
  RunHistory history(folder.path() / "h.sqlite", RunHistory::Mode::write);
  for (size_t i = 1; i <= 16; ++i) add(history, i, (i < 10 ? 0.30 : 0.27) + (i % 3 == 0 ? 0.002 : -0.001));
  for (const char* name : {"ndcg", "ndcg@10", "ndcg(full)@10"}) {
    const Trend trend = history.trend({name, "ease", "all", "", {}});
    REQUIRE(trend.series.at(0).marks.size() == 1);
    const TrendMark& mark = trend.series[0].marks[0];
    CHECK(mark.before_run == 9);
    CHECK(mark.after_run == 10);
    CHECK(mark.meaning == "worse");
    CHECK(mark.p_value <= mark.level);
  }
  CHECK_THROWS_AS(history.trend({"recall", "", "all", "", {}}), ConfigError);
  CHECK_THROWS_AS(history.trend({"ndc_@10", "", "all", "", {}}), ConfigError);
}

TEST_CASE("runs on other data are no part of the trend, and are named") {
  const TemporaryFolder folder;
  RunHistory history(folder.path() / "h.sqlite", RunHistory::Mode::write);
  history.add(report_of(0.9, day(1), "older data"), "old", {});
  add(history, 2, 0.2);
  const Trend trend = history.trend({"ndcg@10", "", "all", "", {}});
  CHECK(trend.series.at(0).points.size() == 1);
  REQUIRE(trend.notes.size() == 1);
  CHECK(holds(trend.notes[0], "runs 1."));
}

TEST_CASE("a baseline is the newest run of a tag or branch; others are listed when there is none") {
  const TemporaryFolder folder;
  RunHistory history(folder.path() / "h.sqlite", RunHistory::Mode::write);
  add(history, 2, 0.2, {"b.json", "main", "", "live", ""});
  add(history, 1, 0.1, {"a.json", "main", "", "live", ""});
  add(history, 3, 0.3, {"c.json", "feature", "", "", ""});
  CHECK(history.baseline({"", "live"}).source == "b.json");
  CHECK(history.baseline({"main", ""}).source == "b.json");
  CHECK(history.baseline({"feature", ""}).source == "c.json");
  CHECK_THROWS_WITH_AS(history.baseline({"", "gone"}), doctest::Contains("there are: live"), ConfigError);
  CHECK_THROWS_WITH_AS(history.baseline({"gone", ""}), doctest::Contains("there are: feature, main"), ConfigError);
}

TEST_CASE("a file that is no history, or one of a newer version, is refused and left as it is") {
  const TemporaryFolder folder;
  const auto text = folder.path() / "text.sqlite";
  write_whole_file(text, std::string(5000, 'x'));
  CHECK(holds(refusal(text, RunHistory::Mode::read), "is no history of recgauge"));
  CHECK(holds(refusal(text, RunHistory::Mode::write), "is no history of recgauge"));
  CHECK(read_whole_file(text) == std::string(5000, 'x'));
  const auto foreign = folder.path() / "foreign.sqlite";
  run_sql(foreign, "CREATE TABLE run (x)");
  CHECK(holds(refusal(foreign, RunHistory::Mode::write), "is no history of recgauge"));
  const auto newer = folder.path() / "newer.sqlite";
  { const RunHistory history(newer, RunHistory::Mode::write); }
  run_sql(newer, "PRAGMA user_version = 7");
  CHECK(holds(refusal(newer, RunHistory::Mode::write), "version 7, this recgauge knows version 1"));
  CHECK(holds(refusal(folder.path() / "absent.sqlite", RunHistory::Mode::read), "history add"));
  CHECK_FALSE(std::filesystem::exists(folder.path() / "absent.sqlite"));
}

TEST_CASE("a measurement without an interval or a value is kept or left out, not an error") {
  const TemporaryFolder folder;
  RunHistory history(folder.path() / "h.sqlite", RunHistory::Mode::write);
  Report report = report_of(0.5, day(1));
  Measurement undefined = report.suites[0].measurements[0];
  undefined.slice = "gender=F";
  undefined.value.reset();
  report.suites[0].measurements[0].interval.reset();
  report.suites[0].measurements.push_back(undefined);
  history.add(report, "one", {});
  const Trend trend = history.trend({"ndcg@10", "", "all", "", {}});
  CHECK(trend.series.at(0).points.at(0).value == 0.5);
  CHECK_FALSE(trend.series[0].points[0].interval.has_value());
  CHECK_THROWS_AS(history.trend({"ndcg@10", "", "gender=F", "", {}}), ConfigError);
}

TEST_CASE("several writers at once lose nothing") {
  const TemporaryFolder folder;
  const auto file = folder.path() / "h.sqlite";
  constexpr size_t kWriters = 8;
  constexpr size_t kRuns = 10;
  std::vector<std::thread> writers;
  for (size_t writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&, writer] {
      for (size_t i = 0; i < kRuns; ++i) {
        RunHistory history(file, RunHistory::Mode::write);
        const std::string text = "report " + std::to_string(writer * kRuns + i);
        history.add(report_of(0.1, day(1)), text, {});
        history.add(report_of(0.1, day(1)), "the same for all", {});
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  CHECK(RunHistory(file, RunHistory::Mode::read).runs().size() == kWriters * kRuns + 1);
}

TEST_CASE("text survives compression, and damage is seen") {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "{\"value\": " + std::to_string(i) + "}";
  std::vector<char> packed = compress_text(text);
  CHECK(packed.size() < text.size() / 3);
  CHECK(expand_text(packed, text.size()) == text);
  CHECK(expand_text(compress_text(""), 0).empty());
  packed.resize(packed.size() / 2);
  CHECK_THROWS_AS(expand_text(packed, text.size()), SystemError);
}
