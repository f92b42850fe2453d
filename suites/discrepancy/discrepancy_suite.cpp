#include "suites/discrepancy/discrepancy_suite.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "harness/system/error.h"
#include "suites/discrepancy/certificates.h"
#include "suites/discrepancy/click_logs.h"
#include "suites/discrepancy/decay.h"
#include "suites/discrepancy/deployment.h"
#include "suites/discrepancy/feedback_loop.h"
#include "suites/discrepancy/feedback_report.h"
#include "suites/discrepancy/logged.h"
#include "suites/discrepancy/outcomes.h"
#include "suites/discrepancy/pool_asking.h"
#include "suites/discrepancy/pools.h"
#include "suites/discrepancy/report_parts.h"
#include "suites/discrepancy/transfer.h"
#include "suites/discrepancy/validity.h"

namespace recgauge::suites {
namespace {

metrics::MetricSpec accuracy_metric(const std::string& text, const char* key) {
  metrics::MetricSpec spec = metrics::parse_metric(text);
  if (metrics::family_of(spec).level != metrics::MetricLevel::accuracy) {
    throw ConfigError(
        fmt::format("suites.discrepancy.{}: '{}' is not an accuracy metric; use one like ndcg@10", key, text));
  }
  return spec;
}

constexpr const char* kNothingOnline =
    "nothing here says what happens online; it can be measured with a log with propensities (suites.discrepancy.logs), "
    "with A/B outcomes (suites.discrepancy.outcomes), or in the simulated world (data: {format: world})";

void add_nothing_online(SuiteResult& result) {
  Finding finding = finding_of("online", Severity::info,
                               "Whether the offline numbers predict what happens online is "
                               "not measured.",
                               kNothingOnline);
  finding.status = FindingStatus::not_measured;
  result.findings.push_back(std::move(finding));
}

void check(const std::vector<LogConfig>& logs) {
  for (size_t i = 0; i < logs.size(); ++i) {
    const std::string key = fmt::format("suites.discrepancy.logs[{}]", i);
    if (logs[i].policy == EvaluatedPolicyKind::thompson && logs[i].priors.empty()) {
      throw ConfigError(key + " evaluates Thompson sampling and needs priors: a table of action, alpha, beta");
    }
    if (logs[i].lists && logs[i].format != off_policy::LogFormat::json_lines) {
      throw ConfigError(key + " holds lists, which are read as JSON Lines; set format: json_lines");
    }
    const bool again = std::any_of(logs.begin(), logs.begin() + static_cast<ptrdiff_t>(i),
                                   [&](const LogConfig& other) { return other.name == logs[i].name; });
    if (again) throw ConfigError(fmt::format("{}: the name '{}' is there already", key, logs[i].name));
  }
}

// By user, so that gates can compare this run with another in pairs.
void keep_unit_values(const ValidityInput& input, Assessment& assessment) {
  for (const UserId user : input.deployed_to) {
    assessment.unit_names.emplace_back(input.context.dataset->user_name(user));
  }
  for (const ComparedSystem& system : input.systems) {
    assessment.unit_values.push_back(
        {system.system.name, deployed_metric(input.config), system.online.expected_clicks});
  }
}

template <typename T>
void append(std::vector<T>& all, std::vector<T> more) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

DeploymentSettings deployment_of(const DiscrepancyConfig& config, const SuiteContext& context) {
  return {config.online_users, config.online_steps, shown_places(config, context)};
}

}  // namespace

DiscrepancySuite::DiscrepancySuite(DiscrepancyConfig config) : config_(std::move(config)) {
  check(config_.logs);
  check_click_logs(config_.click_logs);
  check_transfer(config_.transfer);
  specs_.push_back(accuracy_metric(config_.primary, "primary"));
  for (const std::string& text : config_.offline_metrics) {
    const metrics::MetricSpec spec = accuracy_metric(text, "offline_metrics");
    if (std::find(specs_.begin(), specs_.end(), spec) == specs_.end()) specs_.push_back(spec);
  }
}

SuiteInfo DiscrepancySuite::info() const {
  return {
      "discrepancy",
      "1.0.0",
      "Does the offline number predict what happens online?",
      "In the simulated world every system is deployed to the same users, who look at its lists, choose and move on; "
      "what each list is worth is known, and the order and the lifts of the systems are held against those of the "
      "offline metrics; where asked for, systems are trained again on what their own lists brought in, beside twins "
      "trained on random exposure. From logs with propensities the value of a policy is estimated, with diagnostics "
      "that refuse what the log cannot say; from logs of clicks, how far down users look. Real A/B outcomes are "
      "checked "
      "and held against the offline order.",
      "The simulated users choose by the world's model, not as yours do: what is shown is whether offline numbers can "
      "mislead about these systems, not by how much they do elsewhere. Off-policy estimates hold for the logged "
      "population and time.",
      {"Dudik et al. 2014", "Saito et al. 2021 (Open Bandit)", "Kiyohara et al. 2022", "Su et al. 2020",
       "Johari, Pekelis & Walsh 2017", "Krauth et al. 2020", "Chaney, Stewart & Engelhardt 2018",
       "Chuklin, Markov & de Rijke 2015"}};
}

std::vector<Treatment> DiscrepancySuite::treatments(const SuiteContext& context) const {
  std::vector<Treatment> treatments = aged_treatments(context, config_.model_ages);
  append(treatments, feedback_treatments(context, config_.feedback_loop, shown_places(config_, context)));
  return treatments;
}

std::vector<Probe> DiscrepancySuite::probes(const SuiteContext& context) const {
  for (const metrics::MetricSpec& spec : specs_) {
    if (spec.cutoff <= context.list_length) continue;
    throw ConfigError(
        fmt::format("suites.discrepancy measures {}, but lists have {} items; raise list_length or lower the "
                    "cutoff",
                    short_name(spec), context.list_length));
  }
  const uint32_t shown = shown_places(config_, context);
  const uint32_t cutoff = specs_.front().cutoff == 0 ? context.list_length : specs_.front().cutoff;
  std::vector<Probe> probes{ranking_probe(context)};
  if (is_deployed(context)) probes.push_back(deployment_probe(context, deployment_of(config_, context)));
  append(probes, aged_probes(context, config_.model_ages));
  if (config_.pools && config_.ask_pools) append(probes, pool_probes(context, config_.pool_users, cutoff));
  append(probes, feedback_probes(context, config_.feedback_loop, shown, std::max(shown, cutoff)));
  return probes;
}

Assessment DiscrepancySuite::assess(const Run& run, const SuiteContext& context,
                                    std::span<const AssessedSystem> systems) const {
  Assessment assessment;
  SuiteResult& result = assessment.result;
  result.info = info();
  result.certificates = {off_policy_certificate(), overstatement_certificate(), feedback_gap_certificate(),
                         homogenisation_certificate()};
  const ValidityInput input = compare(run, context, systems);
  if (is_deployed(context)) {
    add_validity(input, result);
    keep_unit_values(input, assessment);
  }
  for (const LogConfig& log : config_.logs) add_log(log, config_, context, result);
  if (!config_.outcomes.empty()) {
    std::vector<NamedOffline> offline;
    for (const ComparedSystem& system : input.systems) offline.push_back({system.system.name, &system.offline});
    add_outcomes(context.find_file(config_.outcomes, "suites.discrepancy.outcomes"), config_, specs_, context, offline,
                 result);
  }
  if (result.measurements.empty()) add_nothing_online(result);
  for (const ClickLogConfig& log : config_.click_logs) add_click_log(log, config_, context, result);
  if (config_.pools) add_pools(run, input, result);
  add_transfer(input, result);
  add_decay(run, input, result);
  add_feedback(run, input, result);
  result.measured = !result.measurements.empty();
  if (!result.measured) result.not_measured_reason = kNothingOnline;
  return assessment;
}

bool DiscrepancySuite::is_deployed(const SuiteContext& context) const {
  return context.world != nullptr && config_.online_users > 0;
}

ValidityInput DiscrepancySuite::compare(const Run& run, const SuiteContext& context,
                                        std::span<const AssessedSystem> systems) const {
  const DeploymentSettings settings = deployment_of(config_, context);
  const auto enough = [&](uint64_t usable, uint64_t requests) {
    return requests > 0 && static_cast<double>(usable) >= config_.smallest_usable_share * static_cast<double>(requests);
  };
  ValidityInput input{config_, specs_, context, {}, {}};
  if (is_deployed(context)) input.deployed_to = deployed_users(context, settings.users);
  for (const AssessedSystem& system : systems) {
    if (system.role == SystemRole::control) continue;
    ComparedSystem compared{system, offline_values(run, context, specs_, system.name), {}, false};
    compared.usable = enough(compared.offline.usable, compared.offline.requests);
    if (is_deployed(context)) {
      compared.online = deployed_values(run, context, settings, system.name);
      compared.usable = compared.usable && enough(compared.online.usable, compared.online.requests);
    }
    input.systems.push_back(std::move(compared));
  }
  return input;
}

}  // namespace recgauge::suites
