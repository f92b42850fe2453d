// A trend as tables of text.
#pragma once

#include "harness/history/trend.h"
#include "reports/tables/text_table.h"

namespace recgauge::reports {

/// A table for each series: its runs in order, with a line's mark where the mean changed.
TextDocument trend_document(const Trend& trend);

}  // namespace recgauge::reports
