// Compares finished runs: effects against a reference with intervals, costs, and where their lists disagree.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "harness/comparison/run_comparison.h"
#include "harness/verdict/judge.h"

namespace recgauge {

/// A finished run and the name by which it was given.
struct NamedRun {
  std::string source;
  JudgedRun run;
};

struct ComparisonOptions {
  std::string reference;              ///< "RUN:SYSTEM"; empty: the first run's first candidate
  std::vector<std::string> measures;  ///< names, labels or labels without cutoff; empty: all
  double confidence = 0.95;
  uint32_t list_length = 10;  ///< places of the lists that are compared
  size_t examples = 5;        ///< users shown for each reason
};

/// Compares every candidate and baseline of the runs with the reference, on every metric and slice that both have.
/// Paired by user where per-user values of the same users exist, else independent samples; each effect says which.
/// Memory: the users' values of a few metrics at a time, and one list a user. Throws ConfigError when data, split,
/// candidate items, suite versions or metric definitions of two runs differ (naming each difference), when the
/// reference is not there, and for a measure that no run has.
RunComparison compare_runs(std::span<const NamedRun> runs, const ComparisonOptions& options);

}  // namespace recgauge
