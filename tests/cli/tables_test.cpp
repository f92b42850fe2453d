#include "cli/tables.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

using namespace recgauge;
using namespace recgauge::cli;

namespace {

RunConfig config_with(const std::string& parameters) {
  return parse_run_config(
      "data: {world: {users: 50, items: 200}}\nbaselines: []\ncontrols: false\nmodels:\n  - name: vendor\n    kind: "
      "replay\n    "
      "parameters: " +
          parameters + "\n",
      "run.yaml");
}

}  // namespace

TEST_CASE("a replayed file is planned before data is read, and made from the path that the roots resolve") {
  CHECK_THROWS_WITH_AS(plan_systems(config_with("{path: lists.csv, colums: {rank: r}}")),
                       doctest::Contains("run.yaml:7:35: unknown key 'colums' in parameters"), ConfigError);
  CHECK_THROWS_WITH_AS(plan_systems(config_with("{format: trec_run}")), doctest::Contains("run.yaml:7:"), ConfigError);

  const auto folder = std::filesystem::temp_directory_path() / ("recgauge_tables_" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  const RunConfig config = config_with("{path: lists.csv, columns: {rank: rank}}");
  const auto systems = plan_systems(config);
  REQUIRE(systems.size() == 1);
  const PreparedData data = prepare_data(config);
  SystemContext context{&data, {folder, folder / "none"}, 1};
  CHECK_THROWS_WITH_AS(make_system(systems[0], context),
                       doctest::Contains("parameters.path: 'lists.csv' is neither in"), ConfigError);

  std::ofstream(folder / "lists.csv") << "user,item,rank\n"
                                      << data.dataset().user_name(UserId{3}) << ","
                                      << data.dataset().item_name(ItemId{7}) << ",1\n";
  const auto system = make_system(systems[0], context);
  Request request;
  request.user = UserId{3};
  CHECK(system->recommend(std::span(&request, 1)).at(0).items == std::vector<ItemId>{ItemId{7}});
  CHECK(system->info().name == "vendor");
  std::filesystem::remove_all(folder);
}

TEST_CASE("suites learn where named files lie, and the truth of a simulated world") {
  RunConfig config = parse_run_config("data: {world: {users: 20, items: 60}}\n", "run.yaml");
  resolve_paths(config, {RECGAUGE_SOURCE_DIR, "none"});
  const PreparedData data = prepare_data(config);
  const SuiteContext context = data.suite_context(1);
  CHECK(context.world == data.world.get());
  CHECK(context.find_file("LICENSE", "suites.x.file") ==
        (std::filesystem::path(RECGAUGE_SOURCE_DIR) / "LICENSE").string());
  CHECK_THROWS_WITH_AS(context.find_file("no.csv", "suites.x.file"),
                       doctest::Contains("suites.x.file: 'no.csv' is neither in"), ConfigError);
}

TEST_CASE("the table of adapters describes the parameters of a replay") {
  const auto table = adapter_table();
  const auto entry =
      std::find_if(table.begin(), table.end(), [](const AdapterEntry& adapter) { return adapter.name == "replay"; });
  REQUIRE(entry != table.end());
  REQUIRE(static_cast<bool>(entry->schema));
  CHECK(entry->schema()["properties"].contains("columns"));
  CHECK(entry->schema()["required"][0] == "path");
}
