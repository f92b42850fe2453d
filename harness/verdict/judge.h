// From measurements to a verdict: every gate of a policy passes, fails or is inconclusive, and says why.
#pragma once

#include <optional>
#include <string>

#include "harness/run/observation_store.h"
#include "harness/verdict/comparability.h"
#include "harness/verdict/policy.h"
#include "harness/verdict/report.h"

namespace recgauge {

/// A finished run as a gate sees it.
struct JudgedRun {
  const Report* report = nullptr;
  const ObservationStore* observations = nullptr;  ///< null where there are no per-user values
  std::string no_observations_reason;              ///< for explanations, if there are none
};

/// Judges the candidate run by the policy; `baseline` is null when no other run is named. Gates that compare use
/// per-user differences where both runs asked the same users, else independent samples, and say which.
///
/// A gate passes when p_pass <= 1 - confidence and fails when p_fail, corrected over all gates of the policy, is at
/// most 1 - confidence; else it is inconclusive (docs/gates.md has the formulas, docs/decisions the reasons). A
/// measurement that is missing, undefined or not measured fails. The verdict fails if a gate fails, passes if all pass.
///
/// Throws ConfigError when the question itself is wrong: runs whose data, split, candidates or metric definitions
/// differ, no baseline for a rule that needs one, a metric over sampled candidates that the gate does not allow, a rule
/// that needs a better direction for a metric that has none, and nothing to judge.
Verdict judge(const JudgedRun& candidate, const Policy& policy, const JudgedRun* baseline);

}  // namespace recgauge
