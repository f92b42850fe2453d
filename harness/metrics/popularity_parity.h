// Do popular and unpopular items get the same chance? PopRSP asks it of being listed, PopREO of being listed when
// relevant (Zhu, Wang & Caverlee 2020, RSP and REO over popularity groups).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "harness/data/ids.h"

namespace recgauge::metrics {

/// Standard deviation (population) over mean of per-group chances; 0 is parity, 1 the most that two groups can differ.
/// NaN if a group has no chance to speak of (denominator 0) or all chances are 0.
double relative_deviation(std::span<const double> chances);

/// Accumulates the first k places of lists by group of items, for example the long tail (0) and the head (1).
class PopularityParity {
 public:
  /// `group_of_item` must outlive the accumulator and hold values below group_count.
  PopularityParity(std::span<const uint8_t> group_of_item, size_t group_count, uint32_t cutoff);

  /// Adds a user. Candidates are all items that are not in `seen`, which has no duplicates. A repeated item counts at
  /// its first place only; kOutOfCatalogue belongs to no group.
  void update(std::span<const ItemId> list, std::span<const ItemId> seen, std::span<const ItemId> relevant);
  void merge(const PopularityParity& other);

  /// Chance of a candidate of the group to be listed: listed places over candidates, all users together.
  std::vector<double> listing_chances() const;
  /// Chance of a relevant item of the group to be listed.
  std::vector<double> opportunity_chances() const;
  double statistical_parity() const { return relative_deviation(listing_chances()); }     ///< PopRSP
  double equal_opportunity() const { return relative_deviation(opportunity_chances()); }  ///< PopREO

 private:
  struct Counts {
    uint64_t listed = 0;
    uint64_t candidates = 0;
    uint64_t hits = 0;
    uint64_t relevant = 0;
  };

  std::span<const uint8_t> group_of_item_;
  uint32_t cutoff_;
  std::vector<uint64_t> group_sizes_;
  std::vector<Counts> counts_;
  std::vector<uint64_t> relevant_to_;  // by item: number of the user for whom it is relevant and not yet met
  std::vector<uint64_t> listed_for_;
  uint64_t user_number_ = 0;
};

}  // namespace recgauge::metrics
