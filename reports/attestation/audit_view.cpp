#include "reports/attestation/audit_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <unordered_map>

#include "reports/attestation/audit_records.h"

namespace recgauge::attestation {
namespace {

class ViewBuilder {
 public:
  ViewBuilder(const Report& report, const FrameworkMap& map) : report_(report), map_(map) {
    for (const SuiteResult& suite : report.suites) {
      suites_[suite.info.name] = &suite;
      for (const Measurement& m : suite.measurements) measurements_[m.id] = &m;
      for (const Comparison& c : suite.comparisons) comparisons_[c.id] = &c;
    }
  }

  AuditView build() {
    AuditView view;
    view.run_id = report_.run_id;
    view.name = report_.name;
    for (const Framework& framework : map_.frameworks) {
      AuditFramework& made = view.frameworks.emplace_back(
          AuditFramework{framework.id, framework.title, framework.source, framework.note, {}});
      for (const FrameworkItem& item : framework.items) made.sections.push_back(section(item));
    }
    view.not_tested = list_not_tested(report_, map_);
    for (const SuiteResult& suite : report_.suites) {
      for (const Finding& finding : suite.findings) {
        if (mapped_.count(&finding) == 0) view.unmapped.push_back(finding);
      }
    }
    view.provenance = provenance_rows(report_);
    return view;
  }

 private:
  AuditSection section(const FrameworkItem& item) {
    AuditSection section{item.id, item.title, item.summary, {}, {}, {}, {}, item.outside};
    std::set<const Finding*> taken;
    for (const EvidenceRule& rule : item.evidence) {
      if (rule.record == RecordKind::none) {
        add_findings(rule, taken, section);
      } else {
        add_record(rule, section);
      }
    }
    std::stable_sort(
        section.findings.begin(), section.findings.end(),
        [](const AuditFinding& a, const AuditFinding& b) { return a.finding.severity > b.finding.severity; });
    return section;
  }

  void add_record(const EvidenceRule& rule, AuditSection& section) {
    AuditRecord record = make_record(report_, rule.record, rule.why);
    if (record.rows.empty() && rule.record != RecordKind::not_tested) {
      section.no_evidence.push_back(fmt::format(
          "{}: {}.", record.title, rule.record == RecordKind::gates ? "no policy was applied" : "none in this run"));
    } else {
      section.records.push_back(std::move(record));
    }
  }

  void add_findings(const EvidenceRule& rule, std::set<const Finding*>& taken, AuditSection& section) {
    const std::string name = rule.findings.substr(0, rule.findings.find('/'));
    const auto suite = suites_.find(name);
    if (suite == suites_.end()) {
      section.no_evidence.push_back(fmt::format("The suite {} did not run; it would be relevant: {}", name, rule.why));
      return;
    }
    if (!suite->second->measured) {
      section.no_evidence.push_back(
          fmt::format("The suite {} ran and measured nothing: {}", name, suite->second->not_measured_reason));
    }
    bool found = false;
    for (const Finding& finding : suite->second->findings) {
      if (!begins_like(finding.id, rule.findings)) continue;
      found = true;
      if (taken.insert(&finding).second) section.findings.push_back(with_evidence(finding, rule.why));
    }
    if (!found && suite->second->measured) {
      section.no_evidence.push_back(
          fmt::format("The suite {} ran and has no finding '{}': {}", name, rule.findings, rule.why));
    }
    const std::string& limits = suite->second->info.limits;
    if (found && !limits.empty() &&
        std::find(section.limits.begin(), section.limits.end(), limits) == section.limits.end()) {
      section.limits.push_back(limits);
    }
  }

  AuditFinding with_evidence(const Finding& finding, const std::string& why) {
    mapped_.insert(&finding);
    AuditFinding result{finding, {}, {}, why};
    for (const std::string& id : finding.measurements) {
      if (const auto at = measurements_.find(id); at != measurements_.end()) result.measurements.push_back(*at->second);
    }
    for (const std::string& id : finding.comparisons) {
      if (const auto at = comparisons_.find(id); at != comparisons_.end()) result.comparisons.push_back(*at->second);
    }
    return result;
  }

  const Report& report_;
  const FrameworkMap& map_;
  std::map<std::string, const SuiteResult*> suites_;
  std::unordered_map<std::string, const Measurement*> measurements_;
  std::unordered_map<std::string, const Comparison*> comparisons_;
  std::set<const Finding*> mapped_;
};

}  // namespace

std::string_view to_string(NotTested::Kind kind) {
  constexpr std::array kNames{"suite_not_run", "suite_not_measured", "finding_not_measured", "measurement_undefined",
                              "data_part",     "control_failed",     "not_calibrated",       "no_policy"};
  return kNames.at(static_cast<size_t>(kind));
}

AuditView build_audit_view(const Report& report, const FrameworkMap& map) { return ViewBuilder(report, map).build(); }

}  // namespace recgauge::attestation
