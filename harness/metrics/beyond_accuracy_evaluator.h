// Metrics of one user's list that ask not whether items are relevant, but how well known, varied, surprising or
// balanced they are.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "harness/data/ids.h"
#include "harness/metrics/item_features.h"
#include "harness/metrics/metric_spec.h"

namespace recgauge::metrics {

/// What is known of the items, shared by all users. Metrics that need what is absent are undefined.
struct ItemKnowledge {
  std::vector<uint32_t> training_counts;  ///< by item; gives the size of the catalogue
  uint64_t user_count = 0;                ///< users with training interactions
  std::optional<ItemFeatures> categories;
  std::optional<ItemFeatures> vectors;
  double head_share = 0.8;  ///< of the interactions; the smallest set of items that has it is the head
};

/// What training interactions and the first label column of the catalogue say.
ItemKnowledge item_knowledge(const Interactions& train, const Catalogue& catalogue);

struct ListInContext {
  /// Best first. An item counts at its first place only; kOutOfCatalogue keeps its rank, but nothing is known of it, so
  /// it is left out of every mean.
  std::span<const ItemId> list;
  std::span<const ItemId> history;   ///< of the user, for serendipity and miscalibration
  std::span<const ItemId> baseline;  ///< what the unpersonalised baseline lists, for unexpectedness
};

/// Evaluates a fixed set of metrics, list by list. Holds scratch memory of the catalogue's size: one a thread; the
/// knowledge must outlive it.
class BeyondAccuracyEvaluator {
 public:
  /// `specs` must be of level beyond_accuracy. Throws ConfigError otherwise.
  BeyondAccuracyEvaluator(std::span<const MetricSpec> specs, const ItemKnowledge& knowledge);

  size_t metric_count() const { return specs_.size(); }

  /// Writes metric m of the list to out[m]; NaN where it is undefined: no listed item of the catalogue (all), fewer
  /// than two items with features (intra-list diversity), no history or list with features (serendipity,
  /// miscalibration), no baseline (unexpectedness).
  void evaluate(const ListInContext& context, std::span<double> out);

 private:
  struct Entry {
    uint32_t position;
    uint32_t item;
  };
  struct Metric {
    Family family;
    uint32_t cutoff;
    const ItemFeatures* features;  // null if the knowledge lacks them
  };

  void collect(std::span<const ItemId> list, uint32_t length, std::vector<Entry>& entries);
  double value(const Metric& metric, std::span<const Entry> entries, const ListInContext& context);
  double mean_of(std::span<const double> by_item, std::span<const Entry> entries) const;
  double discounted_mean_of(std::span<const double> by_item, std::span<const Entry> entries) const;
  double long_tail_count(std::span<const Entry> entries) const;
  double intra_list_diversity(const Metric& metric, std::span<const Entry> entries);
  double serendipity(const ItemFeatures& features, std::span<const Entry> entries, std::span<const ItemId> history);
  double unexpectedness(std::span<const Entry> entries, std::span<const ItemId> baseline, uint32_t cutoff);
  double miscalibration_of(const ItemFeatures& features, std::span<const Entry> entries,
                           std::span<const ItemId> history);

  std::vector<MetricSpec> specs_;
  std::vector<Metric> metrics_;
  const ItemKnowledge& knowledge_;
  std::vector<uint8_t> is_head_;
  std::vector<double> self_information_;  // by item, like the next two
  std::vector<double> popularity_complement_;
  std::vector<double> free_discovery_;
  std::vector<double> popularity_;
  std::vector<double> discounts_;
  std::vector<uint64_t> last_seen_;  // by item: number of the collection that met it last
  uint64_t collection_ = 0;
  uint32_t longest_ = 0;
  std::vector<Entry> entries_;
  std::vector<Entry> others_;
  std::vector<double> first_sum_;
  std::vector<double> second_sum_;
};

}  // namespace recgauge::metrics
