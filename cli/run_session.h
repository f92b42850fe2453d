// The line that data follows, from a checked configuration to a report.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "cli/tables.h"
#include "harness/run/clock.h"
#include "harness/run/shard.h"
#include "harness/system/progress.h"

namespace recgauge::cli {

/// What can be known of a run before any data is read.
struct RunPreparation {
  std::vector<std::unique_ptr<Suite>> suites;
  std::vector<PlannedSystem> systems;
};

/// Throws ConfigError for unknown suites, kinds of systems and parameters.
RunPreparation check_run(const RunConfig& config);

/// Every question of the run, as its suites ask them.
Plan plan_of(const RunConfig& config, const RunPreparation& preparation, const PreparedData& data);

struct SessionContext {
  std::filesystem::path observations;
  PathRoots roots;
  Clock* clock = nullptr;
  ProgressListener* progress = nullptr;
  std::stop_token stop;
  std::string checkpoints = {};  ///< folder of trained models; empty for none
  Shard shard = {};
  /// Observations of all shards of this run, which are put together first; empty where there are none.
  std::vector<std::filesystem::path> shards = {};
};

/// Asks every system the shard's part of the questions. False if it was stopped; what was observed is then kept. Throws
/// ConfigError for a store of another shard.
bool observe_shard(const RunConfig& config, const RunPreparation& preparation, const SessionContext& context);

/// Prepares the data, asks every system what the store does not hold yet, and assesses. Nothing if it was stopped; what
/// was observed is then kept in the store. Throws ConfigError as merge_shards() does.
std::optional<Report> run_session(const RunConfig& config, const RunPreparation& preparation,
                                  const SessionContext& context);

}  // namespace recgauge::cli
