#include "harness/data/download/download.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "harness/data/download/hasher.h"
#include "harness/data/download/new_file.h"
#include "harness/data/download/receipt.h"
#include "harness/data/download/safe_path.h"
#include "harness/data/download/web_address.h"
#include "harness/system/error.h"
#include "harness/system/whole_file.h"

namespace recgauge {
namespace {

namespace fs = std::filesystem;

// One download of a name into a folder at a time; the empty lock file stays, since removing it would be a race.
class FolderLock {
 public:
  FolderLock(const fs::path& folder, const std::string& name) {
    const fs::path path = folder / fmt::format(".{}.lock", name);
    descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (descriptor_ < 0) {
      throw SystemError(fmt::format("cannot write into {}: {}; name another folder with --folder", folder.string(),
                                    std::generic_category().message(errno)));
    }
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return;
    ::close(descriptor_);
    throw SystemError(fmt::format("another process is fetching '{}' into {}; wait for it", name, folder.string()));
  }
  ~FolderLock() { ::close(descriptor_); }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int descriptor_ = -1;
};

// The folder in which a set is put together; removed at the end, whatever happened.
class WorkFolder {
 public:
  explicit WorkFolder(fs::path path) : path_(std::move(path)) {
    fs::remove_all(path_);  // of an interrupted download: the lock is ours
    fs::create_directories(content());
  }
  ~WorkFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;

  fs::path content() const { return path_ / "content"; }
  fs::path archive(const std::string& name) const { return path_ / name; }
  fs::path replaced() const { return path_ / "replaced"; }

 private:
  fs::path path_;
};

class Download {
 public:
  Download(const DatasetEntry& entry, const DownloadOptions& options, ProgressListener& progress)
      : entry_(entry), options_(options), progress_(progress), target_(options.folder / entry.name) {}

  DownloadResult run() {
    check_entry(entry_);
    check_checksums();
    fs::create_directories(options_.folder);
    const FolderLock lock(options_.folder, entry_.name);
    if (const std::optional<DownloadResult> there = existing()) return *there;
    const WorkFolder work(options_.folder / (entry_.name + ".partial"));
    DownloadResult result{DownloadStatus::fetched, target_, {}, {}};
    for (const RemoteFile& file : entry_.files) result.sources.push_back(fetch_file(file, work));
    check_expected(work.content());
    result.files = hash_files(work.content());
    write_receipt(work.content(), entry_, result);
    put_into_place(work);
    return result;
  }

 private:
  std::vector<Digest> digests_of(const RemoteFile& file) const {
    if (options_.checksum == ChecksumPolicy::skip) return {};
    return options_.digest ? std::vector{*options_.digest} : file.digests;
  }

  void check_checksums() const {
    if (options_.digest && entry_.files.size() != 1) {
      throw ConfigError(fmt::format("'{}' has {} files, so one checksum is not enough; name them in a catalogue file",
                                    entry_.name, entry_.files.size()));
    }
    if (options_.checksum == ChecksumPolicy::skip) return;
    for (const RemoteFile& file : entry_.files) {
      if (!digests_of(file).empty()) continue;
      throw ConfigError(
          fmt::format("no checksum of {} is known; give the one that its owner publishes with --sha256 HEX, "
                      "or take whatever comes with --no-checksum",
                      file.url));
    }
  }

  // Nothing if the set has to be fetched.
  std::optional<DownloadResult> existing() const {
    if (!fs::exists(fs::symlink_status(target_)) || options_.existing == ExistingPolicy::replace) return std::nullopt;
    std::optional<DownloadResult> receipt = read_receipt(target_);
    const std::string problem = receipt ? problem_of(*receipt) : "it holds no receipt of a download";
    if (!problem.empty()) {
      throw DataError(
          fmt::format("{} exists, but is not what the download would give: {}. Move it away, or fetch it anew "
                      "with --replace",
                      target_.string(), problem));
    }
    receipt->status = DownloadStatus::already_there;
    return receipt;
  }

