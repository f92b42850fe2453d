// All accuracy metrics of one user from one pass over the list: hits are found once, then every metric at every cutoff
// is read off them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "harness/data/ids.h"
#include "harness/metrics/compiled_metric.h"

namespace recgauge::metrics {

/// One user's list and what is relevant for the user.
struct RankedUser {
  /// Best first. An item that stands in it again counts at its first place only, later ones are misses that use up
  /// their rank; so does kOutOfCatalogue. A list shorter than k simply has no hits beyond its end.
  std::span<const ItemId> list;
  std::span<const ItemId> relevant;  ///< any order, items of the catalogue; duplicates count once, at their first place
  /// As long as relevant, or empty for 1 each. An item with a gain of 0 or less was judged and is not relevant.
  std::span<const float> gains;
  uint64_t candidate_count = 0;  ///< items that could have been listed; only auc reads it
};

/// Evaluates a fixed set of metrics, user by user. Holds scratch memory of the catalogue's size: one evaluator a
/// thread.
class RankingEvaluator {
 public:
  /// `specs` must be of level accuracy. Throws ConfigError otherwise.
  RankingEvaluator(std::span<const MetricSpec> specs, size_t item_count);
  RankingEvaluator(std::initializer_list<MetricSpec> specs, size_t item_count)
      : RankingEvaluator(std::span(specs.begin(), specs.size()), item_count) {}

  size_t metric_count() const { return compiled_.size(); }

  /// Writes metric m of the user to out[m]; NaN where the metric is undefined by its own rule. For micro-averaged
  /// recall the value is the number of hits, to be divided by the sum of denominator().
  void evaluate(const RankedUser& user, std::span<double> out);

  /// Distinct relevant items of the user last evaluated.
  uint32_t relevant_count() const { return relevant_count_; }

  /// Weight of a user in the mean of metric m: 1, or the number of relevant items for a micro average.
  double denominator(size_t m, size_t relevant_count) const;

 private:
  struct Compiled;
  struct AtCutoff;

  size_t find_flagged(std::span<const ItemId> list);
  void find_hits(const RankedUser& user);
  void sum_by_cutoff();
  double value(const Compiled& metric, const RankedUser& user);
  double ndcg(const Compiled& metric);
  double dcg(const Compiled& metric) const;
  std::span<const uint32_t> positions(const Compiled& metric) const;

  struct Compiled : CompiledMetric {
    uint32_t at = 0;  // index into at_cutoffs_
  };
  // What all metrics of one cutoff share.
  struct AtCutoff {
    uint32_t cutoff;
    uint32_t hits = 0;
    double dcg = 0.0;  // binary gain, log2 discount
    double precision_sum = 0.0;
    double reciprocal_sum = 0.0;
  };

  std::vector<Compiled> compiled_;
  std::vector<AtCutoff> at_cutoffs_;  // ascending by cutoff
  std::vector<double> discounts_[2];  // by Discount and position
  std::vector<double> ideals_;        // prefix sums of the log2 discounts
  std::vector<double> reciprocals_;   // 1 / rank by position
  std::vector<uint8_t> is_relevant_;  // by item, plus one that is never set, for kOutOfCatalogue
  std::vector<float> grade_of_;       // by item; only kept up when a graded metric is asked for
  std::vector<uint32_t> hits_;        // positions; the first hit_count_ are the user's
  std::vector<float> hit_grades_;     // by hit
  std::vector<float> ideal_grades_;   // of the user's relevant items, descending
  std::vector<float> retrieved_grades_;
  uint32_t relevant_count_ = 0;
  uint32_t hit_count_ = 0;
  uint32_t longest_ = 0;
  bool graded_ = false;
  bool whole_list_ = false;  // some metric has no cutoff
};

}  // namespace recgauge::metrics
