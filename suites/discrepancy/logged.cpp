#include "suites/discrepancy/logged.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/off_policy/estimators.h"
#include "harness/off_policy/reward_model.h"
#include "harness/off_policy/slate_model.h"
#include "harness/off_policy/slates.h"
#include "harness/system/error.h"
#include "harness/system/random.h"
#include "suites/discrepancy/log_figures.h"
#include "suites/discrepancy/report_parts.h"

namespace recgauge::suites {
namespace {

using off_policy::ActionLog;
using off_policy::EstimatorKind;
using off_policy::EstimatorSpec;
using off_policy::RoundTerms;

constexpr size_t kMostPredictions = 200'000'000;

std::string unit_name(const std::vector<uint64_t>& units) { return units.empty() ? "rounds" : "units of the log"; }

class LogAssessor {
 public:
  LogAssessor(const LogConfig& log, const DiscrepancyConfig& config, const SuiteContext& context, SuiteResult& result)
      : log_(log), context_(context), result_(result), system_("log " + log.name) {
    options_.resamples = config.resamples;
    options_.confidence = config.confidence;
    options_.seed = derive_seed(context.seed, "off-policy bootstrap");
  }

  void run() {
    if (log_.lists) return run_lists();
    const ActionLog log = off_policy::read_action_log(path(log_.path), log_.format);
    if (log.size() == 0) throw DataError({log_.path, 0, 0}, "the log holds no rounds");
    options_.unit_name = unit_name(log.units);
    off_policy::PolicyTable policy = policy_of(log);
    std::vector<double> predicted;
    RoundTerms terms;
    off_policy::SupportDiagnostics diagnostics;
    if (policy.empty()) {
      terms = brought_terms(log);
      diagnostics = off_policy::diagnose(terms.weights, log.propensities);
    } else {
      predicted = predict(log);
      const off_policy::EvaluatedPolicy evaluated{log.action_names.size(), policy, predicted};
      terms = off_policy::make_round_terms(log.rounds(), evaluated);
      diagnostics = off_policy::diagnose(terms, log.rounds(), evaluated);
    }
    const std::vector<std::string> failed = off_policy::failures(diagnostics, {});
    measure_truth();
    measure_support(diagnostics, failed);
    measure_estimators(log, terms, specs_for(log, policy, terms), failed);
    result_.figures.push_back(weight_histogram(log_.name, terms.weights));
    if (terms.has_model()) add_reliability(terms);
  }

 private:
  std::string path(const std::string& file) const { return context_.find_file(file, "suites.discrepancy.logs"); }

  off_policy::PolicyTable policy_of(const ActionLog& log) const {
    switch (log_.policy) {
      case EvaluatedPolicyKind::uniform:
        return off_policy::uniform_policy(log);
      case EvaluatedPolicyKind::thompson:
        return off_policy::thompson_policy(log, path(log_.priors), derive_seed(context_.seed, "thompson policy"));
      case EvaluatedPolicyKind::brought:
        break;
    }
    off_policy::PolicyTable table = off_policy::brought_policy(log);
    if (table.empty() && log.evaluated.empty()) {
      throw DataError({log_.path, 0, 0},
                      "the log brings no policy to evaluate: give 'candidates' and 'policy', or 'evaluated', or set "
                      "policy: uniform in suites.discrepancy.logs");
    }
    return table;
  }

  static RoundTerms brought_terms(const ActionLog& log) {
    RoundTerms terms;
    terms.rewards = log.rewards;
    for (size_t i = 0; i < log.size(); ++i) terms.weights.push_back(log.evaluated[i] / log.propensities[i]);
    return terms;
  }

  std::vector<double> predict(const ActionLog& log) const {
    const off_policy::EncodedContexts contexts = off_policy::encode_contexts(log);
    off_policy::RewardModelOptions options;
    options.seed = derive_seed(context_.seed, "reward model folds");
    return off_policy::cross_fitted_rewards({log.actions, log.action_names.size(), log.positions, log.position_count,
                                             contexts.values, contexts.columns, log.rewards, log.units},
                                            options);
  }

  // Replay only where it is what it claims to be: a policy that always takes one action, on a log of uniform choices.
  static bool can_replay(const ActionLog& log, const off_policy::PolicyTable& policy) {
    const auto [low, high] = std::minmax_element(log.propensities.begin(), log.propensities.end());
    return *high - *low < 1e-9 && !policy.empty() &&
           std::all_of(policy.begin(), policy.end(), [](double p) { return p == 0.0 || p == 1.0; });
  }

