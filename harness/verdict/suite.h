// What a suite is: questions for the plan, then conclusions from the answers. Suites never call a system or train one.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "harness/data/splits/candidate_pool.h"
#include "harness/data/splits/split.h"
#include "harness/data/world/world.h"
#include "harness/run/run.h"
#include "harness/verdict/report.h"

namespace recgauge {

/// What all suites of a run share. Everything it points to outlives the suites.
struct SuiteContext {
  const Dataset* dataset = nullptr;
  std::shared_ptr<const Split> split;
  std::shared_ptr<const CandidatePool> pool;
  uint64_t seed = 0;
  uint32_t list_length = 100;           ///< items asked for in the shared ranking probe
  const world::World* world = nullptr;  ///< the truth, where the data is simulated
  /// Where a file lies that a suite's settings name (`path`, and the key for messages). Throws ConfigError naming all
  /// places that were tried.
  std::function<std::string(const std::string& path, const std::string& key)> find_file = {};
};

/// A system as assessment sees it.
struct AssessedSystem {
  std::string name;
  SystemRole role = SystemRole::candidate;
};

/// A suite's result, and the per-unit values that stay with the run's observations for later paired comparisons.
struct Assessment {
  SuiteResult result;
  std::vector<std::string> unit_names;
  std::vector<UnitValues> unit_values;
};

class Suite {
 public:
  virtual ~Suite() = default;
  virtual SuiteInfo info() const = 0;
  virtual std::vector<Probe> probes(const SuiteContext& context) const = 0;
  /// What systems are trained on instead, for the probes that name it. Systems that cannot be trained are not asked
  /// those probes.
  virtual std::vector<Treatment> treatments(const SuiteContext&) const { return {}; }
  /// Reads the run's observations. Too few usable answers of a system make its measurements undefined, with the reason.
  virtual Assessment assess(const Run& run, const SuiteContext& context,
                            std::span<const AssessedSystem> systems) const = 0;
};

/// Name of the probe that asks for every test user's list; suites that need lists share it.
inline constexpr const char* kRankingProbe = "ranking";

/// What a test user's history asks for: the history as the split shows it, the same as exclusions.
Request history_request(const Split& split, UserId user, uint32_t k);

/// The shared ranking probe: for every test user, in ascending order, the history as the split shows it, the same as
/// exclusions, and the pool's candidates.
Probe ranking_probe(const SuiteContext& context);

}  // namespace recgauge
