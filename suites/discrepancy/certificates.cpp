#include "suites/discrepancy/certificates.h"

#include "harness/statistics/proportions.h"

namespace recgauge::suites {
namespace {

constexpr uint64_t kLogs = 300;
// Supported logs, uniform and of another policy, whose DR interval does not hold the truth.
constexpr uint64_t kMissed = 11 + 17;

}  // namespace

CalibrationCertificate off_policy_certificate() {
  CalibrationCertificate certificate;
  certificate.probe = "95 % intervals of off-policy estimates (DR), and refusal of logs that do not support one";
  certificate.alpha = 0.05;
  certificate.seeds = 2 * kLogs;
  certificate.false_alarm_rate = static_cast<double>(kMissed) / static_cast<double>(certificate.seeds);
  certificate.false_alarm_interval = statistics::wilson_interval(kMissed, certificate.seeds, 0.95);
  certificate.power = {{0.25, "share of the actions that the log lacks: refused", 4000, 1.0},
                       {6.0, "sharpness of the logging policy against another: refused", 4000, 1.0}};
  certificate.command = "off_policy_coverage 300";
  return certificate;
}

}  // namespace recgauge::suites
