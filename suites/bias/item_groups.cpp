#include "suites/bias/item_groups.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/metrics/popularity.h"
#include "harness/system/error.h"

namespace recgauge::suites {
namespace {

ItemGrouping by_popularity(std::span<const uint32_t> training_counts) {
  ItemGrouping grouping;
  grouping.name = kPopularityGrouping;
  grouping.groups = {"items=tail", "items=head"};
  grouping.offsets.push_back(0);
  for (const uint8_t is_head : metrics::head_items(training_counts)) {
    grouping.codes.push_back(is_head);
    grouping.offsets.push_back(grouping.codes.size());
  }
  return grouping;
}

std::vector<std::string> group_names(const std::string& column, const NameTable& values) {
  std::vector<std::string> names;
  for (uint32_t v = 0; v < values.size(); ++v) names.push_back(fmt::format("{}={}", column, values.name(v)));
  return names;
}

ItemGrouping by_labels(const LabelColumn& column) {
  ItemGrouping grouping;
  grouping.name = column.name;
  grouping.groups = group_names(column.name, column.values);
  grouping.offsets = column.offsets;
  grouping.codes = column.codes;
  for (size_t i = 0; i + 1 < column.offsets.size(); ++i) grouping.single = grouping.single && column.row(i).size() < 2;
  return grouping;
}

ItemGrouping by_attribute(const CategoricalColumn& column) {
  ItemGrouping grouping;
  grouping.name = column.name;
  grouping.groups = group_names(column.name, column.values);
  grouping.offsets.push_back(0);
  for (const uint32_t code : column.codes) {
    if (code != CategoricalColumn::kMissing) grouping.codes.push_back(code);
    grouping.offsets.push_back(grouping.codes.size());
  }
  return grouping;
}

[[noreturn]] void throw_unknown_column(const Catalogue& catalogue, const std::string& name) {
  std::vector<std::string> known{kPopularityGrouping};
  for (const LabelColumn& column : catalogue.labels) known.push_back(column.name);
  for (const CategoricalColumn& column : catalogue.attributes) known.push_back(column.name);
  throw ConfigError(fmt::format("suites.bias.item_attributes names '{}', which items do not have; they have: {}", name,
                                fmt::join(known, ", ")));
}

}  // namespace

std::vector<ItemGrouping> make_item_groupings(const BiasConfig& config, const SuiteContext& context,
                                              std::span<const uint32_t> training_counts) {
  const Catalogue& catalogue = context.dataset->catalogue;
  std::vector<ItemGrouping> groupings;
  if (config.item_attributes.empty()) {
    groupings.push_back(by_popularity(training_counts));
    if (!catalogue.labels.empty() && catalogue.labels.front().values.size() <= config.most_values) {
      groupings.push_back(by_labels(catalogue.labels.front()));
    }
    for (const CategoricalColumn& column : catalogue.attributes) {
      if (column.values.size() <= config.most_values) groupings.push_back(by_attribute(column));
    }
  }
  for (const std::string& name : config.item_attributes) {
    if (name == kPopularityGrouping) {
      groupings.push_back(by_popularity(training_counts));
    } else if (const LabelColumn* labels = catalogue.find_labels(name)) {
      groupings.push_back(by_labels(*labels));
    } else if (const CategoricalColumn* attribute = catalogue.find_attribute(name)) {
      groupings.push_back(by_attribute(*attribute));
    } else {
      throw_unknown_column(catalogue, name);
    }
  }
  std::erase_if(groupings, [](const ItemGrouping& grouping) { return grouping.groups.size() < 2; });
  return groupings;
}

}  // namespace recgauge::suites
