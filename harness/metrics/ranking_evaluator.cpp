#include "harness/metrics/ranking_evaluator.h"

#include <algorithm>
#include <cassert>
#include <limits>

#include "harness/metrics/area_under_curve.h"

namespace recgauge::metrics {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

}  // namespace

RankingEvaluator::RankingEvaluator(std::span<const MetricSpec> specs, size_t item_count)
    : is_relevant_(item_count + 1, 0) {
  for (const MetricSpec& spec : specs) {
    compiled_.push_back({compile_accuracy_metric(spec), 0});
    graded_ = graded_ || compiled_.back().gain != Gain::binary;
    whole_list_ = whole_list_ || spec.cutoff == 0;
    longest_ = std::max(longest_, spec.cutoff);
    at_cutoffs_.push_back({spec.cutoff});
  }
  std::sort(at_cutoffs_.begin(), at_cutoffs_.end(), [](auto& a, auto& b) { return a.cutoff < b.cutoff; });
  at_cutoffs_.erase(
      std::unique(at_cutoffs_.begin(), at_cutoffs_.end(), [](auto& a, auto& b) { return a.cutoff == b.cutoff; }),
      at_cutoffs_.end());
  for (Compiled& metric : compiled_) {
    while (at_cutoffs_[metric.at].cutoff != metric.cutoff) ++metric.at;
  }
  if (graded_) grade_of_.assign(item_count + 1, 0.0F);
  ideals_.push_back(0.0);
  for (uint32_t position = 0; position < longest_; ++position) {
    for (const Discount kind : {Discount::log2, Discount::lenskit}) {
      discounts_[static_cast<size_t>(kind)].push_back(discount_of_position(position, kind));
    }
    ideals_.push_back(ideals_.back() + discounts_[0].back());
    reciprocals_.push_back(1.0 / (static_cast<double>(position) + 1.0));
  }
}

// Appends without a branch: a mispredicted one for every hit would cost more than the whole scan.
size_t RankingEvaluator::find_flagged(std::span<const ItemId> list) {
  if (hits_.size() <= list.size()) hits_.resize(list.size() + 1);
  const size_t none = is_relevant_.size() - 1;
  const uint8_t* flags = is_relevant_.data();
  uint32_t* out = hits_.data();
  size_t count = 0;
  for (size_t i = 0; i < list.size(); ++i) {
    out[count] = static_cast<uint32_t>(i);
    count += flags[std::min(index(list[i]), none)];
  }
  return count;
}

void RankingEvaluator::find_hits(const RankedUser& user) {
  assert(user.gains.empty() || user.gains.size() == user.relevant.size());
  relevant_count_ = 0;
  ideal_grades_.clear();
  for (size_t i = 0; i < user.relevant.size(); ++i) {
    const float grade = user.gains.empty() ? 1.0F : user.gains[i];
    assert(index(user.relevant[i]) + 1 < is_relevant_.size());
    uint8_t& flag = is_relevant_[index(user.relevant[i])];
    if (flag != 0 || !(grade > 0)) continue;
    flag = 1;
    ++relevant_count_;
    if (!graded_) continue;
    grade_of_[index(user.relevant[i])] = grade;
    ideal_grades_.push_back(grade);
  }
  std::sort(ideal_grades_.begin(), ideal_grades_.end(), std::greater<>());
  const size_t length = whole_list_ ? user.list.size() : std::min<size_t>(user.list.size(), longest_);
  const size_t flagged = find_flagged(user.list.first(length));
  // A second look at the few hits drops those that stand in the list a second time.
  hit_count_ = 0;
  hit_grades_.clear();
  for (size_t i = 0; i < flagged; ++i) {
    const size_t item = index(user.list[hits_[i]]);
    if (is_relevant_[item] == 0) continue;
    is_relevant_[item] = 0;
    hits_[hit_count_++] = hits_[i];
    if (graded_) hit_grades_.push_back(grade_of_[item]);
  }
  for (const ItemId item : user.relevant) is_relevant_[index(item)] = 0;
}

void RankingEvaluator::sum_by_cutoff() {
  uint32_t next = 0;
  AtCutoff running{0};
  for (AtCutoff& at : at_cutoffs_) {
    for (; next < hit_count_ && hits_[next] < at.cutoff; ++next) {
      const uint32_t position = hits_[next];
      running.dcg += discounts_[0][position];
      running.precision_sum += static_cast<double>(next + 1) * reciprocals_[position];
      running.reciprocal_sum += reciprocals_[position];
    }
    running.cutoff = at.cutoff;
    running.hits = next;
    at = running;
  }
}

