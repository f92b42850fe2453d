// What a policy would have earned, estimated from what another one logged: every estimator as one column of a
// bootstrap.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/off_policy/rounds.h"
#include "harness/statistics/bootstrap.h"

namespace recgauge::off_policy {

enum class EstimatorKind : uint8_t {
  replay,         ///< sum(r [w > 0]) / sum([w > 0]), for deterministic policies on uniform logs (Li et al. 2011)
  ips,            ///< mean(w r) (Horvitz & Thompson 1952; Precup et al. 2000)
  snips,          ///< sum(w r) / sum(w) (Swaminathan & Joachims 2015)
  clipped_ips,    ///< mean(min(w, lambda) r)
  direct_method,  ///< mean(v) (Beygelzimer & Langford 2009)
  doubly_robust,  ///< mean(v + w d) (Dudik et al. 2014)
  self_normalised_doubly_robust,      ///< mean(v) + sum(w d) / sum(w)
  switch_doubly_robust,               ///< mean(v + w d [w <= tau]) (Wang et al. 2017)
  doubly_robust_optimistic_shrinkage  ///< mean(v + lambda w / (w^2 + lambda) d) (Su et al. 2020)
};

struct EstimatorSpec {
  EstimatorKind kind = EstimatorKind::ips;
  double parameter = 0.0;  ///< lambda or tau, for the three kinds that have one; positive
};

/// "IPS", "Switch-DR".
std::string_view name_of(EstimatorKind kind);
/// The formula, in the letters of RoundTerms.
std::string_view definition_of(EstimatorKind kind);
bool needs_model(EstimatorKind kind);
bool has_parameter(EstimatorKind kind);

/// The estimator's value for every round, for those that are means over rounds: all but the replay and the two
/// self-normalised ones.
std::vector<double> round_values(const RoundTerms& terms, const EstimatorSpec& spec);

/// The estimator without bias that a biased one trades for less variance: IPS or DR; nothing for the others.
std::optional<EstimatorKind> unbiased_counterpart(EstimatorKind kind);

/// All estimates over the same resamples. A resample cannot see bias: the interval of an estimator with an unbiased
/// counterpart is widened to hold the counterpart's interval. `keys` are the units that are resampled (rounds, or the
/// users that they belong to); empty for rounds. Terms must have a model if an estimator needs one. Undefined: replay
/// and SNIPS when no weight is positive.
std::vector<statistics::Estimate> estimate_values(const RoundTerms& terms, std::span<const EstimatorSpec> specs,
                                                  std::span<const uint64_t> keys,
                                                  const statistics::BootstrapOptions& options);

/// SLOPE (Su et al. 2020; Tucker & Lee 2021): of the candidates, ordered from the widest to the narrowest deviation
/// bound, the last one whose estimate agrees with those of all before it: |a - b| <= bound(a) + (sqrt(6) - 1) bound(b).
/// Bounds are normal, at 95 %. Candidates must not be empty.
EstimatorSpec tune_by_slope(const RoundTerms& terms, EstimatorKind kind, std::span<const double> candidates);

/// Quantiles .5 to 1 of the positive weights (of their squares for optimistic shrinkage), ascending and distinct: the
/// default candidates. Nothing if no weight is positive.
std::vector<double> slope_candidates(const RoundTerms& terms, EstimatorKind kind);

}  // namespace recgauge::off_policy
