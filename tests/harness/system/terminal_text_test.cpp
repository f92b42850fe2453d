#include "harness/system/terminal_text.h"

#include <doctest/doctest.h>

#include "harness/system/text.h"

using namespace recgauge;

TEST_CASE("nothing that drives a terminal survives printable()") {
  CHECK(printable("Amélie 千と千尋 🎬") == "Amélie 千と千尋 🎬");
  CHECK(printable("a\x1B[31mb\x07\x7F\n") == "a?[31mb???");
  CHECK(printable("\xC2\x9B"
                  "31m") == "?31m");  // C1 control sequence introducer
  // A stray byte must not carry the escape behind it through.
  CHECK(printable("\xC3\x1B[31m") == "??[31m");
  CHECK(printable("\x9B\x1B[31m") == "??[31m");
  CHECK(printable("\xF0\x9F") == "??");
  CHECK(printable("\xC0\x9B") == "??");       // overlong escape
  CHECK(printable("\xED\xA0\x80") == "???");  // surrogate
  CHECK(printable("a\xE2\x80\xAE"
                  "b") == "a?b");  // right-to-left override
}

TEST_CASE("widths are counted in characters") {
  CHECK(printable("éééé", 3) == "éé…");
  CHECK(printable("ééé", 3) == "ééé");
  CHECK(printable("", 0).empty());
  CHECK(display_width("é🎬a") == 3);
  CHECK(padded("é", 3) == "é  ");
  CHECK(padded("é", 3, Alignment::right) == "  é");
  CHECK(with_separators(0) == "0");
  CHECK(with_separators(999) == "999");
  CHECK(with_separators(1000) == "1,000");
  CHECK(with_separators(1234567) == "1,234,567");
}
