#include "cli/run_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
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
  remove_run();
}

void RunFolder::remove_run() const {
  std::error_code ignored;
  for (const char* file : kFiles) std::filesystem::remove(path_ / file, ignored);
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

std::string shard_folder(const Shard& shard) { return fmt::format("shard-{}-of-{}", shard.index + 1, shard.count); }

std::vector<std::filesystem::path> shard_folders(const std::vector<std::string>& paths) {
  std::vector<std::filesystem::path> folders;
  for (const std::filesystem::path path : paths) {
    if (holds_run(path)) {
      folders.push_back(path);
      continue;
    }
    const size_t before = folders.size();
    if (std::filesystem::is_directory(path)) {
      for (const auto& entry : std::filesystem::directory_iterator(path)) {
        if (entry.path().filename().string().starts_with("shard-") && holds_run(entry.path())) {
          folders.push_back(entry.path());
        }
      }
    }
    if (folders.size() == before) {
      throw ConfigError(fmt::format(
          "{} holds no shard; name the folder that `recgauge run --shard` was given as --output", path.string()));
    }
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

}  // namespace recgauge::cli
