// Results as JUnit XML, which every CI system shows: one test case a gate or finding. Valid by the schema of Jenkins'
// xUnit plugin (junit-10.xsd).
#pragma once

#include <string>
#include <string_view>

#include "harness/verdict/report.h"

namespace recgauge::reports {

/// One suite of test cases, a gate each: failure where it fails, error where it is inconclusive, since neither may pass
/// unnoticed. `run` is the run's name.
std::string verdict_to_junit(const Verdict& verdict, std::string_view run);

/// The gates, if there is a verdict, then a suite of test cases per suite, a finding each: failure where one of its
/// controls failed, skipped where it was not measured. What a finding says of a system is no failure; gates decide
/// that.
std::string to_junit(const Report& report);

/// Text for XML content and attributes: markup escaped, line ends and tabs as references, and what XML 1.0 cannot hold
/// (control characters, bytes that are not UTF-8) as U+FFFD.
std::string escape_xml(std::string_view text);

}  // namespace recgauge::reports
