#include "suites/bias/user_groups.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "harness/system/error.h"

namespace recgauge::suites {
namespace {

/// Labels of one attribute by test user; empty for a missing value.
struct AttributeValues {
  std::string name;
  std::vector<std::string> of_user;
};

// Upper ends of bands of equal size; equal values stay together, so there may be fewer.
std::vector<double> band_ends(std::vector<double> values, uint32_t bands) {
  std::sort(values.begin(), values.end());
  std::vector<double> ends;
  for (uint32_t band = 1; band <= bands && !values.empty(); ++band) {
    const size_t last = std::max<size_t>(1, band * values.size() / bands) - 1;
    if (ends.empty() || values[last] > ends.back()) ends.push_back(values[last]);
  }
  return ends;
}

size_t band_of(double value, const std::vector<double>& ends) {
  return static_cast<size_t>(std::lower_bound(ends.begin(), ends.end(), value) - ends.begin());
}

AttributeValues values_of(const CategoricalColumn& column, const SuiteContext& context) {
  AttributeValues values{column.name, {}};
  for (const UserId user : context.split->test_users) {
    const uint32_t code = column.codes[index(user)];
    values.of_user.push_back(
        code == CategoricalColumn::kMissing ? "" : fmt::format("{}={}", column.name, column.values.name(code)));
  }
  return values;
}

AttributeValues values_of(const NumericColumn& column, const SuiteContext& context, uint32_t bands) {
  std::vector<double> known;
  for (const UserId user : context.split->test_users) {
    if (!std::isnan(column.values[index(user)])) known.push_back(column.values[index(user)]);
  }
  const std::vector<double> ends = band_ends(known, bands);
  AttributeValues values{column.name, {}};
  for (const UserId user : context.split->test_users) {
    const double value = column.values[index(user)];
    if (std::isnan(value)) {
      values.of_user.emplace_back();
      continue;
    }
    const size_t band = band_of(value, ends);
    values.of_user.push_back(band == 0 ? fmt::format("{} up to {}", column.name, ends[0])
                                       : fmt::format("{} above {} up to {}", column.name, ends[band - 1], ends[band]));
  }
  return values;
}

const NumericColumn* find_number(const UserTable& users, const std::string& name) {
  const auto found = std::find_if(users.numbers.begin(), users.numbers.end(),
                                  [&](const NumericColumn& column) { return column.name == name; });
  return found == users.numbers.end() ? nullptr : &*found;
}

[[noreturn]] void throw_unknown_attribute(const UserTable& users, const std::string& name) {
  std::vector<std::string> known;
  for (const CategoricalColumn& column : users.attributes) known.push_back(column.name);
  for (const NumericColumn& column : users.numbers) known.push_back(column.name);
  throw ConfigError(fmt::format("suites.bias.attributes names '{}', which users do not have; they have: {}", name,
                                known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", "))));
}

std::vector<AttributeValues> chosen_attributes(const BiasConfig& config, const SuiteContext& context) {
  const UserTable& users = context.dataset->users;
  std::vector<AttributeValues> chosen;
  if (config.attributes.empty()) {
    for (const CategoricalColumn& column : users.attributes) {
      if (column.values.size() <= config.most_values) chosen.push_back(values_of(column, context));
    }
    for (const NumericColumn& column : users.numbers) {
      chosen.push_back(values_of(column, context, config.number_bands));
    }
  }
  for (const std::string& name : config.attributes) {
    if (const CategoricalColumn* column = users.find_attribute(name)) {
      chosen.push_back(values_of(*column, context));
    } else if (const NumericColumn* number = find_number(users, name)) {
      chosen.push_back(values_of(*number, context, config.number_bands));
    } else {
      throw_unknown_attribute(users, name);
    }
  }
  return chosen;
}

std::string cell_label(const std::vector<const AttributeValues*>& crossed, size_t position) {
  std::string label;
  for (const AttributeValues* values : crossed) {
    const std::string& part = values->of_user[position];
    if (part.empty()) return "";
    label += (label.empty() ? "" : " & ") + part;
  }
  return label;
}

UserGrouping group_by(const std::vector<const AttributeValues*>& crossed, size_t users, uint32_t smallest) {
  std::map<std::string, std::vector<size_t>> members;
  for (size_t position = 0; position < users; ++position) {
    const std::string label = cell_label(crossed, position);
    if (!label.empty()) members[label].push_back(position);
  }
  UserGrouping grouping;
  grouping.crossed = crossed.size();
  grouping.cell_of_user.assign(users, statistics::kNoCell);
  for (const AttributeValues* values : crossed) grouping.name += (grouping.name.empty() ? "" : " x ") + values->name;
  std::vector<size_t> pooled;
  const auto add = [&](const std::string& label, const std::vector<size_t>& positions) {
    for (const size_t position : positions) {
      grouping.cell_of_user[position] = static_cast<uint32_t>(grouping.cells.size());
    }
    grouping.cells.push_back(label);
    grouping.sizes.push_back(positions.size());
  };
  for (const auto& [label, positions] : members) {
    if (positions.size() >= smallest) {
      add(label, positions);
    } else {
      pooled.insert(pooled.end(), positions.begin(), positions.end());
      ++grouping.pooled_cells;
    }
  }
  if (pooled.size() >= smallest) {
    add(fmt::format("{}: {} small groups", grouping.name, grouping.pooled_cells), pooled);
  } else {
    grouping.left_out_users = pooled.size();
    grouping.pooled_cells = 0;
  }
  return grouping;
}

void add_crossed(const std::vector<AttributeValues>& attributes, std::vector<const AttributeValues*>& crossed,
                 size_t from, size_t depth, size_t users, uint32_t smallest, std::vector<UserGrouping>& groupings) {
  if (crossed.size() == depth) {
    UserGrouping grouping = group_by(crossed, users, smallest);
    if (grouping.cells.size() > 1) groupings.push_back(std::move(grouping));
    return;
  }
  for (size_t next = from; next < attributes.size(); ++next) {
    crossed.push_back(&attributes[next]);
    add_crossed(attributes, crossed, next + 1, depth, users, smallest, groupings);
    crossed.pop_back();
  }
}

}  // namespace

std::vector<UserGrouping> make_user_groupings(const BiasConfig& config, const SuiteContext& context) {
  const std::vector<AttributeValues> attributes = chosen_attributes(config, context);
  std::vector<UserGrouping> groupings;
  for (size_t depth = 1; depth <= std::min<size_t>(config.intersections, attributes.size()); ++depth) {
    std::vector<const AttributeValues*> crossed;
    add_crossed(attributes, crossed, 0, depth, context.split->test_users.size(), config.smallest_cell, groupings);
  }
  return groupings;
}

std::vector<uint32_t> history_strata(const SuiteContext& context, uint32_t bands) {
  std::vector<double> lengths;
  for (const UserId user : context.split->test_users) {
    lengths.push_back(static_cast<double>(context.split->history->row_size(user)));
  }
  const std::vector<double> ends = band_ends(lengths, bands);
  std::vector<uint32_t> strata;
  for (const double length : lengths) strata.push_back(static_cast<uint32_t>(band_of(length, ends)));
  return strata;
}

}  // namespace recgauge::suites
