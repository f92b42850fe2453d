// Which systems of which runs are compared, and under which names.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "harness/comparison/compare_runs.h"

namespace recgauge {

/// A system with the run that it belongs to.
struct SystemOfRun {
  size_t run = 0;
  const SystemSummary* summary = nullptr;
  ComparedSystem named;
};

/// Throws ConfigError, naming every difference, unless all runs were asked the same questions and measure the same.
void require_comparable(std::span<const NamedRun> runs);

std::vector<ComparedRun> describe_runs(std::span<const NamedRun> runs);

/// Candidates and baselines in the order of the runs; controls are left out. One is marked as the reference: the one
/// that `reference` names as RUN:SYSTEM, with RUN a label, a source or the run's number from 1. Throws ConfigError if
/// there is no such system, or no system at all.
std::vector<SystemOfRun> compared_systems(std::span<const NamedRun> runs, std::span<const ComparedRun> described,
                                          const std::string& reference);

}  // namespace recgauge
