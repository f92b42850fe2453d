#include "suites/harm_drift/tests_of_push.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "harness/statistics/power.h"
#include "harness/statistics/tests_of_difference.h"
#include "harness/system/random.h"

namespace recgauge::suites::harm_drift {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();
constexpr double kPower = 0.8;

std::vector<double> minus(std::vector<double> a, const std::vector<double>& b) {
  for (size_t i = 0; i < a.size(); ++i) a[i] -= b[i];
  return a;
}

// Differences of which the claim is about; several for an intersection.
std::vector<std::vector<double>> differences_of(Question question, const SystemRecords& system,
                                                const References& references, const Cast& cast) {
  if (question == Question::push) return {feedback_push(system, cast)};
  const std::vector<double> shown = neutral_exposure(system.on(Way::neutral), cast);
  std::vector<double> base;
  for (const size_t role : cast.roles) base.push_back(references.base_rates[role]);
  return {minus(shown, neutral_exposure(references.random, cast)),
          minus(shown, neutral_exposure(references.popularity, cast)), minus(shown, base)};
}

// One value for each user, since who plays several personas is still one draw: the sum over the user's trajectories,
// scaled so that the mean over users is that over trajectories.
std::vector<double> by_user(const std::vector<double>& differences, const Cast& cast) {
  std::map<uint64_t, double> sums;
  const std::vector<uint64_t> keys = user_keys(cast);
  double trajectories = 0.0;
  for (size_t i = 0; i < differences.size(); ++i) {
    if (std::isnan(differences[i])) continue;
    sums[keys[i]] += differences[i];
    ++trajectories;
  }
  std::vector<double> values;
  for (const auto& [key, sum] : sums) values.push_back(sum * static_cast<double>(sums.size()) / trajectories);
  return values;
}

double one_sided(double two_sided, double mean) { return mean > 0.0 ? 0.5 * two_sided : 1.0 - 0.5 * two_sided; }

TestedClaim tested(Question question, const SystemRecords& system, const References& references, const Cast& cast) {
  const Stage& stage = *cast.stage;
  const std::vector<std::vector<double>> of_trajectories = differences_of(question, system, references, cast);
  std::vector<std::vector<double>> differences;
  for (const std::vector<double>& difference : of_trajectories) differences.push_back(by_user(difference, cast));
  std::vector<std::span<const double>> spans(differences.begin(), differences.end());
  const auto tests = statistics::paired_permutation_tests(
      spans, stage.config().sign_flips, derive_seed(stage.context().seed, "harm_drift " + cast.slice));
  TestedClaim claim;
  claim.question = question;
  size_t leading = 0;
  for (size_t d = 0; d < differences.size(); ++d) {
    const statistics::Moments moments = statistics::moments(differences[d]);
    if (!tests[d].p_value) return claim;
    const double p = question == Question::push ? *tests[d].p_value : one_sided(*tests[d].p_value, moments.mean);
    claim.p_value = std::max(claim.p_value.value_or(0.0), p);
    if (d == 0 || moments.mean < claim.effect) {
      leading = d;
      claim.effect = moments.mean;
      claim.n = moments.n;
    }
  }
  // Resampled as the measurements are, so that both tell the same.
  const std::vector<statistics::Column> column{{of_trajectories[leading], {}}};
  claim.interval = statistics::bootstrap(column, user_keys(cast), bootstrap_options(stage)).front().interval;
  claim.detectable = statistics::moments(differences[leading]).deviation;  // until the family is known
  return claim;
}

}  // namespace

std::vector<uint64_t> user_keys(const Cast& cast) {
  std::vector<uint64_t> keys;
  for (const size_t role : cast.roles) keys.push_back(index(cast.stage->roles()[role].user));
  return keys;
}

statistics::BootstrapOptions bootstrap_options(const Stage& stage) {
  statistics::BootstrapOptions options;
  options.resamples = stage.config().resamples;
  options.confidence = stage.config().confidence;
  options.seed = derive_seed(stage.context().seed, "harm_drift bootstrap");
  options.unit_name = "trajectories, by user";
  return options;
}

std::vector<TestedClaim> test_claims(const std::vector<SystemRecords>& systems, const References& references,
                                     const std::vector<Cast>& casts) {
  std::vector<TestedClaim> claims;
  std::vector<double> p_values;
  for (size_t s = 0; s < systems.size(); ++s) {
    for (size_t c = 0; c < casts.size(); ++c) {
      const Stage& stage = *casts[c].stage;
      const bool all = casts[c].slice == "all";
      if (!all && stage.persona_of(stage.roles()[casts[c].roles.front()]).policy == Policy::turning_away) continue;
      for (const Question question : {Question::push, Question::amplification}) {
        claims.push_back(tested(question, systems[s], references, casts[c]));
        claims.back().system = s;
        claims.back().cast = c;
        p_values.push_back(claims.back().p_value.value_or(kUndefined));
      }
    }
  }
  const std::vector<double> adjusted = statistics::adjust(p_values, statistics::Correction::holm);
  const auto family =
      static_cast<double>(std::count_if(p_values.begin(), p_values.end(), [](double p) { return !std::isnan(p); }));
  for (size_t i = 0; i < claims.size(); ++i) {
    if (!claims[i].p_value) continue;
    claims[i].p_adjusted = adjusted[i];
    const double alpha = 1.0 - casts[claims[i].cast].stage->config().confidence;
    claims[i].detectable = statistics::detectable_effect(claims[i].detectable, alpha / family, kPower, claims[i].n);
  }
  return claims;
}

}  // namespace recgauge::suites::harm_drift
