#include "harness/history/run_history.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sqlite3.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "harness/history/compressed_text.h"
#include "harness/history/history_database.h"
#include "harness/run/sqlite_statement.h"
#include "harness/system/error.h"
#include "harness/system/whole_file.h"

namespace recgauge {
namespace {

constexpr int kPatience = 30000;  // milliseconds that a writer waits for another

// What two runs must share for their numbers to be one series.
std::string question_of(const Report& report) {
  Sha256 hash;
  const auto part = [&](const std::string& text) { hash.update(text + "\n"); };
  part(report.data.content_hash);
  part(report.split.kind);
  for (const auto& [key, value] : report.split.parameters) part(key + "=" + value);
  for (const auto& [key, value] : report.split.hashes) part(key + "=" + value);
  part(report.split.candidates);
  return hash.hex();
}

std::string finished_of(const Report& report, const std::string& otherwise) {
  const auto found = report.environment.facts.find("finished");
  return found == report.environment.facts.end() ? otherwise : found->second;
}

void bind_optional(Statement& statement, int position, const std::optional<double>& value) {
  if (value) {
    statement.bind_real(position, *value);
  } else {
    statement.bind_null(position);
  }
}

void insert_measurements(sqlite3* handle, int64_t run, const Report& report) {
  std::map<std::string, std::string> roles;
  for (const SystemSummary& system : report.systems) roles[system.info.name] = to_string(system.role);
  Statement insert(handle, "INSERT OR IGNORE INTO measurement VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
  for (const SuiteResult& suite : report.suites) {
    for (const Measurement& m : suite.measurements) {
      insert.bind(1, run);
      insert.bind(2, m.suite);
      insert.bind(3, m.system);
      insert.bind(4, m.metric);
      insert.bind(5, m.slice);
      insert.bind(6, m.label);
      insert.bind(7, roles[m.system]);
      bind_optional(insert, 8, m.value);
      bind_optional(insert, 9, m.interval ? std::optional(m.interval->low) : std::nullopt);
      bind_optional(insert, 10, m.interval ? std::optional(m.interval->high) : std::nullopt);
      bind_optional(insert, 11, m.interval ? std::optional(m.interval->confidence) : std::nullopt);
      insert.bind(12, m.interval ? std::string_view(m.interval->method) : std::string_view());
      insert.bind(13, static_cast<int64_t>(m.n));
      insert.bind(14, m.unit);
      insert.bind(15, static_cast<int64_t>(m.direction));
      insert.bind(16, suite.info.version);
      insert.step();
      insert.reset();
    }
  }
}

constexpr const char* kRunColumns =
    "SELECT number, report_hash, question, run_id, name, source, finished, added, branch, commit_id FROM run ";

HistoryRun read_run(Statement& select) {
  HistoryRun run;
  run.number = static_cast<uint64_t>(select.integer(0));
  run.report_hash = select.text(1);
  run.question = select.text(2);
  run.run_id = select.text(3);
  run.name = select.text(4);
  run.source = select.text(5);
  run.finished = select.text(6);
  run.added = select.text(7);
  run.branch = select.text(8);
  run.commit = select.text(9);
  return run;
}

}  // namespace

RunHistory::RunHistory(const std::filesystem::path& file, Mode mode) : database_(std::make_unique<Database>()) {
  database_->path = file.string();
  if (mode == Mode::read && !std::filesystem::exists(file)) {
    throw ConfigError(fmt::format("there is no history {}; `recgauge history add RUN` begins one, --file names another",
                                  file.string()));
  }
  std::error_code error;
  if (mode == Mode::write && file.has_parent_path()) std::filesystem::create_directories(file.parent_path(), error);
  const int flags = mode == Mode::read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  if (sqlite3_open_v2(file.c_str(), &database_->handle, flags, nullptr) != SQLITE_OK) {
    throw SystemError(fmt::format("cannot open the history {}: {}", file.string(), sqlite3_errmsg(database_->handle)));
  }
  sqlite3_busy_timeout(database_->handle, kPatience);
  try {
    if (mode == Mode::write) {
      database_->create_or_check();
    } else {
      database_->check();
    }
  } catch (const SystemError&) {
    if (sqlite3_errcode(database_->handle) != SQLITE_NOTADB) throw;
    throw ConfigError(fmt::format("{} is no history of recgauge; name another file with --file", file.string()));
  }
}

RunHistory::~RunHistory() = default;

AddedRun RunHistory::add(const Report& report, std::string_view json, const RunOrigin& origin) {
  const std::string hash = sha256_hex(json);
  const std::vector<char> packed = compress_text(json);
  AddedRun added;
  database_->transact([&] {
    Statement known(database_->handle, "SELECT number FROM run WHERE report_hash = ?");
    known.bind(1, hash);
    added.is_new = !known.step();
    if (!added.is_new) added.number = static_cast<uint64_t>(known.integer(0));
    if (added.is_new) {
      Statement insert(database_->handle,
                       "INSERT INTO run (report_hash, question, run_id, name, source, finished, added, branch, "
                       "commit_id, report, report_size) VALUES (?,?,?,?,?,?,?,?,?,?,?)");
      const std::string texts[] = {hash,         question_of(report), report.run_id,
                                   report.name,  origin.source,       finished_of(report, origin.added),
                                   origin.added, origin.branch,       origin.commit};
      int position = 0;
      for (const std::string& text : texts) insert.bind(++position, text);
      insert.bind_values(10, std::span<const char>(packed));
      insert.bind(11, static_cast<int64_t>(json.size()));
      insert.step();
      added.number = static_cast<uint64_t>(sqlite3_last_insert_rowid(database_->handle));
      insert_measurements(database_->handle, static_cast<int64_t>(added.number), report);
    }
    if (origin.tag.empty()) return;
    Statement tag(database_->handle, "INSERT OR IGNORE INTO tag VALUES (?, ?)");
    tag.bind(1, static_cast<int64_t>(added.number));
    tag.bind(2, origin.tag);
    tag.step();
  });
  return added;
}

std::vector<HistoryRun> RunHistory::runs(const HistoryFilter& filter) const {
  const std::string sql =
      std::string(kRunColumns) +
      "WHERE (?1 = '' OR branch = ?1) AND (?2 = '' OR number IN (SELECT run FROM tag WHERE name = ?2)) "
      "ORDER BY finished, number";
  Statement select(database_->handle, sql.c_str());
  select.bind(1, filter.branch);
  select.bind(2, filter.tag);
  std::vector<HistoryRun> found;
  while (select.step()) {
    found.push_back(read_run(select));
    found.back().tags = database_->tags_of(found.back().number);
  }
  return found;
}

HistoryRun RunHistory::baseline(const HistoryFilter& filter) const {
  const std::vector<HistoryRun> found = runs(filter);
  if (!found.empty()) return found.back();
  const bool by_tag = !filter.tag.empty();
  const auto known = database_->texts(by_tag ? "SELECT DISTINCT name FROM tag ORDER BY name"
                                             : "SELECT DISTINCT branch FROM run WHERE branch != '' ORDER BY branch");
  throw ConfigError(fmt::format("{} has no run with the {} '{}'; there are: {}", database_->path,
                                by_tag ? "tag" : "branch", by_tag ? filter.tag : filter.branch,
                                known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", "))));
}

std::string RunHistory::report_text(uint64_t number) const {
  Statement select(database_->handle, "SELECT report, report_size FROM run WHERE number = ?");
  select.bind(1, static_cast<int64_t>(number));
  if (!select.step()) throw ConfigError(fmt::format("{} has no run {}", database_->path, number));
  return expand_text(select.values<char>(0), static_cast<size_t>(select.integer(1)));
}

}  // namespace recgauge
