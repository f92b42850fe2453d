// From a configuration to what all stages share: data, split, candidates, and the plan of what will be asked.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "harness/config/run_config.h"
#include "harness/verdict/suite.h"

namespace recgauge {

/// Everything that a run loads before a system is asked. Immutable once prepared; suites, models and reports share it.
struct PreparedData {
  LoadedData loaded;
  std::shared_ptr<const world::World> world;  ///< the truth, where the data is simulated
  std::shared_ptr<const Split> split;
  std::shared_ptr<const CandidatePool> pool;
  uint32_t list_length = 0;
  PathRoots roots;  ///< where files that the suites' settings name are looked up

  const Dataset& dataset() const { return loaded.dataset; }
  SuiteContext suite_context(uint64_t seed) const;
  TrainingData training_data(uint64_t seed) const;
};

/// Loads or simulates the data, cuts it and makes the candidate pool; `config` has its paths resolved. Throws
/// ConfigError (a list longer than the catalogue, given parts where there are none) and DataError.
PreparedData prepare_data(const RunConfig& config);

/// The simulated log of a world, as if it had been loaded. Throws ConfigError for a world that cannot be.
LoadedData simulate_world(const world::WorldConfig& config);

/// Hash of the effective configuration, the settings of the suites, the data and the split: runs with the same identity
/// ask the same questions.
std::string run_identity(const nlohmann::ordered_json& effective_config, const PreparedData& data);

/// All treatments and probes of all suites. Throws ConfigError when a suite cannot be run on this data.
Plan make_plan(uint64_t seed, const std::string& identity, const PreparedData& data,
               std::span<const std::unique_ptr<Suite>> suites);

}  // namespace recgauge
