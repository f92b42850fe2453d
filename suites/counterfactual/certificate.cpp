#include "suites/counterfactual/certificate.h"

#include "harness/verdict/certificate.h"

namespace recgauge::suites {
namespace {

constexpr uint64_t kSeeds = 300;

constexpr const char* kCommand = "calibrate_counterfactual 300";

}  // namespace

std::vector<CalibrationCertificate> counterfactual_certificates() {
  const char* exchanged = "share of a list exchanged for one of four values, where all exchange 0.2 and noise is 0.2";
  const char* typical = "share of a list that becomes typical of the told group, noise 0.2";
  const char* front = "advantage of the first place over the last, tastes being uniform in 0 to 1, noise 0.2";
  return {
      certificate_of("attributes told in words, three attributes", 3 + 7, 2 * kSeeds,
                     {{0.05, exchanged, 50, 0.060},
                      {0.1, exchanged, 50, 0.367},
                      {0.2, exchanged, 50, 0.983},
                      {0.05, exchanged, 200, 0.307},
                      {0.1, exchanged, 200, 0.973}},
                     kCommand),
      certificate_of("attributes told beside a history: unevenness and stereotype drift", 2 + 0, 2 * kSeeds,
                     {{0.05, typical, 100, 0.173}, {0.1, typical, 100, 0.860}, {0.1, typical, 200, 0.993}}, kCommand),
      certificate_of("order of candidates", 14 + 0, 2 * kSeeds,
                     {{0.03, front, 100, 0.343}, {0.1, front, 100, 0.997}, {0.03, front, 200, 0.623}}, kCommand)};
}

}  // namespace recgauge::suites
