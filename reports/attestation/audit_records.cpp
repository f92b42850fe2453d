#include "reports/attestation/audit_records.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/system/text.h"

namespace recgauge::attestation {
namespace {

template <typename Map>
std::string joined(const Map& map) {
  std::vector<std::string> parts;
  for (const auto& [key, value] : map) parts.push_back(fmt::format("{} {}", key, value));
  return fmt::format("{}", fmt::join(parts, ", "));
}

AuditRows data_rows(const DataSummary& data) {
  AuditRows rows{{"name", data.origin.name},
                 {"licence", data.origin.licence},
                 {"size", fmt::format("{} users, {} items, {} interactions", with_separators(data.users),
                                      with_separators(data.items), with_separators(data.interactions))},
                 {"SHA-256 of the content", data.content_hash}};
  for (const NamedFile& file : data.origin.files) rows.emplace_back("file " + file.name, "SHA-256 " + file.sha256);
  if (!data.load_report.empty()) rows.emplace_back("loading", joined(data.load_report));
  for (const std::string& issue : data.known_issues) rows.emplace_back("known issue", issue);
  return rows;
}

AuditRows split_rows(const SplitSummary& split) {
  AuditRows rows{{"kind", split.kind}, {"parameters", joined(split.parameters)}, {"candidates", split.candidates}};
  for (const auto& [part, hash] : split.hashes) rows.emplace_back("SHA-256 of " + part, hash);
  for (const AuditNote& note : split.audit) rows.emplace_back("leakage audit: " + note.name, note.sentence);
  return rows;
}

AuditRows system_rows(const std::vector<SystemSummary>& systems) {
  AuditRows rows;
  for (const SystemSummary& system : systems) {
    rows.emplace_back(fmt::format("{} {}", to_string(system.role), system.info.name),
                      fmt::format("kind {}; {} requests: {}", system.info.kind, with_separators(system.requests),
                                  joined(system.outcomes)));
  }
  return rows;
}

AuditRows gate_rows(const std::optional<Verdict>& verdict) {
  if (!verdict) return {};
  AuditRows rows{{"verdict", std::string(to_string(verdict->status))},
                 {"policy", fmt::format("{}; one-sided confidence {:g} %, correction {}", verdict->policy,
                                        100 * verdict->confidence, verdict->correction)}};
  if (!verdict->baseline_run.empty()) rows.emplace_back("baseline run", verdict->baseline_run);
  for (const GateResult& gate : verdict->gates) {
    rows.emplace_back(gate.gate, fmt::format("{}: {}", to_string(gate.status), gate.explanation));
  }
  return rows;
}

AuditRows calibration_rows(const std::vector<SuiteResult>& suites) {
  AuditRows rows;
  for (const SuiteResult& suite : suites) {
    for (const CalibrationCertificate& certificate : suite.certificates) {
      std::string text = fmt::format("false alarms {:.3g} at alpha {:g} over {} seeds", certificate.false_alarm_rate,
                                     certificate.alpha, certificate.seeds);
      for (const auto& power : certificate.power) {
        text += fmt::format("; power {:.3g} for an effect of {:g}{}{} at n {}", power.power, power.effect,
                            power.effect_unit.empty() ? "" : " ", power.effect_unit, power.n);
      }
      rows.emplace_back(suite.info.name + ": " + certificate.probe, std::move(text));
    }
  }
  return rows;
}

const SuiteResult* find_suite(const Report& report, const std::string& name) {
  for (const SuiteResult& suite : report.suites) {
    if (suite.info.name == name) return &suite;
  }
  return nullptr;
}

bool matches_any(const std::string& text, const std::vector<std::string>& patterns) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return begins_like(text, pattern); });
}

bool has_part(const Report& report, const DataPart& part) {
  for (const SuiteResult& suite : report.suites) {
    for (const Measurement& m : suite.measurements) {
      if (m.slice == "all" || !m.value || matches_any(m.slice, part.not_slices)) continue;
      if (part.slices.empty() || matches_any(m.slice, part.slices)) return true;
    }
  }
  return false;
}

