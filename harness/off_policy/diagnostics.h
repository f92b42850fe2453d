// Whether a log can say anything about a policy: what must hold before an off-policy estimate is worth printing.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/off_policy/rounds.h"

namespace recgauge::off_policy {

/// Quantiles of the weights that are kept.
inline constexpr std::array<double, 5> kWeightQuantiles{0.5, 0.9, 0.99, 0.999, 1.0};

struct SupportDiagnostics {
  uint64_t rounds = 0;
  double effective_sample_size = 0.0;  ///< sum(w)^2 / sum(w^2) (Kish 1965)
  double mean_weight = 0.0;            ///< 1 in expectation, if the log holds every action of the policy
  double mean_weight_error = 0.0;      ///< its standard error
  double largest_share = 0.0;          ///< of one round in the sum of weights
  std::array<double, kWeightQuantiles.size()> weight_quantiles{};
  double smallest_propensity = 0.0;
  /// Share of the policy's choices that fall on actions that the log never shows; nothing where the policy's
  /// probabilities of other than logged actions are not known.
  std::optional<double> unlogged_share;
};

/// From this on, a log does not support the estimate.
struct SupportLimits {
  double smallest_effective_size = 100;    ///< rounds
  double smallest_effective_share = 0.01;  ///< of all rounds
  double largest_share = 0.05;             ///< of one round in the sum of weights
  double control_errors = 4.0;             ///< standard errors by which the mean weight may miss 1,
  double control_tolerance = 0.02;         ///< and how far it must miss to matter
  double largest_unlogged_share = 0.02;
};

/// Terms of no round give zeros.
SupportDiagnostics diagnose(const RoundTerms& terms, const LoggedRounds& log, const EvaluatedPolicy& policy);
/// Without the policy's full distribution.
SupportDiagnostics diagnose(std::span<const double> weights, std::span<const double> propensities);

/// What is wrong, a sentence each; empty if the log supports weighted estimates.
std::vector<std::string> failures(const SupportDiagnostics& diagnostics, const SupportLimits& limits);

}  // namespace recgauge::off_policy
