#include "suites/accuracy/findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/statistics/bootstrap.h"
#include "harness/verdict/report_parts.h"
#include "suites/accuracy/expectations.h"

namespace recgauge::suites {
namespace {

constexpr double kAlpha = 0.05;

const Measurement* find(const SuiteResult& result, const std::string& system, const std::string& label,
                        const std::string& slice = "all") {
  const auto found = std::find_if(result.measurements.begin(), result.measurements.end(), [&](const Measurement& m) {
    return m.system == system && m.label == label && m.slice == slice;
  });
  return found == result.measurements.end() || !found->value ? nullptr : &*found;
}

// The comparison of two systems on a metric, turned so that `first` is first.
struct Oriented {
  const Comparison* comparison = nullptr;
  double difference = 0.0;
  bool significant = false;
};

Oriented compare(const SuiteResult& result, const std::string& first, const std::string& second,
                 const std::string& label) {
  for (const Comparison& c : result.comparisons) {
    if (c.label != label || !c.difference || !c.p_adjusted) continue;
    const bool same = c.first == first && c.second == second;
    const bool turned = c.first == second && c.second == first;
    if (same || turned) return {&c, turned ? -*c.difference : *c.difference, *c.p_adjusted <= kAlpha};
  }
  return {};
}

const Measurement* best_of(const AssessedValues& assessed, const SuiteResult& result, const std::string& label,
                           std::optional<SystemRole> role) {
  const Measurement* best = nullptr;
  for (const AssessedSystem& system : assessed.systems) {
    if (system.role == SystemRole::control || (role && system.role != *role)) continue;
    const Measurement* m = find(result, system.name, label);
    if (m != nullptr && (best == nullptr || *m->value > *best->value)) best = m;
  }
  return best;
}

void add_best_system(const AssessedValues& assessed, const std::string& label, SuiteResult& result) {
  const Measurement* best = best_of(assessed, result, label, std::nullopt);
  if (best == nullptr) return;
  Finding finding;
  finding.id = "accuracy/best-system";
  finding.suite = "accuracy";
  finding.measurements.push_back(best->id);
  std::vector<std::string> undecided;
  for (const AssessedSystem& system : assessed.systems) {
    if (system.role == SystemRole::control || system.name == best->system) continue;
    const Oriented against = compare(result, best->system, system.name, label);
    if (against.comparison == nullptr) continue;
    finding.comparisons.push_back(against.comparison->id);
    if (!against.significant) undecided.push_back(system.name);
  }
  finding.claim =
      fmt::format("{} has the highest {}: {}.", best->system, label, with_interval(best->value, best->interval));
  if (undecided.empty()) {
    finding.detail = "Its lead over every other system holds after correction for all comparisons.";
  } else {
    finding.status = FindingStatus::not_supported;
    finding.detail = fmt::format("Its lead over {} is within what the choice of users explains (adjusted p above {}).",
                                 fmt::join(undecided, ", "), kAlpha);
  }
  result.findings.push_back(std::move(finding));
}

// A model that does not beat the best simple baseline is the most common false claim of the field.
void add_candidates_against_baselines(const AssessedValues& assessed, const std::string& label, SuiteResult& result) {
  const Measurement* baseline = best_of(assessed, result, label, SystemRole::baseline);
  if (baseline == nullptr) return;
  for (const AssessedSystem& system : assessed.systems) {
    if (system.role != SystemRole::candidate) continue;
    const Oriented against = compare(result, system.name, baseline->system, label);
    if (against.comparison == nullptr) continue;
    Finding finding;
    finding.id = fmt::format("accuracy/{}-against-best-baseline", system.name);
    finding.suite = "accuracy";
    finding.comparisons.push_back(against.comparison->id);
    const std::string p = fmt::format("adjusted p = {:.4f}", *against.comparison->p_adjusted);
    if (against.difference > 0 && against.significant) {
      finding.claim = fmt::format("{} beats the best baseline, {}, by {:.4f} {} ({}).", system.name, baseline->system,
                                  against.difference, label, p);
    } else if (against.difference < 0 && against.significant) {
      finding.severity = Severity::high;
      finding.claim = fmt::format("{} is worse than the baseline {}, by {:.4f} {} ({}).", system.name, baseline->system,
                                  -against.difference, label, p);
    } else {
      finding.severity = Severity::medium;
      finding.claim = fmt::format("{} is not shown to beat the baseline {}: difference {:+.4f} {} ({}).", system.name,
                                  baseline->system, against.difference, label, p);
    }
    result.findings.push_back(std::move(finding));
  }
}

void add_integrity(const AssessedValues& assessed, SuiteResult& result) {
  struct Rule {
    const char* measure;
    const char* what;
    Severity severity;
  };
  constexpr Rule kRules[] = {
      {"out_of_catalogue_share", "list places hold items that the catalogue does not have", Severity::high},
      {"duplicate_share", "list places repeat an item of the same list", Severity::medium},
      {"seen_share", "list places hold items that the user has already and that were excluded", Severity::medium},
      {"short_list_share", "lists are shorter than asked although enough candidates were left", Severity::low},
  };
  for (const AssessedSystem& system : assessed.systems) {
    if (system.role == SystemRole::control) continue;
    for (const Rule& rule : kRules) {
      const Measurement* m =
          find(result, system.name, fmt::format("{}@{}", rule.measure, assessed.context.list_length));
      if (m == nullptr || *m->value == 0.0) continue;
      Finding finding;
      finding.id = fmt::format("accuracy/{}-{}", system.name, rule.measure);
      finding.suite = "accuracy";
      finding.severity = rule.severity;
      finding.claim = fmt::format("{}: {:.2f} % of {}.", system.name, 100.0 * *m->value, rule.what);
      finding.measurements.push_back(m->id);
      result.findings.push_back(std::move(finding));
    }
  }
}

// Whoever breaks ties decides the result; a reader must know when that matters more than the choice of users.
void add_ties(const AssessedValues& assessed, const std::string& label, SuiteResult& result) {
  for (const AssessedSystem& system : assessed.systems) {
    if (system.role == SystemRole::control) continue;
    const Measurement* value = find(result, system.name, label);
    const Measurement* low = find(result, system.name, label + "[ties=pessimistic]");
    const Measurement* high = find(result, system.name, label + "[ties=optimistic]");
    if (value == nullptr || low == nullptr || high == nullptr || !value->interval) continue;
    if (*high->value - *low->value <= value->interval->high - value->interval->low) continue;
    Finding finding;
    finding.id = fmt::format("accuracy/{}-ties", system.name);
    finding.suite = "accuracy";
    finding.severity = Severity::medium;
    finding.claim = fmt::format(
        "{} scores so many items equally that the order of ties decides: its {} is {:.4f} at worst and {:.4f} at best.",
        system.name, label, *low->value, *high->value);
    finding.measurements = {value->id, low->id, high->id};
    result.findings.push_back(std::move(finding));
  }
}

void add_unanswered(const AssessedValues& assessed, SuiteResult& result) {
  for (const SystemValues& values : assessed.values) {
    if (values.usable == values.requests) continue;
    std::string outcomes;
    for (const auto& [outcome, count] : values.outcomes)
      outcomes += fmt::format("{}{} {}", outcomes.empty() ? "" : ", ", count, outcome);
    Finding finding;
    finding.id = fmt::format("accuracy/{}-unanswered", values.name);
    finding.suite = "accuracy";
    finding.severity = Severity::high;
    finding.claim = fmt::format("{} left {} of {} requests without a usable answer ({}).", values.name,
                                values.requests - values.usable, values.requests, outcomes);
    finding.measurements.push_back(fmt::format("accuracy/{}/answered_share/all", values.name));
    const bool measured = find(result, values.name, short_name(assessed.settings.primary)) != nullptr;
    if (!measured) finding.status = FindingStatus::not_measured;
    finding.detail = measured ? "Its measurements are over the answered requests; n says how many."
                              : "Its accuracy is not measured: a value from the survivors alone would mislead.";
    result.findings.push_back(std::move(finding));
  }
}

// A number without a simple baseline beside it cannot be told from a weak protocol.
void add_missing_baseline(const AssessedValues& assessed, SuiteResult& result) {
  const auto is_baseline = [](const AssessedSystem& system) { return system.role == SystemRole::baseline; };
  if (std::any_of(assessed.systems.begin(), assessed.systems.end(), is_baseline)) return;
  Finding finding;
  finding.id = "accuracy/no-baseline";
  finding.suite = "accuracy";
  finding.severity = Severity::medium;
  finding.claim = "No baseline ran beside the systems under test, so nothing says whether their numbers are good.";
  finding.detail = "Add baselines: [popularity, item_knn, ease, ials] to the configuration.";
  result.findings.push_back(std::move(finding));
}

void add_data_caveats(const AssessedValues& assessed, SuiteResult& result) {
  const auto add = [&](std::string id, Severity severity, std::string claim) {
    Finding finding;
    finding.id = std::move(id);
    finding.suite = "accuracy";
    finding.severity = severity;
    finding.claim = std::move(claim);
    result.findings.push_back(std::move(finding));
  };
  for (const LeakageNote& note : assessed.context.split->manifest.audit) {
    if (note.count == 0) continue;
    std::string id = "accuracy/split-" + note.name;
    std::replace(id.begin(), id.end(), ' ', '-');
    const bool leak = note.name.find("after test") != std::string::npos || note.name == "duplicate pairs";
    add(id, leak ? Severity::high : Severity::low, note.sentence);
  }
  if (assessed.context.pool->is_sampled()) {
    add("accuracy/sampled-candidates", Severity::medium,
        fmt::format(
            "Candidates are sampled ({}): these are other metrics than those over the whole catalogue and may order "
            "models differently (Krichene & Rendle 2020).",
            assessed.context.pool->description()));
  }
}

// The control of that name; a system under test may be called alike.
const Measurement* find_control(const AssessedValues& assessed, const SuiteResult& result, const std::string& name,
                                const std::string& label) {
  const bool is_control = std::any_of(
      assessed.systems.begin(), assessed.systems.end(),
      [&](const AssessedSystem& system) { return system.name == name && system.role == SystemRole::control; });
  return is_control ? find(result, name, label) : nullptr;
}

void add_controls(const AssessedValues& assessed, const std::string& label, SuiteResult& result) {
  Finding finding;
  finding.id = "accuracy/controls";
  finding.suite = "accuracy";
  const std::string recall = fmt::format("recall@{}", assessed.settings.primary.cutoff);
  if (const Measurement* oracle = find_control(assessed, result, "oracle", label)) {
    const Measurement* best = best_of(assessed, result, label, std::nullopt);
    const bool perfect = can_be_perfect(assessed.context) && assessed.settings.primary.family == metrics::Family::ndcg;
    finding.controls.push_back(
        {"oracle",
         perfect ? fmt::format("{} is 1: it knows the answers", label)
                 : fmt::format("no system has a higher {}", label),
         fmt::format("{} is {:.6f}", label, *oracle->value),
         perfect ? std::abs(*oracle->value - 1.0) < 1e-9 : best == nullptr || *oracle->value >= *best->value});
  }
  if (const Measurement* constant = find_control(assessed, result, "constant", recall)) {
    const RandomRecall random = recall_of_random_lists(assessed.basis, assessed.settings.primary.cutoff);
    finding.controls.push_back(
        {"constant score",
         fmt::format("{} is that of random lists, {:.5f}, give or take {:.5f}", recall, random.expected, random.reach),
         fmt::format("{} is {}", recall, with_interval(constant->value, constant->interval)),
         std::abs(*constant->value - random.expected) <= random.reach});
  }
  if (finding.controls.empty()) return;
  const bool passed =
      std::all_of(finding.controls.begin(), finding.controls.end(), [](const Control& c) { return c.passed; });
  finding.claim = passed ? "The sanity controls measure as they must."
                         : "A sanity control failed: do not trust this suite's numbers.";
  finding.severity = passed ? Severity::info : Severity::critical;
  finding.status = passed ? FindingStatus::supported : FindingStatus::not_supported;
  result.findings.push_back(std::move(finding));
}

Figure interval_figure(const AssessedValues& assessed, const SuiteResult& result, const std::string& label) {
  Figure figure;
  figure.id = fmt::format("accuracy/{}", label);
  figure.title = fmt::format("{} by system", label);
  figure.caption = fmt::format("Mean over users with {} % interval; controls bound the scale.",
                               100 * assessed.settings.config.confidence);
  figure.kind = "interval";
  figure.encoding = {{"y", "system"}, {"x", "value"}, {"low", "low"}, {"high", "high"}, {"color", "role"}};
  figure.columns = {"system", "role", "value", "low", "high", "n"};
  for (const AssessedSystem& system : assessed.systems) {
    const Measurement* m = find(result, system.name, label);
    if (m == nullptr) continue;
    figure.rows.push_back({system.name, std::string(to_string(system.role)), *m->value, low_cell(m->interval),
                           high_cell(m->interval), static_cast<double>(m->n)});
  }
  return figure;
}

}  // namespace

void add_findings(const AssessedValues& assessed, SuiteResult& result) {
  const std::string label = short_name(assessed.settings.primary);
  add_best_system(assessed, label, result);
  add_candidates_against_baselines(assessed, label, result);
  add_missing_baseline(assessed, result);
  add_unanswered(assessed, result);
  add_integrity(assessed, result);
  add_ties(assessed, label, result);
  add_data_caveats(assessed, result);
  add_controls(assessed, label, result);
}

void add_figures(const AssessedValues& assessed, SuiteResult& result) {
  const std::string label = short_name(assessed.settings.primary);
  result.figures.push_back(interval_figure(assessed, result, label));

  Figure slices;
  slices.id = "accuracy/slices";
  slices.title = fmt::format("{} by slice", label);
  slices.caption =
      "The same metric over parts of the users, or of the relevant items; slices with too few users are left out.";
  slices.kind = "interval";
  slices.encoding = {{"facet", "slice"}, {"y", "system"},  {"x", "value"},
                     {"low", "low"},     {"high", "high"}, {"color", "system"}};
  slices.columns = {"slice", "system", "value", "low", "high", "n"};
  for (const Measurement& m : result.measurements) {
    const bool control = std::any_of(assessed.systems.begin(), assessed.systems.end(), [&](const AssessedSystem& s) {
      return s.name == m.system && s.role == SystemRole::control;
    });
    if (m.slice == "all" || m.label != label || !m.value || control) continue;
    slices.rows.push_back(
        {m.slice, m.system, *m.value, low_cell(m.interval), high_cell(m.interval), static_cast<double>(m.n)});
  }
  if (!slices.rows.empty()) result.figures.push_back(std::move(slices));

  Figure trade;
  trade.id = "accuracy/popularity-trade-off";
  trade.title = fmt::format("{} against the popularity of what is listed", label);
  trade.caption = "High accuracy with high average popularity may be popularity alone.";
  trade.kind = "scatter";
  trade.encoding = {{"x", "average popularity"}, {"y", label}, {"color", "system"}};
  trade.columns = {"system", "average popularity", label};
  for (const AssessedSystem& system : assessed.systems) {
    if (system.role == SystemRole::control) continue;
    const Measurement* value = find(result, system.name, label);
    const Measurement* popularity =
        find(result, system.name, fmt::format("average_popularity@{}", assessed.settings.primary.cutoff));
    if (value != nullptr && popularity != nullptr)
      trade.rows.push_back({system.name, *popularity->value, *value->value});
  }
  if (trade.rows.size() > 1) result.figures.push_back(std::move(trade));
}

}  // namespace recgauge::suites
