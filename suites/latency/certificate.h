// How often intervals of percentiles cover the truth, measured on laws that are known.
#pragma once

#include <vector>

#include "harness/verdict/report.h"

namespace recgauge::suites {

std::vector<CalibrationCertificate> latency_certificates();

}  // namespace recgauge::suites
