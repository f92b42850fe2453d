#include "harness/history/trend.h"

namespace recgauge {
namespace {

const char* meaning_of(const statistics::ChangePoint& change, Direction direction) {
  const bool higher = change.after > change.before;
  if (direction == Direction::neutral) return higher ? "higher" : "lower";
  return higher == (direction == Direction::higher_is_better) ? "better" : "worse";
}

}  // namespace

void mark_changes(TrendSeries& series, const statistics::ChangePointOptions& options) {
  std::vector<double> values;
  for (const TrendPoint& point : series.points) values.push_back(point.value);
  series.marks.clear();
  for (const statistics::ChangePoint& change : statistics::change_points(values, options)) {
    series.marks.push_back({change.position, series.points[change.position - 1].run, series.points[change.position].run,
                            change.before, change.after, change.p_value, change.level,
                            meaning_of(change, series.direction)});
  }
}

}  // namespace recgauge
