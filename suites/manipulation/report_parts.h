// Measurements and findings of this suite, and the state that its parts share while a run is assessed.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "harness/verdict/report_parts.h"
#include "suites/manipulation/manipulation_suite.h"

namespace recgauge::suites::manipulation {

inline constexpr const char* kSuite = "manipulation";

/// What every part of the assessment reads and adds to.
struct Assessing {
  const ManipulationConfig& config;  ///< with the preset's values
  const SuiteContext& context;
  const Run& run;
  std::span<const AssessedSystem> systems;  ///< without controls
  SuiteResult& result;
};

/// A gain of an attack as a share of lists becomes a severity: from 10 % high, from 2 % medium; baselines' are context
/// and low.
Severity severity_of(double gain, SystemRole role);

/// A finding that something was not measured, with the reason.
void add_not_measured(SuiteResult& result, const std::string& name, std::string claim, std::string reason);

/// Mean of the defined values with Student's t interval: for few clusters (targets), where the bootstrap is too narrow.
statistics::Estimate mean_by_cluster(std::span<const double> values, double confidence, const std::string& clusters);

/// Mean of the defined values with a bootstrap interval over users.
statistics::Estimate mean_by_user(std::span<const double> values, const Assessing& assessing, uint64_t seed);

/// Whether enough of the requests were answered for a system to be measured.
bool enough(const ManipulationConfig& config, uint64_t usable, uint64_t requests);

/// "3.2 %".
std::string percent(double share);

/// Rows of the table of threat models, which all parts of the suite fill.
void add_threat(SuiteResult& result, const std::string& attack, const std::string& knowledge, const std::string& access,
                const std::string& budget, const std::string& goal);

}  // namespace recgauge::suites::manipulation
