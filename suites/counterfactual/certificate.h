// What the suite's tests are worth, measured on lists with and without a planted effect.
#pragma once

#include <vector>

#include "harness/verdict/report.h"

namespace recgauge::suites {

/// From tests/calibration/counterfactual.cpp; docs/studies has the tables.
std::vector<CalibrationCertificate> counterfactual_certificates();

}  // namespace recgauge::suites
