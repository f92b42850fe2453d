// Whether fake users can be told from real ones by simple means: a gain that no detector sees is worth more.
#pragma once

#include "suites/manipulation/poisoning_plan.h"
#include "suites/manipulation/report_parts.h"

namespace recgauge::suites::manipulation {

/// Adds the area under the ROC curve of every detector on the fake users of every attack (first repetition), a finding
/// and the curves at the largest size. Needs no system.
void add_detection(const PoisoningPlan& plan, const Assessing& assessing);

}  // namespace recgauge::suites::manipulation
