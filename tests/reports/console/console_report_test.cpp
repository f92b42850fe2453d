// The page of text for a terminal: its look, and that no foreign text can drive the terminal or break the table.
#include "reports/console/console_report.h"

#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <limits>

#include "harness/system/terminal_text.h"
#include "harness/system/whole_file.h"
#include "tests/scripted/property.h"

using namespace recgauge;
using reports::Colour;
using reports::short_number;
using reports::to_console;

namespace {

Measurement measured(const std::string& system, const std::string& label, std::optional<double> value,
                     double half_width = 0) {
  Measurement m;
  m.system = system;
  m.label = label;
  m.value = value;
  if (half_width > 0) m.interval = statistics::Interval{*value - half_width, *value + half_width, .95, "bootstrap"};
  return m;
}

Report fixed_report() {
  Report report;
  report.name = "trial";
  report.data.users = 12345;
  report.data.items = 678;
  report.data.interactions = 1234567;
  report.data.known_issues = {
      "The part named validation lies after the part named test in time, which flatters models "
      "that are tuned on it."};
  report.split.kind = "leave_one_out";
  report.split.candidates = "all items of the catalogue";
  const auto system = [&](const char* name, SystemRole role) {
    SystemSummary& summary = report.systems.emplace_back();
    summary.info.name = name;
    summary.role = role;
  };
  system("popularity", SystemRole::baseline);
  system("oracle", SystemRole::control);
  system("a-model-with-a-name-that-is-too-long", SystemRole::candidate);
  system("silent", SystemRole::candidate);
  SuiteResult& suite = report.suites.emplace_back();
  suite.info.name = "accuracy";
  suite.info.question = "How good are the lists?";
  suite.measurements = {measured("popularity", "ndcg@10", .0587, .01),
                        measured("popularity", "recall@10", .0535),
                        measured("oracle", "ndcg@10", 1),
                        measured("oracle", "recall@10", .9),
                        measured("a-model-with-a-name-that-is-too-long", "ndcg@10", .25, .02),
                        measured("a-model-with-a-name-that-is-too-long", "recall@10", 1234.5),
                        measured("silent", "ndcg@10", std::nullopt),
                        measured("silent", "average_popularity@10", 12.3456)};
  suite.measurements.push_back(measured("popularity", "ndcg@10", .99));
  suite.measurements.back().slice = "gender=F";
  Finding good;
  good.claim = "The model beats the best baseline, popularity, by 0.1913 ndcg@10 (adjusted p = 0.0004).";
  Finding bad;
  bad.severity = Severity::critical;
  bad.status = FindingStatus::not_supported;
  bad.claim = "A sanity control failed: do not trust this suite's numbers.";
  bad.controls = {{"oracle", "ndcg@10 is 1", "ndcg@10 is 1.000000", true},
                  {"constant score", "recall@10 is 0.01", "recall@10 is 0.5", false}};
  Finding unknown;
  unknown.status = FindingStatus::not_measured;
  unknown.claim = "silent left 3 of 4 requests without a usable answer.";
  suite.findings = {good, bad, unknown};
  SuiteResult& second = report.suites.emplace_back();
  second.info.name = "latency";
  second.info.question = "How fast?";
  second.measured = false;
  second.not_measured_reason = "no system answered enough requests";
  return report;
}

size_t longest_line(const std::string& text) {
  size_t longest = 0;
  size_t length = 0;
  for (const char c : text) {
    length = c == '\n' ? 0 : length + ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0);
    longest = std::max(longest, length);
  }
  return longest;
}

}  // namespace

TEST_CASE("a fixed report looks as approved") {
  const std::string text = to_console(fixed_report(), {100, Colour::off});
  const std::filesystem::path golden = std::filesystem::path(RECGAUGE_SOURCE_DIR) / "tests/golden/console_report.txt";
  if (std::getenv("RECGAUGE_APPROVE") != nullptr) std::ofstream(golden, std::ios::binary) << text;
  CHECK(text == read_whole_file(golden));
}

TEST_CASE("colour is only codes around the same text") {
  const std::string plain = to_console(fixed_report(), {100, Colour::off});
  std::string coloured = to_console(fixed_report(), {100, Colour::on});
  CHECK(plain.find('\033') == std::string::npos);
  CHECK(coloured.find("\033[31m") != std::string::npos);
  for (size_t at = coloured.find('\033'); at != std::string::npos; at = coloured.find('\033')) {
    coloured.erase(at, coloured.find('m', at) - at + 1);
  }
  CHECK(coloured == plain);
}

