#include "cli/command_line.h"
#include "cli/tables.h"
#include "harness/config/policy_config.h"
#include "reports/json/comparison_json.h"
#include "reports/json/report_json.h"
#include "reports/json/trend_json.h"

namespace recgauge::cli {
namespace {

std::string config_schema() {
  std::map<std::string, nlohmann::ordered_json> suites;
  for (const SuiteEntry& entry : suite_table()) suites[entry.name] = entry.schema();
  return run_config_schema(suites).dump(2) + "\n";
}

std::string schema_of(const std::string& what) {
  if (what == "report") return reports::report_schema();
  if (what == "comparison") return reports::comparison_schema();
  if (what == "trend") return reports::trend_schema();
  if (what == "policy") return policy_schema().dump(2) + "\n";
  return config_schema();
}

}  // namespace

void add_schema_command(CLI::App& app, ExitCode& exit_code) {
  CLI::App* command = app.add_subcommand("schema", "Print the JSON Schema of configurations, policies and results");
  auto what = std::make_shared<std::string>("config");
  command->add_option("what", *what, "config, policy, report, comparison or trend")
      ->check(CLI::IsMember({"config", "policy", "report", "comparison", "trend"}))
      ->capture_default_str();
  command->footer(R"(
An editor that knows the schema completes and checks configurations. In VS Code with the YAML extension:
  recgauge schema > recgauge.schema.json
  # first line of the configuration:
  # yaml-language-server: $schema=recgauge.schema.json)");
  command->callback([what, &exit_code] {
    print(schema_of(*what));
    exit_code = ExitCode::pass;
  });
}

}  // namespace recgauge::cli
