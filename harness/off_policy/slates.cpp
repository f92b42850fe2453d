#include "harness/off_policy/slates.h"

#include <cassert>

#include "harness/system/parallel.h"

namespace recgauge::off_policy {
namespace {

constexpr size_t kRoundsPerPiece = 16384;

template <typename ValueOf>
std::vector<double> by_round(const SlateRounds& log, ValueOf value_of) {
  std::vector<double> values(log.size());
  for_each_piece(values.size(), kRoundsPerPiece, [&](size_t, IndexRange range) {
    for (size_t i = range.begin; i < range.end; ++i) values[i] = value_of(i * log.length);
  });
  return values;
}

double place_weight(const SlateRounds& log, size_t place) {
  return log.place_weights.empty() ? 1.0 : log.place_weights[place];
}

double whole_weight(const SlateRounds& log, size_t at) {
  double weight = 1.0;
  for (size_t place = 0; place < log.length; ++place) weight *= log.evaluated[at + place] / log.logged[at + place];
  return weight;
}

double own_weight(const SlateRounds& log, size_t at) { return log.evaluated_marginal[at] / log.logged_marginal[at]; }

double standard(const SlateRounds& log, size_t at) {
  double reward = 0.0;
  for (size_t place = 0; place < log.length; ++place) reward += place_weight(log, place) * log.rewards[at + place];
  return whole_weight(log, at) * reward;
}

double independent(const SlateRounds& log, size_t at) {
  double sum = 0.0;
  for (size_t place = 0; place < log.length; ++place) {
    sum += place_weight(log, place) * own_weight(log, at + place) * log.rewards[at + place];
  }
  return sum;
}

double reward_interaction(const SlateRounds& log, size_t at) {
  double sum = 0.0;
  double weight = 1.0;
  for (size_t place = 0; place < log.length; ++place) {
    weight *= log.evaluated[at + place] / log.logged[at + place];
    sum += place_weight(log, place) * weight * log.rewards[at + place];
  }
  return sum;
}

// sum_k w_1..k (a_k r_k - Q_k) + w_1..k-1 E[Q_k]: the recursion of the doubly robust estimator down the list.
double cascade(const SlateRounds& log, size_t at) {
  double sum = 0.0;
  double weight = 1.0;
  for (size_t place = 0; place < log.length; ++place) {
    sum += weight * log.expected[at + place];
    weight *= log.evaluated[at + place] / log.logged[at + place];
    sum += weight * (place_weight(log, place) * log.rewards[at + place] - log.predicted[at + place]);
  }
  return sum;
}

}  // namespace

std::string_view name_of(SlateEstimatorKind kind) {
  constexpr std::string_view kNames[] = {"SIPS", "IIPS", "RIPS", "Cascade-DR"};
  return kNames[static_cast<size_t>(kind)];
}

std::string_view definition_of(SlateEstimatorKind kind) {
  constexpr std::string_view kDefinitions[] = {"mean(w_1..K sum_k a_k r_k)", "mean(sum_k a_k w_k r_k)",
                                               "mean(sum_k a_k w_1..k r_k)",
                                               "mean(sum_k w_1..k (a_k r_k - Q_k) + w_1..k-1 E[Q_k])"};
  return kDefinitions[static_cast<size_t>(kind)];
}

bool can_estimate(const SlateRounds& log, SlateEstimatorKind kind) {
  if (kind == SlateEstimatorKind::independent_ips) {
    return !log.logged_marginal.empty() && !log.evaluated_marginal.empty();
  }
  if (log.logged.empty() || log.evaluated.empty()) return false;
  return kind != SlateEstimatorKind::cascade_doubly_robust || (!log.predicted.empty() && !log.expected.empty());
}

std::vector<double> slate_values(const SlateRounds& log, SlateEstimatorKind kind) {
  assert(can_estimate(log, kind));
  constexpr double (*kValueOf[])(const SlateRounds&, size_t) = {standard, independent, reward_interaction, cascade};
  const auto value_of = kValueOf[static_cast<size_t>(kind)];
  return by_round(log, [&](size_t at) { return value_of(log, at); });
}

std::vector<double> slate_weights(const SlateRounds& log, SlateEstimatorKind kind) {
  assert(can_estimate(log, kind));
  if (kind != SlateEstimatorKind::independent_ips) {
    return by_round(log, [&](size_t at) { return whole_weight(log, at); });
  }
  return by_round(log, [&](size_t at) {
    double sum = 0.0;
    for (size_t place = 0; place < log.length; ++place) sum += own_weight(log, at + place);
    return sum / static_cast<double>(log.length);
  });
}

}  // namespace recgauge::off_policy