  static std::vector<EstimatorSpec> specs_for(const ActionLog& log, const off_policy::PolicyTable& policy,
                                              const RoundTerms& terms) {
    std::vector<EstimatorSpec> specs;
    if (can_replay(log, policy)) specs.push_back({EstimatorKind::replay});
    for (const auto kind :
         {EstimatorKind::ips, EstimatorKind::snips, EstimatorKind::clipped_ips, EstimatorKind::direct_method,
          EstimatorKind::doubly_robust, EstimatorKind::self_normalised_doubly_robust,
          EstimatorKind::switch_doubly_robust, EstimatorKind::doubly_robust_optimistic_shrinkage}) {
      if (needs_model(kind) && !terms.has_model()) continue;
      if (!has_parameter(kind)) {
        specs.push_back({kind});
      } else if (const auto candidates = slope_candidates(terms, kind); !candidates.empty()) {
        specs.push_back(tune_by_slope(terms, kind, candidates));
      }
    }
    return specs;
  }

  void measure_truth() {
    if (log_.on_policy.empty()) return;
    const ActionLog own = off_policy::read_action_log(path(log_.on_policy), log_.format);
    const statistics::Column column{own.rewards, {}};
    truth_ = statistics::bootstrap(std::span(&column, 1), own.units, options_).front();
    result_.measurements.push_back(
        measurement_of({system_, "on_policy_value", "value[on-policy]", "all", "reward per round"}, *truth_, ""));
  }

  void measure_support(const off_policy::SupportDiagnostics& d, const std::vector<std::string>& failed) {
    const auto add = [&](const char* label, double value, const char* unit, Direction direction) {
      statistics::Estimate estimate;
      estimate.value = value;
      estimate.n = d.rounds;
      result_.measurements.push_back(measurement_of({system_, label, label, "all", unit, direction}, estimate, ""));
    };
    add("effective_sample_size", d.effective_sample_size, "rounds", Direction::higher_is_better);
    add("largest_weight_share", d.largest_share, "share", Direction::lower_is_better);
    add("weight_median", d.weight_quantiles[0], "", Direction::neutral);
    add("weight_p99", d.weight_quantiles[2], "", Direction::neutral);
    add("weight_maximum", d.weight_quantiles.back(), "", Direction::lower_is_better);
    if (d.smallest_propensity > 0) add("smallest_propensity", d.smallest_propensity, "", Direction::higher_is_better);
    if (d.unlogged_share) add("unlogged_share", *d.unlogged_share, "share", Direction::lower_is_better);
    statistics::Estimate mean;
    mean.value = d.mean_weight;
    mean.n = d.rounds;
    mean.interval = {d.mean_weight - 1.96 * d.mean_weight_error, d.mean_weight + 1.96 * d.mean_weight_error, 0.95,
                     "normal, over rounds"};
    result_.measurements.push_back(measurement_of({system_, "mean_weight", "mean_weight"}, mean, ""));
    Finding finding = finding_of(log_.name + "-support", failed.empty() ? Severity::info : Severity::high, "");
    finding.claim = failed.empty()
                        ? fmt::format(
                              "The log '{}' supports estimates of this policy: effective sample {:.0f} "
                              "of {} rounds, mean weight {:.3f}.",
                              log_.name, d.effective_sample_size, d.rounds, d.mean_weight)
                        : fmt::format("The log '{}' does not support an estimate of this policy.", log_.name);
    finding.detail = fmt::format("{}", fmt::join(failed, "; "));
    if (!failed.empty()) finding.status = FindingStatus::not_measured;
    finding.measurements.push_back(result_.measurements.back().id);
    result_.findings.push_back(std::move(finding));
  }

  void measure_estimators(const ActionLog& log, const RoundTerms& terms, const std::vector<EstimatorSpec>& specs,
                          const std::vector<std::string>& failed) {
    const auto estimates = off_policy::estimate_values(terms, specs, log.units, options_);
    std::vector<ForestRow> rows;
    if (truth_) rows.push_back({"on-policy", *truth_});
    for (size_t i = 0; i < specs.size(); ++i) {
      const std::string name(name_of(specs[i].kind));
      const std::string parameter =
          has_parameter(specs[i].kind) ? fmt::format(", parameter={:.6g}", specs[i].parameter) : "";
      add_estimate(name, fmt::format("off_policy_value(estimator={}{})", name, parameter), estimates[i], failed, rows);
    }
    finish(rows, failed);
  }

  void add_estimate(const std::string& name, const std::string& metric, const statistics::Estimate& estimate,
                    const std::vector<std::string>& failed, std::vector<ForestRow>& rows) {
    const std::string reason =
        failed.empty() ? "" : fmt::format("not supported by the log: {}", fmt::join(failed, "; "));
    result_.measurements.push_back(
        measurement_of({system_, metric, fmt::format("value[{}]", name), "all", "reward per round"}, estimate, reason));
    if (failed.empty()) rows.push_back({name, estimate});
  }

