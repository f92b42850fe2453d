// Which measurements a gate is about.
#pragma once

#include <string>
#include <variant>

#include "harness/verdict/policy.h"
#include "harness/verdict/report.h"

namespace recgauge {

/// A measurement that has a value, or the sentence that says why there is none.
struct FoundMeasurement {
  const Measurement* measurement = nullptr;  ///< set too when it is there without a value
  std::string problem;                       ///< empty if there is a value
};

/// Finds the measurement of the gate's suite, metric and slice for a system. The metric is matched by its full name,
/// then by label, then by label without its cutoff if that is unique. Throws ConfigError if several fit.
FoundMeasurement find_measurement(const Report& report, const Gate& gate, const std::string& system);

/// The baseline's measurement with the same definition as the candidate's. Throws ConfigError when the baseline
/// measured under the same label by another definition, or by another version of the suite.
FoundMeasurement find_counterpart(const Report& candidate_report, const Measurement& candidate, const Report& baseline,
                                  const Gate& gate, const std::string& system);

/// The systems that the gate judges: the one it names, or all candidates. Throws ConfigError if there is none.
std::vector<std::string> judged_systems(const Report& report, const Gate& gate);

/// The baseline's system for a candidate's. Throws ConfigError if it cannot be told.
std::string baseline_system(const Report& baseline, const Gate& gate, const std::string& system);

}  // namespace recgauge
