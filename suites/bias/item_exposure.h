// What groups of items get of a system's attention: sums over all lists, kept by groups of users so that each can be
// left out in turn, and measures of single lists.
#pragma once

#include <vector>

#include "harness/metrics/browsing_model.h"
#include "suites/bias/item_groups.h"
#include "suites/bias/user_columns.h"

namespace recgauge::suites {

/// Groups of users that the jackknife leaves out in turn.
inline constexpr size_t kExposureFolds = 20;

/// Sums over users, by group of items.
struct ExposureSums {
  std::vector<double> exposure;  ///< attention of the places that hold the group's items
  std::vector<double> merit;     ///< relevant items
  std::vector<double> clicks;    ///< attention of the places that hold relevant items
  std::vector<double> target;    ///< attention if relevant items came first, in equal parts (expected exposure)
  double users = 0.0;

  explicit ExposureSums(size_t groups = 0) : exposure(groups), merit(groups), clicks(groups), target(groups) {}
  void merge(const ExposureSums& other);
};

/// What is asked of one grouping.
struct ExposureBasis {
  const SuiteContext* context = nullptr;
  const ItemGrouping* grouping = nullptr;
  metrics::BrowsingModel browsing;
  uint32_t k = 10;
  std::vector<double> items;         ///< catalogue items by group
  std::vector<double> interactions;  ///< shares of training interactions by group, of those that belong to one
  double tail_share = 0.0;           ///< share of the training interactions with the first group
  std::vector<uint32_t> fair_table;  ///< of FA*IR for the first group; empty unless the grouping is by popularity
};

ExposureBasis make_exposure_basis(const SuiteContext& context, const ItemGrouping& grouping,
                                  const metrics::BrowsingModel& browsing, uint32_t k,
                                  std::span<const uint32_t> training_counts);

/// Measures of a single list, by test user.
enum class ListFairness : uint8_t {
  awrf,       ///< attention-weighted rank fairness against the interactions' shares
  ndkl,       ///< divergence of prefixes from them; only where no item belongs to two groups
  rnd,        ///< normalised discounted difference of the tail over the whole list
  fair_test,  ///< 1 if the list passes FA*IR's test for the tail
};
inline constexpr size_t kListFairnessMeasures = 4;

struct GroupExposure {
  std::vector<ExposureSums> folds;
  std::vector<std::vector<double>> lists;  ///< by ListFairness, then test user; NaN where it does not apply

  ExposureSums total() const { return without(kExposureFolds); }
  /// Sums without one fold of users.
  ExposureSums without(size_t fold) const;
};

/// Reads the lists as they are, or as `change` makes them.
GroupExposure read_exposure(const Run& run, const ExposureBasis& basis, const std::string& system,
                            const ListChange& change = {});

}  // namespace recgauge::suites
