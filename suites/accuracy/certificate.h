// What the accuracy suite's comparisons of systems are worth, measured on worlds with planted differences.
#pragma once

#include "harness/verdict/report.h"

namespace recgauge::suites {

/// False alarms and power of the paired comparison, from tests/calibration/accuracy.cpp; docs/studies has the table.
CalibrationCertificate comparison_certificate();

}  // namespace recgauge::suites
