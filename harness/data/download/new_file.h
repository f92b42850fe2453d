// A file that is being written and did not exist before.
#pragma once

#include <filesystem>
#include <string_view>

namespace recgauge {

class NewFile {
 public:
  /// Creates `path`; never follows or replaces what is there. Throws SystemError.
  explicit NewFile(std::filesystem::path path);
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  /// Throws SystemError, with advice when the disk is full.
  void write(std::string_view bytes);
  /// Writes what the machine still holds back to the disk, and closes.
  void finish();

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
};

/// Makes the names in a folder durable; does nothing where the file system cannot.
void sync_folder(const std::filesystem::path& folder);

}  // namespace recgauge
