// How often each item is listed, kept by groups of users so that everything computed from it can be recomputed without
// one group (the delete-a-group jackknife), which is what gives an aggregate metric an interval.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "harness/data/ids.h"
#include "harness/metrics/metric_spec.h"

namespace recgauge::metrics {

/// Accumulates the first k places of lists. A repeated item counts once a list; kOutOfCatalogue counts for no item.
class ExposureCounts {
 public:
  explicit ExposureCounts(size_t item_count, uint32_t cutoff, size_t group_count = 1);

  void update(std::span<const ItemId> list, size_t group = 0);
  /// Both must have been made with the same sizes and cutoff.
  void merge(const ExposureCounts& other);

  size_t group_count() const { return by_group_.size() / item_count_; }
  uint32_t cutoff() const { return cutoff_; }
  /// Lists by item, length item_count.
  std::vector<uint32_t> counts() const;
  /// The same without the lists of one group of users.
  std::vector<uint32_t> counts_without(size_t group) const;

 private:
  size_t item_count_;
  uint32_t cutoff_;
  std::vector<uint32_t> by_group_;   // group-major
  std::vector<uint64_t> last_list_;  // by item: the number of the list that counted it last
  uint64_t list_number_ = 0;
};

/// Coverage, gini or entropy of exposure counts, as `spec` says. NaN where undefined (see concentration.h). Throws
/// ConfigError for any other family.
double aggregate_value(const MetricSpec& spec, std::span<const uint32_t> counts);

}  // namespace recgauge::metrics
