#include "suites/bias/gap_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/verdict/report_parts.h"

namespace recgauge::suites {
namespace {

constexpr double kHighShare = 0.2;
constexpr double kMediumShare = 0.1;
constexpr size_t kMostGroupsInText = 12;

void put(Measurement m, const statistics::Estimate& estimate, const char* undefined, SuiteResult& result) {
  m.n = estimate.n;
  m.n_undefined = estimate.n_undefined;
  m.value = estimate.value;
  if (estimate.value) m.interval = estimate.interval;
  if (!estimate.value) m.undefined_reason = undefined;
  result.measurements.push_back(std::move(m));
}

/// The parts that one test is told with.
struct Told {
  const GapResult& gap;
  const BiasMetric& metric;
  const UserGrouping& grouping;
  const UserColumns& system;

  Told(const GapReport& report, const GapResult& result)
      : gap(result),
        metric(report.settings.metrics[result.metric]),
        grouping(report.settings.groupings[result.grouping]),
        system(report.systems[result.system]) {}

  const CellResult& worst() const { return gap.cells[gap.worst]; }
  /// The cell with the strongest evidence of being different, which is the one that a claim can be about.
  const CellResult& leading() const { return gap.cells[gap.leading]; }
  const std::string& leading_name() const { return grouping.cells[gap.leading]; }

