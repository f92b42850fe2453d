#include "cli/command_line.h"
#include "cli/tables.h"
#include "reports/json/report_json.h"

namespace recgauge::cli {
namespace {

std::string config_schema() {
  std::map<std::string, nlohmann::ordered_json> suites;
  for (const SuiteEntry& entry : suite_table()) suites[entry.name] = entry.schema();
  return run_config_schema(suites).dump(2) + "\n";
}

}  // namespace

void add_schema_command(CLI::App& app, ExitCode& exit_code) {
  CLI::App* command = app.add_subcommand("schema", "Print the JSON Schema of configurations or of report.json");
  auto what = std::make_shared<std::string>("config");
  command->add_option("what", *what, "config or report")
      ->check(CLI::IsMember({"config", "report"}))
      ->capture_default_str();
  command->footer(R"(
An editor that knows the schema completes and checks configurations. In VS Code with the YAML extension:
  recgauge schema > recgauge.schema.json
  # first line of the configuration:
  # yaml-language-server: $schema=recgauge.schema.json)");
  command->callback([what, &exit_code] {
    print(*what == "report" ? reports::report_schema() : config_schema());
    exit_code = ExitCode::pass;
  });
}

}  // namespace recgauge::cli
