#include "suites/counterfactual/certificate.h"

#include "harness/statistics/proportions.h"

namespace recgauge::suites {
namespace {

constexpr uint64_t kSeeds = 300;

CalibrationCertificate certificate(const char* probe, uint64_t false_alarms, uint64_t runs,
                                   std::vector<CalibrationCertificate::Power> power) {
  CalibrationCertificate result;
  result.probe = probe;
  result.alpha = 0.05;
  result.seeds = runs;
  result.false_alarm_rate = static_cast<double>(false_alarms) / static_cast<double>(runs);
  result.false_alarm_interval = statistics::wilson_interval(false_alarms, runs, 0.95);
  result.power = std::move(power);
  result.command = "calibrate_counterfactual 300";
  return result;
}

}  // namespace

std::vector<CalibrationCertificate> counterfactual_certificates() {
  const char* exchanged = "share of a list exchanged for one of four values, where all exchange 0.2 and noise is 0.2";
  const char* typical = "share of a list that becomes typical of the told group, noise 0.2";
  const char* front = "advantage of the first place over the last, tastes being uniform in 0 to 1, noise 0.2";
  return {certificate("attributes told in words, three attributes", 3 + 7, 2 * kSeeds,
                      {{0.05, exchanged, 50, 0.060},
                       {0.1, exchanged, 50, 0.367},
                       {0.2, exchanged, 50, 0.983},
                       {0.05, exchanged, 200, 0.307},
                       {0.1, exchanged, 200, 0.973}}),
          certificate("attributes told beside a history: unevenness and stereotype drift", 2 + 0, 2 * kSeeds,
                      {{0.05, typical, 100, 0.173}, {0.1, typical, 100, 0.860}, {0.1, typical, 200, 0.993}}),
          certificate("order of candidates", 14 + 0, 2 * kSeeds,
                      {{0.03, front, 100, 0.343}, {0.1, front, 100, 0.997}, {0.03, front, 200, 0.623}})};
}

}  // namespace recgauge::suites
