// Effects of attributes in a report.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/statistics/power.h"
#include "harness/verdict/report_parts.h"
#include "suites/counterfactual/effects_report.h"

namespace recgauge::suites {
namespace {

constexpr double kHigh = 0.2;
constexpr double kMedium = 0.1;
constexpr double kPowerInErrors = 0.8416;  // of a normal distribution, for 80 % power

// Names and numbers of one system's one attribute.
class Told {
 public:
  Told(const AttributeReport& report, const SystemEffects& system, const AttributeEffect& effect)
      : report_(report), system_(system), effect_(effect) {}

  std::string label(size_t measure) const {
    return fmt::format("{}@{}", kSimilarities[measure], report_.experiment.k());
  }
  std::string slice() const { return fmt::format("{} by {}", report_.experiment.name(), effect_.attribute); }
  std::string slice(const ValueEffect& value) const {
    return fmt::format("{}: {}={}", report_.experiment.name(), effect_.attribute, value.value);
  }

  Measurement gap(const char* name, size_t measure) const {
    const Unevenness& u = effect_.unevenness[measure];
    const bool range = std::string_view(name) == "snsr";
    statistics::Estimate estimate{std::nullopt, range ? u.range_interval : u.deviation_interval, u.n, u.n_undefined};
    if (u.n > 0) estimate.value = range ? u.gaps.range : u.gaps.deviation;
    Measurement m = counterfactual_measurement(system_.name, fmt::format("{}(of={})", name, label(measure)),
                                               fmt::format("{}({})", name, label(measure)), slice(), estimate);
    m.direction = Direction::lower_is_better;
    return m;
  }

  void add_measurements(SuiteResult& result) const {
    for (size_t m = 0; m < kSimilarities.size(); ++m) {
      for (const ValueEffect& value : effect_.values) {
        result.measurements.push_back(counterfactual_measurement(
            system_.name, fmt::format("attribute_similarity(of={},to=untold)", label(m)),
            fmt::format("attribute_similarity({})", label(m)), slice(value), value.similarity[m]));
      }
      result.measurements.push_back(gap("snsr", m));
      result.measurements.push_back(gap("snsv", m));
    }
    result.measurements.push_back(
        counterfactual_measurement(system_.name, fmt::format("attribute_effect(of={})", label(0)),
                                   fmt::format("attribute_effect({})", label(0)), slice(), effect_.reaction));
    for (const ValueEffect& value : effect_.values) {
      if (!value.drift) continue;
      Measurement m = counterfactual_measurement(
          system_.name, fmt::format("stereotype_drift@{}", report_.experiment.k()),
          fmt::format("stereotype_drift@{}", report_.experiment.k()), slice(value), *value.drift);
      m.unit = "share";
      result.measurements.push_back(std::move(m));
    }
  }

  bool reacts() const {
    return effect_.reaction_test.p_value && *effect_.reaction_test.p_value <= alpha() &&
           effect_.reaction.value.value_or(0.0) > 0.0;
  }

  /// The most uneven of the similarities that survive the correction, or nothing.
  std::optional<size_t> uneven() const {
    std::optional<size_t> found;
    for (size_t m = 0; m < kSimilarities.size(); ++m) {
      const bool shown = effect_.p_adjusted[m] && *effect_.p_adjusted[m] <= alpha();
      if (shown && (!found || *effect_.p_adjusted[m] < *effect_.p_adjusted[*found])) found = m;
    }
    return found;
  }

  double alpha() const { return 1.0 - report_.config.confidence; }

  /// The smallest range that is found in four of five samples at the corrected level.
  double detectable(size_t measure, size_t tests) const {
    const Unevenness& u = effect_.unevenness[measure];
    const double level = alpha() / static_cast<double>(std::max<size_t>(1, tests));
    // The range's tail beyond its mean is close to a normal one's, but not lighter.
    const double quantile = std::sqrt(2.0 * std::log(1.0 / level));
    return u.range_by_chance + (quantile + kPowerInErrors) * u.deviation_of_chance;
  }

  Severity severity(double size) const {
    // A baseline is there to be compared with.
    if (system_.role == SystemRole::baseline) return Severity::low;
    return size >= kHigh ? Severity::high : size >= kMedium ? Severity::medium : Severity::low;
  }

