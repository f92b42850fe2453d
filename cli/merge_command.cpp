#include <fmt/format.h>

#include "cli/interruption.h"
#include "cli/run_options.h"
#include "cli/run_session.h"
#include "cli/terminal_progress.h"

namespace recgauge::cli {
namespace {

struct MergeOptions : RunOptions {
  std::vector<std::string> shards;
};

std::filesystem::path folder_of(const MergeOptions& options, const RunConfig& config) {
  if (!options.output.empty()) return config.output.folder;
  const std::filesystem::path first = options.shards.front();
  return std::filesystem::exists(first / "observations.sqlite") ? first.parent_path() / "merged" : first / "merged";
}

ExitCode merge(const MergeOptions& options) {
  const Interruption interruption;
  const auto [config, roots] = effective(options);
  const RunPreparation preparation = check_run(config);
  const Judgement judgement = judgement_of(config);
  std::vector<std::filesystem::path> files;
  for (const std::filesystem::path& folder : shard_folders(options.shards))
    files.push_back(folder / "observations.sqlite");
  const RunFolder folder(folder_of(options, config), options.overwrite ? FolderUse::overwrite : FolderUse::fresh);
  SteadyClock clock;
  TerminalProgress progress(stderr, TerminalProgress::style_unless(options.quiet), clock);
  SessionContext context{folder.observations(), roots, &clock, &progress, interruption.token(), options.models};
  context.shards = std::move(files);
  std::optional<Report> report;
  try {
    // All has been asked but what needs every answer (feedback loops); then what is left of a session is to assess.
    report = run_session(config, preparation, context);
  } catch (...) {
    folder.remove_run();
    throw;
  }
  if (!report) {
    folder.remove_run();
    return ExitCode::interrupted;
  }
  return finish_run(*report, folder, config, judgement, options);
}

}  // namespace

void add_merge_command(CLI::App& app, ExitCode& exit_code) {
  CLI::App* command = app.add_subcommand("merge", "Make the report of a run whose shards were asked apart");
  auto options = std::make_shared<MergeOptions>();
  command->add_option("config", options->config, "YAML file, the same as that of the shards")
      ->type_name("FILE")
      ->required();
  command
      ->add_option("shards", options->shards,
                   "folders of shards, or the folder in which all of them lie; the report goes to merged/ beside them "
                   "unless --output says otherwise")
      ->type_name("FOLDER")
      ->required();
  add_run_options(*command, *options);
  command->add_flag("--overwrite", options->overwrite, "replace a run that lies in the folder");
  command->footer(R"(
Example:
  for i in 1 2 3 4; do recgauge run my-models.yaml -o results --shard $i/4; done   # each on a machine of its own
  recgauge merge my-models.yaml results)");
  command->callback([options, &exit_code] { exit_code = merge(*options); });
}

}  // namespace recgauge::cli
