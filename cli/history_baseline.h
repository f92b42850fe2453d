// A baseline chosen from the history of runs.
#pragma once

#include <filesystem>
#include <string>

#include "harness/history/run_history.h"

namespace recgauge::cli {

/// .recgauge/history.sqlite in the working folder.
inline constexpr const char* kDefaultHistory = ".recgauge/history.sqlite";

/// Adds a stored run (its folder or report.json) to a history. Throws DataError.
AddedRun add_to_history(RunHistory& history, const std::filesystem::path& run, RunOrigin origin);

/// report.json of the newest run that the filter lets through: where it was added from, if it still lies there
/// unchanged, else a copy beside the history. Users can be paired as long as the run's observations lie where they lay.
/// Throws ConfigError.
std::filesystem::path baseline_report(const std::filesystem::path& history, const HistoryFilter& filter);

}  // namespace recgauge::cli
