// Comparisons and trends that the browser tests show.
#pragma once

#include "harness/comparison/run_comparison.h"
#include "harness/history/trend.h"

namespace recgauge::browser_tests {

RunComparison
typical_comparison();  ///< two runs, five systems, slices, costs of which some were not measured, examples
RunComparison hostile_comparison();  ///< hostile text in every place that holds text
RunComparison lone_comparison();     ///< one system and nothing else
Trend typical_trend();               ///< two systems over 24 runs, one with a drop
Trend hostile_trend();

}  // namespace recgauge::browser_tests
