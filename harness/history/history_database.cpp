#include "harness/history/history_database.h"

#include <fmt/format.h>

#include "harness/run/sqlite_statement.h"
#include "harness/system/error.h"

namespace recgauge {
namespace {

constexpr int kApplication = 0x52474831;  // "RGH1": what tells a history from any other SQLite file

constexpr const char* kSchema = R"(
CREATE TABLE run (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  report_hash TEXT NOT NULL UNIQUE,  -- SHA-256 of report.json
  question TEXT NOT NULL,            -- hash over data, split and candidate items
  run_id TEXT NOT NULL, name TEXT NOT NULL, source TEXT NOT NULL,
  finished TEXT NOT NULL, added TEXT NOT NULL,  -- UTC
  branch TEXT NOT NULL, commit_id TEXT NOT NULL,
  report BLOB NOT NULL, report_size INTEGER NOT NULL);  -- zlib
CREATE INDEX run_by_time ON run (finished, number);
CREATE TABLE tag (run INTEGER NOT NULL REFERENCES run (number), name TEXT NOT NULL, PRIMARY KEY (run, name)) WITHOUT ROWID;
CREATE TABLE measurement (
  run INTEGER NOT NULL REFERENCES run (number),
  suite TEXT NOT NULL, system TEXT NOT NULL, metric TEXT NOT NULL, slice TEXT NOT NULL, label TEXT NOT NULL,
  role TEXT NOT NULL, value REAL, low REAL, high REAL, confidence REAL, method TEXT NOT NULL, n INTEGER NOT NULL,
  unit TEXT NOT NULL, direction INTEGER NOT NULL, suite_version TEXT NOT NULL,
  PRIMARY KEY (run, suite, system, metric, slice)) WITHOUT ROWID;
)";

}  // namespace

void RunHistory::Database::execute(const char* sql) const {
  char* message = nullptr;
  if (sqlite3_exec(handle, sql, nullptr, nullptr, &message) == SQLITE_OK) return;
  const std::string text = message == nullptr ? "unknown" : message;
  sqlite3_free(message);
  throw SystemError(fmt::format("{}: {}", path, text));
}

int64_t RunHistory::Database::number_of(const char* sql) const {
  Statement select(handle, sql);
  return select.step() ? select.integer(0) : 0;
}

void RunHistory::Database::transact(const std::function<void()>& body) const {
  try {
    execute("BEGIN IMMEDIATE");
    body();
    execute("COMMIT");
  } catch (...) {
    if (sqlite3_get_autocommit(handle) == 0) sqlite3_exec(handle, "ROLLBACK", nullptr, nullptr, nullptr);
    throw;
  }
}

void RunHistory::Database::check() const {
  if (number_of("PRAGMA application_id") != kApplication) {
    throw ConfigError(fmt::format("{} is no history of recgauge; name another file with --file", path));
  }
  const int64_t version = number_of("PRAGMA user_version");
  if (version == kVersion) return;
  throw ConfigError(fmt::format("{} is a history of version {}, this recgauge knows version {}; use the newer one",
                                path, version, kVersion));
}

void RunHistory::Database::create_or_check() const {
  transact([&] {
    if (number_of("SELECT count(*) FROM sqlite_master") > 0) return check();
    execute(kSchema);
    execute(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", kApplication, kVersion).c_str());
  });
}

std::vector<std::string> RunHistory::Database::tags_of(uint64_t run) const {
  Statement select(handle, "SELECT name FROM tag WHERE run = ? ORDER BY name");
  select.bind(1, static_cast<int64_t>(run));
  std::vector<std::string> tags;
  while (select.step()) tags.push_back(select.text(0));
  return tags;
}

std::vector<std::string> RunHistory::Database::texts(const char* sql) const {
  Statement select(handle, sql);
  std::vector<std::string> result;
  while (select.step()) result.push_back(select.text(0));
  return result;
}

}  // namespace recgauge