void RankingEvaluator::evaluate(const RankedUser& user, std::span<double> out) {
  assert(out.size() == compiled_.size());
  find_hits(user);
  if (relevant_count_ == 0) {
    for (size_t m = 0; m < compiled_.size(); ++m) out[m] = compiled_[m].zero_if_empty ? 0.0 : kUndefined;
    return;
  }
  sum_by_cutoff();
  for (size_t m = 0; m < compiled_.size(); ++m) out[m] = value(compiled_[m], user);
}

double RankingEvaluator::denominator(size_t m, size_t relevant_count) const {
  return compiled_[m].micro ? static_cast<double>(relevant_count) : 1.0;
}

std::span<const uint32_t> RankingEvaluator::positions(const Compiled& metric) const {
  return std::span(hits_).first(metric.cutoff > 0 ? at_cutoffs_[metric.at].hits : hit_count_);
}

double RankingEvaluator::value(const Compiled& metric, const RankedUser& user) {
  const AtCutoff& at = at_cutoffs_[metric.at];
  const double hits = at.hits;
  const double k = metric.cutoff;
  const double relevant = relevant_count_;
  switch (metric.family) {
    case Family::ndcg:
      return ndcg(metric);
    case Family::dcg:
      return dcg(metric);
    case Family::average_precision:
      return metric.average_precision == AveragePrecisionDenominator::mean_precision
                 ? mean_precision(positions(metric), metric.cutoff)
                 : average_precision(at.precision_sum, hits, k, relevant, metric.average_precision);
    case Family::precision:
      return precision(hits, k, static_cast<double>(user.list.size()), metric.precision);
    case Family::recall:
      return metric.micro ? hits : recall(hits, k, relevant, metric.recall);
    case Family::hit_rate:
      return hit_rate(hits);
    case Family::reciprocal_rank:
      return reciprocal_rank(at.reciprocal_sum, positions(metric), metric.positives);
    case Family::f1:
      return f1(hits, k, relevant);
    case Family::r_precision: {
      const auto all = positions(metric);
      const auto end = std::lower_bound(all.begin(), all.end(), relevant_count_);
      return r_precision(static_cast<double>(end - all.begin()), relevant);
    }
    case Family::auc:
      return area_under_curve(positions(metric), static_cast<double>(user.list.size()), relevant,
                              static_cast<double>(user.candidate_count));
    default:
      return kUndefined;  // refused by the constructor
  }
}

double RankingEvaluator::dcg(const Compiled& metric) const {
  const auto& weights = discounts_[static_cast<size_t>(metric.discount)];
  if (metric.gain != Gain::binary) return discounted_gain(positions(metric), hit_grades_, metric.gain, weights);
  if (metric.discount == Discount::log2) return at_cutoffs_[metric.at].dcg;
  double sum = 0.0;
  for (const uint32_t position : positions(metric)) sum += weights[position];
  return sum;
}

double RankingEvaluator::ndcg(const Compiled& metric) {
  const auto& weights = discounts_[static_cast<size_t>(metric.discount)];
  const uint32_t hits = at_cutoffs_[metric.at].hits;
  const size_t length = std::min(metric.cutoff, metric.ideal_retrieved ? hits : relevant_count_);
  if (hits == 0) return 0.0;
  if (metric.gain == Gain::binary) {
    if (metric.discount == Discount::log2) return dcg(metric) / ideals_[length];
    double ideal = 0.0;
    for (size_t i = 0; i < length; ++i) ideal += weights[i];
    return dcg(metric) / ideal;
  }
  if (!metric.ideal_retrieved) {
    return dcg(metric) / ideal_discounted_gain(ideal_grades_, length, metric.gain, weights);
  }
  retrieved_grades_.assign(hit_grades_.begin(), hit_grades_.begin() + hits);
  std::sort(retrieved_grades_.begin(), retrieved_grades_.end(), std::greater<>());
  return dcg(metric) / ideal_discounted_gain(retrieved_grades_, length, metric.gain, weights);
}

}  // namespace recgauge::metrics
