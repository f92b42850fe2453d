#include "harness/drift/severity.h"

#include <limits>
#include <numeric>

namespace recgauge::drift {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

}  // namespace

double severity_share(std::span<const double> severities) {
  if (severities.empty()) return kUndefined;
  return std::accumulate(severities.begin(), severities.end(), 0.0) / static_cast<double>(severities.size());
}

double serp_ms(std::span<const double> stances) {
  if (stances.empty()) return kUndefined;
  const auto n = static_cast<double>(stances.size());
  double sum = 0.0;
  for (size_t i = 0; i < stances.size(); ++i) sum += stances[i] * (n - static_cast<double>(i));
  return sum / (n * (n + 1.0) / 2.0);
}

double amplification_ratio(double shown, double reference) { return reference == 0.0 ? kUndefined : shown / reference; }

}  // namespace recgauge::drift
