// What the suite's conclusions are worth, measured on systems that no attack reaches and on planted defects of known
// size.
#pragma once

#include <vector>

#include "harness/verdict/report.h"

namespace recgauge::suites::manipulation {

/// Fake users, altered histories and membership; from tests/calibration/manipulation.cpp.
std::vector<CalibrationCertificate> certificates();

}  // namespace recgauge::suites::manipulation
