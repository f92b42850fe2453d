// The audit view: evidence goes where the map says, gaps are said, foreign text stays text.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/system/error.h"
#include "reports/attestation/audit_json.h"
#include "reports/attestation/audit_markdown.h"
#include "tests/reports/attestation/fixtures.h"

using namespace recgauge;
using namespace recgauge::attestation;

namespace {

constexpr const char* kMap = R"(
version: 1
suites: [{name: accuracy, question: "How well?"}, {name: bias, question: "Fair?"}]
data_parts:
  - {name: attributes of users, not_slices: ["history="], absent: no groups}
frameworks:
  - id: toy
    title: A framework
    source: https://example.com/text
    note: For tests.
    items:
      - id: "1"
        title: Accuracy
        evidence:
          - {findings: "accuracy/*-ties", why: ties}
          - {findings: accuracy/, why: everything else}
          - {record: gates, why: thresholds}
          - {record: data, why: origin}
      - id: "2"
        title: Fairness
        evidence: [{findings: bias/, why: groups}, {record: not_tested, why: gaps}]
        outside: Justice.
)";

Report report_with_findings() {
  Report report = small_report();
  SuiteResult& suite = report.suites[0];
  Measurement m;
  m.id = "accuracy/vendor/ndcg@10/all";
  m.system = "vendor";
  m.label = "ndcg@10";
  m.value = 0.25;
  m.interval = statistics::Interval{0.125, 0.5, 0.95, "bootstrap"};
  m.n = 1000;
  suite.measurements.push_back(m);
  m.id = "accuracy/vendor/recall@10/all";
  m.value.reset();
  m.interval.reset();
  m.undefined_reason = "nobody has a relevant item";
  suite.measurements.push_back(m);
  Finding best;
  best.id = "accuracy/best";
  best.claim = "vendor is best";
  best.measurements = {"accuracy/vendor/ndcg@10/all", "accuracy/gone"};
  best.controls = {{"oracle", "1", "0.5", false}};
  suite.findings.push_back(best);
  Finding ties = best;
  ties.id = "accuracy/vendor-ties";
  ties.severity = Severity::high;
  ties.status = FindingStatus::not_measured;
  ties.claim = "ties were not looked at";
  ties.controls.clear();
  suite.findings.push_back(ties);
  return report;
}

const NotTested* find(const AuditView& view, NotTested::Kind kind) {
  const auto found = std::find_if(view.not_tested.begin(), view.not_tested.end(),
                                  [&](const NotTested& entry) { return entry.kind == kind; });
  return found == view.not_tested.end() ? nullptr : &*found;
}

}  // namespace

TEST_CASE("patterns are beginnings with wildcards") {
  CHECK(begins_like("accuracy/x-ties", "accuracy/"));
  CHECK(begins_like("accuracy/x-ties", "accuracy/*-ties"));
  CHECK(begins_like("accuracy/x-ties-2", "accuracy/*-ties"));
  CHECK(begins_like("abc", ""));
  CHECK(begins_like("abc", "*"));
  CHECK(begins_like("abc", "*c"));
  CHECK(!begins_like("accuracy/x", "accuracy/*-ties"));
  CHECK(!begins_like("bias/x", "accuracy/"));
  CHECK(!begins_like("", "a"));
}

TEST_CASE("findings go to the first rule that takes them, worst first, with their numbers and controls") {
  const AuditView view = build_audit_view(report_with_findings(), parse_framework_map(kMap, "map.yaml"));
  REQUIRE(view.frameworks.size() == 1);
  const AuditSection& accuracy = view.frameworks[0].sections.at(0);
  REQUIRE(accuracy.findings.size() == 2);
  CHECK(accuracy.findings[0].finding.id == "accuracy/vendor-ties");
  CHECK(accuracy.findings[0].why == "ties");
  CHECK(accuracy.findings[1].why == "everything else");
  REQUIRE(accuracy.findings[1].measurements.size() == 1);  // an id that the report lacks is left out
  CHECK(accuracy.findings[1].measurements[0].value == 0.25);
  CHECK(accuracy.limits == std::vector<std::string>{"Offline only."});
  REQUIRE(accuracy.records.size() == 1);
  CHECK(accuracy.records[0].kind == RecordKind::data);
  CHECK(accuracy.no_evidence == std::vector<std::string>{"Gates: no policy was applied."});
  CHECK(view.unmapped.empty());
}

