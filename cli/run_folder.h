// The folder of one run: who may write there, and what lies where.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/run/shard.h"

namespace recgauge::cli {

enum class FolderUse : uint8_t {
  fresh,      ///< must not hold a run
  resume,     ///< goes on with the run that lies there
  overwrite,  ///< a run that lies there is removed first
};

/// Holds the folder for this process.
class RunFolder {
 public:
  /// Opens or creates `path`. Throws ConfigError when it holds a run that must not be touched, or another process
  /// writes there, and SystemError when it cannot be created.
  RunFolder(std::filesystem::path path, FolderUse use);
  ~RunFolder();
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path observations() const { return path_ / "observations.sqlite"; }
  std::filesystem::path report(const std::string& format) const { return path_ / ("report." + format); }

  /// Removes what a run has written.
  void remove_run() const;

  /// recgauge-runs/NAME-N: the first free N, or the newest taken one for resuming.
  static std::filesystem::path choose(const std::string& name, FolderUse use);

 private:
  std::filesystem::path path_;
  int lock_ = -1;
};

/// Name of a shard's folder within that of all shards: "shard-2-of-4".
std::string shard_folder(const Shard& shard);

/// The folders of shards that `paths` name: shards themselves, or folders of shards. Throws ConfigError for a path that
/// is neither.
std::vector<std::filesystem::path> shard_folders(const std::vector<std::string>& paths);

}  // namespace recgauge::cli
