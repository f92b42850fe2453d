// What every command does with a verdict.
#pragma once

#include <string>

#include "cli/command_line.h"
#include "harness/verdict/report.h"

namespace recgauge::cli {

/// pass, gate_failed or inconclusive.
ExitCode exit_code_of(const Verdict& verdict);

/// A verdict as console, json, junit, markdown or github.
std::string render_verdict(const Verdict& verdict, const std::string& run, const std::string& format,
                           const reports::ConsoleStyle& style);

/// Appends the verdict as Markdown to a file, as $GITHUB_STEP_SUMMARY wants it. Throws SystemError.
void append_summary(const std::string& file, const Verdict& verdict, const std::string& run);

}  // namespace recgauge::cli
