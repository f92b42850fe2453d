#include "suites/discrepancy/certificates.h"

#include "harness/statistics/proportions.h"
#include "harness/verdict/certificate.h"

namespace recgauge::suites {
namespace {

constexpr uint64_t kLogs = 300;
// Supported logs, uniform and of another policy, whose DR interval does not hold the truth.
constexpr uint64_t kMissed = 11 + 17;

constexpr uint64_t kLoops = 200;

// Worlds of 300 users and 200 items, 100 of the users judges, two rounds of eight lists.
CalibrationCertificate feedback_certificate(const char* probe, uint64_t false_alarms) {
  return certificate_of(probe, false_alarms, kLoops, {}, "calibrate_feedback_loop 200");
}

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

CalibrationCertificate overstatement_certificate() {
  constexpr uint64_t kSeeds = 200;
  constexpr uint64_t kFlaggedTwins = 1;
  CalibrationCertificate certificate;
  certificate.probe =
      "a system's offline score overstates its deployed value, World, 500 users, 300 of them deployed to";
  certificate.alpha = 0.05;
  certificate.seeds = kSeeds;
  certificate.false_alarm_rate = static_cast<double>(kFlaggedTwins) / static_cast<double>(kSeeds);
  certificate.false_alarm_interval = statistics::wilson_interval(kFlaggedTwins, kSeeds, 0.95);
  const char* unit = "share of users whose test items were memorised";
  certificate.power = {{0.05, unit, 300, 0.310}, {0.10, unit, 300, 0.625}, {0.20, unit, 300, 0.955}};
  certificate.command = "calibrate_discrepancy 20 200";
  return certificate;
}

CalibrationCertificate feedback_gap_certificate() {
  auto certificate = feedback_certificate("a system's own log overstates it: gap of lifts above 0", 2);
  const char* unit = "gap of lifts, two rounds of learning from its own lists";
  certificate.power = {{0.081, unit, 100, 0.020}, {0.306, unit, 100, 0.165}, {2.063, unit, 100, 0.995}};
  return certificate;
}

CalibrationCertificate homogenisation_certificate() {
  auto certificate = feedback_certificate("a system's own log makes lists alike: homogenisation above 0", 0);
  const char* unit = "share of places in which two lists agree more";
  certificate.power = {{0.0011, unit, 100, 0.020}, {0.0274, unit, 100, 1.000}};
  return certificate;
}

}  // namespace recgauge::suites
