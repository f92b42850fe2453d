#include "suites/discrepancy/report_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace recgauge::suites {

Measurement measurement_of(const MeasurementName& name, const statistics::Estimate& estimate,
                           const std::string& undefined_reason) {
  return recgauge::measurement_of("discrepancy", name, estimate, undefined_reason);
}

Finding finding_of(const std::string& name, Severity severity, std::string claim, std::string detail) {
  return recgauge::finding_of("discrepancy", name, severity, std::move(claim), std::move(detail));
}

statistics::Estimate percentile_estimate(std::optional<double> value, std::vector<double> resampled, double confidence,
                                         const std::string& unit_name) {
  statistics::Estimate estimate;
  estimate.value = value;
  std::erase_if(resampled, [](double x) { return std::isnan(x); });
  if (!value || resampled.size() < 2) return estimate;
  std::sort(resampled.begin(), resampled.end());
  const auto at = [&](double p) {
    return resampled[static_cast<size_t>(std::lround(p * static_cast<double>(resampled.size() - 1)))];
  };
  estimate.interval = {at(0.5 * (1.0 - confidence)), at(0.5 * (1.0 + confidence)), confidence,
                       fmt::format("bootstrap percentile, {} resamples over {}", resampled.size(), unit_name)};
  return estimate;
}

}  // namespace recgauge::suites
