// What is in a data set, before anybody is measured on it: how much, from when, how unequal, with which gaps.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/data/dataset.h"
#include "harness/data/loaders/load_report.h"

namespace recgauge {

/// Quantiles with linear interpolation between neighbours (Hyndman & Fan 1996, type 7; the default of R and NumPy).
struct CountQuantiles {
  double minimum = 0.0;
  double p25 = 0.0;
  double median = 0.0;
  double p75 = 0.0;
  double p90 = 0.0;
  double p99 = 0.0;
  double maximum = 0.0;
};

/// UTC, "1997-09-20T03:05:10Z"; a plain number of seconds where no calendar reaches.
struct TimeRange {
  std::string first;
  std::string last;
};

struct ValueDistribution {
  static constexpr size_t kMostListed = 20;

  double minimum = 0.0;
  double maximum = 0.0;
  double mean = 0.0;
  uint64_t distinct = 0;
  std::vector<std::pair<double, uint64_t>> counts;  ///< by value ascending; empty above kMostListed distinct values
};

/// Sizes of the groups by one attribute's values or labels, largest first. With labels a row may be in several.
struct GroupSizes {
  std::string name;
  std::vector<std::pair<std::string, uint64_t>> sizes;
  uint64_t without = 0;  ///< rows that have no value
};

/// How many of all interactions the most popular items hold.
struct PopularityPoint {
  double item_share = 0.0;  ///< of the catalogue
  uint64_t items = 0;       ///< item_share of them, rounded up
  double interaction_share = 0.0;
};

struct DatasetDescription {
  DatasetOrigin origin;
  uint64_t users = 0;
  uint64_t items = 0;
  uint64_t interactions = 0;
  uint64_t duplicate_pairs = 0;    ///< interactions beyond the first of the same user and item
  std::optional<double> density;   ///< distinct pairs / (users * items); nothing where there are no users or items
  std::optional<TimeRange> times;  ///< nothing where the data has no times
  uint64_t time_ties = 0;          ///< neighbours of one user with the same time; 0 where the data has no times
  std::optional<ValueDistribution> values;  ///< nothing without interactions
  std::optional<CountQuantiles> interactions_per_user;
  std::optional<CountQuantiles> interactions_per_item;
  uint64_t users_without_interactions = 0;
  uint64_t items_without_interactions = 0;
  std::vector<GroupSizes> user_attributes;
  std::vector<GroupSizes> item_attributes;
  std::vector<GroupSizes> item_labels;
  uint64_t hazardous_items = 0;  ///< with at least one hazard
  std::optional<GroupSizes> hazards;
  std::vector<PopularityPoint> popularity;  ///< at 1, 5, 10, 20 and 50 % of the items; empty without interactions
  uint64_t head_items = 0;                  ///< the fewest items that hold 80 % of the interactions
  std::optional<double> popularity_gini;    ///< see gini_of_counts()
};

/// Describes a data set in O(interactions log(longest row) + users + items).
DatasetDescription describe(const Dataset& dataset);

/// Gini coefficient of counts in ascending order, zeros included: sum over i of (2 i - n - 1) x_i / (n sum x), i
/// from 1. 0 where all are equal, 1 - 1/n where one holds everything. Nothing for an empty list or a sum of 0.
std::optional<double> gini_of_counts(const std::vector<uint32_t>& ascending);

/// Quantiles of counts in ascending order; nothing for an empty list.
std::optional<CountQuantiles> quantiles_of_counts(const std::vector<uint32_t>& ascending);

/// A page for the console: the description, then every reason for which rows were dropped, with the first places.
/// Foreign text cannot drive the terminal.
std::string to_text(const DatasetDescription& description, const LoadReport& report);

/// The same as JSON, with stable keys.
nlohmann::ordered_json to_json(const DatasetDescription& description, const LoadReport& report);

}  // namespace recgauge
