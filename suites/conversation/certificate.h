// What was measured of this suite's tests on systems of known behaviour.
#pragma once

#include <vector>

#include "harness/verdict/report.h"

namespace recgauge::suites {

/// From tests/calibration/conversation.cpp; docs/studies has the tables.
std::vector<CalibrationCertificate> conversation_certificates();

}  // namespace recgauge::suites
