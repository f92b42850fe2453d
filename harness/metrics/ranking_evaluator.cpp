#include "harness/metrics/ranking_evaluator.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/system/error.h"

namespace recgauge::metrics {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

double discount_at(uint32_t position, uint8_t kind) {
  const double rank = static_cast<double>(position) + 1.0;
  return kind == 0 ? 1.0 / std::log2(rank + 1.0) : 1.0 / std::max(1.0, std::log2(rank));
}

double gain_value(float gain, uint8_t kind) {
  if (kind == 0) return gain > 0 ? 1.0 : 0.0;
  return kind == 1 ? static_cast<double>(gain) : std::exp2(static_cast<double>(gain)) - 1.0;
}

// Position of a parameter's value in the family's list; 0 where the family lacks the parameter.
uint8_t choice(const MetricSpec& spec, const std::string& name) {
  for (const MetricParameter& parameter : family_of(spec).parameters) {
    if (parameter.name != name) continue;
    const auto found = std::find(parameter.values.begin(), parameter.values.end(), spec.parameter(name));
    return static_cast<uint8_t>(found - parameter.values.begin());
  }
  return 0;
}

}  // namespace

RankingEvaluator::RankingEvaluator(std::vector<MetricSpec> specs, size_t item_count) : is_relevant_(item_count + 1, 0) {
  for (const MetricSpec& spec : specs) {
    if (family_of(spec).level != MetricLevel::accuracy) {
      throw ConfigError(fmt::format("metric '{}' is not an accuracy metric", full_name(spec)));
    }
    Compiled metric{spec.family,
                    spec.cutoff,
                    choice(spec, "gain"),
                    choice(spec, "discount"),
                    choice(spec, "denominator"),
                    choice(spec, "ideal") == 1,
                    choice(spec, "average") == 1,
                    choice(spec, "positives") == 1,
                    choice(spec, "empty") == 1,
                    0};
    graded_ = graded_ || metric.gain != 0;
    unbounded_ = unbounded_ || metric.cutoff == 0;
    longest_ = std::max(longest_, metric.cutoff);
    compiled_.push_back(metric);
    if (metric.cutoff > 0 &&
        std::none_of(bases_.begin(), bases_.end(), [&](const Base& base) { return base.cutoff == metric.cutoff; })) {
      bases_.push_back({metric.cutoff});
    }
  }
  std::sort(bases_.begin(), bases_.end(), [](const Base& a, const Base& b) { return a.cutoff < b.cutoff; });
  for (Compiled& metric : compiled_) {
    while (metric.cutoff > 0 && bases_[metric.base].cutoff != metric.cutoff) ++metric.base;
  }
  if (graded_) gain_of_.assign(item_count + 1, 0.0F);
  ideals_.push_back(0.0);
  for (uint32_t position = 0; position < std::max(longest_, 1U); ++position) {
    discounts_.push_back(discount_at(position, 0));
    ideals_.push_back(ideals_.back() + discounts_.back());
    reciprocals_.push_back(1.0 / (static_cast<double>(position) + 1.0));
  }
}

void RankingEvaluator::find_hits(const RankedUser& user) {
  relevant_count_ = 0;
  for (size_t i = 0; i < user.relevant.size(); ++i) {
    uint8_t& flag = is_relevant_[index(user.relevant[i])];
    relevant_count_ += flag == 0 ? 1 : 0;
    flag = 1;
    if (graded_) gain_of_[index(user.relevant[i])] = user.gains.empty() ? 1.0F : user.gains[i];
  }
  const size_t length = unbounded_ ? user.list.size() : std::min<size_t>(user.list.size(), longest_);
  if (hit_positions_.size() < length) hit_positions_.resize(length);
  const size_t none = is_relevant_.size() - 1;
  uint32_t count = 0;
  for (size_t i = 0; i < length; ++i) {
    hit_positions_[count] = static_cast<uint32_t>(i);
    count += is_relevant_[std::min(index(user.list[i]), none)];
  }
  // A second look at the few hits drops those that stand in the list a second time.
  hit_count_ = 0;
  hits_.clear();
  for (uint32_t i = 0; i < count; ++i) {
    const size_t item = index(user.list[hit_positions_[i]]);
    if (is_relevant_[item] == 0) continue;
    is_relevant_[item] = 0;
    hit_positions_[hit_count_++] = hit_positions_[i];
    if (graded_) hits_.push_back({hit_positions_[i], gain_of_[item]});
  }
  for (const ItemId item : user.relevant) is_relevant_[index(item)] = 0;
}

void RankingEvaluator::make_bases(const RankedUser& user) {
  uint32_t next = 0;
  Base running{0};
  for (Base& base : bases_) {
    for (; next < hit_count_ && hit_positions_[next] < base.cutoff; ++next) {
      const uint32_t position = hit_positions_[next];
      running.binary_dcg += discounts_[position];
      running.precision_sum += static_cast<double>(next + 1) * reciprocals_[position];
      running.reciprocal_sum += reciprocals_[position];
    }
    base.hits = next;
    base.binary_dcg = running.binary_dcg;
    base.precision_sum = running.precision_sum;
    base.reciprocal_sum = running.reciprocal_sum;
  }
  if (!graded_) return;
  sorted_gains_.assign(user.gains.begin(), user.gains.end());
  if (user.gains.empty()) sorted_gains_.assign(relevant_count_, 1.0F);
  std::sort(sorted_gains_.begin(), sorted_gains_.end(), std::greater<>());
}

