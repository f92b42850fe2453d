// Markdown is put where others read it with our name on it: foreign text must stay text, and the size limits hold.
#include "reports/markdown/markdown_report.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "reports/github/github_annotations.h"
#include "tests/reports/golden/example_report.h"
#include "tests/scripted/property.h"

using namespace recgauge;
using reports::escape_markdown;

TEST_CASE("markup, links, mentions and references of foreign text take no effect") {
  CHECK(escape_markdown("a|b") == "a\\|b");
  CHECK(escape_markdown("`rm`") == "\\`rm\\`");
  CHECK(escape_markdown("<img src=x>") == "&lt;img src=x&gt;");
  CHECK(escape_markdown("[x](http://evil)") == "\\[x\\]\\(http\\://evil\\)");
  CHECK(escape_markdown("www.evil.example") == "www\\.evil.example");
  CHECK(escape_markdown("ask @root") == "ask @\u200Broot");
  CHECK(escape_markdown("ndcg@10") == "ndcg@10");
  CHECK(escape_markdown("see #12") == "see \\#\u200B12");
  CHECK(escape_markdown("a\r\n# b\t|") == "a  \\#\u200B b \\|");
  CHECK(escape_markdown("**x** __y__ ~~z~~ $w$ :tada:") ==
        "\\*\\*x\\*\\* \\_\\_y\\_\\_ \\~\\~z\\~\\~ \\$w\\$ \\:tada\\:");
  CHECK(escape_markdown("\xff") == "\uFFFD");
  CHECK(escape_markdown("abcdef", 3) == "abc…");
}

TEST_CASE("no text opens an element, a cell or a line") {
  scripted::check_property([](const std::string& text) {
    const std::string escaped = escape_markdown(text);
    RC_ASSERT(escaped.find_first_of("<>\n\r") == std::string::npos);
    for (size_t i = 0; i < escaped.size(); ++i) {
      if (escaped[i] == '|' || escaped[i] == '`') {
        size_t backslashes = 0;
        while (backslashes < i && escaped[i - 1 - backslashes] == '\\') ++backslashes;
        RC_ASSERT(backslashes % 2 == 1);
      }
    }
  });
}

TEST_CASE("a comment stays within its limit and says what it leaves out") {
  Report report = tests::example_report();
  report.verdict->gates.assign(5000, tests::example_gate("many", GateStatus::pass));
  report.verdict->gates.back() = tests::example_gate("the one that failed", GateStatus::fail);
  const std::string comment = reports::verdict_to_markdown(*report.verdict, report.name);
  CHECK(comment.size() <= reports::kCommentLimit);
  CHECK(comment.size() > reports::kCommentLimit - 1000);
  CHECK(comment.find("more lines did not fit") != std::string::npos);
  CHECK(comment.find("the one that failed") < 1000);
  CHECK(reports::to_markdown(report).size() <= reports::kCommentLimit);
  CHECK(reports::to_markdown(report, reports::kSummaryLimit).size() <= reports::kSummaryLimit);
}

TEST_CASE("every line of a hostile report's tables has as many cells as its header") {
  const std::string text = reports::to_markdown(tests::hostile_report("x|\n|---|\n<b> @all ::error::"));
  size_t rows = 0;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    begin = end + 1;
    if (line.find("**FAIL**") == std::string::npos && line.find("**INCONCLUSIVE**") == std::string::npos) continue;
    size_t bars = 0;
    for (size_t i = 0; i < line.size(); ++i) bars += line[i] == '|' && (i == 0 || line[i - 1] != '\\') ? 1 : 0;
    CHECK(bars == 6);
    ++rows;
  }
  CHECK(rows == 2);
  CHECK(text.find("<b>") == std::string::npos);
}

TEST_CASE("workflow commands: one line each, whatever the text") {
  CHECK(reports::escape_github_message("50 %\r\nx: a,b") == "50 %25%0D%0Ax: a,b");
  CHECK(reports::escape_github_property("a:b,c\n") == "a%3Ab%2Cc%0A");
  const std::string text =
      reports::to_github(*tests::hostile_report("x\n::set-env name=A::b").verdict, "run\n::error::");
  CHECK(std::count(text.begin(), text.end(), '\n') == 3);
  CHECK(text.find("\n::set-env") == std::string::npos);
  CHECK(text.find("::error title=recgauge%3A fail::run%0A::error::") == 0);
}
