#include "harness/metrics/ties.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace recgauge::metrics {

struct TieEvaluator::Group {
  uint32_t begin = 0;
  uint32_t listed = 0;
  double size = 0.0;          // with the unseen part
  std::vector<float> grades;  // of the listed relevant items, descending
};

namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();
constexpr size_t kSampledOrders = 256;

bool has_closed_form(const CompiledMetric& metric) {
  return metric.family != Family::ndcg || !metric.ideal_retrieved || metric.gain == Gain::binary;
}

double sum_of_gains(std::span<const float> grades, Gain gain) {
  double sum = 0.0;
  for (const float grade : grades) sum += gain_of_grade(grade, gain);
  return sum;
}

// What a metric's value needs beside the sums over the visible places.
struct Surroundings {
  double relevant = 0.0;
  double listed = 0.0;
  std::span<const float> ideal_grades;
  const std::vector<double>& discount_sums;
};

double ideal_gain(const CompiledMetric& metric, double hits, const Surroundings& around) {
  const double best = std::min(static_cast<double>(metric.cutoff), metric.ideal_retrieved ? hits : around.relevant);
  const auto length = static_cast<size_t>(best);
  if (metric.gain == Gain::binary) return around.discount_sums[length];
  double sum = 0.0;
  for (size_t i = 0; i < length; ++i) {
    sum += gain_of_grade(around.ideal_grades[i], metric.gain) * (around.discount_sums[i + 1] - around.discount_sums[i]);
  }
  return sum;
}

double value_of(const CompiledMetric& metric, std::span<const VisibleGroup> groups, const RankSums& weights,
                const Surroundings& around) {
  const ExpectedSums sums = expected_sums(groups, weights);
  const double k = metric.cutoff;
  switch (metric.family) {
    case Family::ndcg:
      return sums.hits > 0 ? sums.dcg / ideal_gain(metric, sums.hits, around) : 0.0;
    case Family::dcg:
      return sums.dcg;
    case Family::average_precision:
      return metric.average_precision == AveragePrecisionDenominator::mean_precision
                 ? expected_mean_precision(groups, metric.cutoff)
                 : average_precision(sums.precision_sum, sums.hits, k, around.relevant, metric.average_precision);
    case Family::precision:
      return precision(sums.hits, k, around.listed, metric.precision);
    case Family::recall:
      return metric.micro ? sums.hits : recall(sums.hits, k, around.relevant, metric.recall);
    case Family::hit_rate:
      return hit_rate(sums.hits);
    case Family::reciprocal_rank:
      if (metric.positives == ReciprocalRankPositives::first) return sums.first_reciprocal;
      return sums.hits > 0 ? sums.reciprocal_sum / sums.hits : 0.0;
    case Family::f1:
      return f1(sums.hits, k, around.relevant);
    default:
      return r_precision(sums.hits, around.relevant);
  }
}

// Places of one group in the best or the worst order, one visible group each.
void append_extreme(uint32_t begin, uint32_t length, std::vector<float> hit_grades, Gain gain, bool best_first,
                    std::vector<VisibleGroup>& out) {
  std::sort(hit_grades.begin(), hit_grades.end());
  if (best_first) std::reverse(hit_grades.begin(), hit_grades.end());
  const size_t first_hit = best_first ? 0 : length - hit_grades.size();
  for (uint32_t t = 0; t < length; ++t) {
    const bool hit = t >= first_hit && t - first_hit < hit_grades.size();
    out.push_back({begin + t, 1, hit ? 1.0 : 0.0, hit ? gain_of_grade(hit_grades[t - first_hit], gain) : 0.0});
  }
}

}  // namespace

TieEvaluator::TieEvaluator(std::span<const MetricSpec> specs, size_t item_count, uint64_t seed)
    : plain_(specs, item_count), seed_(seed), grade_of_(item_count, 0.0F), row_(specs.size()) {
  for (const MetricSpec& spec : specs) {
    metrics_.push_back(compile_accuracy_metric(spec));
  }
  for (auto* sums : {&discount_sums_[0], &discount_sums_[1], &reciprocal_sums_}) sums->push_back(0.0);
}

TieEvaluator::~TieEvaluator() = default;

bool TieEvaluator::has_ties(const TiedUser& tied) const {
  if (tied.tied_beyond > 0 && !tied.scores.empty()) return true;
  return std::adjacent_find(tied.scores.begin(), tied.scores.end()) != tied.scores.end();
}

