#include "suites/bias/certificate.h"

#include "harness/verdict/certificate.h"

namespace recgauge::suites {
namespace {

constexpr uint64_t kSeeds = 300;
// Worlds without a group effect, 500 and 2,000 users: runs in which any of the 12 tests called a gap.
constexpr uint64_t kFalseAlarms = 18 + 15;

}  // namespace

CalibrationCertificate gap_certificate() {
  const char* unit = "relative gap of ndcg@10";
  return certificate_of(
      "gaps between groups: false alarms over all tests of a run; power for ndcg@10 by group, leave-one-out, World",
      kFalseAlarms, 2 * kSeeds,
      {{0.120, unit, 500, 0.010},
       {0.188, unit, 500, 0.037},
       {0.198, unit, 500, 0.037},
       {0.145, unit, 2000, 0.103},
       {0.243, unit, 2000, 0.417},
       {0.290, unit, 2000, 0.593},
       {0.153, unit, 8000, 0.657},
       {0.267, unit, 8000, 0.997}},
      "calibrate_bias 300");
}

}  // namespace recgauge::suites
