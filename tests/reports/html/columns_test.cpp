// The page's reader of columns (reports/html/web/test) is tested with the same cases.
#include "reports/html/columns.h"

#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>

using namespace recgauge;

TEST_CASE("lists are written in the form of the shared cases") {
  std::ifstream file(RECGAUGE_SOURCE_DIR "/reports/html/web/test/columns.json");
  const auto cases = nlohmann::ordered_json::parse(file);
  REQUIRE(cases.size() > 8);
  for (const auto& example : cases) {
    CAPTURE(example["case"].get<std::string>());
    CHECK(reports::in_columns(example["value"].dump()) == example["columns"].dump());
  }
}

TEST_CASE("whole numbers keep all their digits") {
  CHECK(reports::in_columns(R"({"seed":18446744073709551615})") == R"({"seed":18446744073709551615})");
}

TEST_CASE("text that is not JSON is refused") { CHECK_THROWS(reports::in_columns("{")); }