TEST_CASE("what was not tested is said, with the reason") {
  using Kind = NotTested::Kind;
  const FrameworkMap map = parse_framework_map(kMap, "map.yaml");
  Report report = report_with_findings();
  AuditView view = build_audit_view(report, map);
  const AuditSection& fairness = view.frameworks[0].sections.at(1);
  CHECK(fairness.findings.empty());
  REQUIRE(fairness.no_evidence.size() == 1);
  CHECK(fairness.no_evidence[0].find("bias did not run") != std::string::npos);
  for (const Kind kind : {Kind::suite_not_run, Kind::finding_not_measured, Kind::measurement_undefined, Kind::data_part,
                          Kind::control_failed, Kind::not_calibrated, Kind::no_policy}) {
    CAPTURE(to_string(kind));
    CHECK(find(view, kind) != nullptr);
  }
  CHECK(find(view, Kind::suite_not_run)->what == "bias");
  CHECK(find(view, Kind::measurement_undefined)->why == "nobody has a relevant item");
  CHECK(find(view, Kind::control_failed)->why == "expected 1, observed 0.5");

  report.suites[0].measurements[0].slice = "history=1-5";
  CHECK(find(build_audit_view(report, map), Kind::data_part) != nullptr);
  report.suites[0].measurements[0].slice = "gender=F";
  CHECK(find(build_audit_view(report, map), Kind::data_part) == nullptr);
  report.suites[0].measured = false;
  report.suites[0].not_measured_reason = "too few answers";
  view = build_audit_view(report, map);
  REQUIRE(find(view, Kind::suite_not_measured) != nullptr);
  CHECK(find(view, Kind::suite_not_measured)->why == "too few answers");
  report.verdict.emplace();
  CHECK(find(build_audit_view(report, map), Kind::no_policy) == nullptr);
}

TEST_CASE("findings that no rule takes are listed, not lost") {
  Report report = report_with_findings();
  report.suites[0].info.name = "own-suite";
  const AuditView view = build_audit_view(report, parse_framework_map(kMap, "map.yaml"));
  CHECK(view.unmapped.size() == 2);
  CHECK(to_markdown(view).find("assigns to no article") != std::string::npos);
}

TEST_CASE("the embedded map: every framework of the audit, neutral words, no article without evidence") {
  const FrameworkMap map = embedded_framework_map();
  CHECK(map.sha256.size() == 64);
  std::vector<std::string> ids;
  for (const Framework& framework : map.frameworks) {
    for (const FrameworkItem& item : framework.items) {
      ids.push_back(framework.id + " " + item.id);
      CHECK(!item.evidence.empty());
    }
  }
  for (const char* id :
       {"dsa Art. 34(1)(a)", "dsa Art. 34(1)(b)", "dsa Art. 34(1)(c)", "dsa Art. 34(1)(d)", "eu_ai_act Art. 9(2)",
        "eu_ai_act Art. 10(2)", "eu_ai_act Art. 15(1) and (3)", "eu_ai_act Art. 15(4)", "eu_ai_act Art. 15(5)",
        "nist_ai_rmf GOVERN 1.4", "nist_ai_rmf MAP 2.3", "nist_ai_rmf MEASURE 2.11", "nist_ai_rmf MANAGE 1.1"}) {
    CAPTURE(id);
    CHECK(std::find(ids.begin(), ids.end(), id) != ids.end());
  }
  std::string text(embedded_framework_text());
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const char* word : {"compli", "conform", "fulfil", "satisf", "guarantee", "ensure"}) {
    CAPTURE(word);
    CHECK(text.find(word) == std::string::npos);
  }
}

