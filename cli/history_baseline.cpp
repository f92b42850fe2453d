#include "cli/history_baseline.h"

#include "cli/stored_run.h"
#include "harness/system/error.h"
#include "harness/system/machine.h"
#include "harness/system/whole_file.h"
#include "reports/json/report_json.h"

namespace recgauge::cli {
namespace {

bool lies_unchanged(const HistoryRun& run) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(run.source, ignored) && sha256_of_file(run.source) == run.report_hash;
}

// A report that was written to since (`gate --write`) still has its users: their store says which run it belongs to.
void link_observations(const HistoryRun& run, const std::filesystem::path& folder) {
  const std::filesystem::path kept = std::filesystem::path(run.source).parent_path() / "observations.sqlite";
  const std::filesystem::path link = folder / "observations.sqlite";
  std::error_code ignored;
  std::filesystem::remove(link, ignored);
  if (std::filesystem::exists(kept, ignored)) std::filesystem::create_symlink(kept, link, ignored);
}

}  // namespace

AddedRun add_to_history(RunHistory& history, const std::filesystem::path& run, RunOrigin origin) {
  const std::filesystem::path file = report_file(run);
  const std::string text = read_whole_file(file);
  origin.source = std::filesystem::absolute(file).lexically_normal().string();
  origin.added = utc_now();
  return history.add(reports::from_json(text, file.string()), text, origin);
}

std::filesystem::path baseline_report(const std::filesystem::path& history, const HistoryFilter& filter) {
  const RunHistory runs(history, RunHistory::Mode::read);
  const HistoryRun run = runs.baseline(filter);
  if (lies_unchanged(run)) return run.source;
  const std::filesystem::path folder = history.parent_path() / "baselines" / run.report_hash.substr(0, 16);
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw SystemError("cannot create the folder " + folder.string() + ": " + error.message());
  write_whole_file(folder / "report.json", runs.report_text(run.number));
  link_observations(run, folder);
  return folder / "report.json";
}

}  // namespace recgauge::cli
