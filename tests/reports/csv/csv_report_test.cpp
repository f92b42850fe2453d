// CSV is opened in spreadsheets: no text of others may become a formula, and every row has the header's cells.
#include "reports/csv/csv_report.h"

#include <doctest/doctest.h>

#include "tests/reports/golden/example_report.h"

using namespace recgauge;
using reports::csv_cell;

namespace {

// Cells per record, quotes understood.
std::vector<size_t> cells_of(const std::string& text) {
  std::vector<size_t> result;
  size_t cells = 1;
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (!quoted && c == ',') ++cells;
    if (!quoted && c == '\n') {
      result.push_back(cells);
      cells = 1;
    }
  }
  return result;
}

}  // namespace

TEST_CASE("texts that a spreadsheet would calculate get an apostrophe") {
  CHECK(csv_cell("=1+1") == "'=1+1");
  CHECK(csv_cell("@SUM(A1)") == "'@SUM(A1)");
  CHECK(csv_cell("-2+3") == "'-2+3");
  CHECK(csv_cell("+1") == "'+1");
  CHECK(csv_cell("\t=1") == "\"'\t=1\"");
  CHECK(csv_cell("\uFF1D1") == "'\uFF1D1");
  CHECK(csv_cell("a=1") == "a=1");
}

TEST_CASE("cells are quoted by RFC 4180") {
  CHECK(csv_cell("a,b") == "\"a,b\"");
  CHECK(csv_cell("say \"x\"") == "\"say \"\"x\"\"\"");
  CHECK(csv_cell("two\nlines") == "\"two\nlines\"");
  CHECK(csv_cell("") == "");
}

TEST_CASE("every row has as many cells as the header, and numbers keep their digits and signs") {
  for (const Report& report : {tests::example_report(), tests::hostile_report("=a,\"b\r\n;c")}) {
    const std::vector<size_t> cells = cells_of(reports::to_csv(report));
    CHECK(cells.size() == 1 + 3 + 1 + 3);
    for (const size_t count : cells) CHECK(count == cells.front());
  }
  const std::string text = reports::to_csv(tests::example_report());
  CHECK(text.find(",-0.0021,-0.0051,0.0009,0.9,2000,") != std::string::npos);
}
