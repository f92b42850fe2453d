// One approved output per renderer: a change of any of them shows in the diff of a file. scripts/approve.sh takes the
// new outputs over.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

#include "harness/system/whole_file.h"
#include "reports/attestation/audit_markdown.h"
#include "reports/console/console_report.h"
#include "reports/console/console_verdict.h"
#include "reports/csv/csv_report.h"
#include "reports/github/github_annotations.h"
#include "reports/html/html_report.h"
#include "reports/json/report_json.h"
#include "reports/junit/junit_report.h"
#include "reports/markdown/markdown_report.h"
#include "tests/reports/golden/example_report.h"

using namespace recgauge;

namespace {

void check_golden(const std::string& name, const std::string& output) {
  const std::filesystem::path file = std::filesystem::path(RECGAUGE_SOURCE_DIR) / "tests/golden/reports" / name;
  if (std::getenv("RECGAUGE_APPROVE") != nullptr) write_whole_file(file, output);
  CAPTURE(name);
  REQUIRE(std::filesystem::exists(file));
  const bool equal = read_whole_file(file) == output;
  CHECK_MESSAGE(equal, "differs from the approved output; look at the change with: scripts/approve.sh && git diff");
}

// The page's script and style are built elsewhere; what people read without JavaScript is made here.
std::string plain_part(const std::string& page) {
  const size_t begin = page.find("<noscript>");
  const size_t end = page.find("</noscript>");
  return begin == std::string::npos || end == std::string::npos ? ""
                                                                : page.substr(begin, end - begin) + "</noscript>\n";
}

}  // namespace

TEST_CASE("every renderer gives what was approved") {
  const Report report = tests::example_report();
  check_golden("report.json", reports::to_json(report));
  check_golden("report.txt", reports::to_console(report));
  check_golden("report.plain.html", plain_part(reports::to_html(report)));
  check_golden("report.xml", reports::to_junit(report));
  check_golden("report.md", reports::to_markdown(report));
  check_golden("report.csv", reports::to_csv(report));
  check_golden("audit.md",
               attestation::to_markdown(attestation::build_audit_view(report, attestation::embedded_framework_map())));
  check_golden("verdict.json", reports::to_json(*report.verdict));
  check_golden("verdict.txt", reports::to_console(*report.verdict));
  check_golden("verdict.xml", reports::verdict_to_junit(*report.verdict, report.name));
  check_golden("verdict.md", reports::verdict_to_markdown(*report.verdict, report.name));
  check_golden("verdict.github", reports::to_github(*report.verdict, report.name));
}
