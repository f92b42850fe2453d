#include "reports/junit/junit_report.h"

#include <fmt/format.h>

#include <vector>

#include "harness/system/text.h"

namespace recgauge::reports {
namespace {

enum class CaseStatus : uint8_t { passed, failed, error, skipped };

struct TestCase {
  std::string name;
  std::string group;
  CaseStatus status = CaseStatus::passed;
  std::string type;  ///< of a failure or an error
  std::string message;
};

struct TestSuite {
  std::string name;
  std::vector<std::pair<std::string, std::string>> properties;
  std::vector<TestCase> cases;

  size_t count(CaseStatus status) const {
    size_t result = 0;
    for (const TestCase& test : cases) result += test.status == status ? 1 : 0;
    return result;
  }
};

std::string render(const TestCase& test) {
  constexpr const char* kElements[] = {"", "failure", "error"};
  const std::string opening = fmt::format("    <testcase name=\"{}\" classname=\"{}\" time=\"0\"",
                                          escape_xml(test.name), escape_xml(test.group));
  const std::string message = escape_xml(test.message);
  if (test.status == CaseStatus::passed) {
    return fmt::format("{}>\n      <system-out>{}</system-out>\n    </testcase>\n", opening, message);
  }
  // The schema that Jenkins published allows no attribute here.
  if (test.status == CaseStatus::skipped)
    return fmt::format("{}>\n      <skipped>{}</skipped>\n    </testcase>\n", opening, message);
  const char* element = kElements[static_cast<size_t>(test.status)];
  return fmt::format("{0}>\n      <{1} type=\"{2}\" message=\"{3}\">{3}</{1}>\n    </testcase>\n", opening, element,
                     escape_xml(test.type), message);
}

std::string render(const TestSuite& suite) {
  std::string text =
      fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"0\">\n",
                  escape_xml(suite.name), suite.cases.size(), suite.count(CaseStatus::failed),
                  suite.count(CaseStatus::error), suite.count(CaseStatus::skipped));
  if (!suite.properties.empty()) {
    text += "    <properties>\n";
    for (const auto& [name, value] : suite.properties) {
      text += fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", escape_xml(name), escape_xml(value));
    }
    text += "    </properties>\n";
  }
  for (const TestCase& test : suite.cases) text += render(test);
  return text + "  </testsuite>\n";
}

std::string render(const std::vector<TestSuite>& suites, std::string_view run) {
  size_t tests = 0;
  size_t failures = 0;
  size_t errors = 0;
  std::string body;
  for (const TestSuite& suite : suites) {
    tests += suite.cases.size();
    failures += suite.count(CaseStatus::failed);
    errors += suite.count(CaseStatus::error);
    body += render(suite);
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"recgauge {}\" tests=\"{}\" failures=\"{}\" "
      "errors=\"{}\" time=\"0\">\n{}</testsuites>\n",
      escape_xml(run), tests, failures, errors, body);
}

TestSuite suite_of(const Verdict& verdict) {
  TestSuite suite{"gates", {}, {}};
  suite.properties = {{"policy", verdict.policy},
                      {"verdict", std::string(to_string(verdict.status))},
                      {"confidence", fmt::format("{}", verdict.confidence)},
                      {"correction", verdict.correction}};
  if (!verdict.baseline_run.empty()) suite.properties.emplace_back("baseline run", verdict.baseline_run);
  for (const GateResult& gate : verdict.gates) {
    const CaseStatus status = gate.status == GateStatus::pass   ? CaseStatus::passed
                              : gate.status == GateStatus::fail ? CaseStatus::failed
                                                                : CaseStatus::error;
    suite.cases.push_back({fmt::format("{}: {}", gate.name, gate.gate), "recgauge.gates." + gate.suite, status,
                           std::string(to_string(gate.status)), gate.explanation});
  }
  return suite;
}

std::string failed_controls(const Finding& finding) {
  std::string text;
  for (const Control& control : finding.controls) {
    if (control.passed) continue;
    text += fmt::format("{}control {} failed: expected {}, observed {}", text.empty() ? "" : "; ", control.name,
                        control.expectation, control.observed);
  }
  return text;
}

TestSuite suite_of(const SuiteResult& result) {
  TestSuite suite{result.info.name, {{"version", result.info.version}}, {}};
  const std::string group = "recgauge." + result.info.name;
  if (!result.measured) {
    suite.cases.push_back({"measured", group, CaseStatus::skipped, {}, result.not_measured_reason});
  }
  for (const Finding& finding : result.findings) {
    TestCase test{
        finding.id, group, CaseStatus::passed, {}, fmt::format("{}: {}", to_string(finding.severity), finding.claim)};
    if (const std::string failed = failed_controls(finding); !failed.empty()) {
      test.status = CaseStatus::failed;
      test.type = "control failed";
      test.message = failed;
    } else if (finding.status == FindingStatus::not_measured) {
      test.status = CaseStatus::skipped;
    }
    suite.cases.push_back(std::move(test));
  }
  return suite;
}

}  // namespace

std::string escape_xml(std::string_view text) {
  std::string result;
  for (size_t at = 0; at < text.size();) {
    const auto [value, length] = code_point_at(text, at);
    at += length;
    switch (value) {
      case U'<':
        result += "&lt;";
        break;
      case U'>':
        result += "&gt;";
        break;
      case U'&':
        result += "&amp;";
        break;
      case U'"':
        result += "&quot;";
        break;
      case U'\'':
        result += "&apos;";
        break;
      case U'\n':
        result += "&#10;";
        break;
      case U'\r':
        result += "&#13;";
        break;
      case U'\t':
        result += "&#9;";
        break;
      default:
        append_code_point(result, value < 0x20 || value == 0xFFFE || value == 0xFFFF ? U'\uFFFD' : value);
    }
  }
  return result;
}

std::string verdict_to_junit(const Verdict& verdict, std::string_view run) { return render({suite_of(verdict)}, run); }

std::string to_junit(const Report& report) {
  std::vector<TestSuite> suites;
  if (report.verdict) suites.push_back(suite_of(*report.verdict));
  for (const SuiteResult& suite : report.suites) suites.push_back(suite_of(suite));
  return render(suites, report.name);
}

}  // namespace recgauge::reports
