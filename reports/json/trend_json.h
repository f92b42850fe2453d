// The trend of a measure over a history of runs, as JSON.
#pragma once

#include <string>

#include "harness/history/trend.h"

namespace recgauge::reports {

std::string to_json(const Trend& trend);

/// JSON Schema of a trend.
std::string trend_schema();

}  // namespace recgauge::reports
