#include "harness/metrics/beyond_accuracy_evaluator.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

#include "harness/metrics/calibration.h"
#include "harness/metrics/discounted_gain.h"
#include "harness/metrics/popularity.h"
#include "harness/system/error.h"

namespace recgauge::metrics {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

const ItemFeatures* features_for(const MetricSpec& spec, const ItemKnowledge& knowledge) {
  const auto parameter = spec.parameters.find("features");
  const bool vectors = parameter != spec.parameters.end() && parameter->second == "vector";
  const auto& features = vectors ? knowledge.vectors : knowledge.categories;
  return features ? &*features : nullptr;
}

}  // namespace

ItemKnowledge item_knowledge(const Interactions& train, const Catalogue& catalogue) {
  ItemKnowledge knowledge;
  knowledge.training_counts = train.item_counts();
  for (uint32_t user = 0; user < train.user_count(); ++user) {
    knowledge.user_count += train.row_size(UserId{user}) > 0 ? 1 : 0;
  }
  if (!catalogue.labels.empty()) knowledge.categories = ItemFeatures::from_categories(catalogue.labels.front());
  return knowledge;
}

BeyondAccuracyEvaluator::BeyondAccuracyEvaluator(std::span<const MetricSpec> specs, const ItemKnowledge& knowledge)
    : specs_(specs.begin(), specs.end()),
      knowledge_(knowledge),
      is_head_(head_items(knowledge.training_counts, knowledge.head_share)),
      last_seen_(knowledge.training_counts.size(), 0) {
  for (const MetricSpec& spec : specs_) {
    if (family_of(spec).level != MetricLevel::beyond_accuracy) {
      throw ConfigError(fmt::format("metric '{}' is not a beyond-accuracy metric of one list", full_name(spec)));
    }
    metrics_.push_back({spec.family, spec.cutoff, features_for(spec, knowledge)});
    longest_ = std::max(longest_, spec.cutoff);
  }
  for (uint32_t position = 0; position < longest_; ++position) {
    discounts_.push_back(discount_of_position(position, Discount::log2));
  }
  const auto& counts = knowledge.training_counts;
  const auto interactions = std::accumulate(counts.begin(), counts.end(), uint64_t{0});
  for (const uint32_t count : counts) {
    popularity_.push_back(count);
    self_information_.push_back(self_information(count, knowledge.user_count));
    popularity_complement_.push_back(popularity_complement(count, knowledge.user_count));
    free_discovery_.push_back(free_discovery(count, interactions));
  }
}

void BeyondAccuracyEvaluator::collect(std::span<const ItemId> list, uint32_t length, std::vector<Entry>& entries) {
  entries.clear();
  ++collection_;
  for (uint32_t position = 0; position < std::min<size_t>(list.size(), length); ++position) {
    const size_t item = index(list[position]);
    if (item >= last_seen_.size() || last_seen_[item] == collection_) continue;
    last_seen_[item] = collection_;
    entries.push_back({position, static_cast<uint32_t>(item)});
  }
}

void BeyondAccuracyEvaluator::evaluate(const ListInContext& context, std::span<double> out) {
  assert(out.size() == metrics_.size());
  collect(context.list, longest_, entries_);
  for (size_t m = 0; m < metrics_.size(); ++m) {
    const auto end = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& entry) { return entry.position >= metrics_[m].cutoff; });
    const std::span<const Entry> entries(entries_.begin(), end);
    out[m] = entries.empty() ? kUndefined : value(metrics_[m], entries, context);
  }
}

double BeyondAccuracyEvaluator::value(const Metric& metric, std::span<const Entry> entries,
                                      const ListInContext& context) {
  switch (metric.family) {
    case Family::novelty:
      return mean_of(self_information_, entries);
    case Family::expected_popularity_complement:
      return discounted_mean_of(popularity_complement_, entries);
    case Family::expected_free_discovery:
      return discounted_mean_of(free_discovery_, entries);
    case Family::average_popularity:
      return mean_of(popularity_, entries);
    case Family::long_tail_share:
      return long_tail_count(entries) / static_cast<double>(entries.size());
    case Family::long_tail_count:
      return long_tail_count(entries);
    case Family::unexpectedness:
      return unexpectedness(entries, context.baseline, metric.cutoff);
    case Family::intra_list_diversity:
      return metric.features == nullptr ? kUndefined : intra_list_diversity(metric, entries);
    case Family::serendipity:
      return metric.features == nullptr ? kUndefined : serendipity(*metric.features, entries, context.history);
    case Family::miscalibration:
      return metric.features == nullptr ? kUndefined : miscalibration_of(*metric.features, entries, context.history);
    default:
      return kUndefined;  // refused by the constructor
  }
}

