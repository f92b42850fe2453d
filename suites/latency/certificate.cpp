#include "suites/latency/certificate.h"

#include "harness/statistics/proportions.h"

namespace recgauge::suites {
namespace {

constexpr uint64_t kRepeats = 200;
// Log-normal, M/M/1 at load 0.5 and 0.8, and a server that stalls: intervals of five percentiles, and those that
// missed.
constexpr uint64_t kIntervals = 3788;
constexpr uint64_t kMissed = 61;

}  // namespace

std::vector<CalibrationCertificate> latency_certificates() {
  CalibrationCertificate certificate;
  certificate.probe =
      "intervals of latency percentiles: share that misses the truth, on laws that are known, 100,000 requests";
  certificate.alpha = 0.05;
  certificate.seeds = kRepeats;
  certificate.false_alarm_rate = static_cast<double>(kMissed) / static_cast<double>(kIntervals);
  certificate.false_alarm_interval = statistics::wilson_interval(kMissed, kIntervals, 0.95);
  certificate.command = "latency_coverage 200 100000";
  return {certificate};
}

}  // namespace recgauge::suites
