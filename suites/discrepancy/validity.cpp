#include "suites/discrepancy/validity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/statistics/proportions.h"
#include "harness/statistics/sequential.h"
#include "harness/statistics/tests_of_difference.h"
#include "harness/system/random.h"
#include "suites/discrepancy/report_parts.h"
#include "suites/discrepancy/resampled_means.h"

namespace recgauge::suites {
namespace {

constexpr size_t kFewestSystems = 3;
constexpr const char* kOnlineLabel = "deployed_clicks";

class Validity {
 public:
  Validity(const ValidityInput& input, SuiteResult& result) : input_(input), config_(input.config), result_(result) {
    for (size_t i = 0; i < input.systems.size(); ++i) {
      if (input.systems[i].usable) usable_.push_back(i);
    }
    std::vector<const std::vector<double>*> online;
    std::vector<const std::vector<double>*> offline;
    for (const size_t i : usable_) online.push_back(&input.systems[i].online.expected_clicks);
    for (size_t m = 0; m < input.specs.size(); ++m) {
      for (const size_t i : usable_) offline.push_back(&input.systems[i].offline.by_metric[m]);
    }
    if (usable_.empty()) return;
    // A user carries the same weight offline and online.
    const uint64_t seed = derive_seed(input.context.seed, "discrepancy users");
    online_ = resampled_means(online, input.deployed_to, config_.resamples, seed);
    offline_ = resampled_means(offline, input.context.split->test_users, config_.resamples, seed);
  }

  void run() {
    measure_deployments();
    compare_online();
    measure_orders();
    measure_lifts();
    add_reversals();
    add_figures();
  }

 private:
  const std::string& name(size_t position) const { return input_.systems[usable_[position]].system.name; }
  std::string metric_label(size_t m) const { return short_name(input_.specs[m]); }

  std::string unusable_reason(const ComparedSystem& system) const {
    if (system.usable) return "";
    return fmt::format("only {} of {} requests of the deployment, and {} of {} offline, were answered usably",
                       system.online.usable, system.online.requests, system.offline.usable, system.offline.requests);
  }

  void measure_deployments() {
    statistics::BootstrapOptions options;
    options.resamples = config_.resamples;
    options.confidence = config_.confidence;
    options.seed = derive_seed(input_.context.seed, "deployment bootstrap");
    for (const ComparedSystem& system : input_.systems) {
      const statistics::Column columns[] = {{system.online.expected_clicks, {}}, {system.online.choices, {}}};
      const auto estimates = statistics::bootstrap(columns, {}, options);
      const std::string reason = unusable_reason(system);
      result_.measurements.push_back(measurement_of({system.system.name, deployed_metric(config_), kOnlineLabel, "all",
                                                     "clicks per list", Direction::higher_is_better},
                                                    estimates[0], reason));
      result_.measurements.push_back(
          measurement_of({system.system.name, fmt::format("deployed_choice_share@{}", config_.shown),
                          "deployed_choice_share", "all", "share", Direction::higher_is_better},
                         estimates[1], reason));
    }
  }

  // All pairs online: paired tests for the end of the experiment, always-valid intervals for any time before.
  void compare_online() {
    std::vector<std::vector<double>> differences;
    for (size_t a = 0; a < usable_.size(); ++a) {
      for (size_t b = a + 1; b < usable_.size(); ++b) {
        differences.push_back(differences_of(input_.systems[usable_[a]].online.expected_clicks,
                                             input_.systems[usable_[b]].online.expected_clicks));
        Comparison c;
        c.suite = "discrepancy";
        c.first = name(a);
        c.second = name(b);
        c.metric = deployed_metric(config_);
        c.label = kOnlineLabel;
        c.direction = Direction::higher_is_better;
        c.id = fmt::format("discrepancy/{}-vs-{}/{}/all", c.first, c.second, c.label);
        const double scale = std::max(std::abs(online_.means[a]), std::abs(online_.means[b]));
        finish_comparison(differences.back(), config_.mixture_deviation * scale, c);
        result_.comparisons.push_back(std::move(c));
      }
    }
    const std::vector<std::span<const double>> spans(differences.begin(), differences.end());
    const auto tests = statistics::paired_permutation_tests(spans, config_.sign_flips,
                                                            derive_seed(input_.context.seed, "deployment permutation"));
    std::vector<double> p_values;
    for (const auto& test : tests) p_values.push_back(test.p_value.value_or(std::nan("")));
    const auto adjusted = statistics::adjust(p_values, statistics::Correction::holm);
    const size_t first = result_.comparisons.size() - differences.size();
    for (size_t i = 0; i < differences.size(); ++i) {
      Comparison& c = result_.comparisons[first + i];
      c.p_value = tests[i].p_value;
      if (tests[i].p_value) c.p_adjusted = adjusted[i];
      c.test = fmt::format("paired sign-flip permutation, {} flips", config_.sign_flips);
      c.correction = fmt::format("Holm over {} comparisons", differences.size());
    }
  }