TEST_CASE("narrow terminals get fewer columns and shorter lines, nothing breaks") {
  const Report report = fixed_report();
  for (const size_t width : {200, 100, 80, 60, 40}) {
    CAPTURE(width);
    const std::string text = to_console(report, {width, Colour::off});
    CHECK(text.find("popularity") != std::string::npos);
    // The header of the data and the suites' questions are not wrapped; tables and findings are.
    CHECK(longest_line(text.substr(text.find("accuracy"))) <= std::max<size_t>(width, 45));
  }
  CHECK(to_console(report, {80, Colour::off}).find("and 1 further metrics in the report") != std::string::npos);
  for (const size_t width : {20, 3, 1, 0}) CHECK_FALSE(to_console(report, {width, Colour::off}).empty());
  CHECK(to_console(Report{}).find("0 users, 0 items") != std::string::npos);
}

TEST_CASE("systems are ordered by the first metric, the undefined last, controls at the end") {
  const std::string text = to_console(fixed_report(), {100, Colour::off});
  const std::string table = text.substr(text.find("role"));
  const size_t model = table.find("a-model-with");
  CHECK(model < table.find("popularity  "));
  CHECK(table.find("popularity  ") < table.find("silent"));
  CHECK(table.find("silent") < table.find("oracle"));
}

TEST_CASE("no text of a report reaches the terminal as a control character") {
  const std::string hostile =
      "\x1b[2J\x9b"
      "31m\x80\x1b]0;owned\x07\xC2\x9B"
      "2K\xE0\x1b[A\xF0\x9F\x1b[B\r\b\x7F\xE2\x80\xAE";
  Report report = fixed_report();
  report.name = report.split.kind = report.split.candidates = hostile;
  report.data.known_issues = {hostile};
  report.systems[0].info.name = hostile;
  for (SuiteResult& suite : report.suites) {
    suite.info.name = suite.info.question = suite.not_measured_reason = hostile;
    suite.measured = false;
    for (Measurement& m : suite.measurements) m.system = m.label = hostile;
    for (Finding& finding : suite.findings) {
      finding.claim = hostile;
      finding.controls = {{hostile, hostile, hostile, false}};
    }
  }
  const std::string text = to_console(report, {100, Colour::off});
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool control = (byte < 0x20 && byte != '\n') || byte == 0x7F;
    const bool c1 = byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (control || c1) FAIL_CHECK("control character at byte " << i);
  }
  CHECK(text.find("\xE2\x80\xAE") == std::string::npos);
}

TEST_CASE("printable: control characters, directions of text, broken UTF-8, and cutting by characters") {
  CHECK(printable("plain") == "plain");
  CHECK(printable("a\tb\nc\x1b") == "a?b?c?");
  CHECK(printable("\xC3\xA9t\xC3\xA9") == "\xC3\xA9t\xC3\xA9");
  CHECK(printable("\xC2\x9B") == "?");
  CHECK(printable("\xC2\xA0") == "\xC2\xA0");
  CHECK(printable("\x9B\x1b[31m") == "??[31m");
  CHECK(printable("\xE0\x1b[A") == "??[A");
  CHECK(printable("\xF0\x9F\x98") == "???");
  CHECK(printable("\xF0\x9F\x98\x80") == "\xF0\x9F\x98\x80");
  CHECK(printable("\xE2\x80\xAE"
                  "abc\xE2\x81\xA6") == "?abc?");
  CHECK(printable("\xC0\x9B") == "??");
  CHECK(printable("\xED\xA0\x80") == "???");
  CHECK(printable("abcdef", 4) == "abc\xE2\x80\xA6");
  CHECK(printable("abcd", 4) == "abcd");
  CHECK(printable("\xC3\xA9\xC3\xA9\xC3\xA9", 2) == "\xC3\xA9\xE2\x80\xA6");
  CHECK(printable("") == "");
  scripted::check_property("no byte below 0x20, no 0x7F, and valid UTF-8 stays", [](const std::string& text) {
    for (const char c : printable(text)) {
      const auto byte = static_cast<unsigned char>(c);
      RC_ASSERT(byte >= 0x20 && byte != 0x7F);
    }
    RC_ASSERT(printable(printable(text)) == printable(text));
  });
}

TEST_CASE("short numbers") {
  CHECK(short_number(std::nullopt) == "undefined");
  CHECK(short_number(std::nan("")) == "undefined");
  CHECK(short_number(0.0) == "0");
  CHECK(short_number(0.05351) == "0.0535");
  CHECK(short_number(1.23456) == "1.235");
  CHECK(short_number(-12.3456) == "-12.35");
  CHECK(short_number(123.456) == "123.5");
  CHECK(short_number(123456.7) == "123457");
  CHECK(short_number(0.00001234) == "1.2e-05");
  CHECK(short_number(std::numeric_limits<double>::infinity()) == "inf");
}
