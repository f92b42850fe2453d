#include "suites/harm_drift/audit_import.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "harness/data/loaders/record_reader.h"
#include "harness/drift/severity.h"
#include "harness/drift/trajectory_shape.h"
#include "harness/statistics/bootstrap.h"
#include "harness/system/error.h"
#include "harness/verdict/paired_comparisons.h"
#include "suites/harm_drift/harm_drift_suite.h"

namespace recgauge::suites {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();
constexpr double kAlpha = 0.05;

class Header {
 public:
  explicit Header(RecordReader& reader) : reader_(reader) {
    if (!reader.next()) throw DataError(reader.place(), "the file is empty, not even a header is there");
    names_.assign(reader.fields().begin(), reader.fields().end());
  }

  size_t find(const std::string& name) const {
    const auto found = std::find(names_.begin(), names_.end(), name);
    if (found != names_.end()) return static_cast<size_t>(found - names_.begin());
    throw ConfigError(
        fmt::format("{}: no column is named '{}'; there are: {}", reader_.place().file, name, fmt::join(names_, ", ")));
  }

  std::string text(size_t column) const {
    if (column >= reader_.fields().size())
      throw DataError(reader_.place(1), "the row has fewer fields than the header");
    return std::string(reader_.fields()[column]);
  }

  double number(size_t column) const {
    const std::string field = text(column);
    char* end = nullptr;
    const double value = std::strtod(field.c_str(), &end);
    if (!field.empty() && *end == '\0' && std::isfinite(value)) return value;
    throw DataError(reader_.place(reader_.column_of(column)), fmt::format("'{}' is no number", field));
  }

 private:
  RecordReader& reader_;
  std::vector<std::string> names_;
};

struct Result {
  double rank = 0.0;
  double stance = 0.0;
};

// One page a row, or one page of all rows that agree on everything but rank and stance.
class Pages {
 public:
  void add(AuditPage page) { pages_.push_back(std::move(page)); }

  void add(AuditPage page, Result result) {
    std::string key = fmt::format("{}\n{}\n{}\n{}", page.unit, page.page, page.step, page.contrast);
    for (const std::string& value : page.by) key += "\n" + value;
    const auto [place, is_new] = by_key_.emplace(std::move(key), pages_.size());
    if (is_new) {
      pages_.push_back(std::move(page));
      results_.emplace_back();
    }
    results_[place->second].push_back(result);
  }

  std::vector<AuditPage> take() {
    for (size_t i = 0; i < results_.size(); ++i) {
      std::sort(results_[i].begin(), results_[i].end(),
                [](const Result& a, const Result& b) { return a.rank < b.rank; });
      std::vector<double> stances;
      for (const Result& result : results_[i]) stances.push_back(result.stance);
      pages_[i].score = drift::serp_ms(stances);
    }
    return std::move(pages_);
  }

 private:
  std::vector<AuditPage> pages_;
  std::vector<std::vector<Result>> results_;
  std::map<std::string, size_t> by_key_;
};

/// Pages of one slice and one value of the contrast.
struct Cell {
  std::string slice;
  std::string contrast;
  std::map<std::string, std::vector<AuditPage>> by_unit;
};

class Auditor {
 public:
  Auditor(const std::vector<AuditPage>& pages, const AuditSettings& settings) : settings_(settings) {
    std::set<std::string> names;
    for (const AuditPage& page : pages) names.insert(page.unit);
    units_.assign(names.begin(), names.end());
    for (const AuditPage& page : pages) {
      add(slice_of(page), page);
      if (!settings.columns.by.empty()) add("all", page);
    }
    result_.info = HarmDriftSuite({}).info();
    result_.info.method =
        "Scores of an audit's pages from a file. Units are resampled and paired as wholes, never single pages.";
  }

  SuiteResult assess() {
    for (const auto& [key, cell] : cells_) measure(cell);
    if (!settings_.columns.contrast.empty()) compare();
    if (!figure_.rows.empty()) result_.figures.push_back(std::move(figure_));
    result_.measured = !cells_.empty();
    if (cells_.empty()) result_.not_measured_reason = "the file has no page";
    return std::move(result_);
  }

 private:
  std::string slice_of(const AuditPage& page) const {
    std::vector<std::string> parts;
    for (size_t i = 0; i < page.by.size(); ++i) {
      parts.push_back(fmt::format("{}={}", settings_.columns.by[i], page.by[i]));
    }
    return parts.empty() ? "all" : fmt::format("{}", fmt::join(parts, ", "));
  }

