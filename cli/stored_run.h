// A finished run on disk: its report, and the observations beside it.
#pragma once

#include <filesystem>
#include <memory>

#include "harness/verdict/judge.h"

namespace recgauge::cli {

/// report.json of a run's folder, or the file itself.
std::filesystem::path report_file(const std::filesystem::path& source);

/// A finished run as gates and comparisons read it.
struct StoredRun {
  std::filesystem::path file;  ///< report.json
  Report report;
  std::unique_ptr<ObservationStore> observations;  ///< null if there are none that belong to the report
  std::string no_observations_reason;

  JudgedRun judged() const { return {&report, observations.get(), no_observations_reason}; }
};

/// Opens the observations that lie beside a report. None, with the reason, where there are none, they cannot be read,
/// or they belong to another run.
void open_observations(StoredRun& run);

/// Reads a run from its folder or its report.json, with its observations. Throws DataError.
StoredRun load_stored_run(const std::filesystem::path& source);

}  // namespace recgauge::cli
