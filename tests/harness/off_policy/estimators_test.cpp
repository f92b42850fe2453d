// Values of the estimators: a table worked by hand, logs worked by another program (reference/off_policy.py), and
// properties.
#include "harness/off_policy/estimators.h"

#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "harness/off_policy/diagnostics.h"
#include "harness/off_policy/slates.h"
#include "harness/system/random.h"

using namespace recgauge;
using namespace recgauge::off_policy;

namespace {

using Json = nlohmann::json;

const Json& reference() {
  static const Json kReference = Json::parse(
      std::ifstream(std::string(RECGAUGE_SOURCE_DIR) + "/tests/harness/off_policy/reference/off_policy.json"));
  return kReference;
}

std::vector<double> numbers(const Json& json) {
  std::vector<double> values;
  for (const Json& entry : json) {
    if (entry.is_array()) {
      for (const double value : numbers(entry)) values.push_back(value);
    } else {
      values.push_back(entry.get<double>());
    }
  }
  return values;
}

// Owns what the spans of a log point to.
struct OwnedLog {
  std::vector<uint32_t> actions;
  std::vector<double> rewards;
  std::vector<double> propensities;
  size_t action_count = 0;
  std::vector<double> probabilities;
  std::vector<double> predicted;

  LoggedRounds log() const { return {actions, rewards, propensities}; }
  EvaluatedPolicy policy() const { return {action_count, probabilities, predicted}; }
  RoundTerms terms() const { return make_round_terms(log(), policy()); }
};

OwnedLog worked() {
  return {{0, 1, 2, 0, 1, 2},
          {1, 0, 1, 0, 1, 0},
          {.5, .25, .25, .2, .6, .2},
          3,
          {.7, .2, .1, .1, .8, .1, .2, .2, .6, .5, .3, .2, .3, .4, .3, .6, .3, .1},
          {.6, .3, .4, .2, .5, .1, .3, .4, .7, .5, .2, .3, .4, .6, .2, .3, .5, .2}};
}

OwnedLog shared_log() {
  const Json& log = reference()["actions"];
  OwnedLog owned;
  owned.actions = log["actions"].get<std::vector<uint32_t>>();
  owned.rewards = numbers(log["rewards"]);
  owned.propensities = numbers(log["propensities"]);
  owned.action_count = log["policy"][0].size();
  owned.probabilities = numbers(log["policy"]);
  owned.predicted = numbers(log["model"]);
  return owned;
}

double value_of(const RoundTerms& terms, const EstimatorSpec& spec) {
  statistics::BootstrapOptions options;
  options.resamples = 100;
  return estimate_values(terms, std::span(&spec, 1), {}, options).front().value.value();
}

}  // namespace

TEST_CASE("the worked table of six rounds") {
  const RoundTerms terms = worked().terms();
  const auto near = [&](const EstimatorSpec& spec, double expected) {
    CAPTURE(name_of(spec.kind));
    CHECK(value_of(terms, spec) == doctest::Approx(expected).epsilon(1e-8));
  };
  near({EstimatorKind::ips}, .744444444);
  near({EstimatorKind::snips}, .41875);
  near({EstimatorKind::clipped_ips, 2}, .677777778);
  near({EstimatorKind::direct_method}, .441666667);
  near({EstimatorKind::doubly_robust}, .207777778);
  near({EstimatorKind::self_normalised_doubly_robust}, .310104167);
  near({EstimatorKind::switch_doubly_robust, 2}, .562777778);
  near({EstimatorKind::doubly_robust_optimistic_shrinkage, 1}, .45592515);
  const SupportDiagnostics diagnostics = diagnose(terms, worked().log(), worked().policy());
  CHECK(diagnostics.effective_sample_size == doctest::Approx(4.568573213).epsilon(1e-9));
  CHECK(diagnostics.mean_weight == doctest::Approx(1.777777778).epsilon(1e-9));
  CHECK(diagnostics.smallest_propensity == 0.2);
  CHECK(diagnostics.unlogged_share == 0.0);
}

