#include "harness/off_policy/rounds.h"

#include <cassert>

#include "harness/system/parallel.h"

namespace recgauge::off_policy {
namespace {

constexpr size_t kRoundsPerPiece = 8192;

double dot(const double* a, const double* b, size_t size) {
  double sum = 0.0;
  for (size_t i = 0; i < size; ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace

RoundTerms make_round_terms(const LoggedRounds& log, const EvaluatedPolicy& policy) {
  const size_t rounds = log.actions.size();
  const size_t actions = policy.action_count;
  assert(log.rewards.size() == rounds && log.propensities.size() == rounds);
  assert(policy.probabilities.size() == rounds * actions);
  const bool has_model = !policy.predicted_rewards.empty();
  RoundTerms terms;
  terms.rewards.assign(log.rewards.begin(), log.rewards.end());
  terms.weights.resize(rounds);
  if (has_model) {
    terms.model_values.resize(rounds);
    terms.residuals.resize(rounds);
  }
  for_each_piece(rounds, kRoundsPerPiece, [&](size_t, IndexRange range) {
    for (size_t i = range.begin; i < range.end; ++i) {
      const double* probabilities = policy.probabilities.data() + i * actions;
      terms.weights[i] = probabilities[log.actions[i]] / log.propensities[i];
      if (!has_model) continue;
      const double* predicted = policy.predicted_rewards.data() + i * actions;
      terms.model_values[i] = dot(probabilities, predicted, actions);
      terms.residuals[i] = log.rewards[i] - predicted[log.actions[i]];
    }
  });
  return terms;
}

}  // namespace recgauge::off_policy
