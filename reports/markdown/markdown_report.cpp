#include "reports/markdown/markdown_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "harness/system/text.h"
#include "reports/console/console_report.h"

namespace recgauge::reports {
namespace {

constexpr size_t kMostColumns = 6;
constexpr size_t kNoteReserve = 160;

// Takes whole blocks as long as they fit and counts the rest.
class LimitedText {
 public:
  explicit LimitedText(size_t limit) : room_(limit > kNoteReserve ? limit - kNoteReserve : 0) {}

  void add(const std::string& block) {
    if (left_out_ > 0 || text_.size() + block.size() > room_) {
      ++left_out_;
    } else {
      text_ += block;
    }
  }

  std::string finish() {
    if (left_out_ > 0) {
      text_ += fmt::format("\n_{} more lines did not fit; report.json and report.html of the run hold everything._\n",
                           with_separators(left_out_));
    }
    return std::move(text_);
  }

 private:
  size_t room_;
  size_t left_out_ = 0;
  std::string text_;
};

const char* word_for(GateStatus status) {
  constexpr const char* kWords[] = {"pass", "**FAIL**", "**INCONCLUSIVE**"};
  return kWords[static_cast<size_t>(status)];
}

std::string with_interval(const std::optional<double>& value, const std::optional<statistics::Interval>& interval) {
  if (!value || !interval) return short_number(value);
  return fmt::format("{} ({} to {})", short_number(value), short_number(interval->low), short_number(interval->high));
}

std::string gate_row(const GateResult& gate) {
  return fmt::format("| {} | {} | {} | {} | {} |\n", word_for(gate.status), escape_markdown(gate.name, 200),
                     escape_markdown(gate.gate, 300), gate.estimate ? with_interval(gate.estimate, gate.interval) : "",
                     escape_markdown(gate.explanation));
}

void add_verdict(const Verdict& verdict, LimitedText& text) {
  text.add(fmt::format("**Verdict: {}** under the policy {} (one-sided confidence {:g} %, correction {}).\n\n",
                       to_string(verdict.status), escape_markdown(verdict.policy, 100), 100 * verdict.confidence,
                       escape_markdown(verdict.correction, 100)));
  text.add("| Status | Gate | Demands | Estimate (bounds) | Why |\n|---|---|---|---|---|\n");
  std::vector<const GateResult*> gates;
  for (const GateResult& gate : verdict.gates) gates.push_back(&gate);
  const auto rank = [](const GateResult* gate) {
    return gate->status == GateStatus::fail ? 0 : gate->status == GateStatus::inconclusive ? 1 : 2;
  };
  std::stable_sort(gates.begin(), gates.end(),
                   [&](const GateResult* a, const GateResult* b) { return rank(a) < rank(b); });
  for (const GateResult* gate : gates) text.add(gate_row(*gate));
}

void add_data(const Report& report, LimitedText& text) {
  text.add(fmt::format("\n{}: {} users, {} items, {} interactions; split {}; {}.\n",
                       escape_markdown(report.data.origin.name, 200), with_separators(report.data.users),
                       with_separators(report.data.items), with_separators(report.data.interactions),
                       escape_markdown(report.split.kind, 100), escape_markdown(report.split.candidates, 200)));
  for (const std::string& issue : report.data.known_issues) text.add("- " + escape_markdown(issue) + "\n");
}

void add_findings(const SuiteResult& suite, LimitedText& text) {
  std::vector<const Finding*> findings;
  for (const Finding& finding : suite.findings) findings.push_back(&finding);
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding* a, const Finding* b) { return a->severity > b->severity; });
  for (const Finding* finding : findings) {
    const std::string status =
        finding->status == FindingStatus::supported ? "" : fmt::format(" ({})", to_string(finding->status));
    text.add(fmt::format("- **{}**{}: {}\n", to_string(finding->severity), escape_markdown(status),
                         escape_markdown(finding->claim)));
    for (const Control& control : finding->controls) {
      if (control.passed) continue;
      text.add(fmt::format("  - **control failed**: {}, expected {}, observed {}\n", escape_markdown(control.name),
                           escape_markdown(control.expectation), escape_markdown(control.observed)));
    }
  }
}

