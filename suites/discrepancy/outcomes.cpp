#include "suites/discrepancy/outcomes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/data/loaders/interaction_rows.h"
#include "harness/data/loaders/record_reader.h"
#include "harness/statistics/proportions.h"
#include "harness/statistics/sequential.h"
#include "harness/statistics/tests_of_difference.h"
#include "harness/system/random.h"
#include "suites/discrepancy/report_parts.h"

namespace recgauge::suites {
namespace {

// Kohavi et al. 2020: a mismatch is believed at 1 in 1,000, since it voids the experiment.
constexpr double kMismatchAlpha = 0.001;
constexpr size_t kFewestModels = 3;

class OutcomeReader {
 public:
  explicit OutcomeReader(const std::string& path) : reader_(existing_file(path), {",", true, TextEncoding::utf8}) {
    if (!reader_.next()) throw DataError(reader_.place(), "the file is empty; it needs model,metric,mean,n,variance");
    for (const std::string_view field : reader_.fields()) header_.emplace_back(field);
    for (const char* needed : {"model", "metric", "mean", "n", "variance"}) {
      loaders::find_column(needed, header_, true, reader_.place());
    }
  }

  std::vector<ArmOutcome> read() {
    std::vector<ArmOutcome> outcomes;
    while (reader_.next()) {
      if (reader_.fields().size() != header_.size()) {
        throw DataError(reader_.place(),
                        fmt::format("{} fields where the header has {}", reader_.fields().size(), header_.size()));
      }
      if (!reader_.valid_text()) throw DataError(reader_.place(), "the text is not valid UTF-8");
      outcomes.push_back(row());
    }
    return outcomes;
  }

 private:
  std::optional<size_t> column(const char* name) const {
    const auto found = std::find(header_.begin(), header_.end(), name);
    if (found == header_.end()) return std::nullopt;
    return static_cast<size_t>(found - header_.begin());
  }

  std::optional<double> number(const char* name, double least) const {
    const auto at = column(name);
    if (!at || reader_.fields()[*at].empty()) return std::nullopt;
    const auto value = loaders::parse_number(reader_.fields()[*at]);
    if (!value || *value < least) {
      throw DataError(
          reader_.place(reader_.column_of(*at)),
          fmt::format("'{}' must be a number{}", name, least > -1e300 ? fmt::format(" of at least {}", least) : ""));
    }
    return value;
  }

  double needed(const char* name, double least) const {
    const auto value = number(name, least);
    if (!value) throw DataError(reader_.place(reader_.column_of(*column(name))), fmt::format("'{}' is empty", name));
    return *value;
  }

  ArmOutcome row() const {
    constexpr double kAny = -1e301;
    ArmOutcome outcome;
    outcome.model = reader_.fields()[*column("model")];
    outcome.metric = reader_.fields()[*column("metric")];
    if (outcome.model.empty() || outcome.metric.empty()) throw DataError(reader_.place(), "model or metric is empty");
    outcome.mean = needed("mean", kAny);
    outcome.n = needed("n", 2);
    outcome.variance = needed("variance", 0);
    outcome.expected_share = number("expected_share", 0);
    const auto mean = number("covariate_mean", kAny);
    const auto variance = number("covariate_variance", 0);
    const auto covariance = number("covariance", kAny);
    if (mean && variance && covariance) outcome.covariate = {*mean, *variance, *covariance};
    return outcome;
  }

  RecordReader reader_;
  std::vector<std::string> header_;
};

double error_of(const ArmOutcome& outcome) { return std::sqrt(outcome.variance / outcome.n); }

class OutcomeAssessor {
 public:
  OutcomeAssessor(const DiscrepancyConfig& config, const std::vector<metrics::MetricSpec>& specs,
                  const SuiteContext& context, const std::vector<NamedOffline>& offline, SuiteResult& result)
      : config_(config), specs_(specs), context_(context), offline_(offline), result_(result) {}

  void add_metric(std::vector<ArmOutcome> arms) {
    const std::string metric = arms.front().metric;
    check_shares(metric, arms);
    const bool adjusted =
        std::all_of(arms.begin(), arms.end(), [](const auto& arm) { return arm.covariate.has_value(); });
    if (adjusted) adjust_by_covariate(arms);
    Figure figure;
    figure.id = "discrepancy/outcomes-" + metric;
    figure.title = fmt::format("A/B outcome by model: {}", metric);
    figure.caption =
        fmt::format("Difference to {} with an interval that is valid whenever the experiment is looked at{}.",
                    arms.front().model, adjusted ? "; adjusted by the covariate (CUPED)" : "");
    figure.kind = "interval";
    figure.encoding = {{"y", "model"}, {"x", "difference"}, {"low", "low"}, {"high", "high"}};
    figure.columns = {"model", "difference", "low", "high", "mean", "n"};
    for (const ArmOutcome& arm : arms) {
      measure(arm, adjusted);
      if (&arm == arms.data()) continue;
      const Comparison comparison = compare(arm, arms.front());
      figure.rows.push_back({arm.model, cell_of(comparison.difference), low_cell(comparison.interval),
                             high_cell(comparison.interval), arm.mean, arm.n});
      result_.comparisons.push_back(comparison);
    }
    if (!figure.rows.empty()) result_.figures.push_back(std::move(figure));
    order(metric, arms);
  }

