// JUnit is read by parsers that stop at the first wrong byte: every report must be valid by the schema, whatever it
// holds.
#include "reports/junit/junit_report.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "harness/system/whole_file.h"
#include "tests/reports/golden/example_report.h"
#include "tests/scripted/property.h"

using namespace recgauge;

namespace {

constexpr char kHostileBytes[] = "]]><x a=\"b\" c='d'>&amp;\x1b[31m\x00\x01\xff\xc3(\xed\xa0\x80\xef\xbf\xbf\n\r\t";
const std::string kHostile(kHostileBytes, sizeof(kHostileBytes) - 1);

bool have_xmllint() { return std::system("command -v xmllint > /dev/null 2>&1") == 0; }

bool is_valid(const std::string& xml) {
  const auto file = std::filesystem::temp_directory_path() / ("recgauge-junit-" + std::to_string(getpid()) + ".xml");
  write_whole_file(file, xml);
  const std::string command = "xmllint --noout --nonet --schema " RECGAUGE_SOURCE_DIR
                              "/tests/golden/junit/jenkins-junit.xsd " +
                              file.string() + " > /dev/null 2>&1";
  const bool valid = std::system(command.c_str()) == 0;
  std::filesystem::remove(file);
  return valid;
}

}  // namespace

TEST_CASE("reports are valid by the Jenkins schema, hostile ones too") {
  if (!have_xmllint()) {
    MESSAGE("xmllint (libxml2-utils) is not installed; not checked");
    return;
  }
  CHECK_FALSE(is_valid("<testsuites><testcase/></testsuites>"));
  CHECK(is_valid(reports::to_junit(Report{})));
  CHECK(is_valid(reports::to_junit(tests::example_report())));
  const Report hostile = tests::hostile_report(kHostile);
  CHECK(is_valid(reports::to_junit(hostile)));
  CHECK(is_valid(reports::verdict_to_junit(*hostile.verdict, hostile.name)));
}

TEST_CASE("a failed gate is a failure, an inconclusive one an error, and both are counted") {
  const std::string xml = reports::verdict_to_junit(*tests::example_report().verdict, "run");
  CHECK(xml.find("tests=\"3\" failures=\"1\" errors=\"1\"") != std::string::npos);
  CHECK(xml.find("<failure type=\"fail\" message=\"difference -0.0021") != std::string::npos);
  CHECK(xml.find("<error type=\"inconclusive\"") != std::string::npos);
  CHECK(xml.find("<property name=\"policy\" value=\"release\"/>") != std::string::npos);
}

TEST_CASE("what XML cannot hold becomes U+FFFD, what it would take as markup is escaped") {
  CHECK(reports::escape_xml("a<b>&\"'\n") == "a&lt;b&gt;&amp;&quot;&apos;&#10;");
  CHECK(reports::escape_xml(std::string_view("\0\x1b", 2)) == "\uFFFD\uFFFD");
  CHECK(reports::escape_xml("\xff\xc3(") == "\uFFFD\uFFFD(");
  CHECK(reports::escape_xml("\xef\xbf\xbe") == "\uFFFD");
  CHECK(reports::escape_xml("grün 𝄞") == "grün 𝄞");
}

TEST_CASE("no text leaves markup behind") {
  scripted::check_property([](const std::string& text) {
    const std::string escaped = reports::escape_xml(text);
    RC_ASSERT(escaped.find_first_of("<>\"'\n\r\t") == std::string::npos);
  });
}
