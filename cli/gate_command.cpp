#include <fmt/format.h>

#include <future>

#include "cli/command_line.h"
#include "cli/history_baseline.h"
#include "cli/report_page.h"
#include "cli/stored_run.h"
#include "cli/verdict_output.h"
#include "harness/config/policy_config.h"
#include "harness/system/whole_file.h"
#include "reports/json/report_json.h"

namespace recgauge::cli {
namespace {

struct GateOptions {
  std::string candidate;
  std::string baseline;
  std::string history = kDefaultHistory;
  HistoryFilter from_history;
  std::string policy;
  std::string format = "console";
  std::string output;
  std::string summary;
  bool write = false;
};

void write_back(const StoredRun& run) {
  write_whole_file(run.file, reports::to_json(run.report));
  const std::filesystem::path page = run.file.parent_path() / "report.html";
  if (std::filesystem::exists(page)) write_whole_file(page, report_page(run.report, framework_map("")));
}

// The run that was named, or the newest one in the history with the tag or branch; empty for none.
std::string baseline_of(const GateOptions& options) {
  if (options.from_history.tag.empty() && options.from_history.branch.empty()) return options.baseline;
  return baseline_report(options.history, options.from_history).string();
}

ExitCode gate(const GateOptions& options) {
  const Policy policy = load_policy(options.policy);
  // Reading the reports is most of the work.
  std::future<StoredRun> reading;
  const std::string named = baseline_of(options);
  if (!named.empty()) reading = std::async(std::launch::async, load_stored_run, named);
  StoredRun candidate = load_stored_run(options.candidate);
  std::optional<StoredRun> baseline;
  if (reading.valid()) baseline = reading.get();
  std::optional<JudgedRun> judged_baseline;
  if (baseline) judged_baseline = baseline->judged();
  const Verdict verdict = judge(candidate.judged(), policy, judged_baseline ? &*judged_baseline : nullptr);
  candidate.report.verdict = verdict;
  if (options.write) write_back(candidate);
  if (!options.summary.empty()) append_summary(options.summary, verdict, candidate.report.name);
  if (options.output.empty()) {
    print(render_verdict(verdict, candidate.report.name, options.format, console_style()));
  } else {
    write_whole_file(options.output, render_verdict(verdict, candidate.report.name, options.format, {}));
  }
  return exit_code_of(verdict);
}

}  // namespace

void add_gate_command(CLI::App& app, ExitCode& exit_code) {
  CLI::App* command = app.add_subcommand("gate", "Judge a finished run by a policy: pass, fail or inconclusive");
  auto options = std::make_shared<GateOptions>();
  command->add_option("--candidate", options->candidate, "run to judge: its folder or report.json")
      ->type_name("RUN")
      ->required();
  CLI::Option* named =
      command->add_option("--baseline", options->baseline, "run to compare with, on the same data and split")
          ->type_name("RUN");
  command->add_option("--history", options->history, "history to take the baseline from")
      ->type_name("FILE")
      ->capture_default_str();
  command->add_option("--baseline-tag", options->from_history.tag, "the newest run in the history with this tag")
      ->type_name("NAME")
      ->excludes(named);
  command->add_option("--baseline-branch", options->from_history.branch, "the newest run in the history of this branch")
      ->type_name("NAME")
      ->excludes(named);
  command->add_option("--policy", options->policy, "YAML file, or a preset: release, audit, strict")
      ->type_name("POLICY")
      ->required();
  command->add_option("--format", options->format, "console, json, junit, markdown or github")
      ->check(CLI::IsMember({"console", "json", "junit", "markdown", "github"}))
      ->capture_default_str();
  command->add_option("-o,--output", options->output, "file to write; standard output if absent")->type_name("FILE");
  command->add_option("--summary", options->summary, "file to append a Markdown summary to: \"$GITHUB_STEP_SUMMARY\"")
      ->type_name("FILE");
  command->add_flag("--write", options->write, "put the verdict into the candidate's report.json and report.html");
  command->footer(R"(
Examples:
  recgauge gate --candidate new-run --baseline live-run --policy release
  recgauge gate --candidate new-run --baseline-tag live --policy release     from `recgauge history`
  recgauge gate --candidate run --policy audit --format junit -o gates.xml
  recgauge list policies release > policy.yaml      a preset to start from

Exit codes: 0 pass, 1 fail, 3 inconclusive (a bigger test set would decide), 2 the question itself is wrong.)");
  command->callback([options, &exit_code] { exit_code = gate(*options); });
}

}  // namespace recgauge::cli