void TieEvaluator::evaluate(const TiedUser& tied, std::span<TieBounds> out) {
  assert(out.size() == metrics_.size() && tied.scores.size() == tied.user.list.size());
  plain_.evaluate(tied.user, row_);
  for (size_t m = 0; m < metrics_.size(); ++m) out[m] = {row_[m], row_[m], row_[m]};
  if (plain_.relevant_count() > 0 && has_ties(tied)) evaluate_orders(tied, out);
}

void TieEvaluator::form_groups(const TiedUser& tied) {
  const RankedUser& user = tied.user;
  ideal_grades_.clear();
  for (size_t i = 0; i < user.relevant.size(); ++i) {
    const float grade = user.gains.empty() ? 1.0F : user.gains[i];
    float& slot = grade_of_[index(user.relevant[i])];
    if (!(grade > 0) || slot > 0) continue;
    slot = grade;
    ideal_grades_.push_back(grade);
  }
  groups_.clear();
  length_ = static_cast<uint32_t>(user.list.size());
  for (uint32_t position = 0; position < length_; ++position) {
    if (position == 0 || tied.scores[position] != tied.scores[position - 1]) groups_.push_back({position, 0, 0.0, {}});
    Group& group = groups_.back();
    ++group.listed;
    group.size += 1.0;
    const size_t item = index(user.list[position]);
    if (item >= grade_of_.size() || !(grade_of_[item] > 0)) continue;
    group.grades.push_back(grade_of_[item]);
    grade_of_[item] = 0.0F;
  }
  groups_.back().size += static_cast<double>(tied.tied_beyond);
  unseen_grades_.clear();
  for (const ItemId item : user.relevant) {
    float& slot = grade_of_[index(item)];
    if (slot > 0) unseen_grades_.push_back(slot);
    slot = 0.0F;
  }
  for (Group& group : groups_) std::sort(group.grades.begin(), group.grades.end(), std::greater<>());
  std::sort(unseen_grades_.begin(), unseen_grades_.end(), std::greater<>());
  std::sort(ideal_grades_.begin(), ideal_grades_.end(), std::greater<>());
}

void TieEvaluator::evaluate_orders(const TiedUser& tied, std::span<TieBounds> out) {
  form_groups(tied);
  candidates_ = static_cast<double>(tied.user.candidate_count);
  uint32_t longest = std::max(length_, plain_.relevant_count());
  for (const CompiledMetric& metric : metrics_) longest = std::max(longest, metric.cutoff);
  for (auto position = static_cast<uint32_t>(reciprocal_sums_.size()) - 1; position < longest; ++position) {
    for (const Discount kind : {Discount::log2, Discount::lenskit}) {
      auto& sums = discount_sums_[static_cast<size_t>(kind)];
      sums.push_back(sums.back() + discount_of_position(position, kind));
    }
    reciprocal_sums_.push_back(reciprocal_sums_.back() + 1.0 / (static_cast<double>(position) + 1.0));
  }
  const double unseen = unseen_relevant(tied);
  for (size_t m = 0; m < metrics_.size(); ++m) {
    const CompiledMetric& metric = metrics_[m];
    if (std::isnan(row_[m])) continue;
    if (has_closed_form(metric)) {
      out[m] = {extreme(metric, false), expected(metric, unseen), extreme(metric, true)};
    } else {
      out[m] = {0.0, sampled(metric, RandomStream(derive_seed(seed_, {tied.stream, m})), unseen), 1.0};
    }
  }
}

// The area over orders in which the last group shows `hits` of its relevant items and relevant items win this share of
// the pairs inside tied groups. Candidates that are not listed share the last place, as in area_under_curve.
double TieEvaluator::area(double hits_of_last, double share_of_tied_pairs) const {
  const double relevant = static_cast<double>(ideal_grades_.size());
  const double irrelevant = candidates_ - relevant;
  double relevant_left = relevant;
  double irrelevant_left = irrelevant;
  double pairs = 0.0;
  for (const Group& group : groups_) {
    const double hits = &group == &groups_.back() ? hits_of_last : static_cast<double>(group.grades.size());
    const double misses = std::min(group.listed - hits, irrelevant_left);
    irrelevant_left -= misses;
    relevant_left -= hits;
    pairs += hits * irrelevant_left + share_of_tied_pairs * hits * misses;
  }
  return (pairs + 0.5 * relevant_left * irrelevant_left) / (relevant * irrelevant);
}

