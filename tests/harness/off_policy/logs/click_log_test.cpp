// Logs of clicks: what is understood, and what is refused and where.
#include "harness/off_policy/logs/click_log.h"

#include <doctest/doctest.h>

#include "harness/system/error.h"
#include "tests/scripted/temporary_folder.h"

using namespace recgauge;
using namespace recgauge::off_policy;
using scripted::TemporaryFolder;

namespace {

ClickLog read(const std::string& text, ClickLogFormat format) {
  const TemporaryFolder folder;
  return read_click_log(folder.write("log", text), format);
}

const std::string kCsv = "list,position,item,click,unit\n";

}  // namespace

TEST_CASE("a log as JSON Lines and as CSV reads alike") {
  const ClickLog json = read(
      "{\"items\":[\"a\",7],\"clicks\":[1,0],\"unit\":\"u\"}\n{\"items\":[7,\"b\"],\"clicks\":[0,0],\"unit\":\"v\"}\n",
      ClickLogFormat::json_lines);
  CHECK(json.length == 2);
  CHECK(json.size() == 2);
  CHECK(json.items == std::vector<uint32_t>{0, 1, 1, 2});
  CHECK(json.clicks == std::vector<uint8_t>{1, 0, 0, 0});
  CHECK(json.item_names.name(1) == "7");
  const ClickLog csv = read(kCsv + "x,1,a,1,u\nx,2,7,0,u\ny,1,7,0,v\ny,2,\"b\",0,v\n", ClickLogFormat::csv);
  CHECK(csv.items == json.items);
  CHECK(csv.clicks == json.clicks);
  CHECK(csv.units == json.units);
  CHECK(read("list,position,item,click\n1,1,a,0\n", ClickLogFormat::csv).units.empty());
  CHECK(read("", ClickLogFormat::json_lines).size() == 0);
}

TEST_CASE("what cannot be read is said with line, column and remedy") {
  const auto refused = [](const std::string& text, ClickLogFormat format, const char* message) {
    CHECK_THROWS_WITH_AS(read(text, format), doctest::Contains(message), DataError);
  };
  const auto json = ClickLogFormat::json_lines;
  const std::string line = "{\"items\":[1,2],\"clicks\":[0,1]}\n";
  refused(line + "{\"items\":[1],\"clicks\":[0]}\n", json, "log:2:2: a list of 1 places where the log has 2; cut all");
  refused("{\"items\":[1,1],\"clicks\":[0,0]}\n", json, "log:1:2: an item stands twice");
  refused("{\"items\":[1,2],\"clicks\":[0,2]}\n", json, "log:1:16: 2 is no click; give 0 or 1");
  refused("{\"items\":[1,2],\"clicks\":[0]}\n", json, "log:1:16: 1 clicks for 2 items");
  refused("{\"items\":[],\"clicks\":[]}\n", json, "a list must have 1 to 1000 items");
  refused("{\"items\":\"1\",\"clicks\":[0]}\n", json, "'items' must be an array");
  refused(line + "{\"items\":[1,2],\"clicks\":[0,1],\"unit\":3}\n", json, "give 'unit' for every list or for none");
  const auto csv = ClickLogFormat::csv;
  refused("", csv, "the log is empty");
  refused("list,position,item\n", csv, "click");
  refused(kCsv + "x,2,a,1,u\n", csv, "log:2:3: position 2 where 1 is due");
  refused(kCsv + "x,1,a,1,u\nx,1,b,1,u\n", csv, "log:3:3: position 1 where 2 is due");
  refused(kCsv + "x,1,a,yes,u\n", csv, "log:2:7: 'click' holds no finite number");
  refused(kCsv + "x,1,a,1\n", csv, "log:2: 4 fields where the header has 5");
  refused(kCsv + "x,1,a,1,u\ny,1,b,1,u\ny,2,c,0,u\n", csv, "log:3: a list of 2 places where the log has 1");
}
