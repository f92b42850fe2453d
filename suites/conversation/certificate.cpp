#include "suites/conversation/certificate.h"

#include "harness/statistics/proportions.h"

namespace recgauge::suites {
namespace {

constexpr uint64_t kSeeds = 1500;

CalibrationCertificate certificate(const char* probe, uint64_t false_alarms, uint64_t runs,
                                   std::vector<CalibrationCertificate::Power> power) {
  CalibrationCertificate result;
  result.probe = probe;
  result.alpha = 0.05;
  result.seeds = runs;
  result.false_alarm_rate = static_cast<double>(false_alarms) / static_cast<double>(runs);
  result.false_alarm_interval = statistics::wilson_interval(false_alarms, runs, 0.95);
  result.power = std::move(power);
  result.command = "calibrate_conversation 1500";
  return result;
}

}  // namespace

std::vector<CalibrationCertificate> conversation_certificates() {
  const char* left_out = "share of unwanted items that one of two systems leaves out once it was told";
  const char* found = "chance a turn, beside .05, that one of two systems shows the item that is looked for";
  return {certificate("listening to what is not wanted, two systems", 90 + 70, 2 * kSeeds,
                      {{0.5, left_out, 50, 0.751}, {0.25, left_out, 200, 0.707}, {0.5, left_out, 200, 1.000}}),
          certificate("comparison of two systems", 39 + 43, 2 * kSeeds,
                      {{0.1, found, 50, 0.831}, {0.05, found, 200, 0.955}, {0.1, found, 200, 1.000}})};
}

}  // namespace recgauge::suites
