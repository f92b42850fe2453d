#include "cli/verdict_output.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "harness/system/error.h"
#include "reports/console/console_verdict.h"
#include "reports/github/github_annotations.h"
#include "reports/json/report_json.h"
#include "reports/junit/junit_report.h"
#include "reports/markdown/markdown_report.h"

namespace recgauge::cli {

ExitCode exit_code_of(const Verdict& verdict) {
  switch (verdict.status) {
    case GateStatus::pass:
      return ExitCode::pass;
    case GateStatus::fail:
      return ExitCode::gate_failed;
    case GateStatus::inconclusive:
      break;
  }
  return ExitCode::inconclusive;
}

std::string render_verdict(const Verdict& verdict, const std::string& run, const std::string& format,
                           const reports::ConsoleStyle& style) {
  if (format == "json") return reports::to_json(verdict);
  if (format == "junit") return reports::verdict_to_junit(verdict, run);
  if (format == "markdown") return reports::verdict_to_markdown(verdict, run);
  if (format == "github") return reports::to_github(verdict, run);
  return reports::to_console(verdict, style);
}

void append_summary(const std::string& file, const Verdict& verdict, const std::string& run) {
  std::error_code ignored;
  const auto size = std::filesystem::file_size(file, ignored);
  const size_t used = ignored ? 0 : static_cast<size_t>(size);
  const size_t room = used < reports::kSummaryLimit ? reports::kSummaryLimit - used : 0;
  std::ofstream out(file, std::ios::app | std::ios::binary);
  out << reports::verdict_to_markdown(verdict, run, room) << '\n';
  out.close();
  if (!out) throw SystemError(fmt::format("cannot append the summary to {}", file));
}

}  // namespace recgauge::cli
