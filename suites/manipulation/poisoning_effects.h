// Effects of one attack on one system, target by target.
#pragma once

#include <string>
#include <vector>

#include "suites/manipulation/poisoning_plan.h"
#include "suites/manipulation/target_readings.h"

namespace recgauge::suites::manipulation {

/// Means over the eligible users of one target of one repetition who were answered every time.
struct TargetEffect {
  uint32_t stratum = 0;
  double hit_before = 0.0;    ///< share of lists with the target among the first k, trained on real users alone
  double hit_after = 0.0;     ///< with fake users
  double hit_sham = 0.0;      ///< with as many bystanders
  double rank_change = 0.0;   ///< places won, up to list length + 1
  double score_change = 0.0;  ///< over lists that hold the target before and after; NaN for none
};

struct AttackEffect {
  Poisoning attack;  ///< of the first repetition
  std::vector<TargetEffect> targets;
  std::vector<double> accuracy_change;  ///< by looked-at user, mean over repetitions, against the sham
  uint64_t requests = 0;
  uint64_t usable = 0;
};

/// All attacks on a system, in the order of the plan, repetitions together. Empty for a system that was not trained
/// anew.
std::vector<AttackEffect> effects_on(const PoisoningPlan& plan, const Assessing& assessing, const std::string& system);

/// One value a target.
template <typename Value>
std::vector<double> by_target(const AttackEffect& effect, Value value) {
  std::vector<double> values;
  for (const TargetEffect& target : effect.targets) values.push_back(value(target));
  return values;
}

/// How far an attack got beyond what bystanders do, positive where it got what it wanted.
inline double gain_of(const TargetEffect& target, Goal goal) {
  return goal == Goal::push ? target.hit_after - target.hit_sham : target.hit_sham - target.hit_after;
}

}  // namespace recgauge::suites::manipulation
