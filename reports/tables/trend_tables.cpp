#include "reports/tables/trend_tables.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace recgauge::reports {
namespace {

std::string mark_at(const TrendSeries& series, size_t position) {
  for (const TrendMark& mark : series.marks) {
    if (mark.position != position) continue;
    return fmt::format("{}: {} to {}, p {:.2g}", mark.meaning, short_number(mark.before), short_number(mark.after),
                       mark.p_value);
  }
  return "";
}

TextTable series_table(const TrendSeries& series) {
  TextTable table;
  table.title =
      fmt::format("{} of {}{}", series.label, series.system, series.slice == "all" ? "" : " on " + series.slice);
  table.columns = {{"run", true},   {"finished", false}, {"branch", false},  {"commit", false},
                   {"tags", false}, {"value", true},     {"interval", true}, {"change", false}};
  for (size_t i = 0; i < series.points.size(); ++i) {
    const TrendPoint& point = series.points[i];
    table.rows.push_back(
        {std::to_string(point.run), point.finished, point.branch, point.commit.substr(0, 12),
         fmt::format("{}", fmt::join(point.tags, ", ")), short_number(point.value),
         point.interval ? fmt::format("[{}, {}]", short_number(point.interval->low), short_number(point.interval->high))
                        : "",
         mark_at(series, i)});
  }
  table.remainder = series.marks.empty() ? "No change is shown." : "";
  return table;
}

}  // namespace

TextDocument trend_document(const Trend& trend) {
  TextDocument document;
  document.title =
      fmt::format("Trend of {}{}", trend.measure, trend.branch.empty() ? "" : " on branch " + trend.branch);
  document.lines = {trend.method};
  document.warnings = trend.notes;
  for (const TrendSeries& series : trend.series) document.tables.push_back(series_table(series));
  return document;
}

}  // namespace recgauge::reports
