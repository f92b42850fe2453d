// The comparison of runs as tables of text.
#pragma once

#include "harness/comparison/run_comparison.h"
#include "reports/tables/text_table.h"

namespace recgauge::reports {

/// Effects over everything for the first `measures` measures that some system was compared on, costs, disagreements and
/// the systems that no other one beats. Slices and the other measures are counted, not shown.
TextDocument comparison_document(const RunComparison& comparison, size_t measures = 8);

}  // namespace recgauge::reports
