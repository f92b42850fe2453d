#include "suites/discrepancy/report_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace recgauge::suites {

Measurement measurement_of(const MeasurementName& name, const statistics::Estimate& estimate,
                           const std::string& undefined_reason) {
  Measurement m;
  m.id = fmt::format("discrepancy/{}/{}/{}", name.system, name.label, name.slice);
  m.suite = "discrepancy";
  m.system = name.system;
  m.metric = name.metric;
  m.label = name.label;
  m.slice = name.slice;
  m.unit = name.unit;
  m.direction = name.direction;
  m.n = estimate.n;
  m.n_undefined = estimate.n_undefined;
  m.value = estimate.value;
  m.interval = estimate.interval;
  if (!undefined_reason.empty()) {
    m.value.reset();
    m.interval.reset();
  }
  if (!m.value) m.undefined_reason = undefined_reason.empty() ? "undefined for every unit" : undefined_reason;
  return m;
}

Finding finding_of(const std::string& name, Severity severity, std::string claim, std::string detail) {
  Finding finding;
  finding.id = "discrepancy/" + name;
  finding.suite = "discrepancy";
  finding.severity = severity;
  finding.claim = std::move(claim);
  finding.detail = std::move(detail);
  return finding;
}

Figure::Cell cell_of(const std::optional<double>& value) {
  return value ? Figure::Cell(*value) : Figure::Cell(std::monostate());
}
Figure::Cell low_cell(const std::optional<statistics::Interval>& interval) {
  return interval ? Figure::Cell(interval->low) : Figure::Cell(std::monostate());
}
Figure::Cell high_cell(const std::optional<statistics::Interval>& interval) {
  return interval ? Figure::Cell(interval->high) : Figure::Cell(std::monostate());
}

std::string with_interval(double value, const std::optional<statistics::Interval>& interval) {
  if (!interval) return fmt::format("{:.4f}", value);
  return fmt::format("{:.4f} [{:.4f}, {:.4f}]", value, interval->low, interval->high);
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
