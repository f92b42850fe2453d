// All accuracy metrics of one user from one pass over the list: hits are found once, then every metric at every cutoff
// is read off them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "harness/data/ids.h"
#include "harness/metrics/metric_spec.h"

namespace recgauge::metrics {

/// One user's list and what is relevant for the user.
struct RankedUser {
  /// Best first. An item that stands in it again counts at its first place only, later ones are misses that use up
  /// their rank; so does kOutOfCatalogue. A list shorter than k simply has no hits beyond its end.
  std::span<const ItemId> list;
  std::span<const ItemId> relevant;  ///< any order; duplicates count once
  std::span<const float> gains;      ///< as long as relevant, or empty for 1 each; only graded metrics read them
  uint64_t candidate_count = 0;      ///< items that could have been listed; only auc reads it
};

/// Evaluates a fixed set of metrics, user by user. Holds scratch memory of the catalogue's size: one evaluator a
/// thread.
class RankingEvaluator {
 public:
  /// `specs` must be of level accuracy. Throws ConfigError otherwise.
  RankingEvaluator(std::vector<MetricSpec> specs, size_t item_count);

  size_t metric_count() const { return compiled_.size(); }

  /// Writes metric m of the user to out[m]; NaN where the metric is undefined by its own rule. For micro-averaged
  /// recall the value is the number of hits, to be divided by the sum of denominator().
  void evaluate(const RankedUser& user, std::span<double> out);

  /// Weight of the user in the mean of metric m: 1, or the number of relevant items for a micro average.
  double denominator(size_t m, size_t relevant_count) const;

 private:
  struct Compiled;
  struct Base;
  struct Hit {
    uint32_t position;  // from 0
    float gain;
  };

  void find_hits(const RankedUser& user);
  void make_bases(const RankedUser& user);
  double value(const Compiled& metric, const RankedUser& user) const;
  double dcg(const Compiled& metric) const;
  double ideal_dcg(const Compiled& metric) const;
  double average_precision(const Compiled& metric) const;
  double auc(const RankedUser& user) const;

  // One metric with its strings turned into numbers.
  struct Compiled {
    Family family;
    uint32_t cutoff;
    uint8_t gain;         // 0 binary, 1 linear, 2 exponential
    uint8_t discount;     // 0 log2, 1 lenskit
    uint8_t denominator;  // index into the family's values
    bool ideal_retrieved;
    bool micro;
    bool all_positives;
    bool zero_if_empty;
    uint32_t base;  // index into bases_
  };
  // What all metrics of one cutoff share.
  struct Base {
    uint32_t cutoff;
    uint32_t hits = 0;
    double binary_dcg = 0.0;      // log2 discount
    double precision_sum = 0.0;   // sum of precision at each hit
    double reciprocal_sum = 0.0;  // sum of 1 / rank over hits
  };

  std::vector<Compiled> compiled_;
  std::vector<Base> bases_;        // ascending by cutoff
  std::vector<double> discounts_;  // 1 / log2(rank + 1) by position
  std::vector<double> ideals_;     // prefix sums of discounts_
  std::vector<double> reciprocals_;
  std::vector<uint8_t> is_relevant_;  // by item, plus one that is never set for kOutOfCatalogue
  std::vector<float> gain_of_;        // by item; only kept up when a graded metric is asked for
  std::vector<uint32_t> hit_positions_;
  std::vector<Hit> hits_;
  std::vector<float> sorted_gains_;
  uint32_t relevant_count_ = 0;
  uint32_t hit_count_ = 0;
  bool graded_ = false;
  bool unbounded_ = false;  // a metric without cutoff needs the whole list
  uint32_t longest_ = 0;
};

}  // namespace recgauge::metrics
