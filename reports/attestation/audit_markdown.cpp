#include "reports/attestation/audit_markdown.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "harness/system/text.h"
#include "reports/markdown/markdown_report.h"

namespace recgauge::attestation {
namespace {

using reports::escape_markdown;

constexpr size_t kMostNumbers = 8;
std::string number(std::optional<double> value) { return value ? fmt::format("{:.4g}", *value) : "undefined"; }

// "0.1276 share \[0.1028, 0.1569\] (n 300; 95 %, bootstrap)".
std::string with_interval(std::optional<double> value, const std::string& unit,
                          const std::optional<statistics::Interval>& interval, uint64_t n) {
  std::string text = number(value);
  if (!unit.empty()) text += " " + escape_markdown(unit, 20);
  if (!value || !interval) return text + fmt::format(" (n {})", with_separators(n));
  return text + fmt::format(" \\[{}, {}\\] (n {}; {:g} %, {})", number(interval->low), number(interval->high),
                            with_separators(n), 100 * interval->confidence, escape_markdown(interval->method, 60));
}

std::string line_for(const Measurement& m) {
  std::string text = fmt::format("{} {}", escape_markdown(m.system, 80), escape_markdown(m.label, 80));
  if (m.slice != "all") text += " for " + escape_markdown(m.slice, 80);
  text += ": " + with_interval(m.value, m.unit, m.interval, m.n);
  if (!m.value) text += ": " + escape_markdown(m.undefined_reason, 200);
  return text;
}

std::string line_for(const Comparison& c) {
  std::string text = fmt::format("{} minus {}, {}", escape_markdown(c.first, 80), escape_markdown(c.second, 80),
                                 escape_markdown(c.label, 80));
  if (c.slice != "all") text += " for " + escape_markdown(c.slice, 80);
  text += ": " + with_interval(c.difference, "", c.interval, c.n);
  if (c.p_adjusted) text += fmt::format(", adjusted p {:.3g}", *c.p_adjusted);
  if (!c.difference) text += ": " + escape_markdown(c.undefined_reason, 200);
  return text;
}

const char* word_for(FindingStatus status) {
  constexpr const char* kWords[] = {"borne out", "not borne out", "not measured"};
  return kWords[static_cast<size_t>(status)];
}

// A link where the text is nothing but an address.
std::string link_or_text(const std::string& text) {
  const bool plain = text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:/._-") ==
                     std::string::npos;
  return plain && text.starts_with("https://") ? "<" + text + ">" : escape_markdown(text);
}

class Document {
 public:
  explicit Document(const AuditView& view) : view_(view) {}

  std::string build() {
    add_head();
    for (const AuditFramework& framework : view_.frameworks) add_framework(framework);
    add_unmapped();
    add_not_tested();
    add_provenance();
    return std::move(text_);
  }

 private:
  template <typename... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    text_ += fmt::format(format, std::forward<Args>(args)...);
  }

  void add_head() {
    add("# Audit view of {}\n\n", escape_markdown(view_.name, 200));
    text_ +=
        "This document lists evidence relevant to the articles and subcategories named below, and what is missing. It "
        "makes no statement that an obligation applies or is met. \"Borne out\" means that the observations of this "
        "run "
        "support the claim of a finding.\n\n";
    text_ += "- [What was not tested](#what-was-not-tested)\n- [Provenance](#provenance)\n";
  }

  void add_framework(const AuditFramework& framework) {
    add("\n## {}\n\n", escape_markdown(framework.title));
    add("Text: {}\n", link_or_text(framework.source));
    if (!framework.note.empty()) add("\n{}\n", escape_markdown(framework.note, 2000));
    for (const AuditSection& section : framework.sections) add_section(section);
  }

