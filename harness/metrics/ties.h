// What a metric would be if items of equal score had been put in another order. Whoever breaks ties decides the result:
// with a constant scorer and the relevant item sorted first, every metric is perfect. So three values are reported: the
// worst and the best order, and the mean over all orders.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "harness/data/ids.h"
#include "harness/metrics/compiled_metric.h"
#include "harness/metrics/ranking_evaluator.h"
#include "harness/metrics/tied_order.h"
#include "harness/system/random.h"

namespace recgauge::metrics {

struct TieBounds {
  double pessimistic = 0.0;
  double expected = 0.0;
  double optimistic = 0.0;
};

/// A list with its scores. Neighbours of exactly equal score are tied; the order of the list is otherwise taken as it
/// is.
struct TiedUser {
  RankedUser user;                 ///< candidate_count should be known if tied_beyond is not 0, see TieEvaluator
  std::span<const double> scores;  ///< as long as the list
  uint64_t tied_beyond = 0;        ///< candidates that are not listed and have the score of the last listed item
  uint64_t stream = 0;             ///< names the user's random stream where sampling is needed
};

/// Evaluates a fixed set of accuracy metrics with bounds over the order of tied items.
///
/// Expected values are the mean over all orders inside the tied groups, by closed forms (McSherry & Najork 2008, and
/// conditioning on the hits that a group cut by the cutoff shows). Only graded ndcg(ideal=retrieved) has none: its
/// expected value is the mean of 256 seeded orders, and its bounds are 0 and 1.
///
/// Of a group that goes on beyond the list, the unseen part is taken to hold the relevant items that are not listed at
/// the rate at which all unlisted candidates hold them: u = tied_beyond * unlisted relevant / unlisted candidates.
/// Where u is no whole number, the values for the two neighbouring numbers are averaged with the weights that give u.
/// With an unknown candidate count (0), the unseen tied items count as all unlisted candidates. Under a constant score
/// the expected value is thus that of a random order. Bounds take the unseen part to hold as many relevant items as it
/// can (optimistic) or none (pessimistic). Positions beyond the end of the list stay empty.
class TieEvaluator {
 public:
  /// Throws ConfigError unless all `specs` are of level accuracy.
  TieEvaluator(std::span<const MetricSpec> specs, size_t item_count, uint64_t seed);
  ~TieEvaluator();

  size_t metric_count() const { return metrics_.size(); }

  /// Writes the bounds of metric m to out[m]; without ties all three are the plain value. NaN where the metric is
  /// undefined.
  void evaluate(const TiedUser& tied, std::span<TieBounds> out);

 private:
  struct Group;

  bool has_ties(const TiedUser& tied) const;
  void form_groups(const TiedUser& tied);
  void evaluate_orders(const TiedUser& tied, std::span<TieBounds> out);
  double extreme(const CompiledMetric& metric, bool optimistic) const;
  double expected(const CompiledMetric& metric, double unseen) const;
  double expected_with(const CompiledMetric& metric, double unseen_relevant) const;
  double sampled(const CompiledMetric& metric, RandomStream random, double unseen) const;
  double area(double hits_of_last, double share_of_tied_pairs) const;
  double expected_area(double unseen) const;
  double extreme_area(bool optimistic) const;
  double most_unseen() const;
  uint32_t visible_places(const CompiledMetric& metric) const;
  double value(const CompiledMetric& metric, std::span<const VisibleGroup> groups) const;
  std::vector<float> grades_to_show(const Group& cut, bool optimistic) const;
  double unseen_relevant(const TiedUser& tied) const;

  std::vector<CompiledMetric> metrics_;
  RankingEvaluator plain_;
  uint64_t seed_;
  std::vector<double> discount_sums_[2];  // by Discount: sum over positions below p
  std::vector<double> reciprocal_sums_;   // the same of 1 / rank
  std::vector<float> grade_of_;           // by item, 0 = not relevant
  std::vector<Group> groups_;
  std::vector<float> ideal_grades_;   // descending
  std::vector<float> unseen_grades_;  // of relevant items that are not listed, descending
  std::vector<double> row_;
  double candidates_ = 0.0;
  uint32_t length_ = 0;  // of the list
};

struct TieShares {
  double users = 0.0;      ///< share of users with a tie
  double positions = 0.0;  ///< share of listed places in a tied group
};

/// Accumulates how common ties are. Shares are NaN before the first user.
class TieRate {
 public:
  void update(std::span<const double> scores, uint64_t tied_beyond);
  void merge(const TieRate& other);
  TieShares result() const;

 private:
  uint64_t users_ = 0;
  uint64_t users_with_ties_ = 0;
  uint64_t positions_ = 0;
  uint64_t tied_positions_ = 0;
};

}  // namespace recgauge::metrics