  Finding unevenness_finding(size_t measure, size_t tests) const {
    const Unevenness& u = effect_.unevenness[measure];
    const auto [low, high] = std::minmax_element(u.means.begin(), u.means.end());
    const auto name = [&](auto at) { return effect_.values[static_cast<size_t>(at - u.means.begin())].value; };
    Finding finding;
    finding.id = id("uneven");
    finding.suite = "counterfactual";
    finding.severity = severity(u.gaps.range);
    finding.claim = fmt::format(
        "{}: told {}, it moves unevenly away from what it gives when nothing is told: '{}' keeps {:.3f} of similarity "
        "({}), '{}' only {:.3f}; SNSR {:.3f} [{:.3f}, {:.3f}] (n = {}, adjusted p = {:.4f}).",
        system_.name, effect_.attribute, name(high), *high, label(measure), name(low), *low, u.gaps.range,
        u.range_interval->low, u.range_interval->high, u.n, *effect_.p_adjusted[measure]);
    finding.detail = fmt::format(
        "The same question asked again without the attribute gives lists of similarity {}; telling the attribute "
        "takes {} of it (p = {:.4f}). By chance alone SNSR would be about {:.3f}. SNSV {:.3f}. The smallest SNSR that "
        "this sample finds in four of five cases is about {:.3f}.",
        with_interval(system_.repeat[measure], 3), with_interval(effect_.reaction, 3), *effect_.reaction_test.p_value,
        u.range_by_chance, u.gaps.deviation, detectable(measure, tests));
    finding.measurements = {gap("snsr", measure).id, gap("snsv", measure).id};
    return finding;
  }

  void add_drift_findings(SuiteResult& result) const {
    for (const ValueEffect& value : effect_.values) {
      if (!value.drift || !value.drift_p_adjusted || *value.drift_p_adjusted > alpha()) continue;
      Finding finding;
      finding.id = id("drift-" + value.value);
      finding.suite = "counterfactual";
      finding.severity = severity(2.0 * std::abs(value.drift->value.value_or(0.0)));
      finding.claim = fmt::format(
          "{}: told {}={}, it lists {} of what is typical of that group than for the same history with nothing told: "
          "share {:+.3f} [{:+.3f}, {:+.3f}] (n = {}, adjusted p = {:.4f}).",
          system_.name, effect_.attribute, value.value, *value.drift->value > 0 ? "more" : "less", *value.drift->value,
          value.drift->interval ? value.drift->interval->low : NAN,
          value.drift->interval ? value.drift->interval->high : NAN, value.drift->n, *value.drift_p_adjusted);
      finding.detail = fmt::format(
          "Typical of the group: {}. The history is the same, so it explains nothing of the difference. The smallest "
          "difference that this sample "
          "finds in four of five cases is {:.3f} before correction.",
          fmt::join(value.typical, ", "),
          statistics::detectable_effect(value.drift_deviation, alpha(), 0.8, value.drift->n));
      finding.measurements = {
          fmt::format("counterfactual/{}/stereotype_drift@{}/{}", system_.name, report_.experiment.k(), slice(value))};
      result.findings.push_back(std::move(finding));
    }
  }

  std::string id(const std::string& what) const {
    std::string text =
        fmt::format("counterfactual/{}-{}-{}-{}", system_.name, report_.experiment.name(), effect_.attribute, what);
    std::replace(text.begin(), text.end(), ' ', '-');
    return text;
  }