TEST_CASE("a shared log gives what another program works out from the formulas, to 1e-9") {
  const RoundTerms terms = shared_log().terms();
  const Json& values = reference()["values"];
  const std::vector<EstimatorSpec> specs{
      {EstimatorKind::ips},
      {EstimatorKind::snips},
      {EstimatorKind::clipped_ips, reference()["clip"].get<double>()},
      {EstimatorKind::direct_method},
      {EstimatorKind::doubly_robust},
      {EstimatorKind::self_normalised_doubly_robust},
      {EstimatorKind::switch_doubly_robust, reference()["tau"].get<double>()},
      {EstimatorKind::doubly_robust_optimistic_shrinkage, reference()["shrinkage"].get<double>()}};
  for (const EstimatorSpec& spec : specs) {
    const std::string name(name_of(spec.kind));
    CAPTURE(name);
    CHECK(std::abs(value_of(terms, spec) - values[name].get<double>()) < 1e-9);
  }
  const SupportDiagnostics diagnostics = diagnose(terms.weights, {});
  CHECK(std::abs(diagnostics.effective_sample_size - values["effective sample size"].get<double>()) < 1e-9);
  CHECK(std::abs(diagnostics.mean_weight - values["mean weight"].get<double>()) < 1e-9);
  CHECK(std::abs(diagnostics.largest_share - values["largest share"].get<double>()) < 1e-9);
  const std::vector<double> candidates = numbers(reference()["candidates"]);
  CHECK(tune_by_slope(terms, EstimatorKind::clipped_ips, candidates).parameter == reference()["slope"].get<double>());
}

TEST_CASE("replay counts the rounds in which both policies agree") {
  const Json& log = reference()["replay"];
  OwnedLog owned;
  owned.actions = log["taken"].get<std::vector<uint32_t>>();
  owned.rewards = numbers(log["rewards"]);
  owned.propensities.assign(owned.actions.size(), 0.25);
  owned.action_count = 4;
  for (const uint32_t wanted : log["wanted"].get<std::vector<uint32_t>>()) {
    for (uint32_t action = 0; action < 4; ++action) owned.probabilities.push_back(action == wanted ? 1.0 : 0.0);
  }
  CHECK(std::abs(value_of(owned.terms(), {EstimatorKind::replay}) - log["replay"].get<double>()) < 1e-12);
}

TEST_CASE("the slate estimators give what another program works out, cascade-DR by recursion from below") {
  const Json& json = reference()["slates"];
  const auto column = [&](const char* name) { return numbers(json[name]); };
  const std::vector<double> rewards = column("rewards");
  const std::vector<double> logged = column("logged");
  const std::vector<double> evaluated = column("evaluated");
  const std::vector<double> logged_marginal = column("logged_marginal");
  const std::vector<double> evaluated_marginal = column("evaluated_marginal");
  const std::vector<double> predicted = column("predicted");
  const std::vector<double> expected = column("expected");
  const std::vector<double> place_weights = numbers(reference()["place_weights"]);
  const SlateRounds log{3,         rewards, logged, evaluated, logged_marginal, evaluated_marginal, place_weights,
                        predicted, expected};
  for (const auto kind : {SlateEstimatorKind::standard_ips, SlateEstimatorKind::independent_ips,
                          SlateEstimatorKind::reward_interaction_ips, SlateEstimatorKind::cascade_doubly_robust}) {
    const std::string name(name_of(kind));
    CAPTURE(name);
    REQUIRE(can_estimate(log, kind));
    const std::vector<double> values = slate_values(log, kind);
    double sum = 0.0;
    for (const double value : values) sum += value;
    CHECK(std::abs(sum / static_cast<double>(values.size()) - reference()["slate_values"][name].get<double>()) < 1e-9);
  }
  SlateRounds without = log;
  without.expected = {};
  without.logged_marginal = {};
  CHECK_FALSE(can_estimate(without, SlateEstimatorKind::cascade_doubly_robust));
  CHECK_FALSE(can_estimate(without, SlateEstimatorKind::independent_ips));
}

TEST_CASE("a policy that is the logging policy has weights 1, and every estimator without model the mean reward") {
  OwnedLog owned = shared_log();
  for (size_t i = 0; i < owned.actions.size(); ++i) {
    owned.propensities[i] = owned.probabilities[i * owned.action_count + owned.actions[i]];
  }
  const RoundTerms terms = owned.terms();
  double mean = 0.0;
  for (const double r : owned.rewards) mean += r / static_cast<double>(owned.rewards.size());
  for (const EstimatorSpec& spec :
       {EstimatorSpec{EstimatorKind::ips}, {EstimatorKind::snips}, {EstimatorKind::clipped_ips, 1.0}}) {
    CHECK(value_of(terms, spec) == doctest::Approx(mean).epsilon(1e-12));
  }
  CHECK(diagnose(terms.weights, {}).effective_sample_size == doctest::Approx(90.0));
}

