// Whether the order of systems carries over to other data: this run against finished runs of systems of the same names.
#pragma once

#include "suites/discrepancy/validity.h"

namespace recgauge::suites {

/// Throws ConfigError for names that are there twice.
void check_transfer(const std::vector<OtherRunConfig>& runs);

/// Adds tau_b of the order by the primary metric here and in each other run, with intervals over the users of both, a
/// finding where it is below 1 beyond chance, and a bump chart. The other runs' values by user come from their accuracy
/// suite. Throws ConfigError for runs that are not there.
void add_transfer(const ValidityInput& input, SuiteResult& result);

}  // namespace recgauge::suites
