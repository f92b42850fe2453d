#include "harness/run/observation_store.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>

#include "harness/run/sqlite_statement.h"
#include "harness/system/error.h"

namespace recgauge {
namespace {

constexpr const char* kSchema = R"(
CREATE TABLE IF NOT EXISTS note (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stream (id INTEGER PRIMARY KEY, system TEXT NOT NULL, probe TEXT NOT NULL, UNIQUE (system, probe));
CREATE TABLE IF NOT EXISTS observation (
  stream INTEGER NOT NULL REFERENCES stream (id),
  sequence INTEGER NOT NULL,
  step INTEGER NOT NULL,
  user INTEGER NOT NULL,      -- row in the data set's user table
  outcome INTEGER NOT NULL,   -- 0 ok, 1 timeout, 2 refused, 3 rate_limited, 4 malformed, 5 transport_error
  intended INTEGER NOT NULL, sent INTEGER NOT NULL, first_byte INTEGER NOT NULL, received INTEGER NOT NULL,  -- nanoseconds
  items BLOB NOT NULL,        -- uint32 little-endian, best first; 4294967295 = not in the catalogue
  scores BLOB,                -- as many float (or double) little-endian values as items
  tied_beyond INTEGER NOT NULL,
  extra TEXT,                 -- JSON: unmatched titles, usage, texts, failure
  PRIMARY KEY (stream, sequence, step)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS unit (suite TEXT PRIMARY KEY, names TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS unit_value (
  suite TEXT NOT NULL, system TEXT NOT NULL, metric TEXT NOT NULL,
  vals BLOB NOT NULL,         -- double little-endian by unit, NaN = undefined
  PRIMARY KEY (suite, system, metric)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS item (id INTEGER PRIMARY KEY, name TEXT NOT NULL, title TEXT NOT NULL);
)";

// Names the file, since a run may have several.
nlohmann::json to_extra(const Response& response) {
  nlohmann::json extra = nlohmann::json::object();
  for (const UnmatchedTitle& title : response.unmatched) extra["unmatched"].push_back({title.rank, title.text});
  // A cost that is no finite number says nothing, and JSON cannot hold it.
  const double cost = std::isfinite(response.usage.cost) ? response.usage.cost : 0.0;
  if (response.usage.prompt_tokens > 0 || response.usage.completion_tokens > 0 || cost != 0.0) {
    extra["usage"] = {response.usage.prompt_tokens, response.usage.completion_tokens, cost};
  }
  if (!response.recommendation_id.empty()) extra["recommendation_id"] = response.recommendation_id;
  if (!response.text.empty()) extra["text"] = response.text;
  if (!response.failure.empty()) extra["failure"] = response.failure;
  return extra;
}

void from_extra(const std::string& text, Response& response) {
  const nlohmann::json extra = nlohmann::json::parse(text);
  for (const auto& title : extra.value("unmatched", nlohmann::json::array())) {
    response.unmatched.push_back({title.at(0).get<uint32_t>(), title.at(1).get<std::string>()});
  }
  if (extra.contains("usage")) {
    const auto& usage = extra.at("usage");
    response.usage = {usage.at(0).get<uint64_t>(), usage.at(1).get<uint64_t>(), usage.at(2).get<double>()};
  }
  response.recommendation_id = extra.value("recommendation_id", "");
  response.text = extra.value("text", "");
  response.failure = extra.value("failure", "");
}

bool all_floats(const std::vector<double>& scores) {
  for (const double score : scores) {
    if (static_cast<double>(static_cast<float>(score)) != score) return false;
  }
  return true;
}

// Half the space when the scores came from a model that computes in float, which most do.
void bind_scores(Statement& insert, int position, const std::vector<double>& scores) {
  if (scores.empty()) {
    insert.bind_null(position);
  } else if (all_floats(scores)) {
    const std::vector<float> narrow(scores.begin(), scores.end());
    insert.bind_values(position, std::span<const float>(narrow));
  } else {
    insert.bind_values(position, std::span<const double>(scores));
  }
}

std::vector<double> read_scores(Statement& select, int column, size_t item_count) {
  if (select.is_null(column)) return {};
  if (select.byte_count(column) == item_count * sizeof(double)) return select.values<double>(column);
  const std::vector<float> narrow = select.values<float>(column);
  if (narrow.size() != item_count) throw_damaged(select.database(), "an answer has not one score an item");
  return {narrow.begin(), narrow.end()};
}

Observation read_observation(Statement& select) {
  Observation observation;
  observation.sequence = static_cast<uint64_t>(select.integer(0));
  observation.step = static_cast<uint32_t>(select.integer(1));
  observation.user = UserId{static_cast<uint32_t>(select.integer(2))};
  Response& response = observation.response;
  if (const int64_t outcome = select.integer(3); outcome >= 0 && outcome < static_cast<int64_t>(kOutcomeCount)) {
    response.outcome = static_cast<Outcome>(outcome);
  } else {
    throw_damaged(select.database(), fmt::format("there is no outcome {}", outcome));
  }
  response.times = {std::chrono::nanoseconds(select.integer(4)), std::chrono::nanoseconds(select.integer(5)),
                    std::chrono::nanoseconds(select.integer(6)), std::chrono::nanoseconds(select.integer(7))};
  response.items = select.values<ItemId>(8);
  response.scores = read_scores(select, 9, response.items.size());
  response.tied_beyond = static_cast<uint32_t>(select.integer(10));
  try {
    if (!select.is_null(11)) from_extra(select.text(11), response);
  } catch (const nlohmann::json::exception& error) {
    throw_damaged(select.database(), error.what());
  }
  return observation;
}

}  // namespace

std::string sliced_metric(const std::string& metric, const std::string& slice) { return metric + " | " + slice; }
std::string slice_membership(const std::string& slice) { return "slice | " + slice; }

struct ObservationStore::Database {
  sqlite3* handle = nullptr;
  std::string path;

  ~Database() { sqlite3_close(handle); }

  void execute(const char* sql) const {
    char* message = nullptr;
    if (sqlite3_exec(handle, sql, nullptr, nullptr, &message) == SQLITE_OK) return;
    const std::string text = message == nullptr ? "unknown" : message;
    sqlite3_free(message);
    throw SystemError(text);
  }

  // Runs `body` as one transaction; on any error nothing of it stays.
  void transact(const std::function<void()>& body) const {
    try {
      execute("BEGIN IMMEDIATE");
      body();
      execute("COMMIT");
    } catch (const SystemError& error) {
      if (sqlite3_get_autocommit(handle) == 0) sqlite3_exec(handle, "ROLLBACK", nullptr, nullptr, nullptr);
      throw SystemError(
          fmt::format("cannot write {}: {}; what was observed before is kept. Free some space and go on "
                      "with --resume.",
                      path, error.what()));
    }
  }

  int64_t find_stream(const ObservationKey& key) const {
    Statement select(handle, "SELECT id FROM stream WHERE system = ? AND probe = ?");
    select.bind(1, key.system);
    select.bind(2, key.probe);
    return select.step() ? select.integer(0) : -1;
  }

  int64_t stream(const ObservationKey& key) const {
    if (const int64_t id = find_stream(key); id >= 0) return id;
    Statement insert(handle, "INSERT INTO stream (system, probe) VALUES (?, ?)");
    insert.bind(1, key.system);
    insert.bind(2, key.probe);
    insert.step();
    return sqlite3_last_insert_rowid(handle);
  }
};

ObservationStore::ObservationStore(const std::filesystem::path& path, const std::string& identity, Mode mode)
    : database_(std::make_unique<Database>()) {
  database_->path = path.string();
  const bool reading = mode == Mode::read_only;
  const int flags = reading ? SQLITE_OPEN_READONLY | SQLITE_OPEN_URI : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  const std::string name = reading ? read_only_address(path) : path.string();
  if (sqlite3_open_v2(name.c_str(), &database_->handle, flags, nullptr) != SQLITE_OK) {
    throw SystemError(
        fmt::format("cannot open the observations {}: {}", path.string(), sqlite3_errmsg(database_->handle)));
  }
  sqlite3_busy_timeout(database_->handle, 5000);
  std::string stored;
  try {
    if (mode == Mode::create_or_resume) {
      database_->execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
      database_->execute(kSchema);
    }
    stored = note("identity");
  } catch (const SystemError& error) {
    throw SystemError(
        fmt::format("cannot use {} as an observation store: {}; delete the file or choose another output "
                    "folder",
                    path.string(), error.what()));
  }
  if (mode == Mode::read_only && identity.empty()) return;
  if (stored.empty() && mode == Mode::create_or_resume) {
    set_note("identity", identity);
  } else if (stored != identity) {
    throw SystemError(
        fmt::format("{} holds the observations of another run (its configuration, data or split differ); "
                    "choose another output folder, or run without --resume to start anew",
                    path.string()));
  }
}

ObservationStore::~ObservationStore() = default;

void ObservationStore::append(const ObservationKey& key, std::span<const Observation> batch) {
  database_->transact([&] {
    const int64_t stream = database_->stream(key);
    Statement insert(database_->handle,
                     "INSERT OR REPLACE INTO observation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    for (const Observation& observation : batch) {
      const Response& response = observation.response;
      insert.bind(1, stream);
      insert.bind(2, static_cast<int64_t>(observation.sequence));
      insert.bind(3, static_cast<int64_t>(observation.step));
      insert.bind(4, static_cast<int64_t>(observation.user));
      insert.bind(5, static_cast<int64_t>(response.outcome));
      insert.bind(6, response.times.intended.count());
      insert.bind(7, response.times.sent.count());
      insert.bind(8, response.times.first_byte.count());
      insert.bind(9, response.times.received.count());
      insert.bind_values(10, std::span<const ItemId>(response.items));
      bind_scores(insert, 11, response.scores);
      insert.bind(12, static_cast<int64_t>(response.tied_beyond));
      const nlohmann::json extra = to_extra(response);
      if (extra.empty()) {
        insert.bind_null(13);
      } else {
        insert.bind(13, extra.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
      }
      insert.step();
      insert.reset();
    }
  });
}

uint64_t ObservationStore::count(const ObservationKey& key) const {
  Statement select(database_->handle, "SELECT count(*) FROM observation WHERE stream = ?");
  select.bind(1, database_->find_stream(key));
  select.step();
  return static_cast<uint64_t>(select.integer(0));
}

std::vector<bool> ObservationStore::answered(const ObservationKey& key, uint64_t size) const {
  std::vector<bool> result(size, false);
  Statement select(database_->handle, "SELECT sequence FROM observation WHERE stream = ? AND step = 0");
  select.bind(1, database_->find_stream(key));
  while (select.step()) {
    const auto sequence = static_cast<uint64_t>(select.integer(0));
    if (sequence < size) result[sequence] = true;
  }
  return result;
}

void ObservationStore::for_each(const ObservationKey& key, const std::function<void(Observation&&)>& visit) const {
  Statement select(database_->handle,
                   "SELECT sequence, step, user, outcome, intended, sent, first_byte, received, items, scores, "
                   "tied_beyond, extra FROM observation WHERE stream = ? ORDER BY sequence, step");
  select.bind(1, database_->find_stream(key));
  while (select.step()) {
    visit(read_observation(select));
  }
}

std::vector<ObservationKey> ObservationStore::keys() const {
  std::vector<ObservationKey> result;
  Statement select(database_->handle, "SELECT system, probe FROM stream ORDER BY id");
  while (select.step()) result.push_back({select.text(0), select.text(1)});
  return result;
}

void ObservationStore::write_unit_values(const std::string& suite, std::span<const std::string> unit_names,
                                         std::span<const UnitValues> values) {
  database_->transact([&] {
    Statement units(database_->handle, "INSERT OR REPLACE INTO unit VALUES (?, ?)");
    units.bind(1, suite);
    units.bind(2, nlohmann::json(unit_names).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    units.step();
    Statement insert(database_->handle, "INSERT OR REPLACE INTO unit_value VALUES (?, ?, ?, ?)");
    for (const UnitValues& entry : values) {
      insert.bind(1, suite);
      insert.bind(2, entry.system);
      insert.bind(3, entry.metric);
      insert.bind_values(4, std::span<const double>(entry.values));
      insert.step();
      insert.reset();
    }
  });
}

std::pair<std::vector<std::string>, std::vector<UnitValues>> ObservationStore::read_unit_values(
    const std::string& suite) const {
  std::pair<std::vector<std::string>, std::vector<UnitValues>> result;
  Statement units(database_->handle, "SELECT names FROM unit WHERE suite = ?");
  units.bind(1, suite);
  if (units.step()) result.first = nlohmann::json::parse(units.text(0)).get<std::vector<std::string>>();
  Statement select(database_->handle, "SELECT system, metric, vals FROM unit_value WHERE suite = ? ORDER BY 1, 2");
  select.bind(1, suite);
  while (select.step()) result.second.push_back({select.text(0), select.text(1), select.values<double>(2)});
  return result;
}

std::string ObservationStore::unit_names_text(const std::string& suite) const {
  Statement units(database_->handle, "SELECT names FROM unit WHERE suite = ?");
  units.bind(1, suite);
  return units.step() ? units.text(0) : "";
}

std::vector<std::string> ObservationStore::unit_names(const std::string& suite) const {
  const std::string text = unit_names_text(suite);
  if (text.empty()) return {};
  try {
    return nlohmann::json::parse(text).get<std::vector<std::string>>();
  } catch (const nlohmann::json::exception& error) {
    throw SystemError(fmt::format("{}: the unit names are damaged: {}", database_->path, error.what()));
  }
}

std::optional<std::vector<double>> ObservationStore::unit_values(const std::string& suite, const std::string& system,
                                                                 const std::string& metric) const {
  Statement select(database_->handle, "SELECT vals FROM unit_value WHERE suite = ? AND system = ? AND metric = ?");
  select.bind(1, suite);
  select.bind(2, system);
  select.bind(3, metric);
  if (!select.step()) return std::nullopt;
  return select.values<double>(0);
}

void ObservationStore::write_item_labels(const Catalogue& catalogue) {
  const TextColumn* titles = catalogue.find_text("title");
  database_->transact([&] {
    Statement insert(database_->handle, "INSERT OR REPLACE INTO item VALUES (?, ?, ?)");
    for (uint32_t item = 0; item < catalogue.size(); ++item) {
      insert.bind(1, static_cast<int64_t>(item));
      insert.bind(2, catalogue.names.name(item));
      insert.bind(3, titles == nullptr ? std::string_view() : std::string_view(titles->values[item]));
      insert.step();
      insert.reset();
    }
  });
}

std::optional<ItemLabel> ObservationStore::item_label(ItemId item) const {
  Statement table(database_->handle, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'item'");
  if (!table.step()) return std::nullopt;
  Statement select(database_->handle, "SELECT name, title FROM item WHERE id = ?");
  select.bind(1, static_cast<int64_t>(item));
  if (!select.step()) return std::nullopt;
  return ItemLabel{select.text(0), select.text(1)};
}

void ObservationStore::set_note(const std::string& name, const std::string& value) {
  database_->transact([&] {
    Statement insert(database_->handle, "INSERT OR REPLACE INTO note VALUES (?, ?)");
    insert.bind(1, name);
    insert.bind(2, value);
    insert.step();
  });
}

std::string ObservationStore::note(const std::string& name) const {
  Statement select(database_->handle, "SELECT value FROM note WHERE name = ?");
  select.bind(1, name);
  return select.step() ? select.text(0) : "";
}

}  // namespace recgauge