 private:
  const AttributeReport& report_;
  const SystemEffects& system_;
  const AttributeEffect& effect_;
};

uint64_t total(const SystemEffects& system, uint64_t AttributeEffect::*count) {
  uint64_t sum = 0;
  for (const AttributeEffect& effect : system.attributes) sum += effect.*count;
  return sum;
}

// One finding for what was not shown, or for a system that does not react at all.
Finding rest_finding(const AttributeReport& report, const SystemEffects& system, size_t tests) {
  Finding finding;
  finding.id = fmt::format("counterfactual/{}-{}-not-shown", system.name, report.experiment.name());
  finding.suite = "counterfactual";
  finding.status = FindingStatus::not_supported;
  const uint64_t changed = total(system, &AttributeEffect::changed);
  if (changed == 0 && system.repeats_changed == 0) {
    finding.claim = fmt::format("{}: not one of {} lists changed when an attribute was told ({}).", system.name,
                                total(system, &AttributeEffect::compared), report.experiment.name());
    finding.detail = system.same_for_all_units
                         ? "It gives the same list whatever it is asked, so this says nothing of attributes: it does "
                           "not read the question."
                         : "It is not told attributes, or takes no notice of them. Differences between groups can "
                           "still come through their histories: the bias suite's gaps show those.";
    return finding;
  }
  std::vector<std::string> parts;
  for (const AttributeEffect& effect : system.attributes) {
    const Told told(report, system, effect);
    if (told.uneven() && told.reacts()) continue;
    parts.push_back(
        fmt::format("{} (SNSR {:.3f}, by chance {:.3f}, found from about {:.3f}; telling it takes {} of "
                    "similarity)",
                    effect.attribute, effect.unevenness[0].gaps.range, effect.unevenness[0].range_by_chance,
                    told.detectable(0, tests), with_interval(effect.reaction, 3)));
  }
  if (parts.empty()) {
    finding.claim.clear();
    return finding;
  }
  finding.claim = fmt::format(
      "{}: for {} of {} attributes no unevenness beyond noise is shown ({}); that is no proof "
      "of even treatment.",
      system.name, parts.size(), system.attributes.size(), report.experiment.name());
  finding.detail = fmt::format("{}. Repeats of the same question have similarity {}.", fmt::join(parts, "; "),
                               with_interval(system.repeat[0], 3));
  return finding;
}

Figure similarity_figure(const AttributeReport& report) {
  Figure figure;
  figure.id = fmt::format("counterfactual/{}-similarity", report.experiment.name());
  figure.title = fmt::format("How much of the list stays when an attribute is told ({})", report.experiment.name());
  figure.caption = fmt::format(
      "Jaccard similarity at {} of the list with the value told to the list with nothing told, mean with {:.0f} % "
      "interval. 'asked again' is the floor of noise: nothing told, twice.",
      report.experiment.k(), 100 * report.config.confidence);
  figure.kind = "interval";
  figure.encoding = {{"facet", "system"}, {"y", "told"},    {"x", "similarity"},
                     {"low", "low"},      {"high", "high"}, {"color", "attribute"}};
  figure.columns = {"system", "attribute", "told", "similarity", "low", "high", "n"};
  const auto add = [&](const std::string& system, const std::string& attribute, const std::string& told,
                       const statistics::Estimate& estimate) {
    figure.rows.push_back({system, attribute, told, cell_of(estimate.value), low_cell(estimate.interval),
                           high_cell(estimate.interval), static_cast<double>(estimate.n)});
  };
  for (const SystemEffects& system : report.systems) {
    add(system.name, "nothing", "asked again", system.repeat[0]);
    for (const AttributeEffect& effect : system.attributes) {
      for (const ValueEffect& value : effect.values) {
        add(system.name, effect.attribute, fmt::format("{}: {}", effect.attribute, value.value), value.similarity[0]);
      }
    }
  }
  return figure;
}

Figure tests_figure(const AttributeReport& report, size_t tests) {
  Figure figure;
  figure.id = fmt::format("counterfactual/{}-tests", report.experiment.name());
  figure.title = fmt::format("Every test of uneven treatment ({})", report.experiment.name());
  figure.caption = fmt::format(
      "SNSR and SNSV: range and standard deviation of the values' mean similarities. p by {} permutations of values "
      "within each unit, adjusted over all {} tests of the suite. By chance: mean SNSR of the permutations. Found "
      "from: about the smallest SNSR that is found in four of five such samples.",
      report.config.permutations, tests);
  figure.kind = "table";
  figure.columns = {"system", "attribute", "measure",   "n", "SNSR",       "low",
                    "high",   "SNSV",      "by chance", "p", "adjusted p", "found from"};
  for (const SystemEffects& system : report.systems) {
    for (const AttributeEffect& effect : system.attributes) {
      const Told told(report, system, effect);
      for (size_t m = 0; m < kSimilarities.size(); ++m) {
        const Unevenness& u = effect.unevenness[m];
        figure.rows.push_back({system.name, effect.attribute, told.label(m), static_cast<double>(u.n),
                               cell_of(u.gaps.range), low_cell(u.range_interval), high_cell(u.range_interval),
                               cell_of(u.gaps.deviation), cell_of(u.range_by_chance), cell_of(u.p_value),
                               cell_of(effect.p_adjusted[m]), cell_of(told.detectable(m, tests))});
      }
    }
  }
  return figure;
}

}  // namespace

std::vector<FamilyMember> tests_of(AttributeReport& report) {
  std::vector<FamilyMember> family;
  for (SystemEffects& system : report.systems) {
    for (AttributeEffect& effect : system.attributes) {
      for (size_t m = 0; m < kSimilarities.size(); ++m) {
        if (effect.unevenness[m].p_value) family.push_back({*effect.unevenness[m].p_value, &effect.p_adjusted[m]});
      }
      for (ValueEffect& value : effect.values) {
        if (value.drift_test.p_value) family.push_back({*value.drift_test.p_value, &value.drift_p_adjusted});
      }
    }
  }
  return family;
}

void add_report(const AttributeReport& report, size_t tests, SuiteResult& result) {
  for (const SystemEffects& system : report.systems) {
    for (size_t m = 0; m < kSimilarities.size(); ++m) {
      const std::string of = fmt::format("{}@{}", kSimilarities[m], report.experiment.k());
      result.measurements.push_back(counterfactual_measurement(system.name, fmt::format("repeat_similarity(of={})", of),
                                                               fmt::format("repeat_similarity({})", of),
                                                               report.experiment.name(), system.repeat[m]));
    }
    for (const AttributeEffect& effect : system.attributes) {
      const Told told(report, system, effect);
      told.add_measurements(result);
      const std::optional<size_t> uneven = told.uneven();
      if (uneven && told.reacts()) result.findings.push_back(told.unevenness_finding(*uneven, tests));
      told.add_drift_findings(result);
    }
    Finding rest = rest_finding(report, system, tests);
    if (!rest.claim.empty()) result.findings.push_back(std::move(rest));
  }
  if (report.systems.empty()) return;
  result.figures.push_back(similarity_figure(report));
  result.figures.push_back(tests_figure(report, tests));
}

}  // namespace recgauge::suites
