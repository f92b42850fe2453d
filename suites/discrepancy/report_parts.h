// Measurements and findings of this suite, filled in the same way everywhere.
#pragma once

#include <optional>
#include <string>

#include "harness/verdict/report_parts.h"

namespace recgauge::suites {

Measurement measurement_of(const MeasurementName& name, const statistics::Estimate& estimate,
                           const std::string& undefined_reason);

Finding finding_of(const std::string& name, Severity severity, std::string claim, std::string detail = "");

/// Estimate from the values of a statistic on resamples: percentile interval; NaN values are left out.
statistics::Estimate percentile_estimate(std::optional<double> value, std::vector<double> resampled, double confidence,
                                         const std::string& unit_name);

}  // namespace recgauge::suites