double TieEvaluator::expected_area(double unseen) const {
  const Group& last = groups_.back();
  const auto chances = hypergeometric(last.size, static_cast<double>(last.grades.size()) + unseen, last.listed);
  double mean = 0.0;
  for (size_t hits = 0; hits < chances.size(); ++hits) {
    if (chances[hits] > 0) mean += chances[hits] * area(static_cast<double>(hits), 0.5);
  }
  return mean;
}

// A hit more never lowers the area, in the best order as in the worst.
double TieEvaluator::extreme_area(bool optimistic) const {
  const Group& last = groups_.back();
  const double listed_hits = static_cast<double>(last.grades.size());
  if (optimistic) return area(std::min<double>(last.listed, listed_hits + most_unseen()), 1.0);
  return area(std::max(0.0, last.listed - (last.size - listed_hits)), 0.0);
}

double TieEvaluator::most_unseen() const {
  const Group& last = groups_.back();
  return std::min(last.size - last.listed, static_cast<double>(unseen_grades_.size()));
}

uint32_t TieEvaluator::visible_places(const CompiledMetric& metric) const {
  const auto depth = metric.cutoff > 0 ? metric.cutoff : static_cast<uint32_t>(ideal_grades_.size());
  return std::min(depth, length_);
}

double TieEvaluator::value(const CompiledMetric& metric, std::span<const VisibleGroup> groups) const {
  const auto& discount_sums = discount_sums_[static_cast<size_t>(metric.discount)];
  return value_of(
      metric, groups, {discount_sums, reciprocal_sums_},
      {static_cast<double>(ideal_grades_.size()), static_cast<double>(length_), ideal_grades_, discount_sums});
}

// The grades that the best or worst order of the group cut by the end of the visible places shows first.
std::vector<float> TieEvaluator::grades_to_show(const Group& cut, bool optimistic) const {
  std::vector<float> grades(cut.grades);
  if (!optimistic) std::reverse(grades.begin(), grades.end());
  if (&cut != &groups_.back()) return grades;
  grades.insert(grades.end(), unseen_grades_.begin(),
                unseen_grades_.begin() + static_cast<std::ptrdiff_t>(most_unseen()));
  if (optimistic) std::sort(grades.begin(), grades.end(), std::greater<>());
  return grades;
}

double TieEvaluator::extreme(const CompiledMetric& metric, bool optimistic) const {
  if (metric.family == Family::auc) return extreme_area(optimistic);
  const uint32_t places = visible_places(metric);
  std::vector<VisibleGroup> order;
  auto group = groups_.begin();
  for (; group != groups_.end() && group->begin + group->size <= places; ++group) {
    append_extreme(group->begin, group->listed, group->grades, metric.gain, optimistic, order);
  }
  if (group == groups_.end() || group->begin >= places) return value(metric, order);
  const uint32_t shown = places - group->begin;
  const std::vector<float> grades = grades_to_show(*group, optimistic);
  // More hits are not always better, as where a metric divides by them, so every possible number is looked at.
  const double misses = group->size - static_cast<double>(group->grades.size());
  const auto fewest = static_cast<size_t>(std::max(0.0, shown - misses));
  double result = kUndefined;
  for (size_t hits = fewest; hits <= std::min<size_t>(shown, grades.size()); ++hits) {
    std::vector<VisibleGroup> whole(order);
    append_extreme(group->begin, shown, {grades.begin(), grades.begin() + static_cast<std::ptrdiff_t>(hits)},
                   metric.gain, optimistic, whole);
    const double candidate = value(metric, whole);
    const bool further = optimistic ? candidate > result : candidate < result;
    if (std::isnan(result) || further) result = candidate;
  }
  return result;
}

double TieEvaluator::unseen_relevant(const TiedUser& tied) const {
  const double beyond = static_cast<double>(tied.tied_beyond);
  if (!(beyond > 0)) return 0.0;
  const double unlisted = std::max(beyond, candidates_ - static_cast<double>(length_));
  return std::min(most_unseen(), beyond * static_cast<double>(unseen_grades_.size()) / unlisted);
}

