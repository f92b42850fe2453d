// A calibration certificate from the counts of a study.
#pragma once

#include "harness/verdict/report.h"

namespace recgauge {

/// Of a test at 5 % that raised `false_alarms` in `runs` runs without anything planted, with a Wilson interval at 95 %.
CalibrationCertificate certificate_of(const char* probe, uint64_t false_alarms, uint64_t runs,
                                      std::vector<CalibrationCertificate::Power> power, const char* command);

}  // namespace recgauge
