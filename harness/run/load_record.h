// Load trials in the observation store: every sample as an observation, what the client knows of itself as a note.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "harness/run/execute.h"
#include "harness/run/load.h"
#include "harness/run/observation_store.h"

namespace recgauge {

/// A trial as it was kept. The samples' `noticed` and `request` are not kept, but how late the client was.
struct RecordedLoad {
  LoadTrial trial;
  std::chrono::nanoseconds lag_p50{0};  ///< noticed - intended, over the samples
  std::chrono::nanoseconds lag_p99{0};
  std::chrono::nanoseconds lag_max{0};
};

/// Whether the probe's load is for this system.
bool is_put_under_load(const LoadProfile& profile, const std::string& name, Recommender& system);

/// Name of the store's note that holds what is known of a load beside its samples.
std::string load_note(const ObservationKey& key);

/// Most requests that the plan's loads ask of the system of that name because it is named; 0 where it is not. Those
/// that are trained in this process cost nothing and are not counted.
uint64_t most_requests_under_load(const Plan& plan, const std::string& name);

/// Whether all trials of the probe are kept.
bool is_load_recorded(const ObservationStore& store, const ObservationKey& key);

/// Carries out the trials of a probe with a load and keeps them; nothing is kept of a trial that was interrupted. What
/// it was asked before is asked again.
void put_under_load(Recommender& system, const Probe& probe, const ExecutionContext& context);

/// The loads of the plan that systems take in turns, which execute() leaves out: probe after probe, each on system
/// after system. All must have been through execute() and stay as they were then.
void take_turns(const Plan& plan, std::span<const std::unique_ptr<Recommender>> systems,
                const ExecutionContext& context);

/// In the order of carrying out; empty where there are none, or not all.
std::vector<RecordedLoad> read_load(const ObservationStore& store, const ObservationKey& key);

/// What `search` is told of a trial: requests beyond the ramp that were late, and that failed.
struct LateAndFailed {
  std::vector<uint8_t> late;
  std::vector<uint8_t> failed;
};
LateAndFailed late_and_failed(const LoadProfile& profile, const LoadTrial& trial);

}  // namespace recgauge
