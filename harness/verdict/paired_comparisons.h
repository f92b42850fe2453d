// What the comparisons of a suite are filled with when all are known: one family of paired tests over the same units.
#pragma once

#include <string>
#include <vector>

#include "harness/statistics/bootstrap.h"
#include "harness/verdict/report.h"

namespace recgauge {

struct PairedComparisonOptions {
  statistics::BootstrapOptions bootstrap;
  size_t sign_flips = 9999;
  uint64_t seed = 0;  ///< of the sign flips
  std::string units;  ///< what pairs are of, for the reason of an undefined test: "users"
};

/// Fills difference, interval, sign-flip p-value, Holm's correction over all of them, effect size and counts.
/// `differences` are first minus second by unit (NaN = no pair), one list for each comparison, all over the same units.
void finish_paired_comparisons(const std::vector<std::vector<double>>& differences,
                               const PairedComparisonOptions& options, std::vector<Comparison>& comparisons);

}  // namespace recgauge
