#include "suites/conversation/certificate.h"

#include "harness/verdict/certificate.h"

namespace recgauge::suites {
namespace {

constexpr uint64_t kSeeds = 1500;

constexpr const char* kCommand = "calibrate_conversation 1500";

}  // namespace

std::vector<CalibrationCertificate> conversation_certificates() {
  const char* left_out = "share of unwanted items that one of two systems leaves out once it was told";
  const char* found = "chance a turn, beside .05, that one of two systems shows the item that is looked for";
  return {
      certificate_of("listening to what is not wanted, two systems", 90 + 70, 2 * kSeeds,
                     {{0.5, left_out, 50, 0.751}, {0.25, left_out, 200, 0.707}, {0.5, left_out, 200, 1.000}}, kCommand),
      certificate_of("comparison of two systems", 39 + 43, 2 * kSeeds,
                     {{0.1, found, 50, 0.831}, {0.05, found, 200, 0.955}, {0.1, found, 200, 1.000}}, kCommand)};
}

}  // namespace recgauge::suites
