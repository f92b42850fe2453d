#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/verdict/report_parts.h"
#include "suites/harm_drift/assessment.h"

namespace recgauge::suites::harm_drift {
namespace {

Figure exposure_figure(const Conclusions& c) {
  Figure figure;
  figure.id = "harm_drift/exposure";
  figure.title = "What personas are shown as they follow a system";
  figure.caption = fmt::format(
      "Severity-weighted share of harmful items among the first {} of a list, mean over trajectories with {:.0f} % "
      "interval, by list; each persona chooses as it does. Random lists and popular items: the same starting points, "
      "choices without preference.",
      c.stage.config().k, 100 * c.stage.config().confidence);
  figure.kind = "line";
  figure.encoding = {{"facet", "persona"}, {"x", "list"},    {"y", "exposure"},
                     {"low", "low"},       {"high", "high"}, {"color", "system"}};
  figure.columns = {"persona", "system", "list", "exposure", "low", "high", "n"};
  const auto add = [&](const Cast& cast, const std::string& system, const std::vector<TrajectoryRecord>& records) {
    const auto curve = exposure_curve(records, cast);
    for (size_t step = 0; step < curve.size(); ++step) {
      figure.rows.push_back({persona_name(cast), system, static_cast<double>(step + 1), cell_of(curve[step].value),
                             low_cell(curve[step].interval), high_cell(curve[step].interval),
                             static_cast<double>(curve[step].n)});
    }
  };
  for (const Cast& cast : c.casts) {
    if (cast.slice == "all") continue;
    const PersonaConfig& persona = c.stage.persona_of(c.stage.roles()[cast.roles.front()]);
    for (const SystemRecords& system : c.systems) add(cast, system.name, system.on(lived_way(persona)));
    if (persona.policy == Policy::turning_away) continue;
    add(cast, "(random lists)", c.references.random);
    add(cast, "(popular items)", c.references.popularity);
  }
  return figure;
}

Figure references_figure(const Conclusions& c) {
  Figure figure;
  figure.id = "harm_drift/references";
  figure.title = "Hazard share against what knows nothing of the persona";
  figure.caption =
      "Mean severity-weighted share over all lists when items are taken without preference, beside random lists, "
      "popular "
      "items and what the persona's own history holds.";
  figure.kind = "interval";
  figure.encoding = {{"facet", "persona"}, {"y", "system"}, {"x", "exposure"}, {"low", "low"}, {"high", "high"}};
  figure.columns = {"persona", "system", "exposure", "low", "high", "n"};
  for (const Cast& cast : c.casts) {
    if (cast.slice == "all") continue;
    if (c.stage.persona_of(c.stage.roles()[cast.roles.front()]).policy == Policy::turning_away) continue;
    std::vector<std::string> names;
    std::vector<std::vector<double>> values;
    for (const SystemRecords& system : c.systems) {
      names.push_back(system.name);
      values.push_back(neutral_exposure(system.on(Way::neutral), cast));
    }
    names.insert(names.end(), {"(random lists)", "(popular items)", "(own history)"});
    values.push_back(neutral_exposure(c.references.random, cast));
    values.push_back(neutral_exposure(c.references.popularity, cast));
    std::vector<double>& base = values.emplace_back();
    for (const size_t role : cast.roles) base.push_back(c.references.base_rates[role]);
    std::vector<statistics::Column> columns;
    for (const auto& column : values) columns.push_back({column, {}});
    const auto estimates = statistics::bootstrap(columns, user_keys(cast), bootstrap_options(c.stage));
    for (size_t i = 0; i < names.size(); ++i) {
      figure.rows.push_back({persona_name(cast), names[i], cell_of(estimates[i].value), low_cell(estimates[i].interval),
                             high_cell(estimates[i].interval), static_cast<double>(estimates[i].n)});
    }
  }
  return figure;
}

Figure transitions_figure(const Conclusions& c) {
  Figure figure;
  figure.id = "harm_drift/transitions";
  figure.title = "What is taken after what";
  figure.caption = fmt::format(
      "Chance that an item of one kind is taken after one of another, over all personas on the way that they chose; "
      "severe is a severity of {} or more. A row that goes nowhere else is not left again.",
      c.stage.config().severe);
  figure.kind = "heatmap";
  figure.encoding = {{"facet", "system"}, {"y", "after"}, {"x", "taken"}, {"color", "probability"}};
  figure.columns = {"system", "after", "taken", "probability", "count"};
  for (const SystemRecords& system : c.systems) {
    const InducedChain chain = induced_chain(system, c.casts.front());
    for (size_t from = 0; from < chain.counts.states; ++from) {
      for (size_t to = 0; to < chain.counts.states; ++to) {
        figure.rows.push_back({system.name, kStateNames[from], kStateNames[to], chain.probabilities.at(from, to),
                               chain.counts.at(from, to)});
      }
    }
  }
  return figure;
}

Figure recovery_figure(const Conclusions& c) {
  Figure figure;
  figure.id = "harm_drift/recovery";
  figure.title = "How soon is the bubble gone?";
  figure.caption = fmt::format(
      "Exposure of personas that follow their preference for {} lists and then take no harmful item any more, by lists "
      "since they turned away.",
      c.stage.turn());
  figure.kind = "line";
  figure.encoding = {{"facet", "persona"}, {"x", "lists since turning away"},
                     {"y", "exposure"},    {"low", "low"},
                     {"high", "high"},     {"color", "system"}};
  figure.columns = {"persona", "system", "lists since turning away", "exposure", "low", "high"};
  for (const Cast& cast : c.casts) {
    if (cast.slice == "all") continue;
    if (c.stage.persona_of(c.stage.roles()[cast.roles.front()]).policy != Policy::turning_away) continue;
    for (const SystemRecords& system : c.systems) {
      const auto curve = exposure_curve(system.on(Way::own), cast);
      for (size_t step = 0; step < curve.size(); ++step) {
        figure.rows.push_back(
            {persona_name(cast), system.name, static_cast<double>(step) + 1.0 - static_cast<double>(c.stage.turn()),
             cell_of(curve[step].value), low_cell(curve[step].interval), high_cell(curve[step].interval)});
      }
    }
  }
  return figure;
}

const Measurement* find(const SuiteResult& result, const std::string& id) {
  const auto found =
      std::find_if(result.measurements.begin(), result.measurements.end(), [&](const auto& m) { return m.id == id; });
  return found == result.measurements.end() ? nullptr : &*found;
}

Figure tests_figure(const Conclusions& c, const SuiteResult& result) {
  Figure figure;
  figure.id = "harm_drift/tests";
  figure.title = "Every test, and the system's share of the drift";
  figure.caption = fmt::format(
      "Push: change of exposure over {} lists that are taken without preference, beyond that of a system which is not "
      "told. Amplification: exposure beyond the highest of random lists, popular items and own history. Sign flips of "
      "trajectories, Holm over all {} tests. Detectable: smallest effect found with 80 % power after correction.",
      c.stage.config().steps, c.claims.size());
  figure.kind = "table";
  figure.columns = {"system",
                    "persona",
                    "question",
                    "effect",
                    "low",
                    "high",
                    "adjusted p",
                    "p",
                    "n",
                    "detectable",
                    "system's share of drift"};
  for (const TestedClaim& claim : c.claims) {
    const Cast& cast = c.casts[claim.cast];
    const std::string& system = c.systems[claim.system].name;
    const Measurement* share = claim.question == Question::push
                                   ? find(result, measurement_id(system, kSystemShareLabel, cast.slice))
                                   : nullptr;
    figure.rows.push_back({system, persona_name(cast), claim.question == Question::push ? "push" : "amplification",
                           claim.effect, low_cell(claim.interval), high_cell(claim.interval), cell_of(claim.p_adjusted),
                           cell_of(claim.p_value), static_cast<double>(claim.n), cell_of(claim.detectable),
                           cell_of(share == nullptr ? std::nullopt : share->value)});
  }
  std::stable_sort(figure.rows.begin(), figure.rows.end(), [](const auto& a, const auto& b) {
    const auto p = [](const Figure::Cell& cell) {
      return std::holds_alternative<double>(cell) ? std::get<double>(cell) : 2.0;
    };
    return p(a[6]) < p(b[6]);
  });
  return figure;
}

Figure labels_figure(const Conclusions& c) {
  Figure figure;
  figure.id = "harm_drift/labels";
  figure.title = "What counts as harmful";
  figure.caption = fmt::format("Taxonomy: {}. Items may carry several hazards; the highest severity counts.",
                               c.stage.taxonomy().name);
  figure.kind = "table";
  figure.columns = {"hazard", "items", "mean severity"};
  const Catalogue& catalogue = c.stage.context().dataset->catalogue;
  std::vector<double> counts(catalogue.hazard_names.size(), 0.0);
  std::vector<double> severities(counts.size(), 0.0);
  for (const Hazard& hazard : catalogue.hazards) {
    counts[hazard.code] += 1.0;
    severities[hazard.code] += static_cast<double>(hazard.severity);
  }
  for (uint32_t code = 0; code < counts.size(); ++code) {
    const HazardClass* hazard = c.stage.taxonomy().find(catalogue.hazard_names.name(code));
    if (counts[code] > 0.0 && hazard != nullptr) {
      figure.rows.push_back({hazard->title, counts[code], hazard->severity * severities[code] / counts[code]});
    }
  }
  return figure;
}

}  // namespace

void add_figures(const Conclusions& c, SuiteResult& result) {
  for (Figure figure : {exposure_figure(c), references_figure(c), tests_figure(c, result), recovery_figure(c),
                        transitions_figure(c), labels_figure(c)}) {
    if (!figure.rows.empty()) result.figures.push_back(std::move(figure));
  }
}

}  // namespace recgauge::suites::harm_drift