double TieEvaluator::expected(const CompiledMetric& metric, double unseen) const {
  const double below = std::floor(unseen);
  const double share_above = unseen - below;
  const double value = expected_with(metric, below);
  return share_above > 0 ? (1.0 - share_above) * value + share_above * expected_with(metric, below + 1.0) : value;
}

double TieEvaluator::expected_with(const CompiledMetric& metric, double unseen) const {
  if (metric.family == Family::auc) return expected_area(unseen);
  const uint32_t places = visible_places(metric);
  std::vector<VisibleGroup> visible;
  double size_of_last = 0.0;
  for (const Group& group : groups_) {
    if (group.begin >= places) break;
    const bool goes_on = &group == &groups_.back() && unseen > 0;
    double hits = static_cast<double>(group.grades.size());
    double gain = sum_of_gains(group.grades, metric.gain);
    if (goes_on) {
      hits += unseen;
      gain += unseen * sum_of_gains(unseen_grades_, metric.gain) / static_cast<double>(unseen_grades_.size());
    }
    size_of_last = group.size;
    visible.push_back({group.begin, std::min(group.listed, places - group.begin), hits, gain});
  }
  VisibleGroup& cut = visible.back();
  if (cut.length == size_of_last || cut.hits == 0) return value(metric, visible);
  // Given how many hits the cut group shows, their order is again any.
  const double gain_per_hit = cut.gain / cut.hits;
  const std::vector<double> chances = hypergeometric(size_of_last, cut.hits, cut.length);
  double mean = 0.0;
  for (size_t hits = 0; hits < chances.size(); ++hits) {
    if (!(chances[hits] > 0)) continue;
    cut.hits = static_cast<double>(hits);
    cut.gain = cut.hits * gain_per_hit;
    mean += chances[hits] * value(metric, visible);
  }
  return mean;
}

double TieEvaluator::sampled(const CompiledMetric& metric, RandomStream random, double unseen) const {
  const auto& discount_sums = discount_sums_[static_cast<size_t>(metric.discount)];
  const uint32_t places = visible_places(metric);
  double total = 0.0;
  std::vector<float> pool;
  std::vector<float> shown;
  for (size_t order = 0; order < kSampledOrders; ++order) {
    double dcg = 0.0;
    shown.clear();
    for (const Group& group : groups_) {
      pool = group.grades;
      if (&group == &groups_.back()) {
        const double extra = std::floor(unseen + random.uniform());
        for (double i = 0; i < extra; ++i) pool.push_back(unseen_grades_[random.below(unseen_grades_.size())]);
      }
      double left = group.size;
      for (uint32_t position = group.begin; position < std::min(places, group.begin + group.listed); ++position) {
        const bool hit = random.uniform() * left < static_cast<double>(pool.size());
        left -= 1.0;
        if (!hit) continue;
        std::swap(pool[random.below(pool.size())], pool.back());
        dcg += gain_of_grade(pool.back(), metric.gain) * (discount_sums[position + 1] - discount_sums[position]);
        shown.push_back(pool.back());
        pool.pop_back();
      }
    }
    std::sort(shown.begin(), shown.end(), std::greater<>());
    double ideal = 0.0;
    for (size_t i = 0; i < shown.size(); ++i) {
      ideal += gain_of_grade(shown[i], metric.gain) * (discount_sums[i + 1] - discount_sums[i]);
    }
    total += ideal > 0 ? dcg / ideal : 0.0;
  }
  return total / static_cast<double>(kSampledOrders);
}

void TieRate::update(std::span<const double> scores, uint64_t tied_beyond) {
  uint64_t tied = 0;
  for (size_t i = 0; i < scores.size(); ++i) {
    const bool above = i > 0 && scores[i] == scores[i - 1];
    const bool below = i + 1 < scores.size() ? scores[i] == scores[i + 1] : tied_beyond > 0;
    tied += above || below ? 1 : 0;
  }
  ++users_;
  users_with_ties_ += tied > 0 ? 1 : 0;
  positions_ += scores.size();
  tied_positions_ += tied;
}

void TieRate::merge(const TieRate& other) {
  users_ += other.users_;
  users_with_ties_ += other.users_with_ties_;
  positions_ += other.positions_;
  tied_positions_ += other.tied_positions_;
}

TieShares TieRate::result() const {
  const auto share = [](uint64_t part, uint64_t whole) {
    return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : kUndefined;
  };
  return {share(users_with_ties_, users_), share(tied_positions_, positions_)};
}

}  // namespace recgauge::metrics
