// What `run` and `merge` share: their options, and what becomes of a report once it is there.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/command_line.h"
#include "cli/run_folder.h"
#include "cli/stored_run.h"
#include "harness/verdict/policy.h"

namespace recgauge::cli {

struct RunOptions {
  std::string config;
  std::string output;
  std::string data_folder;
  std::string models;
  std::optional<uint64_t> seed;
  std::optional<uint32_t> threads;
  std::vector<std::string> formats;
  std::string policy;
  std::string baseline;
  std::string history;
  bool overwrite = false;
  bool quiet = false;
};

/// Options that both commands have. The options must outlive the command.
void add_run_options(CLI::App& command, RunOptions& options);

/// The configuration with the options in place of its own values.
ConfiguredRun effective(const RunOptions& options);

/// What a finished run is judged by. Read before anything is asked, so that a mistake in it costs no run.
struct Judgement {
  std::optional<Policy> policy;
  std::optional<StoredRun> baseline;
};

Judgement judgement_of(const RunConfig& config);

/// Writes the report in all forms, judges it, adds it to the history and shows it.
ExitCode finish_run(Report& report, const RunFolder& folder, const RunConfig& config, const Judgement& judgement,
                    const RunOptions& options);

}  // namespace recgauge::cli
