// Are ratings predicted less well for some groups? For systems whose scores are predicted ratings: the four kinds of
// unfairness of Yao & Huang 2017, held against what chance alone would give.
#pragma once

#include "suites/bias/user_groups.h"

namespace recgauge::suites {

/// Name of the probe that asks for the ratings of every test user's own test items.
inline constexpr const char* kRatingsProbe = "bias/ratings";

/// For every test user in ascending order the user's test items as candidates, all of them wanted, so that the scores
/// of the answer are the predictions. Throws ConfigError where the data has no ratings, or only one.
Probe predicted_ratings_probe(const SuiteContext& context);

struct RatingsReport {
  const BiasConfig& config;
  const SuiteContext& context;
  const Run& run;
  std::span<const UserGrouping> groupings;
  std::span<const AssessedSystem> systems;
};

/// Adds measurements of every group and kind, and a finding for each system of BiasConfig::predicted_ratings.
void add_predicted_ratings(const RatingsReport& report, SuiteResult& result);

}  // namespace recgauge::suites
