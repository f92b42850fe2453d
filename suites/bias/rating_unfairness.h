// The four kinds of unfairness of Yao & Huang 2017 for every group of users, against what chance alone would give.
#pragma once

#include <limits>
#include <optional>
#include <vector>

#include "harness/statistics/bootstrap.h"
#include "suites/bias/predicted_ratings.h"

namespace recgauge::suites {

/// value, absolute, underestimation and overestimation unfairness, in this order.
inline constexpr size_t kUnfairnessKinds = 4;

/// A test rating and its prediction.
struct Rating {
  uint32_t position = 0;  // in Split::test_users
  uint32_t item = 0;      // numbered over the rated items
  double predicted = 0.0;
  double actual = 0.0;
};

struct RatingTable {
  std::vector<Rating> ratings;
  uint32_t items = 0;
  uint64_t asked = 0;
  uint64_t on_scale = 0;
  double low = std::numeric_limits<double>::infinity();  // of the scores
  double high = -std::numeric_limits<double>::infinity();
};

struct CellUnfairness {
  size_t grouping = 0;
  size_t cell = 0;
  size_t kind = 0;
  statistics::Estimate estimate;
  statistics::Estimate by_chance;     // mean over permutations, with the middle of them
  std::optional<double> p_adjusted;   // for all cells and kinds of the system, and for all systems that are named
  std::optional<double> called_from;  // a value above it would have been significant
};

/// All kinds of all cells of all groupings, with a delete-a-group jackknife over users, users' cells permuted within
/// bands of history length, and one max-T test over all of them (Westfall & Young 1993).
std::vector<CellUnfairness> find_unfairness(const RatingsReport& report, const RatingTable& table);

}  // namespace recgauge::suites