  void finish_comparison(const std::vector<double>& values, double deviation, Comparison& c) const {
    const statistics::Moments moments = statistics::moments(values);
    c.n = moments.n;
    if (moments.n < 2) {
      c.undefined_reason = "fewer than two users have both values";
      return;
    }
    c.difference = moments.mean;
    const double variance = moments.deviation * moments.deviation / static_cast<double>(moments.n);
    c.interval = statistics::always_valid_interval({moments.mean, variance}, deviation, config_.confidence);
    c.effect_size = statistics::effect_size(values);
    const auto counts = statistics::win_tie_loss(values);
    c.wins = counts.wins;
    c.ties = counts.ties;
    c.losses = counts.losses;
  }

  using Correlation = std::optional<double> (*)(std::span<const double>, std::span<const double>);

  statistics::Estimate correlate(size_t m, Correlation correlation) const {
    const size_t count = usable_.size();
    const auto of = [&](const std::vector<double>& offline, const std::vector<double>& online) {
      return correlation(std::span(offline).subspan(m * count, count), online);
    };
    std::vector<double> resampled;
    for (size_t r = 0; r < config_.resamples; ++r) {
      resampled.push_back(of(offline_.resampled[r], online_.resampled[r]).value_or(std::nan("")));
    }
    statistics::Estimate estimate =
        percentile_estimate(of(offline_.means, online_.means), resampled, config_.confidence, "users");
    estimate.n = count;
    return estimate;
  }

  void measure_orders() {
    const bool enough = usable_.size() >= kFewestSystems;
    const std::string reason =
        enough ? ""
               : fmt::format("an order needs {} usable systems at least, there are {}", kFewestSystems, usable_.size());
    const Measurement* best = nullptr;
    Figure figure;
    figure.id = "discrepancy/predictive-validity";
    figure.title = "Which offline metric orders the systems as their deployment does";
    figure.caption =
        "Kendall's tau_b between offline metric and deployed clicks over the systems of this run, with "
        "bootstrap intervals over users: 1 is the same order, 0 none, -1 the opposite.";
    figure.kind = "interval";
    figure.encoding = {{"y", "offline metric"}, {"x", "tau_b"}, {"low", "low"}, {"high", "high"}};
    figure.columns = {"offline metric", "tau_b", "low", "high", "spearman", "systems"};
    result_.measurements.reserve(result_.measurements.size() + 2 * input_.specs.size());
    for (size_t m = 0; m < input_.specs.size(); ++m) {
      const std::string label = metric_label(m);
      const auto tau = enough ? correlate(m, statistics::kendall_tau_b) : statistics::Estimate{};
      const auto rho = enough ? correlate(m, statistics::spearman) : statistics::Estimate{};
      const auto add = [&](const char* what, const statistics::Estimate& estimate) {
        result_.measurements.push_back(
            measurement_of({kAllSystems, fmt::format("{}({}, deployed_clicks)", what, full_name(input_.specs[m])),
                            fmt::format("{}[{}]", what, label), "all", "", Direction::higher_is_better},
                           estimate, reason));
      };
      add("spearman", rho);
      add("kendall_tau_b", tau);
      const Measurement& added = result_.measurements.back();
      if (!added.value) continue;
      if (best == nullptr || *added.value > *best->value) best = &added;
      figure.rows.push_back({label, *added.value, low_cell(added.interval), high_cell(added.interval),
                             cell_of(rho.value), static_cast<double>(added.n)});
    }
    if (best == nullptr) return;
    result_.figures.push_back(std::move(figure));
    add_order_finding(*best);
  }

  void add_order_finding(const Measurement& best) {
    const std::string primary = fmt::format("kendall_tau_b[{}]", metric_label(0));
    const auto found = std::find_if(result_.measurements.begin(), result_.measurements.end(),
                                    [&](const Measurement& m) { return m.label == primary; });
    if (found == result_.measurements.end() || !found->value) return;
    const bool certain = found->interval && found->interval->low > 0.5;
    Finding finding =
        finding_of("predictive-validity", certain ? Severity::info : Severity::medium,
                   fmt::format("{} orders the {} systems as their deployment does with tau_b = {}.", metric_label(0),
                               usable_.size(), with_interval(*found->value, found->interval)));
    finding.status =
        found->interval && found->interval->low > 0 ? FindingStatus::supported : FindingStatus::not_supported;
    finding.measurements.push_back(found->id);
    if (best.id != found->id && *best.value > *found->value) {
      finding.measurements.push_back(best.id);
      finding.detail = fmt::format("Of the offline metrics {} comes closest: {}.", best.label,
                                   with_interval(*best.value, best.interval));
    }
    result_.findings.push_back(std::move(finding));
  }

  // Against one reference, since a lift is a ratio: the first baseline, or the first system.
  size_t reference() const {
    for (size_t position = 0; position < usable_.size(); ++position) {
      if (name(position) == "popularity") return position;
    }
    for (size_t position = 0; position < usable_.size(); ++position) {
      if (input_.systems[usable_[position]].system.role == SystemRole::baseline) return position;
    }
    return 0;
  }

