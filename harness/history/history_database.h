// The SQLite file below a history. Internal to it.
#pragma once

#include <sqlite3.h>

#include <functional>
#include <string>
#include <vector>

#include "harness/history/run_history.h"

namespace recgauge {

/// An open file; every function throws SystemError naming it when SQLite cannot do what it is asked.
struct RunHistory::Database {
  sqlite3* handle = nullptr;
  std::string path;

  ~Database() { sqlite3_close(handle); }

  void execute(const char* sql) const;
  /// The first column of the first row; 0 if there is none.
  int64_t number_of(const char* sql) const;
  /// The first column of every row.
  std::vector<std::string> texts(const char* sql) const;
  /// Runs `body` as one transaction that holds the write lock from its start; on any error nothing of it stays.
  void transact(const std::function<void()>& body) const;
  /// Throws ConfigError unless the file is a history of this version.
  void check() const;
  /// Makes the tables in an empty file, under the lock: another process may be making the same file.
  void create_or_check() const;
  std::vector<std::string> tags_of(uint64_t run) const;
};

}  // namespace recgauge
