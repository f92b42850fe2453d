#include "suites/accuracy/certificate.h"

#include "harness/verdict/certificate.h"

namespace recgauge::suites {
namespace {

constexpr uint64_t kSeeds = 300;
// Clean twins, 500 and 2,000 users: comparisons in which chance alone was called a difference.
constexpr uint64_t kFalseAlarms = 13 + 17;

}  // namespace

CalibrationCertificate comparison_certificate() {
  const char* unit = "relative loss of ndcg@10";
  return certificate_of("paired comparison of two systems on ndcg@10, leave-one-out, World", kFalseAlarms, 2 * kSeeds,
                        {{0.037, unit, 500, 0.080},
                         {0.084, unit, 500, 0.170},
                         {0.208, unit, 500, 0.530},
                         {0.043, unit, 2000, 0.213},
                         {0.093, unit, 2000, 0.577},
                         {0.218, unit, 2000, 0.997}},
                        "calibrate_accuracy 300");
}

}  // namespace recgauge::suites
