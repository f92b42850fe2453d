#include <fmt/format.h>

#include "cli/command_line.h"
#include "cli/run_session.h"

namespace recgauge::cli {
namespace {

struct ValidateOptions {
  std::string config;
  std::string data_folder;
  bool print = false;
};

ExitCode validate(const ValidateOptions& options) {
  const RunConfig config = read_run_config(options.config, options.data_folder).config;
  const RunPreparation preparation = check_run(config);
  if (options.print) {
    print(full_effective_config(config).dump(2) + "\n");
    return ExitCode::pass;
  }
  print(fmt::format("{}: valid; {} systems, {} suites\n", options.config, preparation.systems.size(),
                    preparation.suites.size()));
  return ExitCode::pass;
}

}  // namespace

void add_validate_command(CLI::App& app, ExitCode& exit_code) {
  CLI::App* command = app.add_subcommand("validate", "Check a configuration without running it");
  auto options = std::make_shared<ValidateOptions>();
  command->add_option("config", options->config, "YAML file")->type_name("FILE")->required();
  command->add_option("--data-folder", options->data_folder, "where relative data paths are looked up as well")
      ->type_name("FOLDER");
  command->add_flag("--print", options->print, "print the configuration with all defaults, as JSON");
  command->footer(R"(
Examples:
  recgauge validate my-models.yaml
  recgauge validate my-models.yaml --print)");
  command->callback([options, &exit_code] { exit_code = validate(*options); });
}

}  // namespace recgauge::cli
