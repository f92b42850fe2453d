#include "harness/metrics/popularity_parity.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace recgauge::metrics {

double relative_deviation(std::span<const double> chances) {
  double mean = 0.0;
  for (const double chance : chances) mean += chance / static_cast<double>(chances.size());
  double variance = 0.0;
  for (const double chance : chances) {
    variance += (chance - mean) * (chance - mean) / static_cast<double>(chances.size());
  }
  return mean > 0 ? std::sqrt(variance) / mean : std::numeric_limits<double>::quiet_NaN();
}

PopularityParity::PopularityParity(std::span<const uint8_t> group_of_item, size_t group_count, uint32_t cutoff)
    : group_of_item_(group_of_item),
      cutoff_(cutoff),
      group_sizes_(group_count, 0),
      counts_(group_count),
      relevant_to_(group_of_item.size(), 0),
      listed_for_(group_of_item.size(), 0) {
  for (const uint8_t group : group_of_item) ++group_sizes_[group];
}

void PopularityParity::update(std::span<const ItemId> list, std::span<const ItemId> seen,
                              std::span<const ItemId> relevant) {
  ++user_number_;
  for (size_t g = 0; g < counts_.size(); ++g) counts_[g].candidates += group_sizes_[g];
  for (const ItemId item : seen) --counts_[group_of_item_[index(item)]].candidates;
  for (const ItemId item : relevant) {
    if (relevant_to_[index(item)] == user_number_) continue;
    relevant_to_[index(item)] = user_number_;
    ++counts_[group_of_item_[index(item)]].relevant;
  }
  for (const ItemId item : list.first(std::min<size_t>(list.size(), cutoff_))) {
    if (index(item) >= group_of_item_.size() || listed_for_[index(item)] == user_number_) continue;
    listed_for_[index(item)] = user_number_;
    Counts& counts = counts_[group_of_item_[index(item)]];
    ++counts.listed;
    counts.hits += relevant_to_[index(item)] == user_number_ ? 1 : 0;
  }
}

void PopularityParity::merge(const PopularityParity& other) {
  assert(other.counts_.size() == counts_.size() && other.cutoff_ == cutoff_);
  for (size_t g = 0; g < counts_.size(); ++g) {
    counts_[g].listed += other.counts_[g].listed;
    counts_[g].candidates += other.counts_[g].candidates;
    counts_[g].hits += other.counts_[g].hits;
    counts_[g].relevant += other.counts_[g].relevant;
  }
}

std::vector<double> PopularityParity::listing_chances() const {
  std::vector<double> chances;
  for (const Counts& counts : counts_) {
    chances.push_back(static_cast<double>(counts.listed) / static_cast<double>(counts.candidates));
  }
  return chances;
}

std::vector<double> PopularityParity::opportunity_chances() const {
  std::vector<double> chances;
  for (const Counts& counts : counts_) {
    chances.push_back(static_cast<double>(counts.hits) / static_cast<double>(counts.relevant));
  }
  return chances;
}

}  // namespace recgauge::metrics
