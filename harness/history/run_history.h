// The history of runs: a SQLite file that several writers may add to at once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/history/trend.h"
#include "harness/verdict/report.h"

namespace recgauge {

/// What is said of a run when it is added.
struct RunOrigin {
  std::string source;  ///< absolute path of report.json
  std::string branch;
  std::string commit;
  std::string tag;    ///< empty for none
  std::string added;  ///< UTC
};

/// One run of a history.
struct HistoryRun {
  uint64_t number = 0;  ///< from 1, in the order in which they were added
  std::string report_hash;
  std::string question;  ///< hash over data, split and candidate items: what makes runs comparable
  std::string run_id;
  std::string name;
  std::string source;
  std::string finished;  ///< UTC, from the report; when it was added where the report does not say
  std::string added;
  std::string branch;
  std::string commit;
  std::vector<std::string> tags;
};

struct AddedRun {
  uint64_t number = 0;
  bool is_new = false;  ///< false: the same report was there; a new tag was added to it
};

/// Which runs a question is about; empty fields stand for all.
struct HistoryFilter {
  std::string branch;
  std::string tag;
};

/// What a trend is asked about.
struct TrendQuestion {
  std::string measure;  ///< full name, label, or label without its cutoff
  std::string system;   ///< empty: all candidates
  std::string slice = "all";
  std::string branch;
  statistics::ChangePointOptions changes;
};

/// A history file. Every change is one transaction under SQLite's lock; a writer that finds another one waits up to 30
/// seconds. Throws ConfigError for a file that is no history or of a newer version, and SystemError when it cannot be
/// read or written.
class RunHistory {
 public:
  static constexpr int kVersion = 1;  ///< user_version of the file
  enum class Mode : uint8_t { read, write };

  /// Write mode creates file and folder where they are absent.
  explicit RunHistory(const std::filesystem::path& file, Mode mode);
  ~RunHistory();
  RunHistory(const RunHistory&) = delete;
  RunHistory& operator=(const RunHistory&) = delete;

  /// Adds a run, or a tag to one that is there: reports are the same when their bytes are. `json` is the report's text.
  AddedRun add(const Report& report, std::string_view json, const RunOrigin& origin);

  /// In the order of their time, oldest first.
  std::vector<HistoryRun> runs(const HistoryFilter& filter = {}) const;

  /// The newest run with that tag or branch. Throws ConfigError, naming the tags or branches that there are, if there
  /// is none.
  HistoryRun baseline(const HistoryFilter& filter) const;

  /// report.json of a run as it was added.
  std::string report_text(uint64_t number) const;

  /// The measure over all runs that were asked the newest run's questions; the others are named in the notes. Throws
  /// ConfigError if no run has the measure.
  Trend trend(const TrendQuestion& question) const;

 private:
  struct Database;
  std::unique_ptr<Database> database_;
};

}  // namespace recgauge
