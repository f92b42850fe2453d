#include "adapters/http/transport/cassette.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "harness/run/sqlite_statement.h"
#include "harness/system/error.h"
#include "harness/system/machine.h"

namespace recgauge::adapters {
namespace {

using std::chrono::nanoseconds;

// "RGct", so that no other file is taken for a cassette.
constexpr int64_t kApplication = 0x52476374;
constexpr int64_t kVersion = 1;

constexpr const char* kSchema = R"(
CREATE TABLE IF NOT EXISTS exchange (
  key TEXT NOT NULL, occurrence INTEGER NOT NULL, method TEXT NOT NULL, url TEXT NOT NULL, recorded TEXT NOT NULL,
  verdict INTEGER NOT NULL, problem INTEGER NOT NULL, failure TEXT NOT NULL, status INTEGER NOT NULL,
  headers BLOB NOT NULL, body BLOB NOT NULL, times TEXT NOT NULL,
  PRIMARY KEY (key, occurrence)) WITHOUT ROWID;
)";

constexpr std::array<std::string_view, 9> kDropped{"set-cookie",           "set-cookie2",        "authorization",
                                                   "www-authenticate",     "proxy-authenticate", "authentication-info",
                                                   "x-amz-security-token", "location",           "proxy-authorization"};

bool is_answer(const HttpExchange& exchange) {
  constexpr std::array kTurnedAway{401, 403, 407, 408, 425, 429};
  const int status = exchange.response.status;
  return exchange.verdict == NextStep::done && exchange.response.problem == TransportProblem::none && status < 500 &&
         std::find(kTurnedAway.begin(), kTurnedAway.end(), status) == kTurnedAway.end();
}

std::string header_lines(const HttpResponse& response) {
  std::string lines;
  for (const auto& [name, value] : response.headers) {
    if (std::find(kDropped.begin(), kDropped.end(), name) == kDropped.end()) lines += name + ":" + value + "\n";
  }
  return lines;
}

std::vector<HttpHeader> read_headers(std::string_view lines) {
  std::vector<HttpHeader> headers;
  while (!lines.empty()) {
    const size_t end = std::min(lines.find('\n'), lines.size() - 1);
    const std::string_view line = lines.substr(0, end);
    const size_t colon = std::min(line.find(':'), line.size());
    headers.push_back({std::string(line.substr(0, colon)), std::string(line.substr(std::min(colon + 1, line.size())))});
    lines.remove_prefix(end + 1);
  }
  return headers;
}

std::string to_times(const HttpExchange& exchange) {
  nlohmann::json attempts = nlohmann::json::array();
  for (const HttpAttempt& attempt : exchange.attempts) {
    attempts.push_back({attempt.begun.count(), attempt.sent.count(), attempt.first_byte.count(),
                        attempt.received.count(), attempt.problem, attempt.status, attempt.redirects});
  }
  nlohmann::json parts = nlohmann::json::array();
  for (const BodyPart& part : exchange.parts) parts.push_back({part.size, part.at.count()});
  const HttpResponse& response = exchange.response;
  return nlohmann::json{{"call", {exchange.begun.count(), exchange.ended.count()}},
                        {"answer", {response.sent.count(), response.first_byte.count(), response.received.count()}},
                        {"attempts", attempts},
                        {"parts", parts}}
      .dump();
}

nanoseconds time_at(const nlohmann::json& list, size_t position) {
  return nanoseconds(list.at(position).get<int64_t>());
}

TransportProblem problem_of(int64_t number) {
  if (number >= 0 && number <= static_cast<int64_t>(TransportProblem::not_sent)) {
    return static_cast<TransportProblem>(number);
  }
  throw std::out_of_range("there is no problem of that number");
}

void from_times(const std::string& text, HttpExchange& exchange) {
  const nlohmann::json times = nlohmann::json::parse(text);
  exchange.begun = time_at(times.at("call"), 0);
  exchange.ended = time_at(times.at("call"), 1);
  const nlohmann::json& answer = times.at("answer");
  exchange.response.sent = time_at(answer, 0);
  exchange.response.first_byte = time_at(answer, 1);
  exchange.response.received = time_at(answer, 2);
  for (const nlohmann::json& attempt : times.at("attempts")) {
    exchange.attempts.push_back({time_at(attempt, 0), time_at(attempt, 1), time_at(attempt, 2), time_at(attempt, 3),
                                 problem_of(attempt.at(4).get<int64_t>()), attempt.at(5).get<int>(),
                                 attempt.at(6).get<uint32_t>()});
  }
  for (const nlohmann::json& part : times.at("parts")) {
    exchange.parts.push_back({part.at(0).get<size_t>(), time_at(part, 1)});
  }
}

HttpExchange read_exchange(Statement& select) {
  HttpExchange exchange;
  HttpResponse& response = exchange.response;
  try {
    exchange.verdict = static_cast<NextStep>(std::clamp<int64_t>(select.integer(0), 0, 2));
    response.problem = problem_of(select.integer(1));
    response.failure = select.text(2);
    response.status = static_cast<int>(select.integer(3));
    response.headers = read_headers(select.text(4));
    response.body = select.text(5);
    from_times(select.text(6), exchange);
  } catch (const nlohmann::json::exception& error) {
    throw_damaged(select.database(), error.what());
  } catch (const std::out_of_range& error) {
    throw_damaged(select.database(), error.what());
  }
  return exchange;
}

}  // namespace

