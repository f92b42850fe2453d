#include "harness/data/download/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <memory>
#include <optional>

#include "harness/data/download/new_file.h"
#include "harness/data/download/safe_path.h"
#include "harness/system/error.h"
#include "harness/system/terminal_text.h"

namespace recgauge {
namespace {

namespace fs = std::filesystem;

class ZipReader {
 public:
  explicit ZipReader(const fs::path& path)
      : name_(path.filename().string()), handle_(archive_read_new(), &archive_read_free) {
    // Entries by the archive's own directory; nothing is looked for between them.
    const bool open = handle_ != nullptr && archive_read_support_format_zip_seekable(handle_.get()) == ARCHIVE_OK &&
                      archive_read_open_filename(handle_.get(), path.c_str(), 1 << 18) == ARCHIVE_OK;
    if (!open) fail(reason());
  }

  archive_entry* next() {
    archive_entry* entry = nullptr;
    const int code = archive_read_next_header(handle_.get(), &entry);
    if (code == ARCHIVE_EOF) return nullptr;
    if (code != ARCHIVE_OK && code != ARCHIVE_WARN) fail(reason());
    return entry;
  }

  // Bytes of the current entry; 0 at its end.
  size_t read(char* into, size_t size) {
    const la_ssize_t count = archive_read_data(handle_.get(), into, size);
    if (count < 0) fail(reason());
    return static_cast<size_t>(count);
  }

  [[noreturn]] void fail(const std::string& problem) const {
    throw DataError(fmt::format("{} cannot be unpacked: {}; nothing was kept", name_, problem));
  }

 private:
  std::string reason() const {
    const char* text = handle_ == nullptr ? nullptr : archive_error_string(handle_.get());
    return text == nullptr ? "it is no zip archive" : text;
  }

  std::string name_;
  std::unique_ptr<archive, decltype(&archive_read_free)> handle_;
};

class Unpacking {
 public:
  Unpacking(ZipReader& zip, const std::string& subfolder, const fs::path& folder, const UnpackLimits& limits)
      : zip_(zip), subfolder_(fs::path(subfolder).lexically_normal()), folder_(folder), limits_(limits) {
    if (!subfolder_.has_filename()) subfolder_ = subfolder_.parent_path();
  }

  void take(archive_entry* entry) {
    const fs::path path = checked_path(entry);
    const auto kind = archive_entry_filetype(entry);
    const bool is_link = archive_entry_hardlink(entry) != nullptr || archive_entry_symlink(entry) != nullptr;
    if (is_link || (kind != AE_IFREG && kind != AE_IFDIR)) {
      zip_.fail(fmt::format("'{}' is a link or a device", path.string()));
    }
    if (kind == AE_IFDIR) return;  // folders are made for the files in them
    if (const std::optional<fs::path> target = target_of(path)) write(*target);
  }

  uint64_t bytes() const { return bytes_; }

 private:
  fs::path checked_path(archive_entry* entry) const {
    const char* name = archive_entry_pathname(entry);
    if (name == nullptr) name = archive_entry_pathname_utf8(entry);
    if (name == nullptr) zip_.fail("a file name cannot be read");
    const std::optional<fs::path> path = safe_relative_path(name);
    if (!path) zip_.fail(fmt::format("the path '{}' would leave the folder", printable(name, 200)));
    return *path;
  }

  // Without the prefix; nothing outside of it.
  std::optional<fs::path> target_of(const fs::path& path) const {
    if (subfolder_.empty()) return path;
    const fs::path rest = path.lexically_relative(subfolder_);
    if (rest.empty() || *rest.begin() == ".." || rest == ".") return std::nullopt;
    return rest;
  }

  void write(const fs::path& target) {
    if (++files_ > limits_.max_files) zip_.fail(fmt::format("it holds more than {} files", limits_.max_files));
    const fs::path path = folder_ / target;
    fs::create_directories(path.parent_path());
    if (fs::exists(path)) zip_.fail(fmt::format("'{}' stands in it twice", target.string()));
    NewFile file(path);
    while (const size_t count = zip_.read(block_.data(), block_.size())) {
      bytes_ += count;
      if (bytes_ > limits_.max_bytes) {
        zip_.fail(fmt::format("more than {} bytes come out of it, which is not to be expected", limits_.max_bytes));
      }
      file.write({block_.data(), count});
    }
    file.finish();
  }

  ZipReader& zip_;
  fs::path subfolder_;
  const fs::path& folder_;
  const UnpackLimits& limits_;
  uint64_t bytes_ = 0;
  uint64_t files_ = 0;
  std::string block_ = std::string(size_t{1} << 16, '\0');
};

}  // namespace

void unpack_zip(const fs::path& archive, const std::string& subfolder, const fs::path& folder,
                const UnpackLimits& limits, const std::stop_token& stop, ProgressListener& progress) {
  ZipReader zip(archive);
  Unpacking unpacking(zip, subfolder, folder, limits);
  progress.begin("unpacking " + archive.filename().string(), 0);
  try {
    while (archive_entry* entry = zip.next()) {
      if (stop.stop_requested()) zip.fail("interrupted");
      unpacking.take(entry);
      progress.advance(unpacking.bytes());
    }
  } catch (const fs::filesystem_error& error) {
    throw SystemError(fmt::format("cannot unpack into {}: {}", folder.string(), error.code().message()));
  }
  progress.end();
}

}  // namespace recgauge
