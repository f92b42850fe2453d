// Every model of the run, deployed in the simulated world: users who look at its lists, choose, and move on. What they
// are worth to the users is known exactly.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/verdict/suite.h"

namespace recgauge::suites {

/// Name of the probe.
inline constexpr const char* kDeploymentProbe = "deployment";

struct DeploymentSettings {
  uint32_t users = 300;
  uint32_t steps = 3;
  uint32_t shown = 10;
};

/// Test users to whom systems are deployed, ascending: all, or as many as asked for, drawn from the run's seed.
std::vector<UserId> deployed_users(const SuiteContext& context, uint32_t count);

/// The deployment as a probe: one trajectory a user, from the state in which the split leaves the user. The context
/// must have a world.
Probe deployment_probe(const SuiteContext& context, const DeploymentSettings& settings);

/// What a deployment was worth.
struct DeployedValues {
  std::vector<double> expected_clicks;  ///< by deployed user, mean over lists; NaN where a list was not answered
  std::vector<double> choices;          ///< share of lists from which the user took something; NaN likewise
  uint64_t requests = 0;
  uint64_t usable = 0;
};

/// Follows the recorded trajectories of a system again and values every list. A place that repeats an item of the list,
/// or shows one that the user has, or that is not in the catalogue, is worth nothing.
DeployedValues deployed_values(const Run& run, const SuiteContext& context, const DeploymentSettings& settings,
                               const std::string& system);

}  // namespace recgauge::suites
