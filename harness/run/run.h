// A run as suites see it: what was planned, which systems answered, and their answers.
#pragma once

#include <string>
#include <vector>

#include "harness/run/execute.h"
#include "harness/run/observation_store.h"
#include "harness/run/plan.h"

namespace recgauge {

/// One system of a run.
struct SystemRun {
  RecommenderInfo info;
  ExecutionSummary summary;
};

struct Run {
  const Plan* plan = nullptr;
  const ObservationStore* store = nullptr;
  std::vector<SystemRun> systems;
};

}  // namespace recgauge
