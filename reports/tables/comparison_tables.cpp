#include "reports/tables/comparison_tables.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "harness/system/text.h"

namespace recgauge::reports {
namespace {

std::string percent(const std::optional<double>& share) {
  return share ? fmt::format("{:+.1f} %", 100.0 * *share) : "undefined";
}

std::string measured(const std::optional<double>& value) { return value ? short_number(*value) : "not measured"; }

const char* words_for(const Effect& effect) {
  switch (effect.outcome) {
    case EffectOutcome::better:
      return "better";
    case EffectOutcome::worse:
      return "worse";
    case EffectOutcome::different:
      return "different";
    case EffectOutcome::not_shown:
      return "not shown";
    case EffectOutcome::not_compared:
      break;
  }
  return "not compared";
}

std::string users_of(const Effect& effect) {
  if (!effect.difference) return effect.undefined_reason;
  return fmt::format("{}, {}", with_separators(effect.n), effect.paired ? "paired" : "not paired");
}

std::string counts_of(const Effect& effect) {
  return effect.wins ? fmt::format("{}/{}/{}", *effect.wins, *effect.ties, *effect.losses) : "";
}

std::string size_of(const Effect& effect) {
  return effect.effect_size ? fmt::format("{} {}", short_number(*effect.effect_size), effect.effect_size_kind)
                            : "undefined";
}

std::vector<std::string> effect_row(const Effect& effect) {
  return {effect.label,
          effect.system,
          short_number(effect.value),
          with_interval(effect.difference, effect.interval),
          percent(effect.relative_difference),
          size_of(effect),
          effect.p_adjusted ? fmt::format("{:.2g}", *effect.p_adjusted) : "",
          words_for(effect),
          counts_of(effect),
          users_of(effect)};
}

TextTable effects_table(const RunComparison& comparison, size_t measures) {
  TextTable table;
  table.title = fmt::format("Against {}", comparison.reference);
  table.note = fmt::format(
      "Difference is system minus reference with {:g} % interval; p after {}; w/t/l: users for whom the system is "
      "better, equal, worse.",
      100.0 * comparison.confidence, comparison.correction);
  table.columns = {{"measure", false}, {"system", false}, {"value", true},  {"difference", true}, {"relative", true},
                   {"effect", true},   {"p", true},       {"shown", false}, {"w/t/l", true},      {"users", false}};
  std::set<std::string> shown;
  size_t left_out = 0;
  for (const Effect& effect : comparison.effects) {
    const bool known = shown.count(effect.suite + effect.metric) > 0;
    if (effect.slice != "all" || (!known && shown.size() == measures)) {
      ++left_out;
      continue;
    }
    shown.insert(effect.suite + effect.metric);
    table.rows.push_back(effect_row(effect));
  }
  if (table.rows.empty()) table.remainder = "There is nothing to hold against the reference.";
  if (left_out > 0) {
    table.remainder = fmt::format("{} more comparisons, of other measures and of slices, are in the page and the JSON.",
                                  with_separators(left_out));
  }
  return table;
}

TextTable costs_table(const RunComparison& comparison) {
  TextTable table;
  table.title = "Cost and latency";
  table.columns = {
      {"system", false},   {"requests", true},           {"training s", true},         {"s per request", true},
      {"median ms", true}, {"95th percentile ms", true}, {"tokens per request", true}, {"cost per request", true}};
  for (const SystemCost& cost : comparison.costs) {
    table.rows.push_back({cost.system, with_separators(cost.requests), measured(cost.training_seconds),
                          measured(cost.seconds_per_request), measured(cost.latency_median), measured(cost.latency_p95),
                          measured(cost.tokens_per_request), measured(cost.cost_per_request)});
  }
  return table;
}

TextTable disagreements_table(const RunComparison& comparison) {
  TextTable table;
  table.title = fmt::format("Lists against those of {}", comparison.reference);
  table.columns = {{"system", false},      {"k", true},           {"rank-biased overlap", true},
                   {"common items", true}, {"equal lists", true}, {"users", false}};
  for (const Disagreement& d : comparison.disagreements) {
    const bool known = d.not_measured_reason.empty();
    table.rows.push_back({d.system, std::to_string(d.k),
                          with_interval(d.rank_biased_overlap, d.rank_biased_overlap_interval),
                          with_interval(d.overlap, d.overlap_interval),
                          d.equal_lists ? fmt::format("{:.1f} %", 100.0 * *d.equal_lists) : "undefined",
                          known ? with_separators(d.n) : "not measured: " + d.not_measured_reason});
  }
  return table;
}

TextTable front_table(const RunComparison& comparison) {
  TextTable table;
  table.title = fmt::format("Not beaten on both {} and {}", comparison.front.y, comparison.front.x);
  table.columns = {{"system", false}};
  for (const std::string& system : comparison.front.systems) table.rows.push_back({system});
  if (table.rows.empty()) table.remainder = "No system has both.";
  return table;
}

}  // namespace

TextDocument comparison_document(const RunComparison& comparison, size_t measures) {
  TextDocument document;
  document.title = fmt::format("{} systems of {} runs", comparison.systems.size(), comparison.runs.size());
  for (const ComparedRun& run : comparison.runs) {
    document.lines.push_back(
        fmt::format("{}: {}{}{}", run.label, run.source, run.finished.empty() ? "" : ", finished ", run.finished));
  }
  document.warnings = comparison.notes;
  document.tables = {effects_table(comparison, measures), costs_table(comparison), disagreements_table(comparison)};
  if (!comparison.front.y.empty()) document.tables.push_back(front_table(comparison));
  return document;
}

}  // namespace recgauge::reports