void add_undefined(const SuiteResult& suite, std::vector<NotTested>& list) {
  std::set<std::string> reasons;
  size_t count = 0;
  for (const Measurement& m : suite.measurements) {
    if (m.value) continue;
    ++count;
    reasons.insert(m.undefined_reason);
  }
  if (count == 0) return;
  constexpr size_t kMostReasons = 3;
  std::vector<std::string> shown(
      reasons.begin(), std::next(reasons.begin(), static_cast<ptrdiff_t>(std::min(reasons.size(), kMostReasons))));
  if (reasons.size() > kMostReasons) shown.push_back(fmt::format("{} further reasons", reasons.size() - kMostReasons));
  list.push_back({NotTested::Kind::measurement_undefined,
                  fmt::format("{}: {} of {} measurements", suite.info.name, count, suite.measurements.size()),
                  fmt::format("{}", fmt::join(shown, "; "))});
}

void add_suite(const SuiteResult& suite, std::vector<NotTested>& list) {
  using Kind = NotTested::Kind;
  if (!suite.measured) list.push_back({Kind::suite_not_measured, suite.info.name, suite.not_measured_reason});
  for (const Finding& finding : suite.findings) {
    if (finding.status == FindingStatus::not_measured) {
      list.push_back({Kind::finding_not_measured, finding.id, finding.claim});
    }
    for (const Control& control : finding.controls) {
      if (control.passed) continue;
      list.push_back({Kind::control_failed, fmt::format("{}: {}", finding.id, control.name),
                      fmt::format("expected {}, observed {}", control.expectation, control.observed)});
    }
  }
  add_undefined(suite, list);
  if (suite.measured && suite.certificates.empty()) {
    list.push_back({Kind::not_calibrated, suite.info.name,
                    "no calibration certificate: how often it errs on clean systems and what it would have missed is "
                    "not stated"});
  }
}

const char* title_of(RecordKind kind) {
  constexpr const char* kTitles[] = {"",
                                     "Data",
                                     "Split and candidates",
                                     "Systems and their answers",
                                     "Gates",
                                     "Calibration of the probes",
                                     "Versions and configuration",
                                     "What was not tested"};
  return kTitles[static_cast<size_t>(kind)];
}

}  // namespace

AuditRows provenance_rows(const Report& report) {
  AuditRows rows{{"run", report.run_id},
                 {"SHA-256 of the configuration", report.provenance.config_hash},
                 {"SHA-256 of the data", report.data.content_hash}};
  for (const NamedFile& file : report.data.origin.files) rows.emplace_back("SHA-256 of " + file.name, file.sha256);
  for (const auto& [part, hash] : report.split.hashes) rows.emplace_back("SHA-256 of the split's " + part, hash);
  rows.emplace_back("seed", std::to_string(report.provenance.seed));
  rows.emplace_back("recgauge", report.provenance.tool_version);
  rows.emplace_back("libraries", joined(report.provenance.library_versions));
  rows.emplace_back("report format", report.schema_version);
  const auto finished = report.environment.facts.find("finished");
  if (finished != report.environment.facts.end()) rows.emplace_back("finished", finished->second);
  return rows;
}

AuditRecord make_record(const Report& report, RecordKind kind, std::string why) {
  AuditRecord record{kind, title_of(kind), std::move(why), {}};
  switch (kind) {
    case RecordKind::data:
      record.rows = data_rows(report.data);
      break;
    case RecordKind::split:
      record.rows = split_rows(report.split);
      break;
    case RecordKind::systems:
      record.rows = system_rows(report.systems);
      break;
    case RecordKind::gates:
      record.rows = gate_rows(report.verdict);
      break;
    case RecordKind::calibration:
      record.rows = calibration_rows(report.suites);
      break;
    case RecordKind::provenance:
      record.rows = provenance_rows(report);
      break;
    case RecordKind::not_tested:
    case RecordKind::none:
      break;
  }
  return record;
}

std::vector<NotTested> list_not_tested(const Report& report, const FrameworkMap& map) {
  std::vector<NotTested> list;
  for (const KnownSuite& suite : map.suites) {
    if (find_suite(report, suite.name) == nullptr) {
      list.push_back({NotTested::Kind::suite_not_run, suite.name, suite.question});
    }
  }
  for (const SuiteResult& suite : report.suites) add_suite(suite, list);
  for (const DataPart& part : map.data_parts) {
    if (!has_part(report, part)) list.push_back({NotTested::Kind::data_part, part.name, part.absent});
  }
  if (!report.verdict) {
    list.push_back(
        {NotTested::Kind::no_policy, "gates", "no policy was applied: nothing here says what is good enough"});
  }
  std::stable_sort(list.begin(), list.end(), [](const NotTested& a, const NotTested& b) { return a.kind < b.kind; });
  return list;
}

}  // namespace recgauge::attestation