  void add(const std::string& slice, const AuditPage& page) {
    Cell& cell = cells_[{slice, page.contrast}];
    cell.slice = slice;
    cell.contrast = page.contrast;
    cell.by_unit[page.unit].push_back(page);
  }

  // Mean score of every unit, in the order of all units; NaN for one that has no page here.
  std::vector<double> means(const Cell& cell) const {
    return by_unit(cell, [](const std::vector<AuditPage>& pages) {
      double sum = 0.0;
      for (const AuditPage& page : pages) sum += page.score;
      return sum / static_cast<double>(pages.size());
    });
  }

  // A curve of one score for each step of a unit, the mean where it has several.
  static std::vector<double> curve(const std::vector<AuditPage>& pages) {
    std::map<double, std::pair<double, double>> steps;
    for (const AuditPage& page : pages) {
      steps[page.step].first += page.score;
      steps[page.step].second += 1.0;
    }
    std::vector<double> values;
    for (const auto& [step, sum] : steps) values.push_back(sum.first / sum.second);
    return values;
  }

  template <typename Summary>
  std::vector<double> by_unit(const Cell& cell, Summary summary) const {
    std::vector<double> values;
    for (const std::string& unit : units_) {
      const auto found = cell.by_unit.find(unit);
      values.push_back(found == cell.by_unit.end() ? kUndefined : summary(found->second));
    }
    return values;
  }

  statistics::BootstrapOptions bootstrap_options() const {
    statistics::BootstrapOptions options;
    options.resamples = settings_.resamples;
    options.confidence = settings_.confidence;
    options.seed = settings_.seed;
    options.unit_name = settings_.columns.unit;
    return options;
  }

  void measure(const Cell& cell) {
    std::vector<std::pair<std::string, std::vector<double>>> columns{{"audit_score", means(cell)}};
    if (!settings_.columns.step.empty()) {
      columns.emplace_back("audit_drift",
                           by_unit(cell, [](const auto& pages) { return drift::total_drift(curve(pages)); }));
      columns.emplace_back("diff_to_linear",
                           by_unit(cell, [](const auto& pages) { return drift::diff_to_linear(curve(pages)); }));
    }
    std::vector<statistics::Column> spans;
    for (const auto& [name, values] : columns) spans.push_back({values, {}});
    const auto estimates = statistics::bootstrap(spans, {}, bootstrap_options());
    for (size_t i = 0; i < columns.size(); ++i) put(cell, columns[i].first, estimates[i]);
  }

  std::string full_slice(const Cell& cell) const {
    if (settings_.columns.contrast.empty()) return cell.slice;
    const std::string own = fmt::format("{}={}", settings_.columns.contrast, cell.contrast);
    return cell.slice == "all" ? own : cell.slice + ", " + own;
  }

  void put(const Cell& cell, const std::string& metric, const statistics::Estimate& estimate) {
    Measurement m;
    m.suite = "harm_drift";
    m.system = settings_.name;
    m.metric = m.label = metric;
    m.slice = full_slice(cell);
    m.id = fmt::format("harm_drift/{}/{}/{}", m.system, m.label, m.slice);
    m.direction = Direction::lower_is_better;
    m.n = estimate.n;
    m.value = estimate.value;
    m.interval = estimate.interval;
    if (!m.value) m.undefined_reason = "undefined for every " + settings_.columns.unit;
    if (metric == "audit_score") add_row(cell, estimate);
    result_.measurements.push_back(std::move(m));
  }

  void add_row(const Cell& cell, const statistics::Estimate& estimate) {
    if (figure_.id.empty()) {
      figure_ = {"harm_drift/audit",
                 "Scores of pages",
                 fmt::format("Mean over each {}, then over all; -1 debunks, 1 promotes. {:.0f} % intervals over {}s.",
                             settings_.columns.unit, 100 * settings_.confidence, settings_.columns.unit),
                 "interval",
                 {{"facet", "slice"}, {"y", "group"}, {"x", "score"}, {"low", "low"}, {"high", "high"}},
                 {"slice", "group", "score", "low", "high", "n"},
                 {}};
    }
    if (!estimate.value) return;
    const Figure::Cell low = estimate.interval ? Figure::Cell(estimate.interval->low) : Figure::Cell(std::monostate());
    const Figure::Cell high =
        estimate.interval ? Figure::Cell(estimate.interval->high) : Figure::Cell(std::monostate());
    figure_.rows.push_back({cell.slice, cell.contrast.empty() ? "all" : cell.contrast, *estimate.value, low, high,
                            static_cast<double>(estimate.n)});
  }

