// What a configuration says of a TorchScript file, and what a report says of it. Running scripts is tested beside the
// module that does it.
#include "adapters/in_process/torchscript.h"

#include <doctest/doctest.h>

#include <fstream>

#include "harness/system/whole_file.h"
#include "tests/scripted/small_data.h"
#include "tests/scripted/temporary_folder.h"

using namespace recgauge;
using namespace recgauge::adapters;

namespace {

TorchScriptConfig read(const std::string& yaml) { return read_torchscript_config(parse_config_text(yaml, "c.yaml")); }

}  // namespace

TEST_CASE("keys are read, unknown ones and sequence keys beside a matrix are refused with their place") {
  const TorchScriptConfig config = read("{path: m.pt, method: recommend, padding: right, first_item: 1, length: 9}");
  CHECK(config.path == "m.pt");
  CHECK(config.method == reference_models::ScriptMethod::recommend);
  CHECK(config.padding == reference_models::ScriptPadding::right);
  CHECK(config.first_item == 1);
  CHECK_THROWS_WITH_AS(read("{items: a.txt}"), doctest::Contains("lacks the key 'path'"), ConfigError);
  CHECK_THROWS_WITH_AS(read("{path: m.pt, inputs: matrix}"), doctest::Contains("input"), ConfigError);
  CHECK_THROWS_WITH_AS(read("{path: m.pt, input: matrix, length: 9}"), doctest::Contains("c.yaml:1:37"), ConfigError);
  CHECK_THROWS_AS(read("{path: m.pt, first_item: 2}"), ConfigError);
}

TEST_CASE("items are those of the file, and a report names file and hash but no path") {
  const scripted::TemporaryFolder folder;
  const Dataset data = scripted::dataset_of({{0, 0}}, 1, 4);
  TorchScriptConfig config;
  config.path = (folder.path() / "model.pt").string();
  config.items = (folder.path() / "items.txt").string();
  std::ofstream(config.path) << "script";
  std::ofstream(config.items) << "i2\nstranger\r\ni0";
  const auto script = describe_script("mine", config, data, {});
  CHECK(script.items == std::vector<ItemId>{ItemId{2}, kOutOfCatalogue, ItemId{0}});
  CHECK(script.catalogue_size == 4);
  CHECK(script.info.name == "mine");
  CHECK(script.info.parameters.at("file") == "model.pt");
  CHECK(script.info.parameters.at("sha256") == sha256_hex("script"));
  CHECK(script.info.parameters.at("unknown_items") == "1");
  for (const auto& [name, value] : script.info.parameters) {
    CHECK_MESSAGE(value.find(folder.path().string()) == std::string::npos, name);
  }
  std::ofstream(config.items) << "i2\ni1\ni2";
  CHECK_THROWS_WITH_AS(describe_script("mine", config, data, {}),
                       doctest::Contains("items.txt:3: item 'i2' stands twice"), DataError);
  std::ofstream(config.items) << "x";
  CHECK_THROWS_WITH_AS(describe_script("mine", config, data, {}), doctest::Contains("none of its 1 items"), DataError);
  config.items.clear();
  CHECK(describe_script("mine", config, data, {}).items.size() == 4);
}
