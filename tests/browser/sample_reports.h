// Reports that the browser tests show: each holds what one kind of reader or attacker brings.
#pragma once

#include "harness/verdict/report.h"

namespace recgauge::browser_tests {

/// Text that would run if it became markup or script, one for each way in.
std::vector<std::string> hostile_texts();

Report typical_report();       ///< accuracy with candidates, baselines and controls; a passed verdict
Report failed_report();        ///< the same with a failed gate and a critical finding
Report inconclusive_report();  ///< the same with a gate that needs more users
Report every_kind_report();    ///< every kind of figure, certificates, a suite that was not measured
Report hostile_report();       ///< hostile text in every place that holds text
Report large_report();         ///< 100 systems with 500 measurements each
Report empty_report();         ///< nothing at all

}  // namespace recgauge::browser_tests
