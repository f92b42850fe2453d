#include "suites/bias/bias_suite.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/metrics/beyond_accuracy_evaluator.h"
#include "harness/system/error.h"
#include "harness/verdict/metric_direction.h"
#include "suites/bias/certificate.h"
#include "suites/bias/exposure_report.h"
#include "suites/bias/gap_report.h"
#include "suites/bias/predicted_ratings.h"
#include "suites/bias/trade_off.h"

namespace recgauge::suites {
namespace {

constexpr std::string_view kPopularityLift = "popularity_lift";

BiasMetric popularity_lift(std::string_view text) {
  const size_t at = text.find('@');
  BiasMetric metric;
  metric.kind = BiasMetric::Kind::popularity_lift;
  const std::string digits(at == std::string_view::npos ? "" : text.substr(at + 1));
  if (digits.empty() || digits.size() > 6 || digits.find_first_not_of("0123456789") != std::string::npos ||
      std::stoul(digits) == 0) {
    throw ConfigError(fmt::format("suites.bias.metrics: '{}' needs a cutoff, as in popularity_lift@10", text));
  }
  metric.spec.cutoff = static_cast<uint32_t>(std::stoul(digits));
  metric.label = fmt::format("popularity_lift@{}", metric.spec.cutoff);
  metric.full_name = fmt::format("popularity_lift(popularity=users,against=history)@{}", metric.spec.cutoff);
  return metric;
}

BiasMetric parse(const std::string& text, const std::string& profile) {
  if (std::string_view(text).substr(0, text.find('@')) == kPopularityLift) return popularity_lift(text);
  BiasMetric metric;
  metric.spec = metrics::parse_metric(text, profile);
  const metrics::MetricFamily& family = metrics::family_of(metric.spec);
  const auto average = metric.spec.parameters.find("average");
  const bool micro = average != metric.spec.parameters.end() && average->second == "micro";
  const bool comparable =
      family.level == metrics::MetricLevel::accuracy ||
      (family.level == metrics::MetricLevel::beyond_accuracy && family.family != metrics::Family::unexpectedness);
  if (!comparable || micro || metric.spec.cutoff == 0) {
    throw ConfigError(fmt::format(
        "suites.bias: '{}' is not a metric of one user's list with a cutoff, so groups cannot be compared on it",
        text));
  }
  metric.kind = family.level == metrics::MetricLevel::accuracy ? BiasMetric::Kind::accuracy : BiasMetric::Kind::beyond;
  metric.label = short_name(metric.spec);
  metric.full_name = full_name(metric.spec);
  metric.unit = family.unit;
  metric.direction = direction_of(family);
  return metric;
}

bool usable(const BiasConfig& config, const UserColumns& system) {
  return system.requests > 0 &&
         static_cast<double>(system.usable) >= config.smallest_usable_share * static_cast<double>(system.requests);
}

void add_unusable(const UserColumns& system, SuiteResult& result) {
  Finding finding;
  finding.id = fmt::format("bias/{}-unanswered", system.name);
  finding.suite = "bias";
  finding.severity = Severity::high;
  finding.status = FindingStatus::not_measured;
  finding.claim = fmt::format("{} is not measured: only {} of {} requests were answered usably.", system.name,
                              system.usable, system.requests);
  finding.detail = "Which users are left unanswered may itself be bias; a value from the others alone would mislead.";
  result.findings.push_back(std::move(finding));
}

void add_no_groups(SuiteResult& result) {
  Finding finding;
  finding.id = "bias/no-groups";
  finding.suite = "bias";
  finding.status = FindingStatus::not_measured;
  finding.claim =
      "Groups of users are not compared: the data has no attribute of users with two groups of enough users.";
  finding.detail = "Give the data a side file of users, or lower smallest_cell.";
  result.findings.push_back(std::move(finding));
}

}  // namespace

BiasSuite::BiasSuite(BiasConfig config) : config_(std::move(config)) {
  metrics_.push_back(parse(config_.primary, config_.profile));
  if (metrics_.front().kind != BiasMetric::Kind::accuracy) {
    throw ConfigError(fmt::format("suites.bias.primary is '{}', which is not an accuracy metric; use one like ndcg@10",
                                  config_.primary));
  }
  for (const std::string& text : config_.metrics) {
    BiasMetric metric = parse(text, config_.profile);
    const bool known = std::any_of(metrics_.begin(), metrics_.end(),
                                   [&](const BiasMetric& other) { return other.full_name == metric.full_name; });
    if (!known) metrics_.push_back(std::move(metric));
  }
}

SuiteInfo BiasSuite::info() const {
  return {
      "bias",
      "1.0.0",
      "Who is served worse, and who is shown less?",
      "Groups of test users, and their intersections, are compared on the lists of the shared ranking probe: one "
      "permutation test for each attribute and metric, within bands of history length, max-T over its groups, "
      "corrected "
      "over all tests of the run. Groups that are too small are pooled, means are shrunk towards each other. "
      "Exposure of groups of items is the attention that a stated browsing model gives to their places, held against "
      "their part of the catalogue, of the interactions and of what users chose.",
      "A gap says that groups are served differently, not why: tastes that are harder to serve, sparser data and a "
      "system's own doing look alike. Groups are those that the data names; who is not in the data is not seen. No gap "
      "shown is no proof of equality: the smallest detectable difference stands beside every test.",
      {"Westfall & Young 1993", "Phipson & Smyth 2010", "Holm 1979", "Ekstrand et al. 2018",
       "Abdollahpouri et al. 2019", "Steck 2018", "Singh & Joachims 2018", "Biega, Gummadi & Weikum 2018",
       "Diaz et al. 2020", "Geyik et al. 2019", "Zehlike et al. 2017", "Yao & Huang 2017"}};
}

std::vector<Probe> BiasSuite::probes(const SuiteContext& context) const {
  for (const BiasMetric& metric : metrics_) {
    if (metric.spec.cutoff > context.list_length) {
      throw ConfigError(
          fmt::format("suites.bias measures {}, but lists have {} items; raise list_length or lower the cutoff",
                      metric.label, context.list_length));
    }
  }
  make_user_groupings(config_, context);
  make_item_groupings(config_, context, context.split->train->item_counts());
  std::vector<Probe> probes{ranking_probe(context)};
  if (!config_.predicted_ratings.empty()) probes.push_back(predicted_ratings_probe(context));
  return probes;
}

Assessment BiasSuite::assess(const Run& run, const SuiteContext& context,
                             std::span<const AssessedSystem> systems) const {
  Assessment assessment;
  SuiteResult& result = assessment.result;
  result.info = info();
  result.certificates = {gap_certificate()};
  const std::vector<UserGrouping> groupings = make_user_groupings(config_, context);
  const metrics::ItemKnowledge knowledge = metrics::item_knowledge(*context.split->train, context.dataset->catalogue);
  std::vector<UserColumns> columns;
  for (const AssessedSystem& system : systems) {
    if (system.role == SystemRole::control) continue;
    UserColumns read = read_user_columns(run, context, knowledge, metrics_, system);
    if (usable(config_, read)) {
      columns.push_back(std::move(read));
    } else {
      add_unusable(read, result);
    }
  }
  const std::vector<uint32_t> strata = history_strata(context, config_.strata);
  GapSettings settings{config_, metrics_, groupings, strata, {}, context.seed};
  for (const UserId user : context.split->test_users) settings.user_keys.push_back(index(user));
  const std::vector<GapResult> gaps = find_gaps(settings, columns);
  const GapReport report{settings, columns, gaps};
  add_gap_measurements(report, result);
  add_gap_findings(report, result);
  add_gap_figures(report, result);
  ExposureReport exposure{config_, context, run, knowledge.training_counts, metrics_.front().spec.cutoff, {}};
  for (const UserColumns& system : columns) exposure.systems.push_back({system.name, system.role});
  add_exposure(exposure, result);
  add_trade_off(exposure, settings, knowledge, result);
  add_predicted_ratings({config_, context, run, groupings, systems}, result);
  if (groupings.empty()) add_no_groups(result);
  result.measured = !columns.empty();
  if (columns.empty()) result.not_measured_reason = "no system answered enough requests";
  return assessment;
}

}  // namespace recgauge::suites
