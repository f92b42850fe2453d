// The only stage that touches a system under test, or time.
#pragma once

#include <map>
#include <stop_token>
#include <string>

#include "harness/run/clock.h"
#include "harness/run/observation_store.h"
#include "harness/run/plan.h"
#include "harness/run/shard.h"
#include "harness/system/progress.h"

namespace recgauge {

/// What executing a plan on one system took.
struct ExecutionSummary {
  bool interrupted = false;
  uint64_t requests_sent = 0;
  uint64_t requests_resumed = 0;              ///< answered by an earlier, interrupted run
  std::map<std::string, double> fit_seconds;  ///< by treatment; "" is the system as it is
  double ask_seconds = 0.0;
};

/// Name of the store's note that says "complete" once all trajectories of a probe have ended.
std::string trajectories_note(const ObservationKey& key);

/// Everything execute() needs besides the system.
struct ExecutionContext {
  const TrainingData* training = nullptr;
  ObservationStore* store = nullptr;
  Clock* clock = nullptr;
  ProgressListener* progress = nullptr;
  std::stop_token stop;
  Shard shard = {};  ///< the part of the questions that is asked
};

/// Trains the system once per treatment that a probe uses, asks every probe's requests that the store does not hold
/// yet, and appends each answer to the store. A trainable system is not trained when nothing is left to ask. Stops
/// between batches when asked to. Of a shard only its own requests and trajectories are asked. A system is not asked
/// the probes of a treatment that it cannot be given: altered interactions need a TrainableRecommender, altered texts a
/// CatalogueReader, and what the system's own answers decide needs all of its answers, which a shard does not have.
/// Throws what the store throws; what the system does wrong is an Outcome.
ExecutionSummary execute(const Plan& plan, Recommender& system, const ExecutionContext& context);

}  // namespace recgauge
