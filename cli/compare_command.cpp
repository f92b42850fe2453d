#include <fmt/format.h>

#include <filesystem>

#include "cli/command_line.h"
#include "cli/stored_run.h"
#include "harness/comparison/compare_runs.h"
#include "harness/system/whole_file.h"
#include "reports/html/view_page.h"
#include "reports/json/comparison_json.h"
#include "reports/tables/comparison_tables.h"

namespace recgauge::cli {
namespace {

struct CompareOptions {
  std::vector<std::string> runs;
  std::string format;
  std::string output;
  ComparisonOptions comparison;
};

// A few measures that somebody asked for are all shown, however many there are.
size_t shown_measures(const CompareOptions& options) {
  return options.comparison.measures.empty() ? 8 : options.comparison.measures.size() * 8;
}

std::string render(const RunComparison& comparison, const std::string& format, size_t measures,
                   const reports::ConsoleStyle& style) {
  if (format == "json") return reports::to_json(comparison);
  const reports::TextDocument text = reports::comparison_document(comparison, measures);
  if (format == "markdown") return reports::to_markdown(text);
  if (format != "html") return reports::to_console(text, style);
  return reports::view_page("comparison", text.title + " · recgauge comparison", reports::to_plain_html(text),
                            reports::to_json(comparison));
}

std::string format_of(const std::filesystem::path& file) {
  const std::string ending = file.extension().string();
  if (ending == ".html" || ending == ".json") return ending.substr(1);
  return ending == ".md" ? "markdown" : "console";
}

// A folder gets the page and its JSON; a file gets what its name or --format says.
void write(const RunComparison& comparison, const CompareOptions& options) {
  const std::filesystem::path output = options.output;
  const size_t measures = shown_measures(options);
  const bool folder = std::filesystem::is_directory(output) || (options.format.empty() && !output.has_extension());
  if (!folder) {
    const std::string format = options.format.empty() ? format_of(output) : options.format;
    write_whole_file(output, render(comparison, format, measures, {}));
    return;
  }
  std::error_code error;
  std::filesystem::create_directories(output, error);
  if (error) throw SystemError(fmt::format("cannot create the folder {}: {}", output.string(), error.message()));
  write_whole_file(output / "comparison.json", render(comparison, "json", measures, {}));
  write_whole_file(output / "compare.html", render(comparison, "html", measures, {}));
  print(fmt::format("comparison: {}\n", std::filesystem::absolute(output / "compare.html").string()));
}

ExitCode compare(const CompareOptions& options) {
  std::vector<StoredRun> stored;
  for (const std::string& run : options.runs) stored.push_back(load_stored_run(run));
  std::vector<NamedRun> runs;
  for (size_t i = 0; i < stored.size(); ++i) runs.push_back({options.runs[i], stored[i].judged()});
  RunComparison comparison = compare_runs(runs, options.comparison);
  comparison.tool_version = kToolVersion;
  if (options.output.empty()) {
    print(render(comparison, options.format, shown_measures(options), console_style()));
  } else {
    write(comparison, options);
  }
  return ExitCode::pass;
}

}  // namespace

void add_compare_command(CLI::App& app, ExitCode& exit_code) {
  CLI::App* command = app.add_subcommand("compare", "Compare finished runs: effects, costs, disagreements");
  auto options = std::make_shared<CompareOptions>();
  command->add_option("runs", options->runs, "folders of runs, or their report.json; on the same data and split")
      ->type_name("RUN")
      ->required();
  command
      ->add_option("--reference", options->comparison.reference,
                   "system that the others are held against; default: the first run's first candidate")
      ->type_name("RUN:SYSTEM");
  command->add_option("--measures", options->comparison.measures, "measures to compare, with commas; default: all")
      ->delimiter(',')
      ->type_name("NAMES");
  command->add_option("--format", options->format, "console (default), html, json or markdown")
      ->check(CLI::IsMember({"console", "html", "json", "markdown"}));
  command
      ->add_option("-o,--output,--out", options->output,
                   "folder for compare.html and comparison.json, or a file; standard output if absent")
      ->type_name("PATH");
  command->add_option("--confidence", options->comparison.confidence, "of the intervals")
      ->check(CLI::Range(0.5, 0.9999))
      ->capture_default_str();
  command->add_option("--list-length", options->comparison.list_length, "places of the lists that are compared")
      ->check(CLI::Range(1U, 1000U))
      ->capture_default_str();
  command->add_option("--examples", options->comparison.examples, "users shown for each reason, by pseudonym")
      ->check(CLI::Range(0U, 100U))
      ->capture_default_str();
  command->footer(R"(
Examples:
  recgauge compare vendor-run in-house-run
  recgauge compare vendor-run in-house-run --reference in-house:ease -o comparison
  recgauge compare a/report.json b/report.json --measures ndcg@10,recall@10 --format markdown

Runs on other data, splits or metric definitions are refused (exit code 2), naming the difference.)");
  command->callback([options, &exit_code] { exit_code = compare(*options); });
}

}  // namespace recgauge::cli
