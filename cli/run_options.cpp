#include "cli/run_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "cli/history_baseline.h"
#include "cli/report_page.h"
#include "cli/verdict_output.h"
#include "harness/config/policy_config.h"
#include "harness/system/whole_file.h"
#include "reports/json/report_json.h"

namespace recgauge::cli {
namespace {

void write_reports(const Report& report, const RunFolder& folder, const std::vector<std::string>& formats) {
  // The JSON is the result; other forms are made from it, so it is always written, and first.
  write_whole_file(folder.report("json"), reports::to_json(report));
  for (const std::string& format : formats) {
    if (format == "html") write_whole_file(folder.report("html"), report_page(report, framework_map("")));
  }
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

}  // namespace

void add_run_options(CLI::App& command, RunOptions& options) {
  command.add_option("-o,--output", options.output, "folder of the run; default recgauge-runs/NAME-N")
      ->type_name("FOLDER");
  command.add_option("--data-folder", options.data_folder, "where relative data paths are looked up as well")
      ->type_name("FOLDER");
  command.add_option("--models", options.models, "folder of trained models; those that are not there are trained")
      ->type_name("FOLDER");
  command.add_option("--seed", options.seed, "instead of the configuration's");
  command.add_option("--threads", options.threads, "0 for all cores; never changes a result")
      ->check(CLI::Range(0U, 1024U));
  command.add_option("--format", options.formats, "reports to write: json (always), html")
      ->check(CLI::IsMember({"json", "html"}))
      ->delimiter(',');
  command.add_option("--policy", options.policy, "judge the run: YAML file, or a preset (`recgauge list policies`)")
      ->type_name("POLICY");
  command.add_option("--baseline", options.baseline, "finished run that the policy compares with")->type_name("RUN");
  command.add_option("--history", options.history, "add the finished run to this history (`recgauge history`)")
      ->type_name("FILE");
  command.add_flag("-q,--quiet", options.quiet, "no progress and no table, only where the report lies");
}

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

Judgement judgement_of(const RunConfig& config) {
  Judgement judgement;
  if (!config.policy.empty()) judgement.policy = load_policy(config.policy);
  if (!config.baseline.empty()) judgement.baseline = load_stored_run(config.baseline);
  if (judgement.baseline && !judgement.policy) throw ConfigError("a baseline is given without a policy to compare by");
  return judgement;
}

ExitCode finish_run(Report& report, const RunFolder& folder, const RunConfig& config, const Judgement& judgement,
                    const RunOptions& options) {
  write_reports(report, folder, config.output.formats);
  if (judgement.policy) {
    judge_run(report, judgement, folder);
    write_reports(report, folder, config.output.formats);
  }
  if (!options.history.empty()) {
    RunHistory history(options.history, RunHistory::Mode::write);
    add_to_history(history, folder.path(), {});
  }
  if (!options.quiet) print(reports::to_console(report, console_style()));
  const std::vector<std::string>& formats = config.output.formats;
  const bool page = std::find(formats.begin(), formats.end(), "html") != formats.end();
  const std::filesystem::path shown = folder.report(page ? "html" : "json");
  print(fmt::format("\nreport: {}\n", std::filesystem::absolute(shown).string()));
  return verdict_of(report);
}

}  // namespace recgauge::cli