  std::string problem_of(const DownloadResult& receipt) const {
    if (receipt.sources.size() != entry_.files.size()) return "it was made from other files";
    for (size_t i = 0; i < entry_.files.size(); ++i) {
      for (const Digest& digest : digests_of(entry_.files[i])) {
        if (digest != receipt.sources[i].md5 && digest != receipt.sources[i].sha256) {
          return fmt::format("it was made from a file of another checksum than {}", digest.hex);
        }
      }
    }
    for (const NamedFile& file : receipt.files) {
      const std::optional<fs::path> path = safe_relative_path(file.name);
      if (!path || !fs::is_regular_file(target_ / *path)) return fmt::format("'{}' is missing", file.name);
      if (sha256_of_file(target_ / *path) != file.sha256) return fmt::format("'{}' was changed", file.name);
    }
    return "";
  }

  FetchedSource fetch_file(const RemoteFile& file, const WorkFolder& work) const {
    const bool plain = file.unpack == UnpackKind::none;
    const fs::path path =
        plain ? work.content() / *safe_relative_path(file.path) : work.archive(archive_name(file.url));
    fs::create_directories(path.parent_path());
    FetchedSource source = fetch_to(file.url, path);
    check_digests(file, source);
    if (!plain) {
      unpack_zip(path, file.path, work.content(), options_.unpack, options_.fetch.stop, progress_);
      fs::remove(path);
    }
    return source;
  }

  static std::string archive_name(const std::string& url) {
    const std::string name = file_name_of(url);
    const auto safe = safe_relative_path(name);
    return safe && name != "content" && name != "replaced" ? name : "archive.zip";
  }

  FetchedSource fetch_to(const std::string& url, const fs::path& path) const {
    FetchedSource source{url, 0, {}, {}};
    Hasher md5(DigestAlgorithm::md5);
    Hasher sha256(DigestAlgorithm::sha256);
    NewFile file(path);
    const auto begin = [&](uint64_t total) {
      check_space(total);
      progress_.begin("fetching " + path.filename().string(), total);
    };
    const auto write = [&](std::string_view block) {
      md5.update(block);
      sha256.update(block);
      file.write(block);
      source.bytes += block.size();
      progress_.advance(source.bytes);
    };
    fetch(url, options_.fetch, {begin, write});
    file.finish();
    progress_.end();
    source.md5 = md5.finish();
    source.sha256 = sha256.finish();
    return source;
  }

  void check_space(uint64_t needed) const {
    const uint64_t free = fs::space(options_.folder).available;
    if (needed <= free) return;
    throw SystemError(
        fmt::format("{} has {} bytes free, and '{}' needs {}; free some space, or name another folder with "
                    "--folder",
                    options_.folder.string(), free, entry_.name, needed));
  }

  void check_digests(const RemoteFile& file, const FetchedSource& source) const {
    for (const Digest& expected : digests_of(file)) {
      const Digest& found = expected.algorithm == DigestAlgorithm::md5 ? source.md5 : source.sha256;
      if (found == expected) continue;
      throw DataError(
          fmt::format("{}: the file has the {} checksum {} instead of {}: it was changed on the way, or its owner "
                      "published another "
                      "version. Nothing was kept. If the owner names the new checksum, pass it with --sha256",
                      file.url, to_string(expected.algorithm), found.hex, expected.hex));
    }
  }

  void check_expected(const fs::path& content) const {
    for (const std::string& path : entry_.expected) {
      if (fs::is_regular_file(content / path)) continue;
      throw DataError(fmt::format("'{}' was fetched, but holds no file {}; is this another version? Nothing was kept",
                                  entry_.name, path));
    }
  }

  void put_into_place(const WorkFolder& work) const {
    sync_folder(work.content());
    const bool replaces = fs::exists(fs::symlink_status(target_));
    if (replaces) fs::rename(target_, work.replaced());
    std::error_code error;
    fs::rename(work.content(), target_, error);
    if (error) {
      if (replaces) fs::rename(work.replaced(), target_);
      throw SystemError(fmt::format("cannot rename into {}: {}", target_.string(), error.message()));
    }
    sync_folder(options_.folder);
  }

  const DatasetEntry& entry_;
  const DownloadOptions& options_;
  ProgressListener& progress_;
  fs::path target_;
};

}  // namespace

DownloadResult download(const DatasetEntry& entry, const DownloadOptions& options, ProgressListener& progress) {
  try {
    return Download(entry, options, progress).run();
  } catch (const fs::filesystem_error& error) {
    throw SystemError(fmt::format("cannot write {}: {}; name another folder with --folder", error.path1().string(),
                                  error.code().message()));
  }
}

}  // namespace recgauge
