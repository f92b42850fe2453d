// What the suite's tests are worth, measured with systems whose push is planted.
#pragma once

#include "harness/verdict/report.h"

namespace recgauge::suites::harm_drift {

/// False alarms of all tests of a run together, and power of one, from tests/calibration/harm_drift.cpp; docs/studies
/// has the table.
CalibrationCertificate push_certificate();

}  // namespace recgauge::suites::harm_drift
