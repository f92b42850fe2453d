// What a reader without JavaScript sees.
#pragma once

#include <string>

#include "harness/verdict/report.h"

namespace recgauge::reports {

/// HTML of the verdict, the findings (worst first) and a table of the measurements of slice "all", all text escaped.
std::string plain_page(const Report& report);

}  // namespace recgauge::reports
