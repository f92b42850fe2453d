#include <fmt/format.h>

#include <algorithm>

#include "harness/system/error.h"
#include "suites/accuracy/assessment.h"

namespace recgauge::suites {
namespace {

constexpr size_t kMostValues = 12;
constexpr size_t kActivityBands = 3;

// Thirds of the users by length of the shown history; equal lengths stay together.
void add_activity_slices(const SuiteContext& context, std::vector<Slice>& slices) {
  const Split& split = *context.split;
  std::vector<size_t> lengths;
  for (const UserId user : split.test_users) lengths.push_back(split.history->row_size(user));
  std::vector<size_t> sorted(lengths);
  std::sort(sorted.begin(), sorted.end());
  size_t from = 0;
  for (size_t band = 0; band < kActivityBands; ++band) {
    const size_t last = (band + 1) * sorted.size() / kActivityBands;
    const size_t to = band + 1 == kActivityBands ? sorted.back() : sorted[last == 0 ? 0 : last - 1];
    Slice slice;
    for (size_t i = 0; i < lengths.size(); ++i) {
      if (lengths[i] >= from && lengths[i] <= to) slice.positions.push_back(i);
    }
    slice.name = fmt::format("history={}-{}", slice.positions.empty() ? from : std::max(from, sorted.front()), to);
    slices.push_back(std::move(slice));
    from = to + 1;
  }
}

void add_attribute_slices(const CategoricalColumn& column, const SuiteContext& context, std::vector<Slice>& slices) {
  std::vector<Slice> by_value(column.values.size());
  for (uint32_t value = 0; value < column.values.size(); ++value) {
    by_value[value].name = fmt::format("{}={}", column.name, column.values.name(value));
  }
  const auto& users = context.split->test_users;
  for (size_t i = 0; i < users.size(); ++i) {
    const uint32_t code = column.codes[index(users[i])];
    if (code != CategoricalColumn::kMissing) by_value[code].positions.push_back(i);
  }
  std::sort(by_value.begin(), by_value.end(), [](const Slice& a, const Slice& b) { return a.name < b.name; });
  std::move(by_value.begin(), by_value.end(), std::back_inserter(slices));
}

std::vector<const CategoricalColumn*> chosen_attributes(const AccuracyConfig& config, const UserTable& users) {
  std::vector<const CategoricalColumn*> columns;
  if (!config.slices_of_attributes) return columns;
  for (const CategoricalColumn& column : users.attributes) {
    if (config.slice_by_attributes.empty() && column.values.size() <= kMostValues) columns.push_back(&column);
  }
  std::vector<std::string> known;
  for (const CategoricalColumn& column : users.attributes) known.push_back(column.name);
  for (const std::string& name : config.slice_by_attributes) {
    const CategoricalColumn* column = users.find_attribute(name);
    if (column == nullptr) {
      throw ConfigError(
          fmt::format("suites.accuracy.slice_by_attributes names '{}', which users do not have; they have: {}", name,
                      known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", "))));
    }
    columns.push_back(column);
  }
  return columns;
}

}  // namespace

std::vector<Slice> make_slices(const AccuracyConfig& config, const SuiteContext& context,
                               const EvaluationBasis& basis) {
  std::vector<Slice> slices;
  if (config.slice_by_activity) add_activity_slices(context, slices);
  for (const CategoricalColumn* column : chosen_attributes(config, context.dataset->users)) {
    add_attribute_slices(*column, context, slices);
  }
  std::erase_if(slices, [&](const Slice& slice) { return slice.positions.size() < config.smallest_slice; });
  if (!config.slice_by_popularity) return slices;
  constexpr const char* kBandNames[] = {"relevant items=head", "relevant items=tail", "relevant items=cold"};
  const Split& split = *context.split;
  for (size_t band = 0; band < kItemBands; ++band) {
    Slice slice{kBandNames[band], {}, static_cast<ItemBand>(band)};
    for (size_t i = 0; i < split.test_users.size(); ++i) {
      const auto relevant = split.test->items(split.test_users[i]);
      const bool has = std::any_of(relevant.begin(), relevant.end(),
                                   [&](ItemId item) { return basis.band[index(item)] == *slice.band; });
      if (has) slice.positions.push_back(i);
    }
    if (slice.positions.size() >= config.smallest_slice) slices.push_back(std::move(slice));
  }
  return slices;
}

}  // namespace recgauge::suites
