// comparison.json.
#pragma once

#include <string>

#include "harness/comparison/run_comparison.h"

namespace recgauge::reports {

std::string to_json(const RunComparison& comparison);

/// JSON Schema of comparison.json.
std::string comparison_schema();

}  // namespace recgauge::reports
