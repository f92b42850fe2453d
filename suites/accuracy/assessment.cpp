#include "suites/accuracy/assessment.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "harness/statistics/proportions.h"
#include "harness/statistics/tests_of_difference.h"
#include "harness/system/random.h"
#include "harness/verdict/metric_direction.h"
#include "harness/verdict/paired_comparisons.h"
#include "suites/accuracy/findings.h"

namespace recgauge::suites {
namespace {

constexpr const char* kIntegrityNames[kIntegrityMeasures] = {
    "out_of_catalogue_share", "duplicate_share", "seen_share",
    "short_list_share",       "tied_list_share", "tied_place_share"};
constexpr const char* kTieBoundNames[kTieOrderBounds] = {"pessimistic", "expected", "optimistic"};

std::vector<double> select(const std::vector<double>& values, const std::vector<size_t>& positions) {
  std::vector<double> result;
  result.reserve(positions.size());
  for (const size_t position : positions) result.push_back(values[position]);
  return result;
}

class Assessor {
 public:
  Assessor(const AccuracySettings& settings, const Run& run, const SuiteContext& context,
           std::span<const AssessedSystem> systems)
      : settings_(settings),
        config_(settings.config),
        context_(context),
        systems_(systems),
        basis_(make_basis(run, context, settings.specs, settings.primary, systems, settings.longest_cutoff)),
        slices_(make_slices(settings.config, context, basis_)) {
    for (const AssessedSystem& system : systems) values_.push_back(evaluate_system(run, basis_, system.name));
    all_.resize(context.split->test_users.size());
    std::iota(all_.begin(), all_.end(), size_t{0});
  }

  Assessment run() {
    for (size_t i = 0; i < systems_.size(); ++i) measure_system(values_[i]);
    compare_pairs();
    SuiteResult& result = assessment_.result;
    add_findings({settings_, context_, systems_, values_, basis_, primary_index()}, result);
    add_figures({settings_, context_, systems_, values_, basis_, primary_index()}, result);
    keep_unit_values();
    const bool any = std::any_of(values_.begin(), values_.end(), [&](const SystemValues& v) { return usable(v); });
    result.measured = any;
    if (!any) result.not_measured_reason = "no system answered enough requests";
    return std::move(assessment_);
  }

 private:
  size_t primary_index() const {
    const auto& list = basis_.plan.accuracy;
    return static_cast<size_t>(std::find(list.begin(), list.end(), settings_.primary) - list.begin());
  }

  bool usable(const SystemValues& values) const {
    return values.requests > 0 &&
           static_cast<double>(values.usable) >= config_.smallest_usable_share * static_cast<double>(values.requests);
  }

  statistics::BootstrapOptions bootstrap_options() const {
    statistics::BootstrapOptions options;
    options.resamples = config_.resamples;
    options.confidence = config_.confidence;
    options.method = config_.interval;
    options.seed = derive_seed(context_.seed, "accuracy bootstrap");
    return options;
  }

  static Measurement describe(const SystemValues& values, const metrics::MetricSpec& spec, const std::string& slice) {
    const metrics::MetricFamily& family = metrics::family_of(spec);
    Measurement m;
    m.suite = "accuracy";
    m.system = values.name;
    m.metric = full_name(spec);
    m.label = short_name(spec);
    m.slice = slice;
    m.id = fmt::format("accuracy/{}/{}/{}", values.name, m.label, slice);
    m.unit = family.unit;
    m.direction = direction_of(family);
    return m;
  }

  std::vector<uint64_t> user_keys() const {
    std::vector<uint64_t> keys;
    for (const UserId user : context_.split->test_users) keys.push_back(index(user));
    return keys;
  }

  void put(Measurement m, const statistics::Estimate& estimate, const SystemValues& values,
           const char* undefined = "undefined for every user") {
    m.n = estimate.n;
    m.n_undefined = estimate.n_undefined;
    if (!usable(values)) {
      m.undefined_reason =
          fmt::format("only {} of {} requests were answered usably; a value from the rest alone would mislead",
                      values.usable, values.requests);
    } else if (!estimate.value) {
      m.undefined_reason = undefined;
    } else {
      m.value = estimate.value;
      m.interval = estimate.interval;
    }
    assessment_.result.measurements.push_back(std::move(m));
  }

  void measure_system(const SystemValues& values) {
    measure_columns(values, basis_.plan.accuracy, values.accuracy, "all", all_, true);
    measure_columns(values, basis_.plan.beyond, values.beyond, "all", all_, false);
    measure_integrity(values);
    if (values.writes_titles) measure_titles(values);
    measure_ties(values);
    measure_aggregates(values);
    for (const Slice& slice : slices_) {
      const auto& columns = slice.band ? values.banded[static_cast<size_t>(*slice.band)] : values.accuracy;
      measure_columns(values, basis_.plan.accuracy, columns, slice.name, slice.positions, true);
    }
  }

