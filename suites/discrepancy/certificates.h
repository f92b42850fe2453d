// What the discrepancy suite's conclusions are worth, measured on data whose truth is known.
#pragma once

#include "harness/verdict/report.h"

namespace recgauge::suites {

/// Off-policy intervals and refusals, from tests/calibration/off_policy_coverage.cpp.
CalibrationCertificate off_policy_certificate();

/// "Overstated offline" on clean twins and on models that memorised test items, from
/// tests/calibration/discrepancy_world.cpp.
CalibrationCertificate overstatement_certificate();

/// Findings of the feedback loop on lists that are drawn anew every time and on ones that amplify what was taken, from
/// tests/calibration/feedback_loop.cpp.
CalibrationCertificate feedback_gap_certificate();
CalibrationCertificate homogenisation_certificate();

}  // namespace recgauge::suites
