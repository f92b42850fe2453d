#include "reports/console/console_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "harness/system/terminal_text.h"
#include "harness/system/text.h"
#include "reports/console/console_verdict.h"

namespace recgauge::reports {
namespace {

class ConsolePage {
 public:
  ConsolePage(const Report& report, const ConsoleStyle& style) : report_(report), style_(style) {}

  std::string build() {
    add_header();
    for (const SuiteResult& suite : report_.suites) add_suite(suite);
    if (report_.verdict) text_ += "\n" + to_console(*report_.verdict, style_);
    return std::move(text_);
  }

 private:
  std::string bold(const std::string& text) const { return code("1", text); }
  std::string code(const char* number, const std::string& text) const {
    return style_.colour == Colour::on ? fmt::format("\033[{}m{}\033[0m", number, text) : text;
  }

  void add_header() {
    text_ += bold(printable(report_.name)) + "\n";
    text_ += fmt::format("  {} users, {} items, {} interactions; split {}; {}\n", with_separators(report_.data.users),
                         with_separators(report_.data.items), with_separators(report_.data.interactions),
                         printable(report_.split.kind), printable(report_.split.candidates));
    for (const std::string& issue : report_.data.known_issues) text_ += wrapped(printable(issue), style_.width, "  ! ");
  }

  void add_suite(const SuiteResult& suite) {
    text_ += "\n" + bold(printable(suite.info.name)) + "  " + printable(suite.info.question) + "\n";
    if (!suite.measured) {
      text_ += wrapped("not measured: " + printable(suite.not_measured_reason), style_.width, "  ");
    }
    for (const Finding& finding : suite.findings) add_finding(finding);
    add_table(suite);
  }

  void add_finding(const Finding& finding) {
    constexpr const char* kColours[] = {"36", "36", "33", "31", "31"};
    const std::string label = finding.status == FindingStatus::not_measured ? "not measured"
                              : finding.status == FindingStatus::not_supported
                                  ? "not supported"
                                  : std::string(to_string(finding.severity));
    text_ += "  " + code(kColours[static_cast<size_t>(finding.severity)], label) + "\n";
    text_ += wrapped(printable(finding.claim), style_.width, "    ");
    for (const Control& control : finding.controls) {
      if (control.passed) continue;
      text_ += wrapped("control failed: " + printable(control.name) + ", expected " + printable(control.expectation) +
                           ", observed " + printable(control.observed),
                       style_.width, "    ");
    }
  }

  // Systems in rows, the suite's first metrics over everything in columns, as many as fit.
  void add_table(const SuiteResult& suite) {
    std::vector<std::string> labels;
    std::map<std::pair<std::string, std::string>, const Measurement*> cells;
    for (const Measurement& m : suite.measurements) {
      if (m.slice != "all") continue;
      if (std::find(labels.begin(), labels.end(), m.label) == labels.end()) labels.push_back(m.label);
      cells[{m.system, m.label}] = &m;
    }
    if (labels.empty()) return;
    size_t name_width = 6;
    for (const SystemSummary& system : report_.systems) {
      name_width = std::max(name_width, display_width(printable(system.info.name, 24)));
    }
    std::string header = "  " + padded("system", name_width) + "  role     ";
    std::vector<size_t> widths;
    for (const std::string& label : labels) {
      const std::string shown = printable(label);
      const size_t width = widths.empty() ? 24 : std::max<size_t>(9, display_width(shown));
      if (display_width(header) + 2 + width > style_.width) break;
      header += "  " + padded(shown, width, Alignment::right);
      widths.push_back(width);
    }
    text_ += "\n" + bold(header) + "\n";
    for (const SystemSummary* system : ordered(cells, labels.front())) {
      text_ += "  " + padded(printable(system->info.name, 24), name_width) + "  " + padded(to_string(system->role), 9);
      for (size_t i = 0; i < widths.size(); ++i) {
        const auto found = cells.find({system->info.name, labels[i]});
        const std::string cell = found == cells.end() ? ""
                                 : i == 0             ? with_interval(found->second->value, found->second->interval)
                                                      : short_number(found->second->value);
        text_ += "  " + padded(cell, widths[i], Alignment::right);
      }
      text_ += "\n";
    }
    if (widths.size() < labels.size()) {
      text_ += fmt::format("  and {} further metrics in the report\n", labels.size() - widths.size());
    }
  }

  std::vector<const SystemSummary*> ordered(
      const std::map<std::pair<std::string, std::string>, const Measurement*>& cells, const std::string& label) const {
    const auto value = [&](const SystemSummary* system) {
      const auto found = cells.find({system->info.name, label});
      return found == cells.end() || !found->second->value ? -INFINITY : *found->second->value;
    };
    std::vector<const SystemSummary*> systems;
    for (const SystemSummary& system : report_.systems) systems.push_back(&system);
    std::stable_sort(systems.begin(), systems.end(), [&](const SystemSummary* a, const SystemSummary* b) {
      const bool a_control = a->role == SystemRole::control;
      const bool b_control = b->role == SystemRole::control;
      return a_control != b_control ? b_control : value(a) > value(b);
    });
    return systems;
  }

  const Report& report_;
  const ConsoleStyle& style_;
  std::string text_;
};

}  // namespace

std::string short_number(std::optional<double> value) {
  if (!value || std::isnan(*value)) return "undefined";
  if (*value == 0.0) return "0";
  const double size = std::fabs(*value);
  if (size >= 1000) return fmt::format("{:.0f}", *value);
  if (size < 0.0001) return fmt::format("{:.1e}", *value);
  return fmt::format("{:.{}f}", *value, size >= 100 ? 1 : size >= 10 ? 2 : size >= 1 ? 3 : 4);
}

std::string with_interval(const std::optional<double>& value, const std::optional<statistics::Interval>& interval) {
  if (!value || !interval) return short_number(value);
  return fmt::format("{} [{}, {}]", short_number(value), short_number(interval->low), short_number(interval->high));
}

std::string wrapped(std::string_view text, size_t width, const std::string& indent) {
  std::string result;
  std::string line;
  const auto flush = [&] {
    result += indent + line + "\n";
    line.clear();
  };
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(' ', begin), text.size());
    const std::string_view word = text.substr(begin, end - begin);
    if (!line.empty() && display_width(line) + 1 + display_width(word) + indent.size() > width) flush();
    line += (line.empty() ? "" : " ") + std::string(word);
    begin = end + 1;
  }
  if (!line.empty()) flush();
  return result;
}

std::string to_console(const Report& report, const ConsoleStyle& style) { return ConsolePage(report, style).build(); }

}  // namespace recgauge::reports
