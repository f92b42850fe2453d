// Gaps between groups of users: estimates of every cell, one test for each grouping, and a correction over all of them.
#pragma once

#include <optional>
#include <vector>

#include "harness/statistics/bootstrap.h"
#include "suites/bias/user_columns.h"
#include "suites/bias/user_groups.h"

namespace recgauge::suites {

/// One group of a grouping on one metric of one system.
struct CellResult {
  statistics::Estimate estimate;
  double shrunken = 0.0;  ///< estimate drawn towards the mean of the grouping's cells
  statistics::CellDifference against_rest;
  double p_adjusted = 1.0;  ///< of against_rest, over the cells of all tests of the run (Bonferroni on top of max-T)
  double detectable = 0.0;  ///< smallest difference from the rest that is found with 80 % power at the corrected level
};

/// One test: a system's metric over one grouping.
struct GapResult {
  size_t system = 0;  ///< indices into what find_gaps() was given
  size_t metric = 0;
  size_t grouping = 0;
  std::vector<CellResult> cells;  ///< by cell of the grouping
  std::optional<double> p_value;
  std::optional<double> p_adjusted;  ///< over all tests of the run
  size_t worst = 0;                  ///< the cell that is furthest on the worse side, in standard errors
  size_t leading = 0;                ///< the cell that is furthest on either side
  statistics::Estimate gap;          ///< largest minus smallest value of a cell
  statistics::Estimate ratio;        ///< smallest over largest
  std::optional<double> overall;     ///< value over all users
};

struct GapSettings {
  const BiasConfig& config;
  const std::vector<BiasMetric>& metrics;
  const std::vector<UserGrouping>& groupings;
  std::span<const uint32_t> strata;  ///< by user
  std::vector<uint64_t> user_keys;   ///< by user, for resampling
  uint64_t seed = 0;
};

/// Intersections are tested on the primary metric alone, which is the first.
std::vector<GapResult> find_gaps(const GapSettings& settings, const std::vector<UserColumns>& systems);

statistics::BootstrapOptions bootstrap_options(const BiasConfig& config, uint64_t seed);

}  // namespace recgauge::suites
