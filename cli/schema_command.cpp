#include "cli/command_line.h"
#include "cli/tables.h"
#include "harness/config/policy_config.h"
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
  CLI::App* command = app.add_subcommand("schema", "Print the JSON Schema of configurations, policies or report.json");
  auto what = std::make_shared<std::string>("config");
  command->add_option("what", *what, "config, policy or report")
      ->check(CLI::IsMember({"config", "policy", "report"}))
      ->capture_default_str();
  command->footer(R"(
An editor that knows the schema completes and checks configurations. In VS Code with the YAML extension:
  recgauge schema > recgauge.schema.json
  # first line of the configuration:
  # yaml-language-server: $schema=recgauge.schema.json)");
  command->callback([what, &exit_code] {
    print(*what == "report"   ? reports::report_schema()
          : *what == "policy" ? policy_schema().dump(2) + "\n"
                              : config_schema());
    exit_code = ExitCode::pass;
  });
}

}  // namespace recgauge::cli
