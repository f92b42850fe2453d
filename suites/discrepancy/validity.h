// Offline numbers against the deployed value of the same systems: order, size of effects, and pairs that change places.
#pragma once

#include <vector>

#include "suites/discrepancy/deployment.h"
#include "suites/discrepancy/discrepancy_suite.h"
#include "suites/discrepancy/offline.h"

namespace recgauge::suites {

/// One system that is no control.
struct ComparedSystem {
  AssessedSystem system;
  OfflineValues offline;
  DeployedValues online;
  bool usable = false;
};

struct ValidityInput {
  const DiscrepancyConfig& config;
  const std::vector<metrics::MetricSpec>& specs;  ///< the primary metric first
  const SuiteContext& context;
  std::vector<ComparedSystem> systems;
  std::vector<UserId> deployed_to;
};

/// Places of a list that are shown to simulated users: those configured, at most the catalogue.
uint32_t shown_places(const DiscrepancyConfig& config, const SuiteContext& context);

/// Full name of the deployed value.
std::string deployed_metric(const DiscrepancyConfig& config);

/// First minus second, unit by unit.
std::vector<double> differences_of(const std::vector<double>& first, const std::vector<double>& second);

/// Adds measurements (deployed value, tau_b and Spearman by offline metric, discrepancy of lifts), comparisons (online,
/// all pairs), findings and figures.
void add_validity(const ValidityInput& input, SuiteResult& result);

/// A pair that offline and online order differently, each beyond chance.
struct Reversal {
  size_t better_offline = 0;  ///< index into the systems
  size_t better_online = 0;
  double offline_difference = 0.0;
  double online_difference = 0.0;
};

/// Pairs of usable systems whose primary metric and deployed value differ significantly (paired sign-flip tests, Holm
/// over all pairs, alpha 5 %, each) and in opposite directions.
std::vector<Reversal> reversals(const ValidityInput& input);

}  // namespace recgauge::suites
