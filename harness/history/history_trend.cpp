// The question of a trend, answered from the table of measurements.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "harness/history/history_database.h"
#include "harness/run/sqlite_statement.h"
#include "harness/system/error.h"

namespace recgauge {
namespace {

/// A row of the table of measurements.
struct StoredValue {
  uint64_t run = 0;
  std::string suite_version;
  TrendSeries series;  ///< without points
  TrendPoint point;
};

StoredValue read_value(Statement& select) {
  StoredValue stored;
  stored.run = static_cast<uint64_t>(select.integer(0));
  TrendSeries& series = stored.series;
  series.suite = select.text(1);
  series.system = select.text(2);
  series.metric = select.text(3);
  series.slice = select.text(4);
  series.label = select.text(5);
  series.unit = select.text(6);
  series.direction = static_cast<Direction>(std::clamp<int64_t>(select.integer(7), 0, 2));
  stored.point.value = select.real(8);
  if (!select.is_null(9)) {
    stored.point.interval = statistics::Interval{select.real(9), select.real(10), select.real(11), select.text(12)};
  }
  stored.point.n = static_cast<uint64_t>(select.integer(13));
  stored.suite_version = select.text(14);
  return stored;
}

// A label without its cutoff means every cutoff.
constexpr const char* kValues =
    "SELECT run, suite, system, metric, slice, label, unit, direction, value, low, high, confidence, method, n, "
    "suite_version "
    "FROM measurement WHERE (metric = ?1 OR label = ?1 OR (label LIKE ?2 ESCAPE '\\' AND label NOT LIKE ?3 ESCAPE "
    "'\\')) "
    "AND ((?4 != '' AND system = ?4) OR (?4 = '' AND role = 'candidate')) AND slice = ?5 AND value IS NOT NULL "
    "ORDER BY suite, metric, system, run";

std::string escaped_like(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

std::vector<StoredValue> matching_values(sqlite3* handle, const TrendQuestion& question) {
  Statement select(handle, kValues);
  select.bind(1, question.measure);
  select.bind(2, escaped_like(question.measure) + "@%");
  select.bind(3, escaped_like(question.measure) + "@%[%");
  select.bind(4, question.system);
  select.bind(5, question.slice);
  std::vector<StoredValue> values;
  while (select.step()) values.push_back(read_value(select));
  return values;
}

TrendPoint point_of(const HistoryRun& run, TrendPoint point) {
  point.run = run.number;
  point.name = run.name;
  point.finished = run.finished;
  point.branch = run.branch;
  point.commit = run.commit;
  point.tags = run.tags;
  return point;
}

using SeriesKey = std::tuple<std::string, std::string, std::string>;  // suite, metric, system

/// Values of the runs in the order of their time, sorted into series that were measured alike.
class SeriesMaker {
 public:
  explicit SeriesMaker(std::vector<StoredValue> values) {
    for (StoredValue& value : values) {
      const uint64_t run = value.run;
      by_run_[run].push_back(std::move(value));
    }
  }

  // What a suite's values must share: the newest run decides.
  void look(const HistoryRun& run) {
    for (const StoredValue& value : by_run_[run.number]) asked_[value.series.suite] = alike(run, value);
  }

  void add(const HistoryRun& run) {
    bool differs = false;
    for (const StoredValue& value : by_run_[run.number]) {
      const TrendSeries& described = value.series;
      if (asked_[described.suite] == alike(run, value)) {
        TrendSeries& series =
            series_.try_emplace({described.suite, described.metric, described.system}, described).first->second;
        series.points.push_back(point_of(run, value.point));
      } else {
        differs = true;
      }
    }
    if (differs) left_out.push_back(run.number);
  }

  std::vector<TrendSeries> finish(const statistics::ChangePointOptions& options) {
    std::vector<TrendSeries> all;
    for (auto& [key, series] : series_) {
      mark_changes(series, options);
      all.push_back(std::move(series));
    }
    return all;
  }

  std::vector<uint64_t> left_out;

 private:
  static std::string alike(const HistoryRun& run, const StoredValue& value) {
    return run.question + " " + value.suite_version;
  }

  std::map<uint64_t, std::vector<StoredValue>> by_run_;
  std::map<std::string, std::string> asked_;
  std::map<SeriesKey, TrendSeries> series_;
};

}  // namespace

Trend RunHistory::trend(const TrendQuestion& question) const {
  Trend trend;
  trend.measure = question.measure;
  trend.history = database_->path;
  trend.branch = question.branch;
  trend.method = "Change points: " + describe(question.changes) + ". Runs stand in the order of their time.";
  const std::vector<HistoryRun> all = runs({question.branch, ""});
  SeriesMaker maker(matching_values(database_->handle, question));
  for (const HistoryRun& run : all) maker.look(run);
  for (const HistoryRun& run : all) maker.add(run);
  trend.series = maker.finish(question.changes);
  if (trend.series.empty()) {
    throw ConfigError(fmt::format("{} has no value of '{}' on '{}' of {}{}; `recgauge history list` shows its runs",
                                  database_->path, question.measure, question.slice,
                                  question.system.empty() ? "a candidate" : question.system,
                                  question.branch.empty() ? "" : " on branch " + question.branch));
  }
  if (!maker.left_out.empty()) {
    trend.notes.push_back(
        fmt::format("Left out, since their data, split, candidate items or version of the suite differ from the newest "
                    "run's: runs {}.",
                    fmt::join(maker.left_out, ", ")));
  }
  return trend;
}

}  // namespace recgauge