void RankingEvaluator::evaluate(const RankedUser& user, std::span<double> out) {
  find_hits(user);
  make_bases(user);
  for (size_t m = 0; m < compiled_.size(); ++m) {
    if (relevant_count_ == 0) {
      out[m] = compiled_[m].zero_if_empty ? 0.0 : kUndefined;
    } else {
      out[m] = value(compiled_[m], user);
    }
  }
}

double RankingEvaluator::denominator(size_t m, size_t relevant_count) const {
  return compiled_[m].micro ? static_cast<double>(relevant_count) : 1.0;
}

double RankingEvaluator::value(const Compiled& metric, const RankedUser& user) const {
  const double relevant = relevant_count_;
  if (metric.family == Family::auc) return auc(user);
  if (metric.family == Family::r_precision) {
    const auto end = hit_positions_.begin() + hit_count_;
    return static_cast<double>(std::lower_bound(hit_positions_.begin(), end, relevant_count_) -
                               hit_positions_.begin()) /
           relevant;
  }
  const Base& base = bases_[metric.base];
  const double hits = base.hits;
  const double k = metric.cutoff;
  switch (metric.family) {
    case Family::ndcg: {
      const double ideal = ideal_dcg(metric);
      return ideal > 0 ? dcg(metric) / ideal : 0.0;
    }
    case Family::dcg:
      return dcg(metric);
    case Family::average_precision:
      return average_precision(metric);
    case Family::precision: {
      const double listed = std::min(k, static_cast<double>(user.list.size()));
      if (metric.denominator == 1) return listed > 0 ? hits / listed : 0.0;
      return hits / k;
    }
    case Family::recall:
      return metric.micro ? hits : hits / (metric.denominator == 1 ? std::min(k, relevant) : relevant);
    case Family::hit_rate:
      return base.hits > 0 ? 1.0 : 0.0;
    case Family::reciprocal_rank:
      if (base.hits == 0) return 0.0;
      return metric.all_positives ? base.reciprocal_sum / hits : reciprocals_[hit_positions_[0]];
    case Family::f1:
      return 2.0 * hits / (k + relevant);
    default:
      return kUndefined;
  }
}

double RankingEvaluator::dcg(const Compiled& metric) const {
  if (metric.gain == 0 && metric.discount == 0) return bases_[metric.base].binary_dcg;
  double sum = 0.0;
  for (uint32_t i = 0; i < bases_[metric.base].hits; ++i) {
    const double gain = graded_ ? gain_value(hits_[i].gain, metric.gain) : 1.0;
    sum += gain * discount_at(hit_positions_[i], metric.discount);
  }
  return sum;
}

double RankingEvaluator::ideal_dcg(const Compiled& metric) const {
  const uint32_t hits = bases_[metric.base].hits;
  const uint32_t length = std::min(metric.cutoff, metric.ideal_retrieved ? hits : relevant_count_);
  if (metric.gain == 0 && metric.discount == 0) return ideals_[length];
  std::vector<float> gains(sorted_gains_);
  if (metric.ideal_retrieved) {
    gains.clear();
    for (uint32_t i = 0; i < hits; ++i) gains.push_back(graded_ ? hits_[i].gain : 1.0F);
    std::sort(gains.begin(), gains.end(), std::greater<>());
  }
  double sum = 0.0;
  for (uint32_t i = 0; i < length; ++i) {
    sum += (graded_ ? gain_value(gains[i], metric.gain) : 1.0) * discount_at(i, metric.discount);
  }
  return sum;
}

double RankingEvaluator::average_precision(const Compiled& metric) const {
  const Base& base = bases_[metric.base];
  switch (metric.denominator) {
    case 0:
      return base.precision_sum / std::min(metric.cutoff, relevant_count_);
    case 1:
      return base.precision_sum / relevant_count_;
    case 2:
      return base.hits > 0 ? base.precision_sum / base.hits : 0.0;
    default: {
      double sum = 0.0;
      for (uint32_t position = 0, hits = 0; position < metric.cutoff; ++position) {
        while (hits < base.hits && hit_positions_[hits] <= position) ++hits;
        sum += hits * reciprocals_[position];
      }
      return sum / metric.cutoff;
    }
  }
}

double RankingEvaluator::auc(const RankedUser& user) const {
  const double relevant = relevant_count_;
  const double irrelevant = static_cast<double>(user.candidate_count) - relevant;
  if (!(irrelevant > 0)) return kUndefined;
  double pairs = 0.0;
  for (uint32_t i = 0; i < hit_count_; ++i) pairs += irrelevant - static_cast<double>(hit_positions_[i] - i);
  const double listed_irrelevant = static_cast<double>(user.list.size()) - hit_count_;
  pairs += (relevant - hit_count_) * 0.5 * std::max(0.0, irrelevant - listed_irrelevant);
  return pairs / (relevant * irrelevant);
}

}  // namespace recgauge::metrics
