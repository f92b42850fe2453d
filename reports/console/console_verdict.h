// A verdict as text for a terminal or a log.
#pragma once

#include "reports/console/console_report.h"

namespace recgauge::reports {

/// The verdict, then each gate with its reason. Control characters of foreign text are shown as '?'.
std::string to_console(const Verdict& verdict, const ConsoleStyle& style = {});

}  // namespace recgauge::reports