  void compare() {
    std::vector<std::vector<double>> differences;
    for (auto a = cells_.begin(); a != cells_.end(); ++a) {
      for (auto b = std::next(a); b != cells_.end() && b->second.slice == a->second.slice; ++b) {
        if (a->second.contrast.empty()) continue;  // pages that say nothing of it
        std::vector<double> difference = means(b->second);
        const std::vector<double> other = means(a->second);
        for (size_t i = 0; i < difference.size(); ++i) difference[i] -= other[i];
        differences.push_back(std::move(difference));
        result_.comparisons.push_back(described(b->second, a->second));
      }
    }
    finish_paired_comparisons(differences,
                              {bootstrap_options(), settings_.sign_flips, settings_.seed, settings_.columns.unit + "s"},
                              result_.comparisons);
    for (const Comparison& comparison : result_.comparisons) tell(comparison);
  }

  Comparison described(const Cell& first, const Cell& second) const {
    Comparison comparison;
    comparison.suite = "harm_drift";
    comparison.first = first.contrast;
    comparison.second = second.contrast;
    comparison.metric = comparison.label = "audit_score";
    comparison.slice = first.slice;
    comparison.direction = Direction::lower_is_better;
    comparison.id = fmt::format("harm_drift/{}-vs-{}/audit_score/{}", first.contrast, second.contrast, first.slice);
    return comparison;
  }

  void tell(const Comparison& comparison) {
    if (!comparison.p_adjusted || *comparison.p_adjusted > kAlpha) return;
    Finding finding;
    finding.id = fmt::format("harm_drift/{}-above-{}-{}", comparison.first, comparison.second, comparison.slice);
    finding.suite = "harm_drift";
    finding.severity = Severity::medium;
    finding.comparisons = {comparison.id};
    finding.claim = fmt::format(
        "{}, {} {}: pages score {:+.3f} [{:+.3f}, {:+.3f}] against {} (adjusted p = {:.4f}, {} {}s).", comparison.slice,
        settings_.columns.contrast, comparison.first, *comparison.difference, comparison.interval->low,
        comparison.interval->high, comparison.second, *comparison.p_adjusted, comparison.n, settings_.columns.unit);
    result_.findings.push_back(std::move(finding));
  }

  const AuditSettings& settings_;
  std::vector<std::string> units_;
  std::map<std::pair<std::string, std::string>, Cell> cells_;
  Figure figure_;
  SuiteResult result_;
};

}  // namespace

std::vector<AuditPage> read_audit(const std::string& path, const AuditColumns& columns) {
  RecordReader reader(existing_file(path), {",", true, TextEncoding::utf8});
  const Header header(reader);
  const size_t unit = header.find(columns.unit);
  const bool by_result = !columns.stance.empty();
  const size_t score = header.find(by_result ? columns.stance : columns.score);
  const size_t rank = by_result ? header.find(columns.rank) : 0;
  const size_t step = columns.step.empty() ? 0 : header.find(columns.step);
  const size_t own = columns.page.empty() ? 0 : header.find(columns.page);
  const size_t contrast = columns.contrast.empty() ? 0 : header.find(columns.contrast);
  std::vector<size_t> by;
  for (const std::string& name : columns.by) by.push_back(header.find(name));
  Pages pages;
  while (reader.next()) {
    AuditPage page;
    page.unit = header.text(unit);
    if (!columns.page.empty()) page.page = header.text(own);
    if (!columns.step.empty()) page.step = header.number(step);
    if (!columns.contrast.empty()) page.contrast = header.text(contrast);
    for (const size_t column : by) page.by.push_back(header.text(column));
    if (by_result) {
      pages.add(std::move(page), Result{header.number(rank), header.number(score)});
    } else {
      page.score = header.number(score);
      pages.add(std::move(page));
    }
  }
  return pages.take();
}

SuiteResult assess_audit(const std::vector<AuditPage>& pages, const AuditSettings& settings) {
  return Auditor(pages, settings).assess();
}

}  // namespace recgauge::suites