struct Cassette::Database {
  sqlite3* handle = nullptr;
  std::unique_ptr<Statement> select;
  std::unique_ptr<Statement> insert;

  ~Database() {
    select.reset();
    insert.reset();
    sqlite3_close(handle);
  }

  void open(const std::filesystem::path& file, CassetteMode mode) {
    const bool reading = mode == CassetteMode::replay;
    const int flags = reading ? SQLITE_OPEN_READONLY | SQLITE_OPEN_URI : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    const std::string name = reading ? read_only_address(file) : file.string();
    if (sqlite3_open_v2(name.c_str(), &handle, flags, nullptr) != SQLITE_OK) {
      throw_database_error(handle, sqlite3_errmsg(handle));
    }
    sqlite3_busy_timeout(handle, 5000);
    if (!reading && pragma("application_id") == 0 && pragma("schema_version") == 0) create();
    if (pragma("application_id") != kApplication || pragma("user_version") != kVersion) {
      throw_database_error(handle, "it is no cassette of this version");
    }
    if (!reading) execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
  }

  void create() const {
    execute(fmt::format("BEGIN IMMEDIATE; PRAGMA application_id = {}; PRAGMA user_version = {}; {} COMMIT;",
                        kApplication, kVersion, kSchema));
  }

  int64_t pragma(const char* name) const {
    Statement read(handle, fmt::format("PRAGMA {}", name).c_str());
    return read.step() ? read.integer(0) : 0;
  }

  void execute(const std::string& sql) const {
    if (sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
      throw_database_error(handle, sqlite3_errmsg(handle));
    }
  }
};

Cassette::Cassette(CassetteOptions options) : options_(std::move(options)), database_(std::make_unique<Database>()) {
  check_identity(options_.identity);
  const std::string file = options_.file.string();
  if (options_.mode == CassetteMode::replay && !std::filesystem::exists(options_.file)) {
    throw DataError(fmt::format("there is no cassette {}; record it first, or name another file", file));
  }
  try {
    database_->open(options_.file, options_.mode);
    database_->select = std::make_unique<Statement>(database_->handle,
                                                    "SELECT verdict, problem, failure, status, headers, body, times "
                                                    "FROM exchange WHERE key = ? AND occurrence = ?");
    if (options_.mode == CassetteMode::replay) return;
    database_->insert = std::make_unique<Statement>(
        database_->handle, "INSERT OR REPLACE INTO exchange VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  } catch (const SystemError& error) {
    throw SystemError(fmt::format("cannot use {} as a cassette: {}; name another file", file, error.what()));
  }
}

Cassette::~Cassette() = default;

CassetteKey Cassette::key_of(const HttpRequest& request) {
  CassetteKey key{request_key(request, options_.identity), 0};
  uint64_t& asked = asked_[key.request];
  key.occurrence = request.occurrence ? *request.occurrence : asked++;
  return key;
}

std::optional<HttpExchange> Cassette::find(const CassetteKey& key) const {
  Statement& select = *database_->select;
  select.reset();
  select.bind(1, key.request);
  select.bind(2, static_cast<int64_t>(key.occurrence));
  if (!select.step()) return std::nullopt;
  HttpExchange exchange = read_exchange(select);
  select.reset();
  if (options_.mode == CassetteMode::cache && !is_answer(exchange)) return std::nullopt;
  return exchange;
}

void Cassette::write(const CassetteKey& key, const HttpRequest& request, const HttpExchange& exchange) {
  HttpResponse response = exchange.response;
  if (response.problem == TransportProblem::not_sent) return;
  if (options_.mask) options_.mask(response);
  const std::string headers = header_lines(response);
  Statement& insert = *database_->insert;
  insert.bind(1, key.request);
  insert.bind(2, static_cast<int64_t>(key.occurrence));
  insert.bind(3, request.method);
  insert.bind(4, canonical_url(request.url, options_.identity));
  insert.bind(5, utc_now());
  insert.bind(6, static_cast<int64_t>(exchange.verdict));
  insert.bind(7, static_cast<int64_t>(response.problem));
  insert.bind(8, response.failure);
  insert.bind(9, static_cast<int64_t>(response.status));
  insert.bind_values(10, std::span<const char>(headers));
  insert.bind_values(11, std::span<const char>(response.body));
  insert.bind(12, to_times(exchange));
  try {
    insert.step();
  } catch (const SystemError& error) {
    throw SystemError(fmt::format(
        "{}; the answers before are kept. Free some space and go on with the cassette's mode 'cache'.", error.what()));
  }
  insert.reset();
}

uint64_t Cassette::size() const {
  Statement count(database_->handle, "SELECT count(*) FROM exchange");
  count.step();
  return static_cast<uint64_t>(count.integer(0));
}

}  // namespace recgauge::adapters
