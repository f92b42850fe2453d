// One description of every part of a trend, for its JSON and its schema.
#pragma once

#include "harness/history/trend.h"
#include "reports/json/report_fields.h"

namespace recgauge::reports {

template <typename V>
void fields(V& v, TrendPoint& x) {
  v.field("run", x.run, "number of the run in the history");
  v.field("name", x.name, "name of the run");
  v.field("finished", x.finished, "UTC");
  v.field("branch", x.branch, "empty if not given");
  v.field("commit", x.commit, "empty if not given");
  v.field("tags", x.tags, "tags of the run");
  v.field("value", x.value, "of the measure");
  v.field("interval", x.interval, "of the value, as the run has it");
  v.field("n", x.n, "units that entered");
}

template <typename V>
void fields(V& v, TrendMark& x) {
  v.field("position", x.position, "point that begins after the change, from 0");
  v.field("before_run", x.before_run, "last run before the change");
  v.field("after_run", x.after_run, "first run after it");
  v.field("before", x.before, "mean of the points since the change before it");
  v.field("after", x.after, "mean of the points until the next change");
  v.field("p_value", x.p_value, "of the permutation test");
  v.field("level", x.level, "what the p-value was held against");
  v.field("meaning", x.meaning, "better, worse, higher or lower");
}

template <typename V>
void fields(V& v, TrendSeries& x) {
  v.field("system", x.system, "name of the system");
  v.field("suite", x.suite, "suite that measured it");
  v.field("metric", x.metric, "full name with every parameter");
  v.field("label", x.label, "short name");
  v.field("slice", x.slice, "part of the users or items");
  v.field("unit", x.unit, "unit of the values");
  v.field("direction", x.direction, "which way is better");
  v.field("points", x.points, "oldest first");
  v.field("marks", x.marks, "changes of the mean");
}

template <typename V>
void fields(V& v, Trend& x) {
  v.field("schema_version", x.schema_version, "version of this format");
  v.field("tool_version", x.tool_version, "version of recgauge that made it");
  v.field("measure", x.measure, "as it was asked for");
  v.field("history", x.history, "file of the history");
  v.field("branch", x.branch, "empty for all branches");
  v.field("method", x.method, "how changes are found");
  v.field("notes", x.notes, "runs that were left out, and why");
  v.field("series", x.series, "one a system and measure");
}

}  // namespace recgauge::reports