 private:
  void check_shares(const std::string& metric, const std::vector<ArmOutcome>& arms) {
    if (arms.size() < 2) return;
    std::vector<double> counts;
    std::vector<double> shares;
    for (const ArmOutcome& arm : arms) {
      counts.push_back(arm.n);
      shares.push_back(arm.expected_share.value_or(1.0));
    }
    if (std::any_of(shares.begin(), shares.end(), [](double s) { return !(s > 0); })) return;
    const statistics::ChiSquare test = statistics::chi_square_fit(counts, shares);
    statistics::Estimate estimate;
    estimate.value = test.p_value;
    for (const double count : counts) estimate.n += static_cast<uint64_t>(count);
    result_.measurements.push_back(measurement_of(
        {kAllSystems, fmt::format("sample_ratio_p_value({})", metric), fmt::format("sample_ratio_p_value[{}]", metric)},
        estimate, ""));
    if (test.p_value >= kMismatchAlpha) return;
    Finding finding =
        finding_of("sample-ratio-" + metric, Severity::critical,
                   fmt::format("The experiment on {} has a sample-ratio mismatch (chi-square {:.1f}, p = {:.2g}): "
                               "do not use its outcomes.",
                               metric, test.statistic, test.p_value));
    finding.detail =
        "Units were lost or assigned unevenly, so the groups differ in more than the model. Find the cause "
        "before reading any effect.";
    finding.measurements.push_back(result_.measurements.back().id);
    result_.findings.push_back(std::move(finding));
  }

  void measure(const ArmOutcome& arm, bool adjusted) {
    statistics::Estimate estimate;
    estimate.value = arm.mean;
    estimate.n = static_cast<uint64_t>(arm.n);
    estimate.interval = {arm.mean - 1.96 * error_of(arm), arm.mean + 1.96 * error_of(arm), 0.95, "normal, over units"};
    result_.measurements.push_back(
        measurement_of({arm.model, fmt::format("ab_outcome({}{})", arm.metric, adjusted ? ", cuped" : ""),
                        fmt::format("ab[{}]", arm.metric), "all", "", Direction::higher_is_better},
                       estimate, ""));
  }

  Comparison compare(const ArmOutcome& arm, const ArmOutcome& base) const {
    Comparison c;
    c.suite = "discrepancy";
    c.first = arm.model;
    c.second = base.model;
    c.metric = fmt::format("ab_outcome({})", arm.metric);
    c.label = fmt::format("ab[{}]", arm.metric);
    c.id = fmt::format("discrepancy/{}-vs-{}/{}/all", c.first, c.second, c.label);
    c.direction = Direction::higher_is_better;
    c.n = static_cast<uint64_t>(arm.n + base.n);
    c.difference = arm.mean - base.mean;
    const statistics::SequentialEstimate estimate{*c.difference, arm.variance / arm.n + base.variance / base.n};
    const double deviation = config_.mixture_deviation * std::abs(base.mean);
    c.interval = statistics::always_valid_interval(estimate, deviation, config_.confidence);
    c.p_value = c.p_adjusted = statistics::always_valid_p_value(estimate, deviation);
    c.test = "mixture sequential probability ratio test";
    c.correction = "none";
    return c;
  }

  // Users are resampled offline; online means vary with their normal errors.
  void order(const std::string& metric, const std::vector<ArmOutcome>& arms) {
    std::vector<const ArmOutcome*> matched;
    std::vector<const OfflineValues*> values;
    for (const ArmOutcome& arm : arms) {
      for (const NamedOffline& named : offline_) {
        if (named.system != arm.model || named.values->usable == 0) continue;
        matched.push_back(&arm);
        values.push_back(named.values);
      }
    }
    std::vector<double> online;
    for (const ArmOutcome* arm : matched) online.push_back(arm->mean);
    for (size_t m = 0; m < specs_.size(); ++m) {
      const std::string label = short_name(specs_[m]);
      std::string reason;
      if (matched.size() < kFewestModels) {
        reason = fmt::format("an order needs {} models that are both in the run and in the outcomes, there are {}",
                             kFewestModels, matched.size());
      }
      statistics::Estimate estimate;
      if (reason.empty()) estimate = correlate(m, values, online, matched);
      result_.measurements.push_back(
          measurement_of({kAllSystems, fmt::format("kendall_tau_b({}, ab_outcome({}))", full_name(specs_[m]), metric),
                          fmt::format("kendall_tau_b[{}, {}]", label, metric), "all", "", Direction::higher_is_better},
                         estimate, reason));
      if (m == 0 && estimate.value) add_order_finding(label, metric, matched.size(), estimate);
    }
  }

