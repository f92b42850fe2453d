// What the bias suite's tests of gaps are worth, measured on worlds with and without a planted gap.
#pragma once

#include "harness/verdict/report.h"

namespace recgauge::suites {

/// False alarms of all tests of a run together, and power of one, from tests/calibration/bias.cpp; docs/studies has the
/// table.
CalibrationCertificate gap_certificate();

}  // namespace recgauge::suites