  void measure_columns(const SystemValues& values, const std::vector<metrics::MetricSpec>& specs,
                       const std::vector<std::vector<double>>& columns, const std::string& slice,
                       const std::vector<size_t>& positions, bool with_denominators) {
    std::vector<size_t> chosen;
    std::vector<std::vector<double>> selected;
    std::vector<statistics::Column> inputs;
    const std::vector<double> relevant = select(values.relevant_counts, positions);
    for (size_t m = 0; m < specs.size(); ++m) {
      // Slices repeat only the metrics at the primary cutoff: a table that nobody can read helps nobody.
      if (slice != "all" && specs[m].cutoff != settings_.primary.cutoff) continue;
      chosen.push_back(m);
      selected.push_back(select(columns[m], positions));
    }
    std::vector<uint64_t> keys;
    for (const size_t position : positions) keys.push_back(index(context_.split->test_users[position]));
    for (size_t i = 0; i < chosen.size(); ++i) {
      const bool micro = with_denominators && is_micro(specs[chosen[i]]);
      inputs.push_back({selected[i], micro ? std::span<const double>(relevant) : std::span<const double>()});
    }
    const auto estimates = statistics::bootstrap(inputs, keys, bootstrap_options());
    for (size_t i = 0; i < chosen.size(); ++i) put(describe(values, specs[chosen[i]], slice), estimates[i], values);
  }

  static bool is_micro(const metrics::MetricSpec& spec) {
    const auto found = spec.parameters.find("average");
    return found != spec.parameters.end() && found->second == "micro";
  }

  Measurement share_of_places(const SystemValues& values, std::string_view name) const {
    Measurement m;
    m.suite = "accuracy";
    m.system = values.name;
    m.metric = m.label = fmt::format("{}@{}", name, context_.list_length);
    m.id = fmt::format("accuracy/{}/{}/all", values.name, m.label);
    m.unit = "share";
    m.direction = Direction::lower_is_better;
    return m;
  }

  void measure_titles(const SystemValues& values) {
    const std::vector<statistics::Column> columns{{values.ambiguous_titles, {}}};
    put(share_of_places(values, "ambiguous_title_share"),
        statistics::bootstrap(columns, user_keys(), bootstrap_options()).front(), values, "undefined for every user");
  }

  void measure_integrity(const SystemValues& values) {
    std::vector<statistics::Column> inputs;
    for (const auto& column : values.integrity) inputs.push_back({column, {}});
    const auto estimates = statistics::bootstrap(inputs, user_keys(), bootstrap_options());
    for (size_t i = 0; i < kIntegrityMeasures; ++i) {
      Measurement m = share_of_places(values, kIntegrityNames[i]);
      if (i >= 4) m.direction = Direction::neutral;
      put(std::move(m), estimates[i], values,
          i < 4 ? "undefined for every user" : "the system gives no scores, so ties cannot be seen");
    }
    Measurement answered;
    answered.suite = "accuracy";
    answered.system = values.name;
    answered.metric = answered.label = "answered_share";
    answered.id = fmt::format("accuracy/{}/answered_share/all", values.name);
    answered.unit = "share";
    answered.direction = Direction::higher_is_better;
    answered.n = values.requests;
    if (values.requests > 0) answered.value = static_cast<double>(values.usable) / static_cast<double>(values.requests);
    if (values.requests == 0) answered.undefined_reason = "nothing was asked";
    answered.interval = statistics::wilson_interval(values.usable, values.requests, config_.confidence);
    assessment_.result.measurements.push_back(std::move(answered));
  }

  void measure_ties(const SystemValues& values) {
    std::vector<statistics::Column> inputs;
    for (const auto& column : values.tie_bounds) inputs.push_back({column, {}});
    const auto estimates = statistics::bootstrap(inputs, user_keys(), bootstrap_options());
    for (size_t i = 0; i < kTieOrderBounds; ++i) {
      Measurement m = describe(values, settings_.primary, "all");
      const std::string suffix = fmt::format("[ties={}]", kTieBoundNames[i]);
      m.metric += suffix;
      m.label += suffix;
      m.id = fmt::format("accuracy/{}/{}/all", values.name, m.label);
      put(std::move(m), estimates[i], values, "the system gives no scores, so ties cannot be seen");
    }
  }

