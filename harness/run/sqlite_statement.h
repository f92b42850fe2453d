// A prepared statement of SQLite, typed and freed. For the files that recgauge keeps: observations, histories,
// cassettes.
#pragma once

#include <fmt/format.h>
#include <sqlite3.h>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/system/error.h"

namespace recgauge {

[[noreturn]] inline void throw_database_error(sqlite3* database, std::string_view what) {
  const char* file = sqlite3_db_filename(database, "main");
  throw SystemError(fmt::format("{}: {}", file == nullptr || *file == '\0' ? "SQLite" : file, what));
}

[[noreturn]] inline void throw_damaged(sqlite3* database, const std::string& what) {
  throw_database_error(database, "damaged: " + what + "; delete the file and run anew");
}

/// The address with which `path` is opened for reading alone, with SQLITE_OPEN_URI. SQLite reads a file that may be
/// written to meanwhile only where it can create a lock file. Without a journal nobody writes, and the file can be read
/// from anywhere, such as an unpacked artifact.
inline std::string read_only_address(const std::filesystem::path& path) {
  std::string address = "file:";
  for (const char c : path.string()) {
    if (c == '%' || c == '?' || c == '#') {
      address += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      address += c;
    }
  }
  return std::filesystem::exists(path.string() + "-wal") ? address : address + "?immutable=1";
}

class Statement {
 public:
  Statement(sqlite3* database, const char* sql) {
    if (sqlite3_prepare_v2(database, sql, -1, &statement_, nullptr) != SQLITE_OK) {
      throw_database_error(database, sqlite3_errmsg(database));
    }
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  void bind(int position, int64_t value) { sqlite3_bind_int64(statement_, position, value); }
  void bind(int position, std::string_view text) {
    // A null pointer would bind NULL, and an empty view may hold one.
    const char* bytes = text.empty() ? "" : text.data();
    sqlite3_bind_text64(statement_, position, bytes, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  }
  template <typename T>
  void bind_values(int position, std::span<const T> values) {
    const char* bytes = values.empty() ? "" : reinterpret_cast<const char*>(values.data());
    sqlite3_bind_blob64(statement_, position, bytes, values.size_bytes(), SQLITE_TRANSIENT);
  }
  void bind_real(int position, double value) { sqlite3_bind_double(statement_, position, value); }
  void bind_null(int position) { sqlite3_bind_null(statement_, position); }

  /// True while there is a row.
  bool step() {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    throw_database_error(database(), sqlite3_errmsg(database()));
  }
  void reset() { sqlite3_reset(statement_); }

  int64_t integer(int column) { return sqlite3_column_int64(statement_, column); }
  double real(int column) { return sqlite3_column_double(statement_, column); }
  bool is_null(int column) { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  std::string text(int column) {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return bytes == nullptr ? "" : std::string(bytes, static_cast<size_t>(sqlite3_column_bytes(statement_, column)));
  }
  sqlite3* database() const { return sqlite3_db_handle(statement_); }
  size_t byte_count(int column) { return static_cast<size_t>(sqlite3_column_bytes(statement_, column)); }
  template <typename T>
  std::vector<T> values(int column) {
    if (byte_count(column) % sizeof(T) != 0) throw_damaged(database(), "a list of values ends in the middle of one");
    std::vector<T> result(byte_count(column) / sizeof(T));
    if (!result.empty()) std::memcpy(result.data(), sqlite3_column_blob(statement_, column), result.size() * sizeof(T));
    return result;
  }

 private:
  sqlite3_stmt* statement_ = nullptr;
};

}  // namespace recgauge
