#include <fmt/format.h>

#include <filesystem>

#include "cli/command_line.h"
#include "cli/report_page.h"
#include "cli/stored_run.h"
#include "harness/run/load_record.h"
#include "harness/system/error.h"
#include "harness/system/whole_file.h"
#include "reports/attestation/audit_markdown.h"
#include "reports/csv/csv_report.h"
#include "reports/json/report_json.h"
#include "reports/junit/junit_report.h"
#include "reports/load/load_text.h"
#include "reports/markdown/markdown_report.h"

namespace recgauge::cli {
namespace {

struct ReportOptions {
  std::string source;
  std::string format = "console";
  std::string output;
  std::string frameworks;
  std::string load;
};

bool is_of_samples(const std::string& format) { return format == "hdr" || format == "samples"; }

std::string name_of(const ObservationKey& key) { return key.system + "/" + key.probe; }

// The loads that --load means: all where it is absent.
std::vector<ObservationKey> chosen_loads(const StoredRun& run, const std::string& wanted) {
  if (!run.observations) throw DataError(fmt::format("{}: {}", run.file.string(), run.no_observations_reason));
  std::vector<ObservationKey> chosen;
  std::vector<std::string> known;
  for (const ObservationKey& key : run.observations->keys()) {
    if (!is_load_recorded(*run.observations, key)) continue;
    known.push_back("'" + name_of(key) + "'");
    if (wanted.empty() || name_of(key) == wanted) chosen.push_back(key);
  }
  if (chosen.empty()) {
    throw DataError(fmt::format("{} has no samples of a load{}; known are: {}", run.file.string(),
                                wanted.empty() ? "" : " '" + wanted + "'", fmt::join(known, ", ")));
  }
  return chosen;
}

std::string samples(const ReportOptions& options) {
  const StoredRun run = load_stored_run(options.source);
  const std::vector<ObservationKey> keys = chosen_loads(run, options.load);
  if (options.format == "samples") {
    std::string text = reports::samples_header();
    for (const ObservationKey& key : keys) text += reports::samples_rows(key, read_load(*run.observations, key));
    return text;
  }
  if (keys.size() > 1) {
    std::vector<std::string> names;
    for (const ObservationKey& key : keys) names.push_back("'" + name_of(key) + "'");
    throw DataError(fmt::format("a percentile text holds one load; choose with --load: {}", fmt::join(names, ", ")));
  }
  return reports::to_hdr_text(reports::latencies_of(read_load(*run.observations, keys.front())));
}

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
  const auto show = [&](const std::string& text) {
    options.output.empty() ? print(text) : write_whole_file(options.output, text);
  };
  if (is_of_samples(options.format)) {
    show(samples(options));
    return ExitCode::pass;
  }
  const std::filesystem::path file = report_file(options.source);
  const Report report = reports::from_json(read_whole_file(file), file.string());
  show(render(report, options, options.output.empty() ? console_style() : reports::ConsoleStyle{}));
  return ExitCode::pass;
}

}  // namespace

void add_report_command(CLI::App& app, ExitCode& exit_code) {
  CLI::App* command = app.add_subcommand("report", "Render a finished run again, without asking any system");
  auto options = std::make_shared<ReportOptions>();
  command->add_option("run", options->source, "folder of a run, or its report.json")->type_name("PATH")->required();
  command
      ->add_option("--format", options->format,
                   "console, html, json, junit, markdown, csv or audit; samples of loads: hdr or samples")
      ->check(CLI::IsMember({"console", "html", "json", "junit", "markdown", "csv", "audit", "hdr", "samples"}))
      ->capture_default_str();
  command->add_option("-o,--output", options->output, "file to write; standard output if absent")->type_name("FILE");
  command
      ->add_option("--frameworks", options->frameworks,
                   "mapping for the audit view (formats audit and html) instead of the embedded one")
      ->type_name("FILE");
  command->add_option("--load", options->load, "system/load of which samples are shown (formats hdr and samples)")
      ->type_name("NAME");
  command->footer(R"(
Examples:
  recgauge report recgauge-runs/world-1
  recgauge report results/report.json --format html -o page.html
  recgauge report results --format audit -o audit.md
  recgauge report results --format hdr --load 'ease/latency/single stream' -o ease.hgrm)");
  command->callback([options, &exit_code] { exit_code = show_report(*options); });
}

}  // namespace recgauge::cli