  void measure_aggregates(const SystemValues& values) {
    for (size_t m = 0; m < basis_.plan.aggregate.size(); ++m) {
      statistics::Estimate estimate;
      estimate.n = values.usable;
      estimate.n_undefined = values.requests - values.usable;
      if (!std::isnan(values.aggregate[m])) {
        estimate.value = values.aggregate[m];
        std::vector<double> without;
        std::copy_if(values.aggregate_without[m].begin(), values.aggregate_without[m].end(),
                     std::back_inserter(without), [](double x) { return !std::isnan(x); });
        if (values.usable >= kJackknifeGroups) {
          estimate.interval = statistics::group_jackknife(*estimate.value, without, config_.confidence);
        }
      }
      put(describe(values, basis_.plan.aggregate[m], "all"), estimate, values);
    }
  }

  // All pairs of systems that are not controls, on every accuracy metric at the primary cutoff; one family for Holm.
  void compare_pairs() {
    std::vector<std::pair<size_t, size_t>> pairs;
    for (size_t a = 0; a < systems_.size(); ++a) {
      for (size_t b = a + 1; b < systems_.size(); ++b) {
        const bool control = systems_[a].role == SystemRole::control || systems_[b].role == SystemRole::control;
        if (!control && usable(values_[a]) && usable(values_[b])) pairs.emplace_back(a, b);
      }
    }
    std::vector<std::vector<double>> differences;
    std::vector<Comparison> comparisons;
    for (size_t m = 0; m < basis_.plan.accuracy.size(); ++m) {
      const metrics::MetricSpec& spec = basis_.plan.accuracy[m];
      if (spec.cutoff != settings_.primary.cutoff || is_micro(spec)) continue;
      for (const auto& [a, b] : pairs) {
        const auto& first = values_[a].accuracy[m];
        const auto& second = values_[b].accuracy[m];
        std::vector<double>& difference = differences.emplace_back(first.size());
        for (size_t i = 0; i < first.size(); ++i) difference[i] = first[i] - second[i];
        const Measurement described = describe(values_[a], spec, "all");
        Comparison& comparison = comparisons.emplace_back();
        comparison.suite = "accuracy";
        comparison.first = values_[a].name;
        comparison.second = values_[b].name;
        comparison.metric = described.metric;
        comparison.label = described.label;
        comparison.direction = described.direction;
        comparison.id = fmt::format("accuracy/{}-vs-{}/{}/all", comparison.first, comparison.second, comparison.label);
      }
    }
    finish_paired_comparisons(
        differences,
        {bootstrap_options(), config_.sign_flips, derive_seed(context_.seed, "accuracy permutation"), "users"},
        comparisons);
    std::move(comparisons.begin(), comparisons.end(), std::back_inserter(assessment_.result.comparisons));
  }

  void keep_unit_values() {
    for (const UserId user : context_.split->test_users) {
      assessment_.unit_names.emplace_back(context_.dataset->user_name(user));
    }
    for (const SystemValues& values : values_) {
      for (size_t m = 0; m < basis_.plan.accuracy.size(); ++m) {
        assessment_.unit_values.push_back({values.name, full_name(basis_.plan.accuracy[m]), values.accuracy[m]});
      }
      for (size_t m = 0; m < basis_.plan.beyond.size(); ++m) {
        assessment_.unit_values.push_back({values.name, full_name(basis_.plan.beyond[m]), values.beyond[m]});
      }
    }
    for (const Slice& slice : slices_) keep_slice(slice);
  }

  // Of a set of users it is enough to know who belongs to it; in a band of items every user has another value.
  void keep_slice(const Slice& slice) {
    if (!slice.band) {
      std::vector<double> belongs(all_.size(), 0.0);
      for (const size_t position : slice.positions) belongs[position] = 1.0;
      assessment_.unit_values.push_back({"", slice_membership(slice.name), std::move(belongs)});
      return;
    }
    for (const SystemValues& values : values_) {
      for (size_t m = 0; m < basis_.plan.accuracy.size(); ++m) {
        const metrics::MetricSpec& spec = basis_.plan.accuracy[m];
        if (spec.cutoff != settings_.primary.cutoff) continue;
        std::vector<double> kept(all_.size(), std::numeric_limits<double>::quiet_NaN());
        for (const size_t position : slice.positions) {
          kept[position] = values.banded[static_cast<size_t>(*slice.band)][m][position];
        }
        assessment_.unit_values.push_back({values.name, sliced_metric(full_name(spec), slice.name), std::move(kept)});
      }
    }
  }

  const AccuracySettings& settings_;
  const AccuracyConfig& config_;
  const SuiteContext& context_;
  std::span<const AssessedSystem> systems_;
  EvaluationBasis basis_;
  std::vector<Slice> slices_;
  std::vector<SystemValues> values_;
  std::vector<size_t> all_;
  Assessment assessment_;
};

}  // namespace

Assessment assess_accuracy(const AccuracySettings& settings, const Run& run, const SuiteContext& context,
                           std::span<const AssessedSystem> systems) {
  return Assessor(settings, run, context, systems).run();
}

}  // namespace recgauge::suites
