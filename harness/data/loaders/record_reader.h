// Records of delimited text, read in blocks from plain or gzip files, without a copy per field.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/system/error.h"

namespace recgauge {

enum class TextEncoding : uint8_t { utf8, latin1 };

/// Bytes of a file, decompressed if it begins like gzip (several members are read one after another). Throws DataError
/// for a file that cannot be opened, and for corrupt or truncated gzip.
class ByteSource {
 public:
  explicit ByteSource(const std::filesystem::path& path);
  ~ByteSource();
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  /// Reads up to `size` bytes; 0 at the end.
  size_t read(char* into, size_t size);
  const std::string& name() const { return name_; }

 private:
  std::string name_;
  void* file_ = nullptr;
};

/// `path`, or `path` + ".gz" if only that exists. Throws DataError naming both when neither does.
std::filesystem::path existing_file(const std::filesystem::path& path);

struct RecordFormat {
  std::string delimiter = "\t";  ///< one or more characters; " " also stands for runs of blanks and tabs
  bool quoted = false;           ///< RFC 4180 quotes: "a ""b"" c", may hold delimiters and line ends
  TextEncoding encoding = TextEncoding::utf8;
};

/// Splits text into records. Fields stay valid until the next call. Blank lines are skipped, CR LF and a byte-order
/// mark are understood, a last line without line end counts.
class RecordReader {
 public:
  RecordReader(const std::filesystem::path& path, RecordFormat format);

  /// The next record, or false at the end.
  bool next();
  std::span<const std::string_view> fields() const { return fields_; }
  /// Line of the record (its first, if it spans several), from 1.
  uint64_t line() const { return record_line_; }
  SourcePlace place(uint64_t column = 0) const { return {source_.name(), record_line_, column}; }
  /// Column (from 1, in bytes) at which field i begins.
  uint64_t column_of(size_t i) const;
  /// Whether the record's bytes are valid in the stated encoding (always so for Latin-1, which is converted to UTF-8).
  bool valid_text() const { return valid_text_; }
  std::string_view record() const { return record_; }

 private:
  bool find_record();
  bool refill();
  void split();
  void split_quoted();
  void split_blanks();

  ByteSource source_;
  RecordFormat format_;
  std::string buffer_;
  size_t begin_ = 0;
  size_t end_ = 0;
  bool at_end_ = false;
  uint64_t line_ = 0;
  uint64_t record_line_ = 0;
  uint64_t lines_in_record_ = 1;
  std::string_view record_;
  std::string converted_;
  std::vector<std::string_view> fields_;
  std::vector<std::unique_ptr<std::string>> unquoted_;
  size_t unquoted_used_ = 0;
  bool valid_text_ = true;
};

/// Whether the bytes are well-formed UTF-8 (no overlong forms, no surrogates).
bool is_valid_utf8(std::string_view text);
/// Latin-1 bytes as UTF-8.
std::string latin1_to_utf8(std::string_view text);

}  // namespace recgauge
