#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "cli/command_line.h"
#include "cli/dry_run.h"
#include "cli/history_baseline.h"
#include "cli/interruption.h"
#include "cli/report_page.h"
#include "cli/run_folder.h"
#include "cli/run_session.h"
#include "cli/stored_run.h"
#include "cli/terminal_progress.h"
#include "cli/verdict_output.h"
#include "harness/config/policy_config.h"
#include "harness/system/whole_file.h"
#include "reports/json/report_json.h"

namespace recgauge::cli {
namespace {

struct RunOptions {
  std::string config;
  std::string output;
  std::string data_folder;
  std::string models;
  std::optional<uint64_t> seed;
  std::optional<uint32_t> threads;
  std::vector<std::string> formats;
  std::string policy;
  std::string baseline;
  std::string history;
  bool resume = false;
  bool overwrite = false;
  bool quiet = false;
  bool dry_run = false;
};

ConfiguredRun effective(const RunOptions& options) {
  ConfiguredRun run = read_run_config(options.config, options.data_folder);
  RunConfig& config = run.config;
  if (options.seed) config.seed = *options.seed;
  if (options.threads) config.threads = *options.threads;
  if (!options.formats.empty()) config.output.formats = options.formats;
  if (!options.output.empty()) config.output.folder = options.output;
  if (!options.policy.empty()) config.policy = options.policy;
  if (!options.baseline.empty()) config.baseline = options.baseline;
  return run;
}

FolderUse folder_use(const RunOptions& options) {
  if (options.resume) return FolderUse::resume;
  return options.overwrite ? FolderUse::overwrite : FolderUse::fresh;
}

void write_reports(const Report& report, const RunFolder& folder, const std::vector<std::string>& formats) {
  // The JSON is the result; other forms are made from it, so it is always written, and first.
  write_whole_file(folder.report("json"), reports::to_json(report));
  for (const std::string& format : formats) {
    if (format == "html") write_whole_file(folder.report("html"), report_page(report, framework_map("")));
  }
}

/// What the finished run is judged by. Read before anything is asked, so that a mistake in it costs no run.
struct Judgement {
  std::optional<Policy> policy;
  std::optional<StoredRun> baseline;
};

Judgement judgement_of(const RunConfig& config) {
  Judgement judgement;
  if (!config.policy.empty()) judgement.policy = load_policy(config.policy);
  if (!config.baseline.empty()) judgement.baseline = load_stored_run(config.baseline);
  if (judgement.baseline && !judgement.policy) throw ConfigError("a baseline is given without a policy to compare by");
  return judgement;
}

void judge_run(Report& report, const Judgement& judgement, const RunFolder& folder) {
  StoredRun run{folder.report("json"), report, nullptr, ""};
  open_observations(run);
  const JudgedRun baseline = judgement.baseline ? judgement.baseline->judged() : JudgedRun{};
  report.verdict = judge(run.judged(), *judgement.policy, judgement.baseline ? &baseline : nullptr);
}

ExitCode verdict_of(const Report& report) {
  if (report.verdict) return exit_code_of(*report.verdict);
  const bool measured =
      std::any_of(report.suites.begin(), report.suites.end(), [](const SuiteResult& suite) { return suite.measured; });
  return measured ? ExitCode::pass : ExitCode::inconclusive;
}

ExitCode run(const RunOptions& options) {
  const Interruption interruption;
  const auto [config, roots] = effective(options);
  const RunPreparation preparation = check_run(config);
  require_tuned(config);
  if (options.dry_run) {
    SteadyClock clock;
    print(dry_run(config, preparation, {{}, roots, &clock, nullptr, interruption.token()}));
    return ExitCode::pass;
  }
  const Judgement judgement = judgement_of(config);
  const FolderUse use = folder_use(options);
  if (!options.models.empty()) std::filesystem::create_directories(options.models);
  const std::filesystem::path chosen = config.output.folder;
  const RunFolder folder(chosen.empty() ? RunFolder::choose(config.name, use) : chosen, use);
  SteadyClock clock;
  TerminalProgress progress(stderr, TerminalProgress::style_unless(options.quiet), clock);

  std::optional<Report> report = run_session(
      config, preparation, {folder.observations(), roots, &clock, &progress, interruption.token(), options.models});
  if (!report) {
    fmt::print(stderr, "recgauge: interrupted; to go on: recgauge run {}{}--resume -o {}\n", options.config,
               options.config.empty() ? "" : " ", folder.path().string());
    return ExitCode::interrupted;
  }
  write_reports(*report, folder, config.output.formats);
  if (judgement.policy) {
    judge_run(*report, judgement, folder);
    write_reports(*report, folder, config.output.formats);
  }
  if (!options.history.empty()) {
    RunHistory history(options.history, RunHistory::Mode::write);
    add_to_history(history, folder.path(), {});
  }
  if (!options.quiet) print(reports::to_console(*report, console_style()));
  const std::vector<std::string>& formats = config.output.formats;
  const bool page = std::find(formats.begin(), formats.end(), "html") != formats.end();
  const std::filesystem::path shown = folder.report(page ? "html" : "json");
  print(fmt::format("\nreport: {}\n", std::filesystem::absolute(shown).string()));
  return verdict_of(*report);
}

}  // namespace

void add_run_command(CLI::App& app, ExitCode& exit_code) {
  CLI::App* command = app.add_subcommand("run", "Run a configuration and write its report");
  auto options = std::make_shared<RunOptions>();
  command->add_option("config", options->config, "YAML file; without it the embedded world with all baselines runs")
      ->type_name("FILE");
  command->add_option("-o,--output", options->output, "folder of the run; default recgauge-runs/NAME-N")
      ->type_name("FOLDER");
  command->add_option("--data-folder", options->data_folder, "where relative data paths are looked up as well")
      ->type_name("FOLDER");
  command->add_option("--models", options->models, "folder of trained models; those that are not there are trained")
      ->type_name("FOLDER");
  command->add_option("--seed", options->seed, "instead of the configuration's");
  command->add_option("--threads", options->threads, "0 for all cores; never changes a result")
      ->check(CLI::Range(0U, 1024U));
  command->add_option("--format", options->formats, "reports to write: json (always), html")
      ->check(CLI::IsMember({"json", "html"}))
      ->delimiter(',');
  command->add_option("--policy", options->policy, "judge the run: YAML file, or a preset (`recgauge list policies`)")
      ->type_name("POLICY");
  command->add_option("--baseline", options->baseline, "finished run that the policy compares with")->type_name("RUN");
  command->add_option("--history", options->history, "add the finished run to this history (`recgauge history`)")
      ->type_name("FILE");
  CLI::Option* resume = command->add_flag("--resume", options->resume, "go on with an interrupted run");
  command->add_flag("--overwrite", options->overwrite, "replace a run that lies in the folder")->excludes(resume);
  command->add_flag("-q,--quiet", options->quiet, "no progress and no table, only where the report lies");
  command->add_flag("--dry-run", options->dry_run, "tell what would be asked, sent and paid, and ask nobody");
  command->footer(R"(
Examples:
  recgauge run
  recgauge run examples/movielens-100k.yaml --data-folder ../data -o results
  recgauge run examples/movielens-100k.yaml -o results --resume)");
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace recgauge::cli