TEST_CASE("an edited map is refused with its place") {
  const auto refused = [](std::string text, const std::string& from, const std::string& to, const char* part) {
    text.replace(text.find(from), from.size(), to);
    CHECK_THROWS_WITH_AS(parse_framework_map(text, "map.yaml"), doctest::Contains(part), ConfigError);
  };
  refused(kMap, "version: 1", "version: 2", "map.yaml:2");
  refused(kMap, "why: ties", "wy: ties", "lacks the key 'why'");
  refused(kMap, "findings: bias/", "findings: baas/", "'baas/' does not begin with the name of a suite");
  refused(kMap, "record: gates", "record: gate", "gates");
  refused(kMap, "{record: gates, why: thresholds}", "{why: thresholds}", "one of 'findings' and 'record'");
}

TEST_CASE("the document holds findings with numbers, gaps and hashes") {
  const std::string text = to_markdown(build_audit_view(report_with_findings(), parse_framework_map(kMap, "map.yaml")));
  for (const std::string& part : std::vector<std::string>{
           "# Audit view of small", "## A framework", "### 1: Accuracy",
           "- **high, not measured** (accuracy/vendor-ties)",
           "vendor ndcg@10: 0.25 \\[0.125, 0.5\\] (n 1,000; 95 %, bootstrap)", "Control **failed**: oracle",
           "- No evidence: Gates\\: no policy was applied.", "- Limits: Offline only.", "## What was not tested",
           "- suite not run: **bias**: Fair?", "## Provenance", std::string(64, 'b'), "Outside this tool: Justice."}) {
    CAPTURE(part);
    CHECK(text.find(part) != std::string::npos);
  }
}

TEST_CASE("foreign text cannot become markup, a row or a heading") {
  Report report = report_with_findings();
  constexpr const char* kHostile =
      "x\n# big\n<script>alert(1)</script> [a](javascript:alert(1)) ![i](http://e.vil/x) | cell | `code` **b** _i_ "
      "https://e.vil www.e.vil @someone #12 <!-- &lt;";
  report.name = kHostile;
  report.suites[0].findings[0].claim = kHostile;
  report.suites[0].info.limits = kHostile;
  report.systems[0].info.name = kHostile;
  report.data.origin.name = kHostile;
  report.data.known_issues = {kHostile};
  const std::string text = to_markdown(build_audit_view(report, embedded_framework_map()));
  for (const char* part : {"<script", "[a](", "[i](", " | cell", "\n# big", "`code`", "**b**", "https://e.vil",
                           "www.e.vil", "@someone", "#12", "<!--"}) {
    CAPTURE(part);
    CHECK(text.find(part) == std::string::npos);
  }
}

TEST_CASE("as JSON, the view names findings by id and keeps every gap") {
  Report report = report_with_findings();
  report.suites[0].findings[0].claim = "caf\xE9";
  const AuditView view = build_audit_view(report, parse_framework_map(kMap, "map.yaml"));
  const auto json = nlohmann::json::parse(to_json(view));
  const auto& sections = json["frameworks"][0]["sections"];
  REQUIRE(sections.size() == 2);
  CHECK(sections[0]["findings"][0] == nlohmann::json{{"id", "accuracy/vendor-ties"}, {"why", "ties"}});
  CHECK(sections[0]["findings"][1]["id"] == "accuracy/best");
  CHECK(sections[0]["records"][0]["rows"].size() == view.frameworks[0].sections[0].records[0].rows.size());
  CHECK(sections[1]["findings"].empty());
  CHECK(sections[1]["no_evidence"][0] == "The suite bias did not run; it would be relevant: groups");
  CHECK(sections[1]["outside"] == "Justice.");
  CHECK(json["not_tested"].size() == view.not_tested.size());
  CHECK(json["not_tested"][0]["kind"] == std::string(to_string(view.not_tested[0].kind)));
}
