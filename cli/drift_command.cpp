#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <memory>

#include "cli/command_line.h"
#include "cli/report_page.h"
#include "harness/data/loaders/record_reader.h"
#include "harness/system/whole_file.h"
#include "reports/json/report_json.h"
#include "reports/tables/text_table.h"
#include "suites/harm_drift/audit_import.h"
#include "suites/harm_drift/harm_drift_suite.h"

namespace recgauge::cli {
namespace {

struct DriftOptions {
  std::string file;
  suites::AuditSettings settings;
  std::string format = "console";
  std::string output;
};

Report report_of(const DriftOptions& options, suites::AuditSettings settings) {
  if (settings.name.empty()) settings.name = std::filesystem::path(options.file).stem().string();
  const std::filesystem::path file = existing_file(options.file);
  const std::vector<suites::AuditPage> pages = suites::read_audit(options.file, settings.columns);
  Report report;
  report.name = settings.name;
  report.run_id = sha256_of_file(file);
  report.data.origin = {settings.name, "audit", "", {{file.filename().string(), report.run_id}}};
  report.data.interactions = pages.size();
  SystemSummary system;
  system.info = {settings.name, "audit", "pages of an audit, from a file", "", {}};
  system.requests = pages.size();
  report.systems = {std::move(system)};
  report.suites = {suites::assess_audit(pages, settings)};
  for (const auto& [name, definition] : suites::HarmDriftSuite::definitions()) {
    for (const Measurement& m : report.suites.front().measurements) {
      if (m.metric == name) report.definitions[name] = definition;
    }
  }
  report.provenance.tool_version = kToolVersion;
  report.provenance.seed = settings.seed;
  report.provenance.config = "{}";
  return report;
}

// An audit has no systems to stand beside each other, so its numbers are told one by one.
reports::TextDocument document_of(const Report& report) {
  const SuiteResult& suite = report.suites.front();
  reports::TextDocument document;
  document.title = report.name;
  document.lines.push_back(
      fmt::format("{} pages or results; file {}", report.data.interactions, report.data.origin.files.front().name));
  for (const Finding& finding : suite.findings) document.lines.push_back(finding.claim + " " + finding.detail);
  if (!suite.measured) document.warnings.push_back("not measured: " + suite.not_measured_reason);
  reports::TextTable measures{"Measures", "", {{"of"}, {"measure"}, {"value", true}, {"units", true}}, {}, ""};
  for (const Measurement& m : suite.measurements) {
    measures.rows.push_back({m.slice, m.label, reports::with_interval(m.value, m.interval), std::to_string(m.n)});
  }
  document.tables.push_back(std::move(measures));
  if (suite.comparisons.empty()) return document;
  reports::TextTable contrasts{"Contrasts within units",
                               fmt::format("p is adjusted ({})", suite.comparisons.front().correction),
                               {{"of"}, {"contrast"}, {"measure"}, {"difference", true}, {"p", true}, {"units", true}},
                               {},
                               ""};
  for (const Comparison& c : suite.comparisons) {
    contrasts.rows.push_back({c.slice, c.first + " - " + c.second, c.label,
                              reports::with_interval(c.difference, c.interval), reports::short_number(c.p_adjusted),
                              std::to_string(c.n)});
  }
  document.tables.push_back(std::move(contrasts));
  return document;
}

std::string render(const Report& report, const std::string& format, const reports::ConsoleStyle& style) {
  if (format == "html") return report_page(report, framework_map(""));
  if (format == "json") return reports::to_json(report);
  if (format == "markdown") return reports::to_markdown(document_of(report));
  return reports::to_console(document_of(report), style);
}

ExitCode analyse(const DriftOptions& options) {
  const Report report = report_of(options, options.settings);
  if (options.output.empty()) {
    print(render(report, options.format, console_style()));
  } else {
    write_whole_file(options.output, render(report, options.format, {}));
  }
  return report.suites.front().measured ? ExitCode::pass : ExitCode::inconclusive;
}

}  // namespace

void add_drift_command(CLI::App& app, ExitCode& exit_code) {
  CLI::App* command = app.add_subcommand("drift", "Analyse the pages of a sock-puppet audit from a CSV file");
  auto options = std::make_shared<DriftOptions>();
  suites::AuditColumns& columns = options->settings.columns;
  command->add_option("file", options->file, "comma-separated, with a header; a row a page or a result")
      ->type_name("FILE")
      ->required();
  command->add_option("--unit", columns.unit, "column of the account or query that a page belongs to")
      ->capture_default_str();
  command->add_option("--step", columns.step, "column of a page's position in its trajectory");
  command->add_option("--score", columns.score, "column of a page's score, -1 to 1")->capture_default_str();
  command->add_option("--stance", columns.stance,
                      "column of a result's stance, -1 to 1: rows are results, a page's score is SERP-MS");
  command->add_option("--rank", columns.rank, "column of a result's rank, with --stance")->capture_default_str();
  command->add_option("--page", columns.page, "column that tells pages of one unit and step apart, with --stance");
  command->add_option("--by", columns.by, "columns by whose values pages are told apart")->delimiter(',');
  command->add_option("--contrast", columns.contrast, "column whose values are compared within each unit");
  command->add_option("--name", options->settings.name, "of the audit; the file's name if absent");
  command->add_option("--resamples", options->settings.resamples, "bootstrap resamples")
      ->check(CLI::Range(100, 1000000))
      ->capture_default_str();
  command->add_option("--seed", options->settings.seed, "of resampling")->capture_default_str();
  command->add_option("--format", options->format, "console, html, json or markdown")
      ->check(CLI::IsMember({"console", "html", "json", "markdown"}))
      ->capture_default_str();
  command->add_option("-o,--output", options->output, "file to write; standard output if absent")->type_name("FILE");
  command->footer(R"(
Examples:
  recgauge drift pages.csv --unit account --step visit --score smm
  recgauge drift results.csv --unit account --step visit --rank position --stance label --contrast watched
  recgauge drift pages.csv --unit query --by topic --contrast stance --format html -o audit.html)");
  command->callback([options, &exit_code] { exit_code = analyse(*options); });
}

}  // namespace recgauge::cli