  statistics::Estimate correlate(size_t m, const std::vector<const OfflineValues*>& values,
                                 const std::vector<double>& online, const std::vector<const ArmOutcome*>& arms) const {
    std::vector<double> means;
    for (const OfflineValues* v : values) means.push_back(statistics::moments(v->by_metric[m]).mean);
    std::vector<double> resampled;
    for (uint32_t r = 0; r < config_.resamples; ++r) {
      std::vector<double> offline_draw;
      std::vector<double> online_draw;
      for (size_t i = 0; i < values.size(); ++i) {
        RandomStream stream(derive_seed(derive_seed(context_.seed, "outcome errors"), {m, r, i}));
        const statistics::Moments moments = statistics::moments(values[i]->by_metric[m]);
        const double error = moments.deviation / std::sqrt(static_cast<double>(std::max<uint64_t>(1, moments.n)));
        offline_draw.push_back(means[i] + error * stream.normal());
        online_draw.push_back(online[i] + error_of(*arms[i]) * stream.normal());
      }
      resampled.push_back(statistics::kendall_tau_b(offline_draw, online_draw).value_or(std::nan("")));
    }
    statistics::Estimate estimate = percentile_estimate(statistics::kendall_tau_b(means, online), resampled,
                                                        config_.confidence, "errors of both means");
    estimate.n = values.size();
    return estimate;
  }

  void add_order_finding(const std::string& label, const std::string& metric, size_t models,
                         const statistics::Estimate& estimate) {
    const bool predicts = estimate.interval && estimate.interval->low > 0;
    Finding finding = finding_of("outcome-order-" + metric, predicts ? Severity::info : Severity::medium,
                                 fmt::format("{} orders the {} models as the A/B outcome {} does with tau_b = {}.",
                                             label, models, metric, with_interval(*estimate.value, estimate.interval)));
    if (!predicts) finding.status = FindingStatus::not_supported;
    result_.findings.push_back(std::move(finding));
  }

  const DiscrepancyConfig& config_;
  const std::vector<metrics::MetricSpec>& specs_;
  const SuiteContext& context_;
  const std::vector<NamedOffline>& offline_;
  SuiteResult& result_;
};

}  // namespace

std::vector<ArmOutcome> read_outcomes(const std::string& path) { return OutcomeReader(path).read(); }

void adjust_by_covariate(std::vector<ArmOutcome>& outcomes) {
  double units = 0.0;
  double mean = 0.0;
  double variance = 0.0;
  double covariance = 0.0;
  for (const ArmOutcome& outcome : outcomes) {
    units += outcome.n;
    mean += outcome.n * outcome.covariate->mean;
    variance += outcome.n * outcome.covariate->variance;
    covariance += outcome.n * outcome.covariate->covariance;
  }
  if (!(variance > 0)) return;
  mean /= units;
  const double theta = covariance / variance;
  for (ArmOutcome& outcome : outcomes) {
    const Covariate& x = *outcome.covariate;
    outcome.mean -= theta * (x.mean - mean);
    outcome.variance = std::max(0.0, outcome.variance - 2 * theta * x.covariance + theta * theta * x.variance);
  }
}

void add_outcomes(const std::string& path, const DiscrepancyConfig& config,
                  const std::vector<metrics::MetricSpec>& specs, const SuiteContext& context,
                  const std::vector<NamedOffline>& offline, SuiteResult& result) {
  OutcomeAssessor assessor(config, specs, context, offline, result);
  std::vector<ArmOutcome> outcomes = read_outcomes(path);
  while (!outcomes.empty()) {
    const std::string metric = outcomes.front().metric;
    std::vector<ArmOutcome> arms;
    std::copy_if(outcomes.begin(), outcomes.end(), std::back_inserter(arms),
                 [&](const ArmOutcome& outcome) { return outcome.metric == metric; });
    std::erase_if(outcomes, [&](const ArmOutcome& outcome) { return outcome.metric == metric; });
    assessor.add_metric(std::move(arms));
  }
}

}  // namespace recgauge::suites
