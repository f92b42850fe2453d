#include "suites/counterfactual/typical_labels.h"

#include <cmath>
#include <limits>

namespace recgauge::suites {
namespace {

constexpr double kStandardErrors = 3.0;

// Interactions by label: of users with each value, and of all.
struct LabelCounts {
  std::vector<std::vector<double>> of_value;
  std::vector<double> all;
  std::vector<double> value_totals;
  double total = 0.0;
};

LabelCounts count_labels(const CategoricalColumn& column, const LabelColumn& labels, const Interactions& training) {
  LabelCounts counts{std::vector<std::vector<double>>(column.values.size(), std::vector<double>(labels.values.size())),
                     std::vector<double>(labels.values.size()), std::vector<double>(column.values.size()), 0.0};
  for (uint32_t user = 0; user < training.user_count() && user < column.codes.size(); ++user) {
    const uint32_t value = column.codes[user];
    if (value == CategoricalColumn::kMissing) continue;
    for (const ItemId item : training.items(UserId{user})) {
      const auto row = labels.row(index(item));
      for (const uint32_t label : row) {
        const double part = 1.0 / static_cast<double>(row.size());
        counts.of_value[value][label] += part;
        counts.all[label] += part;
        counts.value_totals[value] += part;
        counts.total += part;
      }
    }
  }
  return counts;
}

bool is_typical(const LabelCounts& counts, size_t value, size_t label, double ratio) {
  const double own = counts.of_value[value][label];
  const double other = counts.all[label] - own;
  const double own_total = counts.value_totals[value];
  const double other_total = counts.total - own_total;
  if (own <= 0 || own_total <= 0 || other_total <= 0) return false;
  // Half an interaction more where the others have none.
  const double log_ratio = std::log(own / own_total) - std::log(std::max(other, 0.5) / other_total);
  const double error = std::sqrt(1.0 / own + 1.0 / std::max(other, 0.5));
  return log_ratio >= std::log(ratio) && log_ratio > kStandardErrors * error;
}

}  // namespace

std::vector<TypicalLabels> typical_labels(const std::string& attribute, const Dataset& dataset,
                                          const Interactions& training, double ratio) {
  const CategoricalColumn* column = dataset.users.find_attribute(attribute);
  if (column == nullptr || dataset.catalogue.labels.empty()) return {};
  const LabelColumn& labels = dataset.catalogue.labels.front();
  const LabelCounts counts = count_labels(*column, labels, training);
  std::vector<TypicalLabels> result;
  for (uint32_t value = 0; value < column->values.size(); ++value) {
    TypicalLabels typical{attribute, std::string(column->values.name(value)), {}, {}};
    std::vector<double> weight(labels.values.size(), 0.0);
    for (uint32_t label = 0; label < labels.values.size(); ++label) {
      if (!is_typical(counts, value, label, ratio)) continue;
      weight[label] = 1.0;
      typical.labels.emplace_back(labels.values.name(label));
    }
    for (size_t item = 0; item < dataset.catalogue.size(); ++item) {
      double sum = 0.0;
      for (const uint32_t label : labels.row(item)) sum += weight[label];
      typical.share_of_item.push_back(labels.row(item).empty() ? std::numeric_limits<double>::quiet_NaN()
                                                               : sum / static_cast<double>(labels.row(item).size()));
    }
    result.push_back(std::move(typical));
  }
  return result;
}

}  // namespace recgauge::suites
