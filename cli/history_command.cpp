#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>

#include "cli/command_line.h"
#include "cli/history_baseline.h"
#include "harness/system/error.h"
#include "harness/system/whole_file.h"
#include "reports/html/view_page.h"
#include "reports/json/trend_json.h"
#include "reports/tables/trend_tables.h"

namespace recgauge::cli {
namespace {

/// What the subcommands share.
struct HistoryOptions {
  std::string file = kDefaultHistory;
  std::vector<std::string> runs;
  RunOrigin origin;
  HistoryFilter filter;
  TrendQuestion question;
  std::string format = "console";
  std::string output;
  bool contents = false;
};

using Options = std::shared_ptr<HistoryOptions>;

ExitCode add(const HistoryOptions& options) {
  RunHistory history(options.file, RunHistory::Mode::write);
  for (const std::string& run : options.runs) {
    const AddedRun added = add_to_history(history, run, options.origin);
    print(fmt::format("{} is run {} of {}{}\n", run, added.number, options.file,
                      added.is_new ? "" : " (it was there already)"));
  }
  return ExitCode::pass;
}

ExitCode list(const HistoryOptions& options) {
  const RunHistory history(options.file, RunHistory::Mode::read);
  reports::TextTable table;
  table.title = "Runs, oldest first";
  table.columns = {{"run", true},     {"finished", false}, {"name", false}, {"branch", false},
                   {"commit", false}, {"tags", false},     {"asked", false}};
  for (const HistoryRun& run : history.runs(options.filter)) {
    table.rows.push_back({std::to_string(run.number), run.finished, run.name, run.branch, run.commit.substr(0, 12),
                          fmt::format("{}", fmt::join(run.tags, ", ")), run.question.substr(0, 8)});
  }
  table.remainder = table.rows.empty() ? "There are none." : "Runs with the same 'asked' can be compared.";
  print(reports::to_console({options.file, {}, {}, {table}}, console_style()));
  return ExitCode::pass;
}

std::string render(const Trend& trend, const std::string& format, const reports::ConsoleStyle& style) {
  if (format == "json") return reports::to_json(trend);
  const reports::TextDocument text = reports::trend_document(trend);
  if (format == "markdown") return reports::to_markdown(text);
  if (format != "html") return reports::to_console(text, style);
  return reports::view_page("trend", text.title + " · recgauge", reports::to_plain_html(text), reports::to_json(trend));
}

ExitCode show(const HistoryOptions& options) {
  const RunHistory history(options.file, RunHistory::Mode::read);
  Trend trend = history.trend(options.question);
  trend.tool_version = kToolVersion;
  if (options.output.empty()) {
    print(render(trend, options.format, console_style()));
  } else {
    write_whole_file(options.output, render(trend, options.format, {}));
  }
  return ExitCode::pass;
}

ExitCode baseline(const HistoryOptions& options) {
  if (options.filter.tag.empty() && options.filter.branch.empty()) {
    throw ConfigError("name the baseline's --tag or --branch");
  }
  const std::filesystem::path report = baseline_report(options.file, options.filter);
  print(options.contents ? read_whole_file(report) : report.string() + "\n");
  return ExitCode::pass;
}

void add_file_option(CLI::App& command, const Options& options) {
  command.add_option("--file", options->file, "the history")->type_name("FILE")->capture_default_str();
}

void add_filter_options(CLI::App& command, const Options& options) {
  command.add_option("--branch", options->filter.branch, "only runs of this branch")->type_name("NAME");
  command.add_option("--tag", options->filter.tag, "only runs with this tag")->type_name("NAME");
}

void add_add_subcommand(CLI::App& parent, ExitCode& exit_code) {
  const auto options = std::make_shared<HistoryOptions>();
  CLI::App* command = parent.add_subcommand("add", "Keep the numbers of finished runs; the same report is kept once");
  command->add_option("runs", options->runs, "folders of runs, or their report.json")->type_name("RUN")->required();
  add_file_option(*command, options);
  command->add_option("--tag", options->origin.tag, "name by which a baseline can be chosen")->type_name("NAME");
  command->add_option("--branch", options->origin.branch, "branch that the run is of")->type_name("NAME");
  command->add_option("--commit", options->origin.commit, "commit that the run is of")->type_name("HASH");
  command->callback([options, &exit_code] { exit_code = add(*options); });
}

void add_list_subcommand(CLI::App& parent, ExitCode& exit_code) {
  const auto options = std::make_shared<HistoryOptions>();
  CLI::App* command = parent.add_subcommand("list", "Show the runs of a history");
  add_file_option(*command, options);
  add_filter_options(*command, options);
  command->callback([options, &exit_code] { exit_code = list(*options); });
}

void add_show_subcommand(CLI::App& parent, ExitCode& exit_code) {
  const auto options = std::make_shared<HistoryOptions>();
  CLI::App* command = parent.add_subcommand("show", "Show a measure over the runs, with marks where it changed");
  command->add_option("measure", options->question.measure, "name, such as ndcg@10")->type_name("NAME")->required();
  add_file_option(*command, options);
  command->add_option("--system", options->question.system, "a system; default: all candidates")->type_name("NAME");
  command->add_option("--slice", options->question.slice, "part of the users or items")->capture_default_str();
  command->add_option("--branch", options->question.branch, "only runs of this branch")->type_name("NAME");
  command->add_option("--alpha", options->question.changes.alpha, "chance of a mark in a series without change")
      ->check(CLI::Range(0.0001, 0.5))
      ->capture_default_str();
  command->add_option("--shortest", options->question.changes.shortest_segment, "fewest runs on either side of a mark")
      ->check(CLI::Range(2U, 1000U))
      ->capture_default_str();
  command->add_option("--format", options->format, "console, html, json or markdown")
      ->check(CLI::IsMember({"console", "html", "json", "markdown"}))
      ->capture_default_str();
  command->add_option("-o,--output", options->output, "file to write; standard output if absent")->type_name("FILE");
  command->callback([options, &exit_code] { exit_code = show(*options); });
}

void add_baseline_subcommand(CLI::App& parent, ExitCode& exit_code) {
  const auto options = std::make_shared<HistoryOptions>();
  CLI::App* command =
      parent.add_subcommand("baseline", "Print where the report of the newest run of a tag or branch lies");
  add_file_option(*command, options);
  add_filter_options(*command, options);
  command->add_flag("--contents", options->contents, "print the report itself");
  command->callback([options, &exit_code] { exit_code = baseline(*options); });
}

}  // namespace

void add_history_command(CLI::App& app, ExitCode& exit_code) {
  CLI::App* command = app.add_subcommand("history", "Keep runs, show trends, choose a baseline");
  command->require_subcommand(1);
  add_add_subcommand(*command, exit_code);
  add_list_subcommand(*command, exit_code);
  add_show_subcommand(*command, exit_code);
  add_baseline_subcommand(*command, exit_code);
  command->footer(R"(
Examples:
  recgauge history add recgauge-runs/world-1 --branch main --commit 1a2b3c --tag live
  recgauge history show ndcg@10 --branch main
  recgauge history show ndcg@10 --system ease --format html -o trend.html
  recgauge gate --candidate new --baseline-tag live --policy release)");
}

}  // namespace recgauge::cli
