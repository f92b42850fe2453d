#include "harness/metrics/exposure.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "harness/metrics/concentration.h"
#include "harness/system/error.h"

namespace recgauge::metrics {

ExposureCounts::ExposureCounts(size_t item_count, uint32_t cutoff, size_t group_count)
    : item_count_(item_count), cutoff_(cutoff), by_group_(item_count * group_count, 0), last_list_(item_count, 0) {
  assert(item_count > 0 && group_count > 0);
}

void ExposureCounts::update(std::span<const ItemId> list, size_t group) {
  assert(group < group_count());
  ++list_number_;
  uint32_t* counts = by_group_.data() + group * item_count_;
  for (const ItemId item : list.first(std::min<size_t>(list.size(), cutoff_))) {
    if (index(item) >= item_count_ || last_list_[index(item)] == list_number_) continue;
    last_list_[index(item)] = list_number_;
    ++counts[index(item)];
  }
}

void ExposureCounts::merge(const ExposureCounts& other) {
  assert(other.by_group_.size() == by_group_.size() && other.cutoff_ == cutoff_);
  for (size_t i = 0; i < by_group_.size(); ++i) by_group_[i] += other.by_group_[i];
}

std::vector<uint32_t> ExposureCounts::counts() const { return counts_without(group_count()); }

std::vector<uint32_t> ExposureCounts::counts_without(size_t group) const {
  std::vector<uint32_t> totals(item_count_, 0);
  for (size_t g = 0; g < group_count(); ++g) {
    if (g == group) continue;
    for (size_t i = 0; i < item_count_; ++i) totals[i] += by_group_[g * item_count_ + i];
  }
  return totals;
}

double aggregate_value(const MetricSpec& spec, std::span<const uint32_t> counts) {
  switch (spec.family) {
    case Family::coverage:
      return coverage(counts);
    case Family::gini: {
      const double value =
          gini(counts, spec.parameter("normaliser") == "n" ? GiniNormaliser::n : GiniNormaliser::n_minus_1);
      return spec.parameter("report") == "complement" ? 1.0 - value : value;
    }
    case Family::entropy: {
      const double value = entropy(counts, spec.parameter("unit") == "bits" ? EntropyUnit::bits : EntropyUnit::nats);
      return spec.parameter("divide_by") == "one" ? value : value / static_cast<double>(distinct_items(counts));
    }
    default:
      throw ConfigError(fmt::format("metric '{}' is not made from exposure counts", full_name(spec)));
  }
}

}  // namespace recgauge::metrics