  void measure_lifts() {
    if (usable_.size() < 2) return;
    const size_t base = reference();
    Figure figure;
    figure.id = "discrepancy/lifts";
    figure.title = fmt::format("Lift over {}: offline against deployed", name(base));
    figure.caption = fmt::format(
        "Relative to {}: {} offline, clicks online. On the diagonal the offline gain is the "
        "online gain; to the right of it offline promises more.",
        name(base), metric_label(0));
    figure.kind = "scatter";
    figure.encoding = {{"x", "offline lift"}, {"y", "deployed lift"}, {"color", "system"}};
    figure.columns = {"system", "offline lift", "deployed lift", "discrepancy", "low", "high"};
    const auto lift = [&](const std::vector<double>& means, size_t position) {
      return means[position] / means[base] - 1.0;
    };
    for (size_t position = 0; position < usable_.size(); ++position) {
      if (position == base) continue;
      const double offline = lift(offline_.means, position);
      const double online = lift(online_.means, position);
      const bool defined = std::isfinite(offline) && std::isfinite(online);
      std::vector<double> resampled;
      for (size_t r = 0; r < config_.resamples; ++r) {
        const double gap = lift(offline_.resampled[r], position) - lift(online_.resampled[r], position);
        resampled.push_back(std::isfinite(gap) ? gap : std::nan(""));
      }
      statistics::Estimate estimate = percentile_estimate(defined ? std::optional(offline - online) : std::nullopt,
                                                          resampled, config_.confidence, "users");
      estimate.n = input_.deployed_to.size();
      result_.measurements.push_back(measurement_of(
          {name(position),
           fmt::format("lift_discrepancy({}, deployed_clicks, reference={})", full_name(input_.specs[0]), name(base)),
           fmt::format("lift_discrepancy[{}]", metric_label(0)), "all", "", Direction::neutral},
          estimate, defined ? "" : fmt::format("{} is 0 for the reference {}", metric_label(0), name(base))));
      if (defined) {
        figure.rows.push_back({name(position), offline, online, *estimate.value, low_cell(estimate.interval),
                               high_cell(estimate.interval)});
      }
    }
    if (!figure.rows.empty()) result_.figures.push_back(std::move(figure));
  }

  void add_reversals() {
    const std::vector<Reversal> found = reversals(input_);
    for (size_t i = 0; i < input_.systems.size(); ++i) {
      std::vector<std::string> lost_to;
      Finding finding = finding_of("overstated-" + input_.systems[i].system.name, Severity::high, "");
      for (const Reversal& r : found) {
        if (r.better_offline != i) continue;
        const std::string& other = input_.systems[r.better_online].system.name;
        lost_to.push_back(fmt::format("{} ({:+.4f} {} offline, {:+.4f} clicks per list deployed)", other,
                                      r.offline_difference, metric_label(0), r.online_difference));
        finding.comparisons.push_back(comparison_id(input_.systems[i].system.name, other));
      }
      if (lost_to.empty()) continue;
      finding.claim = fmt::format("{}'s offline score overstates it: offline it beats, deployed it loses to, {}.",
                                  input_.systems[i].system.name, fmt::join(lost_to, "; "));
      finding.detail = "Both differences hold after correction over all pairs. Do not release on the offline score.";
      result_.findings.push_back(std::move(finding));
    }
  }

  std::string comparison_id(const std::string& a, const std::string& b) const {
    for (const Comparison& c : result_.comparisons) {
      if ((c.first == a && c.second == b) || (c.first == b && c.second == a)) return c.id;
    }
    return "";
  }

  void add_figures() {
    Figure figure;
    figure.id = "discrepancy/deployed";
    figure.title = "Deployed value by system";
    figure.caption = fmt::format(
        "Expected clicks on the {} places shown, mean over {} users and {} lists each; known "
        "exactly for every list, since the users are simulated.",
        config_.shown, input_.deployed_to.size(), config_.online_steps);
    figure.kind = "interval";
    figure.encoding = {{"y", "system"}, {"x", "clicks per list"}, {"low", "low"}, {"high", "high"}, {"color", "role"}};
    figure.columns = {"system", "role", "clicks per list", "low", "high", "n"};
    for (const ComparedSystem& system : input_.systems) {
      for (const Measurement& m : result_.measurements) {
        if (m.system != system.system.name || m.label != kOnlineLabel || !m.value) continue;
        figure.rows.push_back({m.system, std::string(to_string(system.system.role)), *m.value, low_cell(m.interval),
                               high_cell(m.interval), static_cast<double>(m.n)});
      }
    }
    if (!figure.rows.empty()) result_.figures.push_back(std::move(figure));
  }

  const ValidityInput& input_;
  const DiscrepancyConfig& config_;
  SuiteResult& result_;
  std::vector<size_t> usable_;
  ResampledMeans online_;
  ResampledMeans offline_;
};

}  // namespace

uint32_t shown_places(const DiscrepancyConfig& config, const SuiteContext& context) {
  return std::min(config.shown, static_cast<uint32_t>(context.dataset->catalogue.size()));
}

std::string deployed_metric(const DiscrepancyConfig& config) { return fmt::format("deployed_clicks@{}", config.shown); }

void add_validity(const ValidityInput& input, SuiteResult& result) { Validity(input, result).run(); }

}  // namespace recgauge::suites
