#include "cli/stored_run.h"

#include <fmt/format.h>

#include "harness/system/whole_file.h"
#include "reports/json/report_json.h"

namespace recgauge::cli {

std::filesystem::path report_file(const std::filesystem::path& source) {
  if (std::filesystem::is_directory(source)) return source / "report.json";
  return source;
}

void open_observations(StoredRun& run) {
  const std::filesystem::path file = run.file.parent_path() / "observations.sqlite";
  if (!std::filesystem::exists(file)) {
    run.no_observations_reason = "no observations.sqlite lies beside its report";
    return;
  }
  try {
    auto store = std::make_unique<ObservationStore>(file, "", ObservationStore::Mode::read_only);
    if (store->note("identity") == run.report.run_id) {
      run.observations = std::move(store);
    } else {
      run.no_observations_reason = "the observations.sqlite beside its report belongs to another run";
    }
  } catch (const SystemError& error) {
    run.no_observations_reason = fmt::format("its observations.sqlite cannot be read ({})", error.what());
  }
}

StoredRun load_stored_run(const std::filesystem::path& source) {
  StoredRun run;
  run.file = report_file(source);
  run.report = reports::from_json(read_whole_file(run.file), run.file.string());
  open_observations(run);
  return run;
}

}  // namespace recgauge::cli
