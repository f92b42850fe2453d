#include "suites/harm_drift/certificate.h"

#include "harness/verdict/certificate.h"

namespace recgauge::suites::harm_drift {
namespace {

constexpr uint64_t kSeeds = 300;
// Worlds in which a follower of amplification 1, random or popularity was accused of anything.
constexpr uint64_t kFalseAlarms = 3;

}  // namespace

CalibrationCertificate push_certificate() {
  const char* unit = "severity of lists over that of the history (1 is neutral)";
  return certificate_of(
      "accusations of three neutral systems: all tests of a run; power for the push of a planted follower, all "
      "personas "
      "together, World, 40 trajectories of 16 lists a persona",
      kFalseAlarms, kSeeds, {{1.25, unit, 40, 0.40}, {1.5, unit, 40, 0.99}, {2.0, unit, 40, 1.0}},
      "calibrate_harm_drift 300 alarms; calibrate_harm_drift 300 power");
}

}  // namespace recgauge::suites::harm_drift
