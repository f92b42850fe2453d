// Folders and zip archives for one test.
#pragma once

#include <archive.h>
#include <archive_entry.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace recgauge::tests {

class Scratch {
 public:
  Scratch() {
    static int count = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("recgauge_download_" + std::to_string(getpid()) + "_" + std::to_string(count++));
    std::filesystem::create_directories(path_);
  }
  ~Scratch() { std::filesystem::remove_all(path_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct ZipEntry {
  std::string name;
  std::string content;
  std::string symlink;  ///< target; the entry is then a link
};

/// A zip archive with these entries, whatever their names.
inline std::string zip_of(const std::vector<ZipEntry>& entries) {
  std::string bytes;
  size_t size = size_t{1} << 16;
  for (const ZipEntry& entry : entries) size += entry.content.size() + entry.name.size() + 512;
  bytes.resize(size);
  archive* writer = archive_write_new();
  archive_write_set_format_zip(writer);
  size_t used = 0;
  archive_write_open_memory(writer, bytes.data(), bytes.size(), &used);
  for (const ZipEntry& content : entries) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, content.name.c_str());
    const bool folder = content.name.ends_with('/');
    archive_entry_set_filetype(entry, !content.symlink.empty() ? AE_IFLNK : folder ? AE_IFDIR : AE_IFREG);
    if (!content.symlink.empty()) archive_entry_set_symlink(entry, content.symlink.c_str());
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, static_cast<la_int64_t>(content.content.size()));
    archive_write_header(writer, entry);
    if (content.symlink.empty() && !folder) archive_write_data(writer, content.content.data(), content.content.size());
    archive_entry_free(entry);
  }
  archive_write_close(writer);
  archive_write_free(writer);
  bytes.resize(used);
  return bytes;
}

}  // namespace recgauge::tests
