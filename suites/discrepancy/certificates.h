// What the discrepancy suite's conclusions are worth, measured on data whose truth is known.
#pragma once

#include "harness/verdict/report.h"

namespace recgauge::suites {

/// Off-policy intervals and refusals, from tests/calibration/off_policy_coverage.cpp.
CalibrationCertificate off_policy_certificate();

}  // namespace recgauge::suites
