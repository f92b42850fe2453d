#include "cli/run_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "harness/system/error.h"

namespace recgauge::cli {
namespace {

constexpr const char* kFiles[] = {"observations.sqlite", "observations.sqlite-wal", "observations.sqlite-shm",
                                  "report.json", "report.html"};

bool holds_run(const std::filesystem::path& folder) { return std::filesystem::exists(folder / kFiles[0]); }

}  // namespace

RunFolder::RunFolder(std::filesystem::path path, FolderUse use) : path_(std::move(path)) {
  if (use == FolderUse::resume && !holds_run(path_)) {
    throw ConfigError(fmt::format("{} holds no run to resume; leave --resume out to begin one", path_.string()));
  }
  if (use == FolderUse::fresh && holds_run(path_)) {
    throw ConfigError(
        fmt::format("{} holds a run already; --resume goes on with it, --overwrite removes it, --output "
                    "names another folder",
                    path_.string()));
  }
  std::error_code error;
  std::filesystem::create_directories(path_, error);
  if (error) throw SystemError(fmt::format("cannot create the folder {}: {}", path_.string(), error.message()));
  lock_ = open((path_ / ".lock").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0644);
  if (lock_ < 0) throw SystemError(fmt::format("cannot write in {}: {}", path_.string(), std::strerror(errno)));
  if (flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    close(lock_);
    throw ConfigError(fmt::format("another recgauge is writing in {}; wait for it or name another folder with --output",
                                  path_.string()));
  }
  if (use != FolderUse::overwrite) return;
  for (const char* file : kFiles) std::filesystem::remove(path_ / file, error);
}

RunFolder::~RunFolder() {
  std::error_code ignored;
  std::filesystem::remove(path_ / ".lock", ignored);
  close(lock_);
}

std::filesystem::path RunFolder::choose(const std::string& name, FolderUse use) {
  const std::filesystem::path parent = "recgauge-runs";
  const auto numbered = [&](int number) { return parent / fmt::format("{}-{}", name, number); };
  int number = 1;
  while (std::filesystem::exists(numbered(number))) ++number;
  if (use == FolderUse::fresh || number == 1) return numbered(number);
  return numbered(number - 1);
}

}  // namespace recgauge::cli
