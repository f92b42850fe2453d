// What gaps between groups of users look like in a report: measurements, findings and figures.
#pragma once

#include "suites/bias/user_gaps.h"

namespace recgauge::suites {

struct GapReport {
  const GapSettings& settings;
  const std::vector<UserColumns>& systems;
  const std::vector<GapResult>& gaps;
};

void add_gap_measurements(const GapReport& report, SuiteResult& result);
void add_gap_findings(const GapReport& report, SuiteResult& result);
void add_gap_figures(const GapReport& report, SuiteResult& result);

/// Slice of a grouping's measurements: "by gender".
std::string slice_of(const UserGrouping& grouping);

/// A measurement of the suite with the parts that all have.
Measurement bias_measurement(const std::string& system, const std::string& metric, const std::string& label,
                             const std::string& slice);

}  // namespace recgauge::suites
