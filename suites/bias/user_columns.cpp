#include "suites/bias/user_columns.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/metrics/ranking_evaluator.h"

namespace recgauge::suites {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

std::vector<metrics::MetricSpec> specs_of(const std::vector<BiasMetric>& metrics, BiasMetric::Kind kind) {
  std::vector<metrics::MetricSpec> specs;
  for (const BiasMetric& metric : metrics) {
    if (metric.kind == kind) specs.push_back(metric.spec);
  }
  return specs;
}

class ColumnReader {
 public:
  ColumnReader(const SuiteContext& context, const metrics::ItemKnowledge& knowledge,
               const std::vector<BiasMetric>& metrics)
      : split_(*context.split),
        knowledge_(knowledge),
        metrics_(metrics),
        accuracy_(specs_of(metrics, BiasMetric::Kind::accuracy), knowledge.training_counts.size()),
        beyond_(specs_of(metrics, BiasMetric::Kind::beyond), knowledge),
        accuracy_row_(accuracy_.metric_count()),
        beyond_row_(beyond_.metric_count()) {}

  void read(size_t position, std::span<const ItemId> list, std::vector<UserColumn>& columns) {
    const UserId user = split_.test_users[position];
    accuracy_.evaluate({list, split_.test->items(user), split_.test->values(user), 0}, accuracy_row_);
    beyond_.evaluate({list, split_.history->items(user), {}}, beyond_row_);
    size_t accuracy = 0;
    size_t beyond = 0;
    for (size_t m = 0; m < metrics_.size(); ++m) {
      if (metrics_[m].kind == BiasMetric::Kind::accuracy) columns[m].values[position] = accuracy_row_[accuracy++];
      if (metrics_[m].kind == BiasMetric::Kind::beyond) columns[m].values[position] = beyond_row_[beyond++];
      if (metrics_[m].kind == BiasMetric::Kind::popularity_lift) {
        const auto top = list.first(std::min<size_t>(list.size(), metrics_[m].spec.cutoff));
        columns[m].values[position] = mean_popularity(top);
        columns[m].denominators[position] = mean_popularity(split_.history->items(user));
        if (std::isnan(columns[m].denominators[position])) columns[m].values[position] = kUndefined;
      }
    }
  }

 private:
  // Share of users who have an item, over the items that the catalogue knows.
  double mean_popularity(std::span<const ItemId> items) const {
    double sum = 0.0;
    double count = 0.0;
    for (const ItemId item : items) {
      if (item == kOutOfCatalogue) continue;
      sum += knowledge_.training_counts[index(item)];
      ++count;
    }
    return count > 0 ? sum / count / static_cast<double>(knowledge_.user_count) : kUndefined;
  }

  const Split& split_;
  const metrics::ItemKnowledge& knowledge_;
  const std::vector<BiasMetric>& metrics_;
  metrics::RankingEvaluator accuracy_;
  metrics::BeyondAccuracyEvaluator beyond_;
  std::vector<double> accuracy_row_;
  std::vector<double> beyond_row_;
};

}  // namespace

std::vector<double> UserColumn::comparable() const {
  if (denominators.empty()) return values;
  double sum = 0.0;
  double weight = 0.0;
  double defined = 0.0;
  for (size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) continue;
    sum += values[i];
    weight += denominators[i];
    ++defined;
  }
  std::vector<double> linear(values.size(), kUndefined);
  if (!(weight > 0)) return linear;
  for (size_t i = 0; i < values.size(); ++i) {
    linear[i] = (values[i] - sum / weight * denominators[i]) / (weight / defined);
  }
  return linear;
}

UserColumns read_user_columns(const Run& run, const SuiteContext& context, const metrics::ItemKnowledge& knowledge,
                              const std::vector<BiasMetric>& metrics, const AssessedSystem& system,
                              const ListChange& change) {
  UserColumns result;
  result.name = system.name;
  result.role = system.role;
  const size_t users = context.split->test_users.size();
  for (const BiasMetric& metric : metrics) {
    UserColumn& column = result.columns.emplace_back();
    column.values.assign(users, kUndefined);
    if (metric.kind != BiasMetric::Kind::popularity_lift) continue;
    column.denominators.assign(users, kUndefined);
    column.offset = -1.0;
  }
  ColumnReader reader(context, knowledge, metrics);
  run.store->for_each({system.name, kRankingProbe}, [&](Observation&& observation) {
    ++result.requests;
    if (observation.response.outcome != Outcome::ok || observation.sequence >= users) return;
    ++result.usable;
    std::vector<ItemId>& items = observation.response.items;
    if (change) items = change(observation.sequence, items);
    reader.read(observation.sequence, items, result.columns);
  });
  return result;
}

}  // namespace recgauge::suites