  void finish(const std::vector<ForestRow>& rows, const std::vector<std::string>& failed) {
    if (!rows.empty()) result_.figures.push_back(forest(log_.name, rows));
    if (!truth_ || !failed.empty()) return;
    std::vector<std::string> missed;
    for (const ForestRow& row : rows) {
      const auto& interval = row.estimate.interval;
      if (row.name != "on-policy" && interval && (*truth_->value < interval->low || *truth_->value > interval->high)) {
        missed.push_back(row.name);
      }
    }
    Finding finding =
        finding_of(log_.name + "-against-on-policy", missed.empty() ? Severity::info : Severity::medium,
                   missed.empty() ? fmt::format("All off-policy intervals of '{}' hold the on-policy value {:.5f}.",
                                                log_.name, *truth_->value)
                                  : fmt::format("The intervals of {} miss the on-policy value {:.5f} of '{}'.",
                                                fmt::join(missed, ", "), *truth_->value, log_.name));
    if (!missed.empty()) finding.status = FindingStatus::not_supported;
    result_.findings.push_back(std::move(finding));
  }

  void add_reliability(const RoundTerms& terms) {
    std::vector<double> predicted(terms.size());
    for (size_t i = 0; i < terms.size(); ++i) predicted[i] = terms.rewards[i] - terms.residuals[i];
    Reliability reliability = reliability_of(predicted, terms.rewards);
    statistics::Estimate estimate;
    estimate.value = reliability.expected_error;
    estimate.n = terms.size();
    result_.measurements.push_back(measurement_of({system_, "expected_calibration_error(bins=10)",
                                                   "expected_calibration_error", "all", "", Direction::lower_is_better},
                                                  estimate, ""));
    result_.figures.push_back(reliability_figure(log_.name, reliability));
  }

  // The log's own, else one that is fitted where the log says what could have been shown; nothing for neither.
  off_policy::SlatePredictions model_of(const off_policy::SlateLog& log) {
    if (!log.predicted.empty()) return {log.predicted, log.expected};
    const size_t lists = log.candidate_ends.size();
    if (lists == 0) return {};
    if (lists * log.item_names.size() > kMostPredictions) {
      const auto kind = off_policy::SlateEstimatorKind::cascade_doubly_robust;
      result_.measurements.push_back(measurement_of(
          {system_, fmt::format("off_policy_value(estimator={})", name_of(kind)),
           fmt::format("value[{}]", name_of(kind)), "all", "reward per round"},
          {},
          fmt::format("{} lists and {} items are too many for a reward model here; bring 'predicted' and 'expected'",
                      lists, log.item_names.size())));
      return {};
    }
    off_policy::RewardModelOptions options;
    options.seed = derive_seed(context_.seed, "reward model folds");
    return off_policy::cross_fitted_slate_model(
        {log.length, log.item_names.size(), log.items, log.rewards, log.candidate_ends, log.candidates, log.policy,
         log.contexts, log.context_count, log.units},
        options);
  }

  void run_lists() {
    const off_policy::SlateLog log = off_policy::read_slate_log(path(log_.path));
    if (log.length == 0) throw DataError({log_.path, 0, 0}, "the log holds no lists");
    options_.unit_name = unit_name(log.units);
    const off_policy::SlatePredictions model = model_of(log);
    const off_policy::SlateRounds rounds{
        log.length, log.rewards,     log.logged,    log.evaluated, log.logged_marginal, log.evaluated_marginal,
        {},         model.predicted, model.expected};
    std::vector<ForestRow> rows;
    bool any = false;
    for (const auto kind :
         {off_policy::SlateEstimatorKind::standard_ips, off_policy::SlateEstimatorKind::reward_interaction_ips,
          off_policy::SlateEstimatorKind::independent_ips, off_policy::SlateEstimatorKind::cascade_doubly_robust}) {
      if (!can_estimate(rounds, kind)) continue;
      const auto diagnostics = off_policy::diagnose(slate_weights(rounds, kind), log.logged);
      const auto failed = off_policy::failures(diagnostics, {});
      any = any || failed.empty();
      const std::vector<double> values = slate_values(rounds, kind);
      const statistics::Column column{values, {}};
      const auto estimate = statistics::bootstrap(std::span(&column, 1), log.units, options_).front();
      add_estimate(std::string(name_of(kind)), fmt::format("off_policy_value(estimator={})", name_of(kind)), estimate,
                   failed, rows);
    }
    finish(rows, {});
    Finding finding =
        finding_of(log_.name + "-support", any ? Severity::info : Severity::high,
                   any ? fmt::format("The log of lists '{}' supports at least one estimate.", log_.name)
                       : fmt::format("The log of lists '{}' supports no estimate of this policy.", log_.name));
    if (!any) finding.status = FindingStatus::not_measured;
    result_.findings.push_back(std::move(finding));
  }

  const LogConfig& log_;
  const SuiteContext& context_;
  SuiteResult& result_;
  std::string system_;
  statistics::BootstrapOptions options_;
  std::optional<statistics::Estimate> truth_;
};

}  // namespace

void add_log(const LogConfig& log, const DiscrepancyConfig& config, const SuiteContext& context, SuiteResult& result) {
  LogAssessor(log, config, context, result).run();
}

}  // namespace recgauge::suites