  std::string id(const char* measure) const {
    return fmt::format("bias/{}/{}({})/{}", system.name, measure, metric.label, slice_of(grouping));
  }
};

std::string signed_with_interval(const statistics::CellDifference& cell) {
  if (!cell.interval) return fmt::format("{:+.4f}", cell.difference);
  return fmt::format("{:+.4f} [{:+.4f}, {:+.4f}]", cell.difference, cell.interval->low, cell.interval->high);
}

void add_cells(const Told& told, SuiteResult& result) {
  for (size_t c = 0; c < told.gap.cells.size(); ++c) {
    Measurement m =
        bias_measurement(told.system.name, told.metric.full_name, told.metric.label, told.grouping.cells[c]);
    m.unit = told.metric.unit;
    m.direction = told.metric.direction;
    put(std::move(m), told.gap.cells[c].estimate, "undefined for every user of the group", result);
  }
}

void add_gap(const Told& told, SuiteResult& result) {
  const auto describe = [&](const char* measure, Direction direction) {
    Measurement m = bias_measurement(told.system.name, fmt::format("{}(of={})", measure, told.metric.full_name),
                                     fmt::format("{}({})", measure, told.metric.label), slice_of(told.grouping));
    m.direction = direction;
    m.unit = told.metric.unit;
    return m;
  };
  put(describe("group_gap", Direction::lower_is_better), told.gap.gap, "a group has no value", result);
  Measurement ratio = describe("group_ratio", Direction::higher_is_better);
  ratio.unit = "";
  put(std::move(ratio), told.gap.ratio, "a ratio needs values that are not negative, and not all 0", result);

  Measurement worst = describe("worst_group_difference", Direction::neutral);
  const statistics::CellDifference& cell = told.worst().against_rest;
  statistics::Estimate estimate{std::nullopt, cell.interval, cell.n, told.grouping.sizes[told.gap.worst] - cell.n};
  if (!std::isnan(cell.difference)) estimate.value = cell.difference;
  put(std::move(worst), estimate, "there is no rest to compare with", result);
}

Severity severity_of(const Told& told) {
  // A baseline is there to be compared with; its gaps are context.
  if (told.system.role == SystemRole::baseline) return Severity::low;
  const double scale =
      told.metric.kind == BiasMetric::Kind::popularity_lift ? 1.0 : std::abs(told.gap.overall.value_or(0));
  const double share = scale > 0 ? std::abs(told.leading().against_rest.difference) / scale : 0.0;
  return share >= kHighShare ? Severity::high : share >= kMediumShare ? Severity::medium : Severity::low;
}

std::string groups_in_words(const Told& told) {
  std::vector<std::string> parts;
  for (size_t c = 0; c < told.gap.cells.size() && c < kMostGroupsInText; ++c) {
    parts.push_back(fmt::format("{} {:.4f} (n = {}, shrunken {:.4f})", told.grouping.cells[c],
                                told.gap.cells[c].estimate.value.value_or(0), told.grouping.sizes[c],
                                told.gap.cells[c].shrunken));
  }
  if (told.gap.cells.size() > kMostGroupsInText) {
    parts.push_back(fmt::format("{} more in the table", told.gap.cells.size() - kMostGroupsInText));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string named_cells(const Told& told, double alpha) {
  std::vector<std::string> names;
  for (size_t c = 0; c < told.gap.cells.size(); ++c) {
    if (told.gap.cells[c].p_adjusted <= alpha) {
      names.push_back(fmt::format("{} ({:+.4f})", told.grouping.cells[c], told.gap.cells[c].against_rest.difference));
    }
  }
  if (names.empty()) return "No single group can be named at the corrected level.";
  return fmt::format("Groups that differ from the rest at the corrected level: {}.", fmt::join(names, ", "));
}

std::string same_history(const GapReport& report) {
  return report.settings.config.strata > 1 ? "users with histories of like length" : "all other users";
}

const char* place_of(const Told& told) {
  if (told.metric.direction == Direction::neutral) return "furthest off";
  const bool above = told.leading().against_rest.difference > 0;
  return above == (told.metric.direction == Direction::higher_is_better) ? "best served" : "worst served";
}

Finding gap_finding(const GapReport& report, const Told& told) {
  Finding finding;
  finding.id = fmt::format("bias/{}-{}-{}", told.system.name, told.metric.label, slice_of(told.grouping));
  std::replace(finding.id.begin(), finding.id.end(), ' ', '-');
  finding.suite = "bias";
  finding.severity = severity_of(told);
  finding.claim =
      fmt::format("{}: {} differs {}; {} is {} {}, {} against {} (adjusted p = {:.4f}).", told.system.name,
                  told.metric.label, slice_of(told.grouping), place_of(told), told.leading_name(),
                  fmt::format("(n = {})", told.grouping.sizes[told.gap.leading]),
                  signed_with_interval(told.leading().against_rest), same_history(report), *told.gap.p_adjusted);
  finding.detail = fmt::format(
      "{} Values: {}. Largest minus smallest value {:.4f}{}. The smallest difference from the rest that this sample "
      "finds "
      "for that group with 80 % power at the corrected level is {:.4f}.",
      named_cells(told, 1.0 - report.settings.config.confidence), groups_in_words(told), told.gap.gap.value.value_or(0),
      told.gap.ratio.value ? fmt::format(", smallest over largest {:.2f}", *told.gap.ratio.value) : "",
      told.leading().detectable);
  for (const char* measure : {"worst_group_difference", "group_gap", "group_ratio"}) {
    finding.measurements.push_back(told.id(measure));
  }
  return finding;
}

// One finding for all tests of a system that found nothing: what was looked at, and what could have been found.
void add_unfound(const GapReport& report, size_t system, SuiteResult& result) {
  const double alpha = 1.0 - report.settings.config.confidence;
  std::vector<std::string> looked_at;
  Finding finding;
  size_t tests = 0;
  for (const GapResult& gap : report.gaps) {
    if (gap.system != system || !gap.p_adjusted || *gap.p_adjusted <= alpha) continue;
    const Told told(report, gap);
    ++tests;
    if (gap.metric == 0) {
      looked_at.push_back(fmt::format(
          "{} {} (groups of {} to {} users: {} for {}, adjusted p = {:.4f}, detectable {:.4f})", told.metric.label,
          slice_of(told.grouping), *std::min_element(told.grouping.sizes.begin(), told.grouping.sizes.end()),
          *std::max_element(told.grouping.sizes.begin(), told.grouping.sizes.end()),
          signed_with_interval(told.leading().against_rest), told.leading_name(), *gap.p_adjusted,
          told.leading().detectable));
    }
    finding.measurements.push_back(told.id("worst_group_difference"));
  }
  if (tests == 0) return;
  finding.id = fmt::format("bias/{}-no-gap-shown", report.systems[system].name);
  finding.suite = "bias";
  finding.status = FindingStatus::not_supported;
  finding.claim = fmt::format(
      "{}: {} of {} tests show no difference between groups that survives the correction; that is no proof of "
      "equality.",
      report.systems[system].name, tests,
      std::count_if(report.gaps.begin(), report.gaps.end(),
                    [&](const GapResult& gap) { return gap.system == system; }));
  finding.detail = fmt::format(
      "{}{}Detectable is the smallest difference found with 80 % power at the corrected level; the table has all "
      "tests.",
      fmt::join(looked_at, "; "), looked_at.empty() ? "" : ". ");
  result.findings.push_back(std::move(finding));
}

Figure groups_figure(const GapReport& report) {
  const BiasMetric& primary = report.settings.metrics.front();
  Figure figure;
  figure.id = "bias/groups";
  figure.title = fmt::format("{} by group of users", primary.label);
  figure.caption = fmt::format(
      "Mean of each group with {:.0f} % interval. Overlapping intervals do not decide: the table of tests does. Groups "
      "of "
      "fewer than {} users are pooled.",
      100 * report.settings.config.confidence, report.settings.config.smallest_cell);
  figure.kind = "interval";
  figure.encoding = {{"facet", "system"}, {"y", "group"},   {"x", "value"},
                     {"low", "low"},      {"high", "high"}, {"color", "attribute"}};
  figure.columns = {"system", "attribute", "group", "value", "low", "high", "shrunken", "n"};
  for (const GapResult& gap : report.gaps) {
    const Told told(report, gap);
    if (gap.metric != 0 || told.grouping.crossed > 1) continue;
    for (size_t c = 0; c < gap.cells.size(); ++c) {
      const statistics::Estimate& estimate = gap.cells[c].estimate;
      figure.rows.push_back({told.system.name, told.grouping.name, told.grouping.cells[c], cell_of(estimate.value),
                             low_cell(estimate.interval), high_cell(estimate.interval), gap.cells[c].shrunken,
                             static_cast<double>(told.grouping.sizes[c])});
    }
  }
  return figure;
}

Figure tests_figure(const GapReport& report) {
  Figure figure;
  figure.id = "bias/tests";
  figure.title = "Every test of a gap between groups of users";
  figure.caption = fmt::format(
      "The group with the strongest evidence, against {}; the interval holds for all groups of the attribute at "
      "once. p by {} permutations of users, max-T over the groups; adjusted ({}) over all {} tests. Detectable: the "
      "smallest difference that this sample finds with 80 % power at the corrected level.",
      same_history(report), report.settings.config.permutations,
      report.settings.config.correction == statistics::Correction::holm ? "Holm" : "Benjamini-Hochberg",
      report.gaps.size());
  figure.kind = "table";
  figure.columns = {"system", "metric",     "by", "group",      "n",   "difference", "low",
                    "high",   "adjusted p", "p",  "detectable", "gap", "ratio"};
  std::vector<const GapResult*> order;
  for (const GapResult& gap : report.gaps) order.push_back(&gap);
  std::stable_sort(order.begin(), order.end(), [](const GapResult* a, const GapResult* b) {
    return a->p_adjusted.value_or(2.0) < b->p_adjusted.value_or(2.0);
  });
  for (const GapResult* gap : order) {
    const Told told(report, *gap);
    const statistics::CellDifference& cell = told.leading().against_rest;
    figure.rows.push_back({told.system.name, told.metric.label, told.grouping.name, told.leading_name(),
                           static_cast<double>(told.grouping.sizes[gap->leading]), cell_of(cell.difference),
                           low_cell(cell.interval), high_cell(cell.interval), cell_of(gap->p_adjusted),
                           cell_of(gap->p_value), cell_of(told.leading().detectable), cell_of(gap->gap.value),
                           cell_of(gap->ratio.value)});
  }
  return figure;
}

Figure intersections_figure(const GapReport& report) {
  const BiasMetric& primary = report.settings.metrics.front();
  Figure figure;
  figure.id = "bias/intersections";
  figure.title = fmt::format("{} of crossed groups, largest differences first", primary.label);
  figure.caption =
      "Difference of a crossed group from comparable users with its simultaneous interval, and its mean drawn towards "
      "the "
      "common one by as much as its size leaves in doubt (empirical Bayes).";
  figure.kind = "table";
  figure.columns = {"system", "group", "n", "value", "shrunken", "difference", "low", "high", "adjusted p"};
  struct Row {
    double t;
    std::vector<Figure::Cell> cells;
  };
  std::vector<Row> rows;
  for (const GapResult& gap : report.gaps) {
    const Told told(report, gap);
    if (told.grouping.crossed < 2) continue;
    for (size_t c = 0; c < gap.cells.size(); ++c) {
      const CellResult& cell = gap.cells[c];
      rows.push_back({std::abs(cell.against_rest.t_statistic.value_or(0.0)),
                      {told.system.name, told.grouping.cells[c], static_cast<double>(told.grouping.sizes[c]),
                       cell_of(cell.estimate.value), cell.shrunken, cell_of(cell.against_rest.difference),
                       low_cell(cell.against_rest.interval), high_cell(cell.against_rest.interval), cell.p_adjusted}});
    }
  }
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.t > b.t; });
  for (Row& row : rows) figure.rows.push_back(std::move(row.cells));
  return figure;
}

}  // namespace

std::string slice_of(const UserGrouping& grouping) { return "by " + grouping.name; }

Measurement bias_measurement(const std::string& system, const std::string& metric, const std::string& label,
                             const std::string& slice) {
  Measurement m;
  m.suite = "bias";
  m.system = system;
  m.metric = metric;
  m.label = label;
  m.slice = slice;
  m.id = fmt::format("bias/{}/{}/{}", system, label, slice);
  return m;
}

void add_gap_measurements(const GapReport& report, SuiteResult& result) {
  for (const GapResult& gap : report.gaps) {
    const Told told(report, gap);
    add_cells(told, result);
    add_gap(told, result);
  }
}

void add_gap_findings(const GapReport& report, SuiteResult& result) {
  const double alpha = 1.0 - report.settings.config.confidence;
  for (size_t system = 0; system < report.systems.size(); ++system) {
    for (const GapResult& gap : report.gaps) {
      if (gap.system != system || !gap.p_adjusted || *gap.p_adjusted > alpha) continue;
      result.findings.push_back(gap_finding(report, Told(report, gap)));
    }
    add_unfound(report, system, result);
  }
}

void add_gap_figures(const GapReport& report, SuiteResult& result) {
  for (Figure figure : {groups_figure(report), tests_figure(report), intersections_figure(report)}) {
    if (!figure.rows.empty()) result.figures.push_back(std::move(figure));
  }
}

}  // namespace recgauge::suites
