// Measurements, findings and cells of figures, filled in the same way by every suite.
#pragma once

#include <optional>
#include <string>

#include "harness/statistics/bootstrap.h"
#include "harness/verdict/report.h"

namespace recgauge {

/// Stands in for a system where a measurement is about all of them, or about none.
inline constexpr const char* kAllSystems = "all systems";

struct MeasurementName {
  std::string system;
  std::string metric;  ///< full name
  std::string label;
  std::string slice = "all";
  std::string unit = {};
  Direction direction = Direction::neutral;
};

/// Undefined where `undefined_reason` is not empty, or the estimate has no value.
Measurement measurement_of(const std::string& suite, const MeasurementName& name, const statistics::Estimate& estimate,
                           const std::string& undefined_reason);

Finding finding_of(const std::string& suite, const std::string& name, Severity severity, std::string claim,
                   std::string detail);

/// A cell of a figure: the number, or nothing where there is none that is finite.
Figure::Cell cell_of(const std::optional<double>& value);
/// Ends of an interval as cells.
Figure::Cell low_cell(const std::optional<statistics::Interval>& interval);
Figure::Cell high_cell(const std::optional<statistics::Interval>& interval);

/// "0.1234 [0.1000, 0.1500]", or "undefined".
std::string with_interval(const std::optional<double>& value, const std::optional<statistics::Interval>& interval,
                          int digits = 4);
std::string with_interval(const statistics::Estimate& estimate, int digits = 4);

}  // namespace recgauge
