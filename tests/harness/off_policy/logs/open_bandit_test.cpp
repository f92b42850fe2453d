// The Open Bandit Dataset's men campaign: the click rate of one policy, estimated from the log of another, against the
// rate that it had when it was deployed.
#include <doctest/doctest.h>

#include <filesystem>

#include "harness/off_policy/estimators.h"
#include "harness/off_policy/logs/action_log.h"
#include "harness/off_policy/reward_model.h"

using namespace recgauge;
using namespace recgauge::off_policy;

namespace {

const std::filesystem::path kFolder = std::filesystem::path(RECGAUGE_SHARED_DATA_DIR) / "obd-men";

bool is_here() {
  if (std::filesystem::exists(kFolder)) return true;
  MESSAGE("skipped: the Open Bandit log is not in the folder of shared data");
  return false;
}

ActionLog read(const char* policy) { return read_action_log(kFolder / policy / "men.csv", LogFormat::open_bandit); }

double mean(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

}  // namespace

TEST_CASE("on-policy click rates of the men campaign are .0046 and .0069") {
  if (!is_here()) return;
  for (const auto& [policy, rate] : {std::pair{"random", 0.0046}, {"bts", 0.0069}}) {
    const ActionLog log = read(policy);
    CHECK(log.size() == 10000);
    CHECK(log.action_names.size() == 34);
    CHECK(log.position_count == 3);
    CHECK(log.contexts.size() == 4);
    CHECK(mean(log.rewards) == doctest::Approx(rate).epsilon(1e-12));
  }
}

TEST_CASE("Thompson sampling's click rate, estimated from random traffic, with intervals that cover what it had") {
  if (!is_here()) return;
  const ActionLog log = read("random");
  const PolicyTable table = thompson_policy(log, kFolder / "bts_prior.tsv", 1);
  const EncodedContexts contexts = encode_contexts(log);
  const RewardData data{log.actions,     log.action_names.size(), log.positions, log.position_count,
                        contexts.values, contexts.columns,        log.rewards,   log.units};
  const std::vector<double> predicted = cross_fitted_rewards(data, {});
  const EvaluatedPolicy policy{log.action_names.size(), table, predicted};
  const RoundTerms terms = make_round_terms(log.rounds(), policy);
  CHECK(failures(diagnose(terms, log.rounds(), policy), {}).empty());
  std::vector<EstimatorSpec> specs{{EstimatorKind::ips},
                                   {EstimatorKind::snips},
                                   {EstimatorKind::doubly_robust},
                                   {EstimatorKind::self_normalised_doubly_robust}};
  const auto candidates = slope_candidates(terms, EstimatorKind::switch_doubly_robust);
  specs.push_back(tune_by_slope(terms, EstimatorKind::switch_doubly_robust, candidates));
  specs.push_back({EstimatorKind::direct_method});
  statistics::BootstrapOptions options;
  options.unit_name = "rounds";
  const auto estimates = estimate_values(terms, specs, {}, options);
  // An independent script, 20,000 draws for the policy: .00459 and .00466.
  CHECK(*estimates[0].value == doctest::Approx(0.00459).epsilon(0.01));
  CHECK(*estimates[1].value == doctest::Approx(0.00466).epsilon(0.01));
  for (size_t i = 0; i < specs.size(); ++i) {
    INFO(name_of(specs[i].kind), " ", *estimates[i].value, " [", estimates[i].interval->low, ", ",
         estimates[i].interval->high, "]");
    CHECK(estimates[i].interval->low < 0.0069);
    CHECK(estimates[i].interval->high > 0.0069);
    CHECK(*estimates[i].value > 0.003);
    CHECK(*estimates[i].value < 0.0069);
  }
}

TEST_CASE("random traffic's click rate, estimated from Thompson sampling's log, is refused or covered") {
  if (!is_here()) return;
  const ActionLog log = read("bts");
  const PolicyTable table = uniform_policy(log);
  const EvaluatedPolicy policy{log.action_names.size(), table, {}};
  const RoundTerms terms = make_round_terms(log.rounds(), policy);
  const SupportDiagnostics diagnostics = diagnose(terms, log.rounds(), policy);
  CHECK(diagnostics.mean_weight == doctest::Approx(0.943).epsilon(0.001));
  CHECK(diagnostics.smallest_propensity == doctest::Approx(1.65e-4).epsilon(0.01));
  const std::vector<EstimatorSpec> specs{{EstimatorKind::ips}, {EstimatorKind::snips}};
  const auto estimates = estimate_values(terms, specs, {}, {});
  CHECK(*estimates[0].value == doctest::Approx(0.00301).epsilon(0.002));
  CHECK(*estimates[1].value == doctest::Approx(0.00319).epsilon(0.002));
  const bool covers = estimates[0].interval->high >= 0.0046;
  const auto found = failures(diagnostics, {});
  INFO("effective sample ", diagnostics.effective_sample_size);
  CHECK((covers || !found.empty()));
}
