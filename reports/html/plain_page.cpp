#include "reports/html/plain_page.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/html/escape.h"

namespace recgauge::reports {
namespace {

std::string in_words(std::string_view name) {
  std::string text(name);
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

std::string element(std::string_view tag, std::string_view text) {
  return fmt::format("<{}>{}</{}>", tag, escape_text(text), tag);
}

std::string row(std::string_view tag, const std::vector<std::string>& cells) {
  std::string html = "<tr>";
  for (const std::string& cell : cells) html += element(tag, cell);
  return html + "</tr>\n";
}

std::string verdict_block(const Report& report) {
  if (!report.verdict) return "";
  std::string html = element("h2", fmt::format("Verdict: {}", to_string(report.verdict->status))) +
                     "\n<div class=\"scroll\"><table>" + row("th", {"Status", "Gate", "Explanation"});
  for (const GateResult& gate : report.verdict->gates)
    html += row("td", {std::string(to_string(gate.status)), gate.gate, gate.explanation});
  return html + "</table></div>\n";
}

std::string finding_item(const Finding& finding) {
  std::string html = fmt::format("<li>{} {}", element("strong", fmt::format("{}:", to_string(finding.severity))),
                                 escape_text(finding.claim));
  html += escape_text(fmt::format(" ({}; {})", in_words(to_string(finding.status)), finding.suite));
  if (!finding.detail.empty()) html += element("p", finding.detail);
  for (const Control& control : finding.controls) {
    html += element("p", fmt::format("Control {} {}: expected {}; observed {}.", control.name,
                                     control.passed ? "passed" : "FAILED", control.expectation, control.observed));
  }
  return html + "</li>\n";
}

std::string findings_block(const Report& report) {
  std::vector<const Finding*> findings;
  for (const SuiteResult& suite : report.suites) {
    for (const Finding& finding : suite.findings) findings.push_back(&finding);
  }
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding* a, const Finding* b) { return a->severity > b->severity; });
  std::string html = element("h2", "Findings") + "\n";
  if (findings.empty()) return html + element("p", "No findings.") + "\n";
  html += "<ul>\n";
  for (const Finding* finding : findings) html += finding_item(*finding);
  return html + "</ul>\n";
}

std::string value_of(const Measurement& m) {
  if (!m.value) return "undefined: " + m.undefined_reason;
  return fmt::format("{:.5g}{}{}", *m.value, m.unit.empty() ? "" : " ", m.unit);
}

std::string interval_of(const Measurement& m) {
  return m.interval ? fmt::format("[{:.5g}, {:.5g}] ({:g} %)", m.interval->low, m.interval->high,
                                  100.0 * m.interval->confidence)
                    : "none";
}

std::string measurements_block(const Report& report) {
  std::string html = element("h2", "Measurements over everything (slice all)") + "\n<div class=\"scroll\"><table>" +
                     row("th", {"Suite", "System", "Metric", "Value", "Interval", "n"});
  for (const SuiteResult& suite : report.suites) {
    for (const Measurement& m : suite.measurements) {
      if (m.slice == "all")
        html += row("td", {m.suite, m.system, m.metric, value_of(m), interval_of(m), fmt::format("{}", m.n)});
    }
  }
  return html + "</table></div>\n";
}

std::string unmeasured_block(const Report& report) {
  std::string html;
  for (const SuiteResult& suite : report.suites) {
    if (!suite.measured)
      html += element("p", fmt::format("Suite {}: not measured, {}.", suite.info.name, suite.not_measured_reason));
  }
  return html;
}

}  // namespace

std::string plain_page(const Report& report) {
  std::string html = "<main class=\"plain\">\n" + element("h1", report.name.empty() ? report.run_id : report.name);
  html += element("p", fmt::format("Run {}; data set {}; recgauge {}. JavaScript is off: this is the short form. "
                                   "Everything else is in report.json.",
                                   report.run_id, report.data.origin.name, report.provenance.tool_version));
  html += verdict_block(report) + findings_block(report) + unmeasured_block(report) + measurements_block(report);
  return html + "</main>\n";
}

}  // namespace recgauge::reports
