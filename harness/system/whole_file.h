// Files that appear whole or not at all, and their hashes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace recgauge {

/// Writes `content` to a temporary file beside `path`, syncs it to disk and renames it into place, so that `path` is at
/// any time either what it was before or the whole new content. Throws SystemError (disk full, no permission), in which
/// case `path` is untouched and the temporary file removed.
void write_whole_file(const std::filesystem::path& path, std::string_view content);

/// Reads a whole file. Throws DataError when it cannot be opened or read.
std::string read_whole_file(const std::filesystem::path& path);

/// SHA-256 in lower-case hexadecimal.
std::string sha256_hex(std::string_view bytes);

/// SHA-256 of a file's bytes, read in blocks. Throws DataError when it cannot be read.
std::string sha256_of_file(const std::filesystem::path& path);

/// An incremental SHA-256.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void update(std::string_view bytes);
  /// Hashes the memory of a span of trivially copyable values, which must have no padding.
  template <typename Span>
  void update_values(const Span& values) {
    update(std::string_view(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(values[0])));
  }
  /// Ends the hash; the object must not be used afterwards.
  std::string hex();

 private:
  void* context_;
};

}  // namespace recgauge