  void add_section(const AuditSection& section) {
    add("\n### {}: {}\n\n", escape_markdown(section.id), escape_markdown(section.title));
    if (!section.summary.empty()) add("{}\n\n", escape_markdown(section.summary, 2000));
    if (section.findings.empty() && section.records.empty()) text_ += "**No evidence in this run.**\n\n";
    for (const AuditFinding& finding : section.findings) add_finding(finding);
    for (const AuditRecord& record : section.records) add_record(record);
    for (const std::string& gap : section.no_evidence) add("- No evidence: {}\n", escape_markdown(gap));
    for (const std::string& limit : section.limits) add("- Limits: {}\n", escape_markdown(limit, 2000));
    if (!section.outside.empty()) add("- Outside this tool: {}\n", escape_markdown(section.outside));
  }

  void add_finding(const AuditFinding& entry) {
    const Finding& finding = entry.finding;
    add("- **{}, {}** ({}): {}\n", to_string(finding.severity), word_for(finding.status),
        escape_markdown(finding.id, 120), escape_markdown(finding.claim));
    if (!finding.detail.empty()) add("  - {}\n", escape_markdown(finding.detail));
    add("  - Relevant as: {}\n", escape_markdown(entry.why));
    add_lines(entry.measurements);
    add_lines(entry.comparisons);
    for (const Control& control : finding.controls) {
      add("  - Control {}: {}; expected {}; observed {}\n", control.passed ? "passed" : "**failed**",
          escape_markdown(control.name, 100), escape_markdown(control.expectation, 300),
          escape_markdown(control.observed, 300));
    }
  }

  template <typename Lines>
  void add_lines(const Lines& lines) {
    for (size_t i = 0; i < std::min(lines.size(), kMostNumbers); ++i) add("  - {}\n", line_for(lines[i]));
    if (lines.size() > kMostNumbers) add("  - and {} more in report.json\n", lines.size() - kMostNumbers);
  }

  // A record is the same wherever it is relevant; its lines stand where it is named first.
  void add_record(const AuditRecord& record) {
    add("- **{}**, relevant as: {}\n", record.title, escape_markdown(record.why));
    if (record.kind == RecordKind::not_tested) {
      text_ += "  - see [What was not tested](#what-was-not-tested)\n";
      return;
    }
    if (record.kind == RecordKind::provenance) {
      text_ += "  - see [Provenance](#provenance)\n";
      return;
    }
    const auto [first, is_first] = first_place_.emplace(record.kind, current_place());
    if (!is_first) {
      add("  - listed under {}\n", first->second);
      return;
    }
    for (const auto& [label, value] : record.rows) {
      add("  - {}: {}\n", escape_markdown(label, 200), escape_markdown(value));
    }
  }

  // The heading of the section that is being written.
  std::string current_place() const {
    const size_t at = text_.rfind("\n### ") + 5;
    return text_.substr(at, text_.find('\n', at) - at);
  }

  void add_unmapped() {
    if (view_.unmapped.empty()) return;
    text_ += "\n## Findings that the mapping assigns to no article\n\n";
    for (const Finding& finding : view_.unmapped) {
      add("- **{}, {}** ({}): {}\n", to_string(finding.severity), word_for(finding.status),
          escape_markdown(finding.id, 120), escape_markdown(finding.claim));
    }
  }

  void add_not_tested() {
    text_ += "\n## What was not tested\n\n";
    if (view_.not_tested.empty()) text_ += "Everything that the mapping names was tested.\n";
    for (const NotTested& entry : view_.not_tested) {
      std::string kind(to_string(entry.kind));
      std::replace(kind.begin(), kind.end(), '_', ' ');
      add("- {}: **{}**: {}\n", kind, escape_markdown(entry.what, 200), escape_markdown(entry.why));
    }
  }

  void add_provenance() {
    text_ += "\n## Provenance\n\n| | |\n|---|---|\n";
    for (const auto& [label, value] : view_.provenance) {
      add("| {} | {} |\n", escape_markdown(label, 200), escape_markdown(value));
    }
  }

  const AuditView& view_;
  std::string text_;
  std::map<RecordKind, std::string> first_place_;
};

}  // namespace

std::string to_markdown(const AuditView& view) { return Document(view).build(); }

}  // namespace recgauge::attestation
