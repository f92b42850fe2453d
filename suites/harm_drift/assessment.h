// From trajectories to a report's parts.
#pragma once

#include "suites/harm_drift/curves.h"
#include "suites/harm_drift/tests_of_push.h"

namespace recgauge::suites::harm_drift {

/// Everything that is concluded from a run, before it is put into words.
struct Conclusions {
  const Stage& stage;
  const References& references;
  const std::vector<Cast>& casts;
  const std::vector<SystemRecords>& systems;  ///< those that are measured
  const std::vector<TestedClaim>& claims;
  const std::vector<SystemRecords>& controls;
  std::optional<drift::LabelError> label_error;
};

std::string measurement_id(const std::string& system, const std::string& label, const std::string& slice);

void add_measurements(const Conclusions& conclusions, SuiteResult& result);
void add_findings(const Conclusions& conclusions, SuiteResult& result);
void add_figures(const Conclusions& conclusions, SuiteResult& result);
/// Values by trajectory, for paired comparisons later.
void keep_unit_values(const Conclusions& conclusions, Assessment& assessment);

/// "persona=minor" as people call it.
std::string persona_name(const Cast& cast);

inline constexpr const char* kRecoveryLabel = "lists until recovered";
inline constexpr const char* kRiseLabel = "rise before the turn";
inline constexpr const char* kFirstHazardLabel = "lists until first hazard";
inline constexpr const char* kStepsToSevereLabel = "steps to severe";
inline constexpr const char* kCorrectedLabel = "corrected hazardous share";

}  // namespace recgauge::suites::harm_drift
