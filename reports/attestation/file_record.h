// What a statement holds of one file: enough to say whether it changed, and where.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/system/whole_file.h"

namespace recgauge::attestation {

struct FileRecord {
  std::string name;  ///< a plain name without folders
  uint64_t size = 0;
  std::string sha256;
  uint64_t chunk_size = 0;
  std::vector<std::string> chunks;  ///< SHA-256 of each chunk; the last may be shorter
};

/// Bytes from `begin` up to, not including, `end`.
struct ByteRange {
  uint64_t begin = 0;
  uint64_t end = 0;
  bool operator==(const ByteRange&) const = default;
};

/// 4 KiB for files up to 4 MiB; beyond that the smallest power of two that needs at most 16,384 chunks (64 KiB for
/// 1 GiB), so that a statement stays below about 1 MB a file.
uint64_t chunk_size_for(uint64_t file_size);

/// Chunks that a file of that size has.
uint64_t chunk_count(uint64_t file_size, uint64_t chunk_size);

/// Makes a record from bytes in order.
class FileDigest {
 public:
  /// Bytes beyond `chunked_size` count for size and hash but have no chunks: a file is compared with a record in the
  /// chunks of that record, and what was appended does not blur its last one.
  FileDigest(std::string name, uint64_t chunk_size, uint64_t chunked_size);

  void update(std::string_view bytes);
  /// Ends the digest; the object must not be used afterwards.
  FileRecord finish();

 private:
  FileRecord record_;
  uint64_t chunked_size_;
  Sha256 whole_;
  std::optional<Sha256> chunk_;
  uint64_t in_chunk_ = 0;
};

/// Where `found`, digested in the chunks of `expected`, differs from it, adjacent ranges merged. Its resolution is one
/// chunk: the true change lies somewhere within each range.
std::vector<ByteRange> changed_ranges(const FileRecord& expected, const FileRecord& found);

/// "bytes 4096 to 8191 changed" …, with what is missing or was appended at the end.
std::string describe_change(const FileRecord& expected, const FileRecord& found);

/// A file that is open for reading.
class OpenFile {
 public:
  enum class Links { follow, refuse };
  enum class Problem : uint8_t { none, missing, symbolic_link, not_plain };

  /// Throws DataError when it exists but cannot be opened; whatever else is wrong, problem() says.
  OpenFile(const std::filesystem::path& path, Links links);
  ~OpenFile();
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  Problem problem() const { return problem_; }
  uint64_t size() const { return size_; }
  /// Access bits (0777).
  uint32_t permissions() const { return permissions_; }

  /// The next bytes, at most `most`; empty at the end. Throws DataError when they cannot be read.
  std::string_view read(size_t most = size_t{1} << 18);

  /// All bytes from here on. Throws DataError when they are more than `limit`.
  std::string read_all(uint64_t limit);

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
  Problem problem_ = Problem::none;
  uint64_t size_ = 0;
  uint32_t permissions_ = 0;
  std::string buffer_;
};

}  // namespace recgauge::attestation
