// The two questions that are tested: does following the system lead further into hazards, and does it show more of them
// than anything that it can be held against. One family of tests over all systems and personas.
#pragma once

#include <optional>
#include <vector>

#include "harness/statistics/bootstrap.h"
#include "suites/harm_drift/measures.h"

namespace recgauge::suites::harm_drift {

enum class Question : uint8_t {
  push,           ///< feedback_push() is not 0
  amplification,  ///< neutral exposure is above random lists, popular items and the own history
};

struct TestedClaim {
  size_t system = 0;  ///< position in the records given
  size_t cast = 0;    ///< position in the casts given
  Question question = Question::push;
  double effect = 0.0;  ///< mean push; mean difference from the highest reference
  std::optional<statistics::Interval> interval;
  std::optional<double> p_value;  ///< two-sided for push; one-sided, largest of the three, for amplification
  std::optional<double> p_adjusted;
  double detectable = 0.0;  ///< smallest effect with 80 % power at the level of the strictest test of the family
  uint64_t n = 0;           ///< users
};

/// Tests by sign flips of users, of which one who plays several personas is one; casts without a neutral way are left
/// out. Adjusted by Holm over all that are defined.
std::vector<TestedClaim> test_claims(const std::vector<SystemRecords>& systems, const References& references,
                                     const std::vector<Cast>& casts);

/// Options of all bootstraps of the suite: trajectories are resampled, those of one user together.
statistics::BootstrapOptions bootstrap_options(const Stage& stage);
std::vector<uint64_t> user_keys(const Cast& cast);

}  // namespace recgauge::suites::harm_drift