void add_table(const SuiteResult& suite, LimitedText& text) {
  std::vector<std::string> labels;
  std::vector<std::string> systems;
  std::map<std::pair<std::string, std::string>, const Measurement*> cells;
  const auto note = [](std::vector<std::string>& names, const std::string& name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  };
  for (const Measurement& m : suite.measurements) {
    if (m.slice != "all") continue;
    if (labels.size() < kMostColumns) note(labels, m.label);
    note(systems, m.system);
    cells[{m.system, m.label}] = &m;
  }
  if (labels.empty()) return;
  std::string header = "\n| System |";
  std::string rule = "|---|";
  for (const std::string& label : labels) {
    header += " " + escape_markdown(label, 100) + " |";
    rule += "---|";
  }
  text.add(header + "\n" + rule + "\n");
  for (const std::string& system : systems) {
    std::string row = "| " + escape_markdown(system, 100) + " |";
    for (const std::string& label : labels) {
      const auto found = cells.find({system, label});
      row += found == cells.end() ? " |"
                                  : fmt::format(" {} |", with_interval(found->second->value, found->second->interval));
    }
    text.add(row + "\n");
  }
}

bool is_word(char32_t c) {
  return (c >= U'0' && c <= U'9') || (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || c == U'_' || c >= 0x80;
}

bool ends_with_www(const std::string& text) {
  if (text.size() < 3) return false;
  return std::all_of(text.end() - 3, text.end(), [](char c) { return c == 'w' || c == 'W'; });
}

}  // namespace

std::string escape_markdown(std::string_view text, size_t width) {
  constexpr std::u32string_view kMarkup = U"\\`*_{}[]()#!|~$:^\"'";
  std::string result;
  char32_t previous = U' ';
  size_t used = 0;
  for (size_t at = 0; at < text.size();) {
    if (++used > width) return result + "…";
    const auto [value, length] = code_point_at(text, at);
    at += length;
    const bool line_end = value < 0x20 || (value >= 0x7F && value < 0xA0) || value == 0x2028 || value == 0x2029;
    const bool turns_text = (value >= 0x202A && value <= 0x202E) || (value >= 0x2066 && value <= 0x2069);
    if (line_end || turns_text) {
      result += ' ';
    } else if (value == U'<') {
      result += "&lt;";
    } else if (value == U'>') {
      result += "&gt;";
    } else if (value == U'&') {
      result += "&amp;";
    } else {
      if (kMarkup.find(value) != std::u32string_view::npos || (value == U'.' && ends_with_www(result))) result += '\\';
      append_code_point(result, value);
      // Mentions and references are found in the rendered text, where an escape no longer shows; a zero-width space
      // does.
      if (value == U'#' || (value == U'@' && !is_word(previous))) result += "\u200B";
    }
    previous = value;
  }
  return result;
}

std::string verdict_to_markdown(const Verdict& verdict, std::string_view run, size_t limit) {
  LimitedText text(limit);
  text.add(fmt::format("### recgauge: {}\n\n", escape_markdown(run, 100)));
  add_verdict(verdict, text);
  return text.finish();
}

std::string to_markdown(const Report& report, size_t limit) {
  LimitedText text(limit);
  text.add(fmt::format("### recgauge: {}\n\n", escape_markdown(report.name, 100)));
  if (report.verdict) add_verdict(*report.verdict, text);
  add_data(report, text);
  for (const SuiteResult& suite : report.suites) {
    text.add(fmt::format("\n#### {}\n\n{}\n\n", escape_markdown(suite.info.name, 100),
                         escape_markdown(suite.info.question)));
    if (!suite.measured) text.add(fmt::format("Not measured: {}\n", escape_markdown(suite.not_measured_reason)));
    add_findings(suite, text);
    add_table(suite, text);
  }
  return text.finish();
}

}  // namespace recgauge::reports
