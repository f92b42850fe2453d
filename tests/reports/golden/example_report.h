// One fixed report with everything that a renderer must show, for golden files and tests of hostile text.
#pragma once

#include "harness/verdict/report.h"

namespace recgauge::tests {

inline Measurement example_measurement(const std::string& system, const std::string& label, double value) {
  Measurement m;
  m.id = "accuracy/" + system + "/" + label + "/all";
  m.suite = "accuracy";
  m.system = system;
  m.metric = label + "(full)";
  m.label = label;
  m.value = value;
  m.interval = statistics::Interval{value - 0.0125, value + 0.0125, 0.95, "bootstrap BCa, 1,000 resamples over users"};
  m.n = 2000;
  m.n_undefined = 3;
  m.unit = "share";
  m.direction = Direction::higher_is_better;
  return m;
}

inline GateResult example_gate(const std::string& name, GateStatus status) {
  GateResult gate;
  gate.gate = "accuracy/ease/ndcg@10/all not worse than ease by more than 5 % (0.0125)";
  gate.status = status;
  gate.measurement = "accuracy/ease/ndcg@10/all";
  constexpr const char* kReasons[] = {"the requirement is met", "the requirement is violated",
                                      "about 8,000 users would decide"};
  gate.explanation = "difference -0.0021, one-sided 95 % bounds -0.0051 and 0.0009 (2,000 users, paired); ";
  gate.explanation += kReasons[static_cast<size_t>(status)];
  gate.name = name;
  gate.suite = "accuracy";
  gate.system = "ease";
  gate.metric = "ndcg@10";
  gate.slice = "all";
  gate.rule = "not_worse_than_baseline";
  gate.baseline = "accuracy/ease/ndcg@10/all";
  gate.estimate = -0.0021;
  gate.limit = 0.0125;
  gate.interval = statistics::Interval{-0.0051, 0.0009, 0.9, "between the two one-sided bounds"};
  gate.p_pass = 0.000125;
  gate.p_fail = 0.75;
  gate.p_fail_adjusted = 1.0;
  gate.basis = "2,000 users, paired";
  gate.n = 2000;
  if (status == GateStatus::inconclusive) gate.deciding_sample_size = 8000;
  return gate;
}

inline SuiteResult example_suite() {
  SuiteResult suite;
  suite.info = {"accuracy", "1.0.0", "How good are the lists?", "Measured.", "Offline.", {"Someone 2020"}};
  suite.measurements = {example_measurement("ease", "ndcg@10", 0.25),
                        example_measurement("popularity", "ndcg@10", 0.125)};
  Measurement undefined = example_measurement("popularity", "coverage@10", 0);
  undefined.value.reset();
  undefined.interval.reset();
  undefined.undefined_reason = "too few answers";
  suite.measurements.push_back(undefined);
  Comparison comparison;
  comparison.id = "accuracy/ease-vs-popularity/ndcg@10/all";
  comparison.suite = "accuracy";
  comparison.first = "ease";
  comparison.second = "popularity";
  comparison.metric = "ndcg@10(full)";
  comparison.label = "ndcg@10";
  comparison.difference = 0.125;
  comparison.interval = statistics::Interval{0.1, 0.15, 0.95, "bootstrap"};
  comparison.p_value = 0.0001;
  comparison.p_adjusted = 0.0012;
  comparison.test = "paired sign-flip permutation, 9,999 flips";
  comparison.correction = "Holm over 12 comparisons";
  comparison.effect_size = 0.5;
  comparison.n = 2000;
  comparison.direction = Direction::higher_is_better;
  suite.comparisons = {comparison};
  Finding finding;
  finding.id = "accuracy/best-model";
  finding.suite = "accuracy";
  finding.claim = "ease is ahead of popularity by 0.125 in ndcg@10.";
  finding.severity = Severity::info;
  finding.controls = {{"oracle", "ndcg@10 is 1", "1", true}, {"constant", "as random", "0.9", false}};
  Finding unmeasured = finding;
  unmeasured.id = "accuracy/unmeasured";
  unmeasured.claim = "Nothing can be said.";
  unmeasured.severity = Severity::high;
  unmeasured.status = FindingStatus::not_measured;
  unmeasured.controls.clear();
  suite.findings = {finding, unmeasured};
  return suite;
}

inline Report example_report() {
  Report report;
  report.run_id = "0123456789abcdef";
  report.name = "example";
  report.data.origin.name = "world";
  report.data.content_hash = "abc";
  report.data.users = 2000;
  report.data.items = 1000;
  report.data.interactions = 99123;
  report.data.known_issues = {"a known issue"};
  report.split.kind = "leave_one_out";
  report.split.candidates = "all items";
  for (const char* name : {"ease", "popularity"}) {
    SystemSummary system;
    system.info.name = name;
    system.role = name[0] == 'e' ? SystemRole::candidate : SystemRole::baseline;
    report.systems.push_back(system);
  }
  report.suites = {example_suite()};
  SuiteResult unmeasured;
  unmeasured.info.name = "latency";
  unmeasured.info.question = "How fast?";
  unmeasured.measured = false;
  unmeasured.not_measured_reason = "no system answered";
  report.suites.push_back(unmeasured);
  Verdict verdict;
  verdict.status = GateStatus::fail;
  verdict.policy = "release";
  verdict.correction = "holm";
  verdict.baseline_run = "fedcba9876543210";
  verdict.gates = {example_gate("no worse", GateStatus::pass), example_gate("better", GateStatus::inconclusive),
                   example_gate("fast", GateStatus::fail)};
  report.verdict = verdict;
  return report;
}

/// The same with text by somebody hostile in every place where text of others can stand.
inline Report hostile_report(const std::string& text) {
  Report report = example_report();
  report.name = report.data.origin.name = report.split.candidates = text;
  report.data.known_issues = {text};
  for (SystemSummary& system : report.systems) system.info.name = text;
  for (SuiteResult& suite : report.suites) {
    suite.not_measured_reason = text;
    for (Measurement& m : suite.measurements) m.id = m.system = m.label = m.metric = m.undefined_reason = text;
    for (Comparison& c : suite.comparisons) c.id = c.first = c.second = c.label = text;
    for (Finding& f : suite.findings) {
      f.id = f.claim = text;
      for (Control& control : f.controls) control.name = control.expectation = control.observed = text;
    }
  }
  report.verdict->policy = report.verdict->baseline_run = text;
  for (GateResult& gate : report.verdict->gates) gate.name = gate.gate = gate.system = gate.explanation = text;
  return report;
}

}  // namespace recgauge::tests
