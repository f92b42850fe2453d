#include "harness/verdict/certificate.h"

#include "harness/statistics/proportions.h"

namespace recgauge {

CalibrationCertificate certificate_of(const char* probe, uint64_t false_alarms, uint64_t runs,
                                      std::vector<CalibrationCertificate::Power> power, const char* command) {
  CalibrationCertificate result;
  result.probe = probe;
  result.alpha = 0.05;
  result.seeds = runs;
  result.false_alarm_rate = static_cast<double>(false_alarms) / static_cast<double>(runs);
  result.false_alarm_interval = statistics::wilson_interval(false_alarms, runs, 0.95);
  result.power = std::move(power);
  result.command = command;
  return result;
}

}  // namespace recgauge
