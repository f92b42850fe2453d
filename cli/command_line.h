// What all commands share: exit codes, and how a command hangs itself into the command line.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "harness/config/run_config.h"
#include "reports/console/console_report.h"

namespace recgauge::cli {

inline constexpr const char* kToolVersion = RECGAUGE_VERSION;

/// Codes of the process.
enum class ExitCode : int {
  pass = 0,
  gate_failed = 1,
  usage = 2,         ///< usage, configuration, data or machine
  inconclusive = 3,  ///< not enough evidence, or the system under test is unusable
  internal = 4,
  interrupted = 130,
};

/// Each adds one subcommand, whose callback writes its outcome to `exit_code`.
void add_run_command(CLI::App& app, ExitCode& exit_code);
void add_merge_command(CLI::App& app, ExitCode& exit_code);
void add_train_command(CLI::App& app, ExitCode& exit_code);
void add_tune_command(CLI::App& app, ExitCode& exit_code);
void add_probe_command(CLI::App& app, ExitCode& exit_code);
void add_serve_command(CLI::App& app, ExitCode& exit_code);
void add_report_command(CLI::App& app, ExitCode& exit_code);
void add_data_command(CLI::App& app, ExitCode& exit_code);
void add_gate_command(CLI::App& app, ExitCode& exit_code);
void add_compare_command(CLI::App& app, ExitCode& exit_code);
void add_history_command(CLI::App& app, ExitCode& exit_code);
void add_drift_command(CLI::App& app, ExitCode& exit_code);
void add_label_command(CLI::App& app, ExitCode& exit_code);
void add_attest_command(CLI::App& app, ExitCode& exit_code);
void add_verify_command(CLI::App& app, ExitCode& exit_code);
void add_list_command(CLI::App& app, ExitCode& exit_code);
void add_validate_command(CLI::App& app, ExitCode& exit_code);
void add_schema_command(CLI::App& app, ExitCode& exit_code);
void add_completion_command(CLI::App& app, ExitCode& exit_code);

/// A configuration with its paths resolved, and the places in which they were looked up.
struct ConfiguredRun {
  RunConfig config;
  PathRoots roots;
};

/// Reads a file; an empty path stands for the embedded world, an empty data folder for the default one. `change` is
/// made before paths are looked up.
ConfiguredRun read_run_config(const std::string& path, const std::string& data_folder,
                              const std::function<void(RunConfig&)>& change = {});

/// Width and colour of standard output: colour only on a terminal and without NO_COLOR.
reports::ConsoleStyle console_style();

/// Writes to standard output at once; a reader that went away (`recgauge list | head`) ends the process quietly.
void print(std::string_view text);

}  // namespace recgauge::cli
