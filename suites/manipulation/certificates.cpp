#include "suites/manipulation/certificates.h"

#include "harness/verdict/certificate.h"

namespace recgauge::suites::manipulation {
namespace {

constexpr uint64_t kSeeds = 200;
constexpr const char* kCommand = "calibrate_manipulation 200";

CalibrationCertificate certificate(const char* probe, uint64_t twins, uint64_t false_alarms) {
  return certificate_of(probe, false_alarms, twins, {}, kCommand);
}

CalibrationCertificate fake_users() {
  CalibrationCertificate result = certificate(
      "fake users change lists, World, 400 users, quick preset; twins that do not learn from added users, shaken by "
      "every "
      "training",
      kSeeds, 0);
  const char* unit = "share of users who are led";
  result.power = {{0.01, unit, 300, 0.655}, {0.02, unit, 300, 0.900}, {0.05, unit, 300, 1.0}, {0.1, unit, 300, 1.0}};
  return result;
}

CalibrationCertificate altered_histories() {
  CalibrationCertificate result = certificate(
      "a search over histories leads lists, World, 40 users, 8 questions each; twins that do not read histories, "
      "shaken "
      "in every asking",
      kSeeds, 0);
  const char* unit = "share of items that open a back door";
  result.power = {{0.005, unit, 40, 0.090}, {0.01, unit, 40, 0.285}, {0.02, unit, 40, 0.610}, {0.05, unit, 40, 0.975}};
  return result;
}

CalibrationCertificate membership() {
  CalibrationCertificate result = certificate(
      "lists give away who was trained on, World, 300 users, half of them left out; twins that never learn from any of "
      "them",
      kSeeds, 5);
  const char* unit = "share of users whose rows are known by heart";
  result.power = {{0.05, unit, 300, 0.300}, {0.1, unit, 300, 0.775}, {0.2, unit, 300, 1.0}};
  return result;
}

}  // namespace

std::vector<CalibrationCertificate> certificates() { return {fake_users(), altered_histories(), membership()}; }

}  // namespace recgauge::suites::manipulation
