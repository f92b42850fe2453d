#include <fmt/format.h>

#include <filesystem>

#include "cli/dry_run.h"
#include "cli/interruption.h"
#include "cli/run_options.h"
#include "cli/run_session.h"
#include "cli/terminal_progress.h"

namespace recgauge::cli {
namespace {

struct AskingOptions : RunOptions {
  std::string shard;
  bool resume = false;
  bool dry_run = false;
};

FolderUse folder_use(const AskingOptions& options) {
  if (options.resume) return FolderUse::resume;
  return options.overwrite ? FolderUse::overwrite : FolderUse::fresh;
}

// Shards share one output option, so that all machines are given the same command but for the number.
std::filesystem::path folder_of(const RunConfig& config, const Shard& shard, FolderUse use) {
  const std::filesystem::path chosen = config.output.folder;
  if (shard.is_whole()) return chosen.empty() ? RunFolder::choose(config.name, use) : chosen;
  if (chosen.empty()) throw ConfigError("a shard needs the folder of all shards; name it with --output");
  return chosen / shard_folder(shard);
}

ExitCode interrupted(const AskingOptions& options, const std::filesystem::path& folder, const Shard& shard) {
  const bool whole = shard.is_whole();
  fmt::print(stderr, "recgauge: interrupted; to go on: recgauge run {}{}--resume -o {}{}\n", options.config,
             options.config.empty() ? "" : " ", (whole ? folder : folder.parent_path()).string(),
             whole ? "" : " --shard " + shard.text());
  return ExitCode::interrupted;
}

ExitCode run(const AskingOptions& options) {
  const Interruption interruption;
  const Shard shard = options.shard.empty() ? Shard{} : parse_shard(options.shard);
  const auto [config, roots] = effective(options);
  const RunPreparation preparation = check_run(config);
  require_tuned(config);
  if (options.dry_run) {
    SteadyClock clock;
    print(dry_run(config, preparation, {{}, roots, &clock, nullptr, interruption.token()}));
    return ExitCode::pass;
  }
  const Judgement judgement = judgement_of(config);
  if (!options.models.empty()) std::filesystem::create_directories(options.models);
  const FolderUse use = folder_use(options);
  const RunFolder folder(folder_of(config, shard, use), use);
  SteadyClock clock;
  TerminalProgress progress(stderr, TerminalProgress::style_unless(options.quiet), clock);
  const SessionContext context{folder.observations(), roots,          &clock, &progress,
                               interruption.token(),  options.models, shard};
  if (!shard.is_whole()) {
    if (!observe_shard(config, preparation, context)) return interrupted(options, folder.path(), shard);
    print(fmt::format("shard {}: {}\nwhen all are there: recgauge merge {} {}\n", shard.text(), folder.path().string(),
                      options.config, folder.path().parent_path().string()));
    return ExitCode::pass;
  }
  std::optional<Report> report = run_session(config, preparation, context);
  if (!report) return interrupted(options, folder.path(), shard);
  return finish_run(*report, folder, config, judgement, options);
}

}  // namespace

void add_run_command(CLI::App& app, ExitCode& exit_code) {
  CLI::App* command = app.add_subcommand("run", "Run a configuration and write its report");
  auto options = std::make_shared<AskingOptions>();
  command->add_option("config", options->config, "YAML file; without it the embedded world with all baselines runs")
      ->type_name("FILE");
  add_run_options(*command, *options);
  command
      ->add_option(
          "--shard", options->shard,
          "ask only this part of the questions, and assess nothing: 2/4 is the second of four; `recgauge merge` "
          "makes the report")
      ->type_name("NUMBER/COUNT");
  CLI::Option* resume = command->add_flag("--resume", options->resume, "go on with an interrupted run");
  command->add_flag("--overwrite", options->overwrite, "replace a run that lies in the folder")->excludes(resume);
  command->add_flag("--dry-run", options->dry_run, "tell what would be asked, sent and paid, and ask nobody");
  command->footer(R"(
Examples:
  recgauge run
  recgauge run examples/movielens-100k.yaml --data-folder ../data -o results
  recgauge run examples/movielens-100k.yaml -o results --resume
  recgauge run examples/movielens-100k.yaml -o results --shard 2/4)");
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace recgauge::cli
