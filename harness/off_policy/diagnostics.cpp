#include "harness/off_policy/diagnostics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "harness/statistics/tests_of_difference.h"

namespace recgauge::off_policy {
namespace {

std::array<double, kWeightQuantiles.size()> quantiles(std::span<const double> weights) {
  std::vector<double> sorted(weights.begin(), weights.end());
  std::array<double, kWeightQuantiles.size()> result{};
  auto begin = sorted.begin();
  for (size_t q = 0; q < result.size(); ++q) {
    const auto at =
        sorted.begin() + static_cast<ptrdiff_t>(kWeightQuantiles[q] * static_cast<double>(sorted.size() - 1));
    // The levels ascend, so what lies before the last one stays where it is.
    std::nth_element(begin, at, sorted.end());
    result[q] = *at;
    begin = at;
  }
  return result;
}

double unlogged_share(const LoggedRounds& log, const EvaluatedPolicy& policy) {
  std::vector<bool> logged(policy.action_count, false);
  for (const uint32_t action : log.actions) logged[action] = true;
  std::vector<double> mass(policy.action_count, 0.0);
  for (size_t at = 0; at < policy.probabilities.size(); at += policy.action_count) {
    for (size_t action = 0; action < policy.action_count; ++action) mass[action] += policy.probabilities[at + action];
  }
  double unlogged = 0.0;
  for (size_t action = 0; action < mass.size(); ++action) unlogged += logged[action] ? 0.0 : mass[action];
  return unlogged / static_cast<double>(log.actions.size());
}

}  // namespace

SupportDiagnostics diagnose(std::span<const double> weights, std::span<const double> propensities) {
  SupportDiagnostics result;
  result.rounds = weights.size();
  if (weights.empty()) return result;
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  const double squares = std::inner_product(weights.begin(), weights.end(), weights.begin(), 0.0);
  const statistics::Moments moments = statistics::moments(weights);
  result.effective_sample_size = squares > 0 ? sum * sum / squares : 0.0;
  result.mean_weight = moments.mean;
  result.mean_weight_error = moments.deviation / std::sqrt(static_cast<double>(weights.size()));
  result.largest_share = sum > 0 ? *std::max_element(weights.begin(), weights.end()) / sum : 1.0;
  result.weight_quantiles = quantiles(weights);
  if (!propensities.empty()) {
    result.smallest_propensity = *std::min_element(propensities.begin(), propensities.end());
  }
  return result;
}

SupportDiagnostics diagnose(const RoundTerms& terms, const LoggedRounds& log, const EvaluatedPolicy& policy) {
  SupportDiagnostics result = diagnose(terms.weights, log.propensities);
  if (result.rounds > 0) result.unlogged_share = unlogged_share(log, policy);
  return result;
}

std::vector<std::string> failures(const SupportDiagnostics& d, const SupportLimits& limits) {
  std::vector<std::string> found;
  if (d.rounds == 0) return {"the log is empty"};
  const double share = d.effective_sample_size / static_cast<double>(d.rounds);
  if (d.effective_sample_size < limits.smallest_effective_size || share < limits.smallest_effective_share) {
    found.push_back(
        fmt::format("the weights leave an effective sample of {:.1f} of {} rounds", d.effective_sample_size, d.rounds));
  }
  if (d.largest_share > limits.largest_share) {
    found.push_back(fmt::format("one round carries {:.1f} % of all weight", 100.0 * d.largest_share));
  }
  const double miss = std::abs(d.mean_weight - 1.0);
  if (miss > limits.control_tolerance && miss > limits.control_errors * d.mean_weight_error) {
    found.push_back(
        fmt::format("the mean weight is {:.4f} +- {:.4f} where 1 is expected: propensities are wrong, or "
                    "the log lacks actions that the policy takes",
                    d.mean_weight, d.mean_weight_error));
  }
  if (d.unlogged_share && *d.unlogged_share > limits.largest_unlogged_share) {
    found.push_back(fmt::format("{:.1f} % of the policy's choices are actions that the log never shows",
                                100.0 * *d.unlogged_share));
  }
  return found;
}

}  // namespace recgauge::off_policy
