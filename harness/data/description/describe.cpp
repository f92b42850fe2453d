#include "harness/data/description/describe.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace recgauge {
namespace {

std::string time_text(int64_t seconds) {
  constexpr int64_t kYear0001 = -62135596800;
  constexpr int64_t kYear9999 = 253402300799;
  if (seconds < kYear0001 || seconds > kYear9999) return std::to_string(seconds);
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

std::optional<TimeRange> time_range(const Interactions& interactions) {
  if (interactions.empty() || interactions.time_meaning() != TimeMeaning::seconds) return std::nullopt;
  const auto times = interactions.all_times();
  const auto [first, last] = std::minmax_element(times.begin(), times.end());
  return TimeRange{time_text(*first), time_text(*last)};
}

uint64_t count_duplicates(const Interactions& interactions) {
  uint64_t duplicates = 0;
  std::vector<ItemId> row;
  for (size_t user = 0; user < interactions.user_count(); ++user) {
    const auto items = interactions.items(UserId{static_cast<uint32_t>(user)});
    row.assign(items.begin(), items.end());
    std::sort(row.begin(), row.end());
    duplicates += static_cast<uint64_t>(row.end() - std::unique(row.begin(), row.end()));
  }
  return duplicates;
}

std::optional<ValueDistribution> value_distribution(const Interactions& interactions) {
  if (interactions.empty()) return std::nullopt;
  ValueDistribution result;
  std::vector<float> values(interactions.all_values().begin(), interactions.all_values().end());
  std::sort(values.begin(), values.end());
  result.minimum = values.front();
  result.maximum = values.back();
  result.mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  for (size_t begin = 0; begin < values.size();) {
    const auto next =
        std::upper_bound(values.begin() + static_cast<std::ptrdiff_t>(begin), values.end(), values[begin]);
    const auto end = static_cast<size_t>(next - values.begin());
    if (++result.distinct <= ValueDistribution::kMostListed) result.counts.emplace_back(values[begin], end - begin);
    begin = end;
  }
  if (result.distinct > ValueDistribution::kMostListed) result.counts.clear();
  return result;
}

std::vector<uint32_t> row_sizes(const Interactions& interactions) {
  std::vector<uint32_t> sizes;
  sizes.reserve(interactions.user_count());
  for (size_t user = 0; user < interactions.user_count(); ++user) {
    sizes.push_back(static_cast<uint32_t>(interactions.row_size(UserId{static_cast<uint32_t>(user)})));
  }
  return sizes;
}

GroupSizes group_sizes(const std::string& name, const NameTable& values, const std::vector<uint64_t>& counts,
                       uint64_t without) {
  GroupSizes groups{name, {}, without};
  for (uint32_t code = 0; code < values.size(); ++code) groups.sizes.emplace_back(values.name(code), counts[code]);
  std::stable_sort(groups.sizes.begin(), groups.sizes.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  return groups;
}

GroupSizes describe_attribute(const CategoricalColumn& column) {
  std::vector<uint64_t> counts(column.values.size());
  uint64_t without = 0;
  for (const uint32_t code : column.codes) code == CategoricalColumn::kMissing ? ++without : ++counts[code];
  return group_sizes(column.name, column.values, counts, without);
}

GroupSizes describe_labels(const LabelColumn& column) {
  std::vector<uint64_t> counts(column.values.size());
  uint64_t without = 0;
  for (size_t row = 0; row + 1 < column.offsets.size(); ++row) {
    if (column.row(row).empty()) ++without;
    for (const uint32_t code : column.row(row)) ++counts[code];
  }
  return group_sizes(column.name, column.values, counts, without);
}

void describe_hazards(const Catalogue& catalogue, DatasetDescription& description) {
  if (catalogue.hazard_offsets.empty()) return;
  std::vector<uint64_t> counts(catalogue.hazard_names.size());
  for (size_t item = 0; item < catalogue.size(); ++item) {
    const auto hazards = catalogue.hazards_of(ItemId{static_cast<uint32_t>(item)});
    if (!hazards.empty()) ++description.hazardous_items;
    for (const Hazard& hazard : hazards) ++counts[hazard.code];
  }
  description.hazards =
      group_sizes("hazard", catalogue.hazard_names, counts, catalogue.size() - description.hazardous_items);
}

void describe_popularity(const std::vector<uint32_t>& ascending, DatasetDescription& description) {
  const auto total = static_cast<double>(description.interactions);
  if (total == 0.0 || ascending.empty()) return;
  std::vector<uint64_t> held(ascending.size() + 1);  // by the n most popular items
  for (size_t n = 1; n < held.size(); ++n) held[n] = held[n - 1] + ascending[ascending.size() - n];
  for (const unsigned percent : {1U, 5U, 10U, 20U, 50U}) {
    const size_t items = (ascending.size() * percent + 99) / 100;
    description.popularity.push_back({percent / 100.0, items, static_cast<double>(held[items]) / total});
  }
  constexpr double kHeadShare = 0.8;
  const auto head = std::find_if(held.begin(), held.end(),
                                 [&](uint64_t count) { return static_cast<double>(count) >= kHeadShare * total; });
  description.head_items = static_cast<uint64_t>(head - held.begin());
}

}  // namespace

std::optional<double> gini_of_counts(const std::vector<uint32_t>& ascending) {
  const auto n = static_cast<double>(ascending.size());
  double sum = 0.0;
  double weighted = 0.0;
  for (size_t i = 0; i < ascending.size(); ++i) {
    sum += ascending[i];
    weighted += (2.0 * static_cast<double>(i + 1) - n - 1.0) * ascending[i];
  }
  if (sum == 0.0) return std::nullopt;
  return weighted / (n * sum);
}

std::optional<CountQuantiles> quantiles_of_counts(const std::vector<uint32_t>& ascending) {
  if (ascending.empty()) return std::nullopt;
  const auto at = [&](double share) {
    const double position = static_cast<double>(ascending.size() - 1) * share;
    const auto below = static_cast<size_t>(position);
    const size_t above = std::min(below + 1, ascending.size() - 1);
    const double low = ascending[below];
    return low + (position - std::floor(position)) * (ascending[above] - low);
  };
  return CountQuantiles{at(0.0), at(0.25), at(0.5), at(0.75), at(0.9), at(0.99), at(1.0)};
}

DatasetDescription describe(const Dataset& dataset) {
  const Interactions& interactions = dataset.interactions;
  DatasetDescription description;
  description.origin = dataset.origin;
  description.users = dataset.users.size();
  description.items = dataset.catalogue.size();
  description.interactions = interactions.size();
  description.duplicate_pairs = count_duplicates(interactions);
  const double cells = static_cast<double>(description.users) * static_cast<double>(description.items);
  if (cells > 0) {
    description.density = static_cast<double>(interactions.size() - description.duplicate_pairs) / cells;
  }
  description.times = time_range(interactions);
  if (description.times) description.time_ties = interactions.tie_count();
  description.values = value_distribution(interactions);

  std::vector<uint32_t> per_user = row_sizes(interactions);
  std::vector<uint32_t> per_item = interactions.item_counts();
  std::sort(per_user.begin(), per_user.end());
  std::sort(per_item.begin(), per_item.end());
  description.interactions_per_user = quantiles_of_counts(per_user);
  description.interactions_per_item = quantiles_of_counts(per_item);
  description.users_without_interactions = static_cast<uint64_t>(std::count(per_user.begin(), per_user.end(), 0U));
  description.items_without_interactions = static_cast<uint64_t>(std::count(per_item.begin(), per_item.end(), 0U));
  describe_popularity(per_item, description);
  description.popularity_gini = gini_of_counts(per_item);

  for (const auto& column : dataset.users.attributes) {
    description.user_attributes.push_back(describe_attribute(column));
  }
  for (const auto& column : dataset.catalogue.attributes) {
    description.item_attributes.push_back(describe_attribute(column));
  }
  for (const auto& column : dataset.catalogue.labels) description.item_labels.push_back(describe_labels(column));
  describe_hazards(dataset.catalogue, description);
  return description;
}

}  // namespace recgauge
