// Whether fake users can be told from real ones by simple means: a gain that no detector sees is worth more.
#pragma once

#include <cstdint>
#include <span>

#include "suites/manipulation/poisoning_plan.h"
#include "suites/manipulation/report_parts.h"

namespace recgauge::suites::manipulation {

/// Adds the area under the ROC curve of every detector on the fake users of every attack (first repetition), a finding
/// and the curves at the largest size. Needs no system.
void add_detection(const PoisoningPlan& plan, const Assessing& assessing);

/// Whether the area is above one half where the best of `tried` detectors is looked at: one-sided at 5 %, Bonferroni.
bool are_told_apart(std::span<const double> scores, std::span<const uint8_t> is_fake, size_t tried);

}  // namespace recgauge::suites::manipulation
