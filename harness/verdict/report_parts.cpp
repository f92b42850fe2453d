#include "harness/verdict/report_parts.h"

#include <fmt/format.h>

#include <cmath>

namespace recgauge {

Measurement measurement_of(const std::string& suite, const MeasurementName& name, const statistics::Estimate& estimate,
                           const std::string& undefined_reason) {
  Measurement m;
  m.id = fmt::format("{}/{}/{}/{}", suite, name.system, name.label, name.slice);
  m.suite = suite;
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

Finding finding_of(const std::string& suite, const std::string& name, Severity severity, std::string claim,
                   std::string detail) {
  Finding finding;
  finding.id = suite + "/" + name;
  finding.suite = suite;
  finding.severity = severity;
  finding.claim = std::move(claim);
  finding.detail = std::move(detail);
  return finding;
}

Figure::Cell cell_of(const std::optional<double>& value) {
  return value && std::isfinite(*value) ? Figure::Cell(*value) : Figure::Cell(std::monostate());
}
Figure::Cell low_cell(const std::optional<statistics::Interval>& interval) {
  return interval ? cell_of(interval->low) : Figure::Cell(std::monostate());
}
Figure::Cell high_cell(const std::optional<statistics::Interval>& interval) {
  return interval ? cell_of(interval->high) : Figure::Cell(std::monostate());
}

std::string with_interval(const std::optional<double>& value, const std::optional<statistics::Interval>& interval,
                          int digits) {
  if (!value) return "undefined";
  if (!interval) return fmt::format("{:.{}f}", *value, digits);
  return fmt::format("{:.{}f} [{:.{}f}, {:.{}f}]", *value, digits, interval->low, digits, interval->high, digits);
}

std::string with_interval(const statistics::Estimate& estimate, int digits) {
  return with_interval(estimate.value, estimate.interval, digits);
}

}  // namespace recgauge