double BeyondAccuracyEvaluator::mean_of(std::span<const double> by_item, std::span<const Entry> entries) const {
  double sum = 0.0;
  for (const Entry& entry : entries) sum += by_item[entry.item];
  return sum / static_cast<double>(entries.size());
}

double BeyondAccuracyEvaluator::discounted_mean_of(std::span<const double> by_item,
                                                   std::span<const Entry> entries) const {
  double sum = 0.0;
  double weight = 0.0;
  for (const Entry& entry : entries) {
    sum += discounts_[entry.position] * by_item[entry.item];
    weight += discounts_[entry.position];
  }
  return sum / weight;
}

double BeyondAccuracyEvaluator::long_tail_count(std::span<const Entry> entries) const {
  return static_cast<double>(
      std::count_if(entries.begin(), entries.end(), [&](const Entry& entry) { return is_head_[entry.item] == 0; }));
}

double BeyondAccuracyEvaluator::intra_list_diversity(const Metric& metric, std::span<const Entry> entries) {
  const ItemFeatures& features = *metric.features;
  others_.clear();
  std::copy_if(entries.begin(), entries.end(), std::back_inserter(others_),
               [&](const Entry& entry) { return features.known(entry.item); });
  const double n = static_cast<double>(others_.size());
  if (n < 2) return kUndefined;
  const double pairs = n * (n - 1.0) / 2.0;
  if (metric.features == (knowledge_.vectors ? &*knowledge_.vectors : nullptr)) {
    // The squared length of the sum of n unit vectors is n plus twice the sum of the cosines of all pairs.
    first_sum_.assign(features.dimension(), 0.0);
    for (const Entry& entry : others_) features.add_to(first_sum_, entry.item);
    const double squares = std::inner_product(first_sum_.begin(), first_sum_.end(), first_sum_.begin(), 0.0);
    return 1.0 - (squares - n) / 2.0 / pairs;
  }
  double similarity = 0.0;
  for (size_t i = 0; i < others_.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      similarity += jaccard(features.coordinates(others_[i].item), features.coordinates(others_[j].item));
    }
  }
  return 1.0 - similarity / pairs;
}

double BeyondAccuracyEvaluator::serendipity(const ItemFeatures& features, std::span<const Entry> entries,
                                            std::span<const ItemId> history) {
  first_sum_.assign(features.dimension(), 0.0);
  double past = 0.0;
  collect(history, std::numeric_limits<uint32_t>::max(), others_);
  for (const Entry& entry : others_) {
    features.add_to(first_sum_, entry.item);
    past += features.known(entry.item) ? 1.0 : 0.0;
  }
  double listed = 0.0;
  double similarity = 0.0;
  for (const Entry& entry : entries) {
    similarity += features.dot(first_sum_, entry.item);
    listed += features.known(entry.item) ? 1.0 : 0.0;
  }
  return past > 0 && listed > 0 ? 1.0 - similarity / (past * listed) : kUndefined;
}

double BeyondAccuracyEvaluator::unexpectedness(std::span<const Entry> entries, std::span<const ItemId> baseline,
                                               uint32_t cutoff) {
  if (baseline.empty()) return kUndefined;
  collect(baseline, cutoff, others_);
  const auto shared = std::count_if(entries.begin(), entries.end(),
                                    [&](const Entry& entry) { return last_seen_[entry.item] == collection_; });
  return 1.0 - static_cast<double>(shared) / static_cast<double>(cutoff);
}

double BeyondAccuracyEvaluator::miscalibration_of(const ItemFeatures& features, std::span<const Entry> entries,
                                                  std::span<const ItemId> history) {
  // An item spreads a weight of 1 evenly over its categories; items without categories have no say.
  const auto shares = [&](std::span<const Entry> of, std::vector<double>& sums) {
    sums.assign(features.dimension(), 0.0);
    double total = 0.0;
    for (const Entry& entry : of) {
      const auto categories = features.coordinates(entry.item);
      for (const uint32_t category : categories) sums[category] += 1.0 / static_cast<double>(categories.size());
      total += categories.empty() ? 0.0 : 1.0;
    }
    for (double& sum : sums) sum /= total;
    return total > 0;
  };
  collect(history, std::numeric_limits<uint32_t>::max(), others_);
  if (!shares(others_, first_sum_) || !shares(entries, second_sum_)) return kUndefined;
  return miscalibration(first_sum_, second_sum_);
}

}  // namespace recgauge::metrics
