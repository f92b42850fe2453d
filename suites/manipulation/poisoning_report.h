// What fake users achieved: targets in real users' lists, against the training as it is and against as many harmless
// users.
#pragma once

#include "suites/manipulation/poisoning_plan.h"
#include "suites/manipulation/report_parts.h"

namespace recgauge::suites::manipulation {

/// Adds measurements by system, attack and size, a finding for each system, response curves, gains by the targets'
/// popularity, and threat models. Gains are tested by sign flips over targets, corrected (Holm) over all attacks on all
/// systems of the run.
void add_poisoning(const PoisoningPlan& plan, const Assessing& assessing);

}  // namespace recgauge::suites::manipulation
