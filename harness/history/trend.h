// A measure over the runs of a history, as plain values, with marks where it changed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/statistics/change_points.h"
#include "harness/verdict/report.h"

namespace recgauge {

/// One run's value.
struct TrendPoint {
  uint64_t run = 0;  ///< number of the run in the history
  std::string name;
  std::string finished;  ///< UTC
  std::string branch;
  std::string commit;
  std::vector<std::string> tags;
  double value = 0.0;
  std::optional<statistics::Interval> interval;
  uint64_t n = 0;
};

/// A change of the mean between two neighbouring points.
struct TrendMark {
  uint64_t position = 0;  ///< point that it begins with, from 0
  uint64_t before_run = 0;
  uint64_t after_run = 0;
  double before = 0.0;  ///< mean of the points since the mark before it
  double after = 0.0;
  double p_value = 1.0;
  double level = 0.0;   ///< what the p-value was held against
  std::string meaning;  ///< "better", "worse", "higher" or "lower"
};

/// One system on one measure and slice, oldest run first.
struct TrendSeries {
  std::string system;
  std::string suite;
  std::string metric;
  std::string label;
  std::string slice;
  std::string unit;
  Direction direction = Direction::neutral;
  std::vector<TrendPoint> points;
  std::vector<TrendMark> marks;
};

struct Trend {
  static constexpr const char* kSchemaVersion = "1.0.0";
  std::string schema_version = kSchemaVersion;
  std::string tool_version;
  std::string measure;  ///< as it was asked for
  std::string history;  ///< file
  std::string branch;   ///< empty for all
  std::string method;
  std::vector<std::string> notes;  ///< runs that were left out, and why
  std::vector<TrendSeries> series;
};

/// Fills the marks of a series from its values.
void mark_changes(TrendSeries& series, const statistics::ChangePointOptions& options);

}  // namespace recgauge
