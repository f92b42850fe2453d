#include <fmt/format.h>

#include <filesystem>

#include "cli/command_line.h"
#include "cli/report_page.h"
#include "cli/stored_run.h"
#include "harness/system/whole_file.h"
#include "reports/attestation/audit_markdown.h"
#include "reports/csv/csv_report.h"
#include "reports/json/report_json.h"
#include "reports/junit/junit_report.h"
#include "reports/markdown/markdown_report.h"

namespace recgauge::cli {
namespace {

struct ReportOptions {
  std::string source;
  std::string format = "console";
  std::string output;
  std::string frameworks;
};

std::string audit(const Report& report, const std::string& frameworks) {
  return attestation::to_markdown(attestation::build_audit_view(report, framework_map(frameworks)));
}

std::string render(const Report& report, const ReportOptions& options, const reports::ConsoleStyle& style) {
  const std::string& format = options.format;
  if (format == "audit") return audit(report, options.frameworks);
  if (format == "html") return report_page(report, framework_map(options.frameworks));
  if (format == "json") return reports::to_json(report);
  if (format == "junit") return reports::to_junit(report);
  if (format == "markdown") return reports::to_markdown(report);
  if (format == "csv") return reports::to_csv(report);
  return reports::to_console(report, style);
}

ExitCode show_report(const ReportOptions& options) {
  const std::filesystem::path file = report_file(options.source);
  const Report report = reports::from_json(read_whole_file(file), file.string());
  if (options.output.empty()) {
    print(render(report, options, console_style()));
  } else {
    write_whole_file(options.output, render(report, options, {}));
  }
  return ExitCode::pass;
}

}  // namespace

void add_report_command(CLI::App& app, ExitCode& exit_code) {
  CLI::App* command = app.add_subcommand("report", "Render a finished run again, without asking any system");
  auto options = std::make_shared<ReportOptions>();
  command->add_option("run", options->source, "folder of a run, or its report.json")->type_name("PATH")->required();
  command->add_option("--format", options->format, "console, html, json, junit, markdown, csv or audit")
      ->check(CLI::IsMember({"console", "html", "json", "junit", "markdown", "csv", "audit"}))
      ->capture_default_str();
  command->add_option("-o,--output", options->output, "file to write; standard output if absent")->type_name("FILE");
  command
      ->add_option("--frameworks", options->frameworks,
                   "mapping for the audit view (formats audit and html) instead of the embedded one")
      ->type_name("FILE");
  command->footer(R"(
Examples:
  recgauge report recgauge-runs/world-1
  recgauge report results/report.json --format html -o page.html
  recgauge report results --format audit -o audit.md)");
  command->callback([options, &exit_code] { exit_code = show_report(*options); });
}

}  // namespace recgauge::cli
