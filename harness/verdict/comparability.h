// Whether two runs were asked the same questions.
#pragma once

#include <string>
#include <vector>

#include "harness/verdict/report.h"

namespace recgauge {

/// Every difference in data, split or candidates for which the numbers of two runs must not be compared, as "what
/// (first and second)"; empty if the runs were asked the same questions.
std::vector<std::string> question_differences(const Report& first, const Report& second);

/// Every difference in how the runs measure: versions of a suite, and metrics that have one label in both runs and
/// another full name in each. Empty if what both runs measure means the same.
std::vector<std::string> definition_differences(const Report& first, const Report& second);

/// Throws ConfigError naming every difference in data, split or candidates.
void check_comparable(const Report& candidate, const Report& baseline);

}  // namespace recgauge
