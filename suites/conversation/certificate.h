// What was measured of this suite's tests on systems of known behaviour.
#pragma once

#include <vector>

#include "harness/verdict/report.h"

namespace recgauge::suites {

/// Numbers of docs/studies/conversation-calibration.md.
std::vector<CalibrationCertificate> conversation_certificates();

}  // namespace recgauge::suites