TEST_CASE("limits of the parameters: no clipping is IPS, an endless switch or shrinkage is DR, none of both is DM") {
  const RoundTerms terms = shared_log().terms();
  CHECK(value_of(terms, {EstimatorKind::clipped_ips, 1e12}) == value_of(terms, {EstimatorKind::ips}));
  const double dr = value_of(terms, {EstimatorKind::doubly_robust});
  const double dm = value_of(terms, {EstimatorKind::direct_method});
  CHECK(value_of(terms, {EstimatorKind::switch_doubly_robust, 1e12}) == dr);
  CHECK(value_of(terms, {EstimatorKind::doubly_robust_optimistic_shrinkage, 1e15}) ==
        doctest::Approx(dr).epsilon(1e-9));
  CHECK(value_of(terms, {EstimatorKind::switch_doubly_robust, 1e-12}) == dm);
  CHECK(value_of(terms, {EstimatorKind::doubly_robust_optimistic_shrinkage, 1e-15}) ==
        doctest::Approx(dm).epsilon(1e-9));
}

TEST_CASE("units that belong together are resampled together: copies of every round do not narrow an interval") {
  const RoundTerms single = shared_log().terms();
  RoundTerms copied = single;
  for (auto column : {&RoundTerms::weights, &RoundTerms::rewards, &RoundTerms::model_values, &RoundTerms::residuals}) {
    const std::vector<double> once = copied.*column;
    (copied.*column).insert((copied.*column).end(), once.begin(), once.end());
  }
  std::vector<uint64_t> keys;
  for (uint64_t copy = 0; copy < 2; ++copy) {
    for (uint64_t i = 0; i < single.size(); ++i) keys.push_back(i);
  }
  statistics::BootstrapOptions options;
  options.method = statistics::BootstrapMethod::percentile;
  options.resamples = 500;
  for (const EstimatorSpec& spec :
       {EstimatorSpec{EstimatorKind::snips}, {EstimatorKind::self_normalised_doubly_robust}}) {
    const auto once = estimate_values(single, std::span(&spec, 1), {}, options).front();
    const auto twice = estimate_values(copied, std::span(&spec, 1), keys, options).front();
    CHECK(*twice.value == doctest::Approx(*once.value).epsilon(1e-12));
    CHECK(twice.interval->low == doctest::Approx(once.interval->low).epsilon(1e-9));
    CHECK(twice.interval->high == doctest::Approx(once.interval->high).epsilon(1e-9));
  }
}

TEST_CASE("replay is undefined where the policies never agree") {
  OwnedLog owned = worked();
  for (size_t i = 0; i < owned.actions.size(); ++i) {
    for (uint32_t a = 0; a < 3; ++a) owned.probabilities[i * 3 + a] = a == (owned.actions[i] + 1) % 3 ? 1.0 : 0.0;
  }
  const EstimatorSpec replay{EstimatorKind::replay};
  const auto estimate = estimate_values(owned.terms(), std::span(&replay, 1), {}, {}).front();
  CHECK_FALSE(estimate.value.has_value());
}

TEST_CASE("diagnostics refuse what the log cannot say") {
  const SupportLimits limits;
  RandomStream stream(7);
  OwnedLog owned;
  owned.action_count = 4;
  for (int i = 0; i < 4000; ++i) {
    owned.actions.push_back(static_cast<uint32_t>(stream.below(3)));
    owned.rewards.push_back(0.0);
    owned.propensities.push_back(1.0 / 3);
  }
  const auto failures_of = [&](std::array<double, 4> row) {
    owned.probabilities.clear();
    for (int i = 0; i < 4000; ++i) owned.probabilities.insert(owned.probabilities.end(), row.begin(), row.end());
    return failures(diagnose(owned.terms(), owned.log(), owned.policy()), limits);
  };
  CHECK(failures_of({.5, .3, .2, 0}).empty());
  CHECK(failures_of({.25, .25, .25, .25}).size() == 2);  // a quarter of the choices is never logged, so E[w] is .75
  owned.propensities.assign(4000, 0.25);
  CHECK(failures_of({.5, .3, .2, 0}).size() == 1);  // wrong propensities
  CHECK(failures({}, limits).size() == 1);
  std::vector<double> heavy(1000, 0.5);
  heavy[0] = 500;
  CHECK(failures(diagnose(heavy, {}), limits).size() == 2);
}
