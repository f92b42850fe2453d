// Cassettes: what is the same request, what is kept and what is not, replay without a network, and a run that is
// killed.
#include "adapters/http/transport/cassette.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <thread>

#include "adapters/http/transport/recorded_client.h"
#include "harness/run/sqlite_statement.h"
#include "harness/system/error.h"
#include "harness/system/whole_file.h"
#include "tests/adapters/http/transport/asking.h"
#include "tests/scripted/http_server.h"
#include "tests/scripted/temporary_folder.h"

using namespace recgauge;
using namespace recgauge::adapters;
using namespace recgauge::scripted;
using namespace recgauge::tests;
using namespace std::chrono_literals;

namespace {

constexpr const char* kSecret = "s3cret-t0ken";

CassetteOptions options_of(const std::filesystem::path& file, CassetteMode mode) {
  CassetteOptions options;
  options.file = file;
  options.mode = mode;
  options.identity.unstable_parameters = {"hmac_signature", "hmac_timestamp"};
  return options;
}

class Recording {
 public:
  Recording(const std::filesystem::path& file, CassetteMode mode, HttpOptions options = one_attempt())
      : client(std::make_unique<HttpClient>(std::move(options), clock, std::stop_token()), options_of(file, mode), {}) {
  }

  std::vector<HttpExchange> ask(const std::vector<HttpRequest>& requests, const HttpHooks& hooks = {}) {
    return client.exchange(requests, hooks);
  }

  SteadyClock clock;
  RecordedClient client;
};

// Each answer is another one, so that it shows which of them came back.
Behaviour counts() {
  auto count = std::make_shared<int>(0);
  return [count](HttpConnection& connection, const HttpServerRequest&) -> Task<> {
    const std::string answer =
        http_answer(200, "answer " + std::to_string(++*count), "Set-Cookie: id=1\r\nX-Kept: 1\r\n");
    co_await connection.write(answer);
  };
}

std::string key(const HttpRequest& request) { return request_key(request, {{"accept"}, {"sig"}}); }

// All bytes that the cassette and its companions hold.
std::string bytes_of(const std::filesystem::path& file) {
  std::string bytes;
  for (const char* ending : {"", "-wal"}) {
    if (std::filesystem::exists(file.string() + ending)) bytes += read_whole_file(file.string() + ending);
  }
  return bytes;
}

std::set<std::string> recorded_urls(const std::filesystem::path& file) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open(file.c_str(), &database) == SQLITE_OK);
  std::set<std::string> urls;
  {
    Statement select(database, "SELECT url FROM exchange");
    while (select.step()) urls.insert(select.text(0));
  }
  sqlite3_close(database);
  return urls;
}

void run_sql(const std::filesystem::path& file, const char* sql) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open(file.c_str(), &database) == SQLITE_OK);
  CHECK(sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(database);
}

}  // namespace

TEST_CASE("requests that mean the same have one key, others have not") {
  const HttpRequest request = post("http://host/a?b=2&a=1&a=0", R"({"k": 10, "user": "u"})");
  HttpRequest same = post("HTTP://HOST:80/a?a=1&sig=xyz&a=0&b=2#part", "{\"user\":\"u\",\n\"k\":10}");
  same.headers.push_back({"Authorization", "Bearer " + std::string(kSecret)});
  same.repeatable = false;
  same.occurrence = 3;
  CHECK(key(request) == key(same));

  std::vector<HttpRequest> others(9, request);
  others[0].method = "PUT";
  others[1].url = "http://host/a?b=2&a=0&a=1";
  others[2].url = "https://host/a?b=2&a=1&a=0";
  others[3].url = "http://host:81/a?b=2&a=1&a=0";
  others[4].url = "http://host/A?b=2&a=1&a=0";
  others[5].body = R"({"k": 10, "user": "U"})";
  others[6].headers.push_back({"Accept", "text/plain"});
  others[7].body = R"({"k": "10", "user": "u"})";
  others[8].url = "http://host/a?b=2&a=1&a=0&c";
  std::set<std::string> keys{key(request)};
  for (const HttpRequest& other : others) keys.insert(key(other));
  CHECK(keys.size() == 10);
}

TEST_CASE("canonical forms") {
  CHECK(canonical_url("https://U:P@Example.ORG:443/p?z=1&X-Amz-Signature=q&a#f", {{}, {"x-amz-signature"}}) ==
        "https://example.org/p?a&z=1");
  CHECK(canonical_url("https://example.org/p?sig=1", {{}, {"sig"}}) == "https://example.org/p");
  CHECK(canonical_body(R"({ "b" : [1, 2.50, "x  y"], "a" : null })") == R"({"a":null,"b":[1,2.5,"x  y"]})");
  CHECK(canonical_body("{\"a\":1}\n{\"b\":2}\n") == "{\"a\":1}\n{\"b\":2}\n");  // lines of JSON: order matters
  CHECK(canonical_body("{broken") == "{broken");
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  CHECK(canonical_body(deep) == deep);
}

TEST_CASE("identities that would keep credentials are refused") {
  for (const char* name : {"Authorization", "cookie", "X-API-Key"}) {
    CHECK_THROWS_WITH_AS(check_identity({{"accept", name}, {}}), doctest::Contains("carries credentials"), ConfigError);
  }
}

TEST_CASE("what was recorded is replayed without a server, with its times") {
  const TemporaryFolder folder;
  std::vector<HttpRequest> requests;
  std::vector<HttpExchange> recorded;
  {
    HttpServer server;
    server.on("/", counts());
    server.on("/down", writes(http_answer(503, "down")));
    server.on("/cut", writes_and_closes("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"));
    server.on("/bytes", writes(http_answer(200, std::string("\0\xff\xfe", 3), "X-Odd: \xe9:\x01\r\n")));
    // The same three times: each answer is its own.
    requests = {get(server.url("/")),    get(server.url("/")),      get(server.url("/down")),
                get(server.url("/cut")), get(server.url("/bytes")), get(server.url("/"))};
    HttpOptions one_by_one = one_attempt();
    one_by_one.concurrency = 1;
    recorded = Recording(folder / "c.sqlite", CassetteMode::record, one_by_one).ask(requests);
    CHECK(server.request_count() == 6);
  }
  std::filesystem::permissions(folder / "c.sqlite", std::filesystem::perms::owner_read);
  RecordedClient client(nullptr, options_of(folder / "c.sqlite", CassetteMode::replay), {});
  std::vector<size_t> order;
  HttpHooks hooks;
  hooks.arrived = [&](HttpExchange&& exchange) { order.push_back(exchange.index); };
  requests.push_back(get("http://127.0.0.1:1/new"));
  const std::vector<HttpExchange> replayed = client.exchange(requests, hooks);
  CHECK(order == std::vector<size_t>{0, 1, 2, 3, 4, 5, 6});
  for (size_t i = 0; i < recorded.size(); ++i) {
    const HttpResponse& was = recorded[i].response;
    const HttpResponse& is = replayed[i].response;
    CHECK(is.status == was.status);
    CHECK(is.body == was.body);
    CHECK(is.problem == was.problem);
    CHECK(is.failure == was.failure);
    CHECK(is.first_byte == was.first_byte);
    CHECK(is.received == was.received);
    CHECK(replayed[i].begun == recorded[i].begun);
    CHECK(replayed[i].ended == recorded[i].ended);
    CHECK(replayed[i].verdict == recorded[i].verdict);
    REQUIRE(replayed[i].attempts.size() == 1);
    CHECK(replayed[i].attempts[0].begun == recorded[i].attempts[0].begun);
    CHECK(replayed[i].attempts[0].status == recorded[i].attempts[0].status);
  }
  CHECK(replayed[0].response.body == "answer 1");
  CHECK(replayed[5].response.body == "answer 3");
  CHECK(replayed[2].response.status == 503);
  CHECK(replayed[3].response.problem == TransportProblem::broken);
  CHECK(replayed[4].response.header("x-odd") == "\xe9:\x01");
  CHECK(replayed[0].response.header("x-kept") == "1");
  CHECK_FALSE(replayed[0].response.header("set-cookie").has_value());
  CHECK(replayed[6].response.problem == TransportProblem::not_sent);
  CHECK(replayed[6].response.failure.starts_with("the cassette holds no answer to request "));
}

TEST_CASE("a cache asks for what is missing and for what failed") {
  const TemporaryFolder folder;
  HttpServer server;
  server.on("/", counts());
  auto is_well = std::make_shared<bool>(false);
  for (const auto& [path, status] : std::map<std::string, int>{{"/500", 500}, {"/401", 401}, {"/429", 429}}) {
    server.on(path, [is_well, status = status](HttpConnection& connection, const HttpServerRequest&) -> Task<> {
      const std::string answer = http_answer(*is_well ? 200 : status, "");
      co_await connection.write(answer);
    });
  }
  server.on("/cut", writes_and_closes("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"));
  const std::vector<HttpRequest> requests{get(server.url("/")),    get(server.url("/500")), get(server.url("/401")),
                                          get(server.url("/429")), get(server.url("/cut")), get(server.url("/404"))};
  const auto asked = [&] {
    const size_t before = server.request_count();
    const std::vector<HttpExchange> exchanges = Recording(folder / "c.sqlite", CassetteMode::cache).ask(requests);
    CHECK(exchanges[0].response.body == "answer 1");
    CHECK(exchanges[5].response.status == 404);
    return server.request_count() - before;
  };
  CHECK(asked() == 6);
  CHECK(asked() == 4);
  *is_well = true;
  CHECK(asked() == 4);
  CHECK(asked() == 1);  // the one that is always cut
}

TEST_CASE("a verdict other than done is no answer for a cache") {
  const TemporaryFolder folder;
  HttpServer server;
  server.on("/", writes(http_answer(400, "ThrottlingException")));
  HttpHooks hooks;
  hooks.judge = [](const HttpResponse&) { return Judgement{NextStep::give_up, {}}; };
  for (int i = 0; i < 2; ++i) Recording(folder / "c.sqlite", CassetteMode::cache).ask({get(server.url("/"))}, hooks);
  CHECK(server.request_count() == 2);
}

TEST_CASE("record asks again; off keeps nothing") {
  const TemporaryFolder folder;
  HttpServer server;
  server.on("/", counts());
  const std::vector<HttpRequest> requests{get(server.url("/"))};
  Recording(folder / "c.sqlite", CassetteMode::record).ask(requests);
  CHECK(Recording(folder / "c.sqlite", CassetteMode::record).ask(requests)[0].response.body == "answer 2");
  CHECK(Recording(folder / "c.sqlite", CassetteMode::cache).ask(requests)[0].response.body == "answer 2");
  CHECK(Recording(folder / "none.sqlite", CassetteMode::off).ask(requests)[0].response.body == "answer 3");
  CHECK_FALSE(std::filesystem::exists(folder / "none.sqlite"));
}

TEST_CASE("a caller that goes on in the middle says which occurrence it asks for") {
  const TemporaryFolder folder;
  HttpServer server;
  server.on("/", counts());
  std::vector<HttpRequest> requests(3, get(server.url("/")));
  for (size_t i = 0; i < 3; ++i) requests[i].occurrence = i;
  HttpOptions one_by_one = one_attempt();
  one_by_one.concurrency = 1;
  Recording(folder / "c.sqlite", CassetteMode::cache, one_by_one).ask({requests[0], requests[1]});
  const auto exchanges =
      Recording(folder / "c.sqlite", CassetteMode::cache, one_by_one).ask({requests[1], requests[2]});
  CHECK(exchanges[0].response.body == "answer 2");
  CHECK(exchanges[1].response.body == "answer 3");
  CHECK(server.request_count() == 3);
}

TEST_CASE("no secret is written: of requests, of signatures, or sent back by the server") {
  const TemporaryFolder folder;
  HttpServer server;
  server.on("/", writes(http_answer(200, "you sent Bearer " + std::string(kSecret),
                                    "Set-Cookie: session=" + std::string(kSecret) + "\r\nLocation: /?k=" + kSecret +
                                        "\r\nX-Seen: " + kSecret + "\r\n")));
  HttpRequest request = post(server.url("/?hmac_signature=" + std::string(kSecret) + "&k=1"), "body");
  request.headers.push_back({"Authorization", "Bearer " + std::string(kSecret)});
  CassetteOptions options = options_of(folder / "c.sqlite", CassetteMode::record);
  options.mask = [](HttpResponse& response) {
    response.body = "you sent ***";
    for (HttpHeader& header : response.headers) {
      if (header.value == kSecret) header.value = "***";
    }
  };
  SteadyClock clock;
  RecordedClient client(std::make_unique<HttpClient>(one_attempt(), clock, std::stop_token()), options, {});
  HttpHooks hooks;
  hooks.sign = [](HttpRequest& signed_request) { signed_request.headers.push_back({"X-Api-Key", kSecret}); };
  const HttpExchange exchange = client.exchange({&request, 1}, hooks)[0];
  CHECK(exchange.response.body == "you sent Bearer " + std::string(kSecret));
  const std::string bytes = bytes_of(folder / "c.sqlite");
  CHECK(bytes.find("you sent ***") != std::string::npos);
  CHECK(bytes.find("/?k=1") != std::string::npos);
  CHECK(bytes.find(kSecret) == std::string::npos);
}

TEST_CASE("streamed answers are replayed in their parts, at their times") {
  const TemporaryFolder folder;
  HttpServer server;
  server.on("/", [](HttpConnection& connection, const HttpServerRequest&) -> Task<> {
    co_await connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
    co_await connection.wait(50ms);
    co_await connection.write("6\r\nsecond\r\n0\r\n\r\n");
  });
  using Seen = std::vector<std::pair<std::string, std::chrono::nanoseconds>>;
  const auto seen_with = [&](CassetteMode mode) {
    Seen seen;
    HttpHooks hooks;
    hooks.body = [&](const BodyBlock& block) { seen.emplace_back(block.bytes, block.at); };
    Recording(folder / "c.sqlite", mode).ask({get(server.url("/"))}, hooks);
    return seen;
  };
  const Seen recorded = seen_with(CassetteMode::record);
  REQUIRE(recorded.size() >= 2);
  CHECK(recorded.front().first == "first");
  CHECK(seen_with(CassetteMode::replay) == recorded);
  CHECK(server.request_count() == 1);
}

TEST_CASE("files that are no cassettes, or damaged ones, are named and left alone") {
  const TemporaryFolder folder;
  CHECK_THROWS_WITH_AS(Cassette(options_of(folder / "none.sqlite", CassetteMode::replay)),
                       doctest::Contains("there is no cassette"), DataError);
  const auto text = folder.write("text", std::string(5000, 'x'));
  CHECK_THROWS_WITH_AS(Cassette(options_of(text, CassetteMode::cache)), doctest::Contains("as a cassette"),
                       SystemError);
  CHECK(read_whole_file(text) == std::string(5000, 'x'));
  run_sql(folder / "other.sqlite", "CREATE TABLE mine (x)");
  const std::string before = read_whole_file(folder / "other.sqlite");
  CHECK_THROWS_WITH_AS(Cassette(options_of(folder / "other.sqlite", CassetteMode::cache)),
                       doctest::Contains("it is no cassette of this version"), SystemError);
  CHECK(read_whole_file(folder / "other.sqlite") == before);

  HttpServer server;
  server.on("/", counts());
  Recording(folder / "c.sqlite", CassetteMode::record).ask({get(server.url("/"))});
  for (const char* damage :
       {"UPDATE exchange SET times = '{'", "UPDATE exchange SET times = '{}'", "UPDATE exchange SET problem = 99"}) {
    run_sql(folder / "c.sqlite", damage);
    CHECK_THROWS_WITH_AS(Recording(folder / "c.sqlite", CassetteMode::replay).ask({get(server.url("/"))}),
                         doctest::Contains("damaged"), SystemError);
  }
}

// Run by the test below in a process of its own.
TEST_CASE("child: asks through a cassette until it is killed" * doctest::skip()) {
  const std::string url = std::getenv("RECGAUGE_TEST_URL");
  HttpOptions options = one_attempt();
  options.concurrency = 4;
  std::vector<HttpRequest> requests;
  for (int i = 0; i < 400; ++i) requests.push_back(get(url + "?n=" + std::to_string(i)));
  Recording(std::getenv("RECGAUGE_TEST_CASSETTE"), CassetteMode::cache, options).ask(requests);
}

TEST_CASE("a run that is killed is gone on with, and no answer that was written is paid for twice") {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder / "c.sqlite";
  HttpServer server;
  server.on("/paid", [](HttpConnection& connection, const HttpServerRequest& request) -> Task<> {
    co_await connection.wait(1ms);
    const std::string answer = http_answer(200, std::string(request.target()));
    co_await connection.write(answer);
  });
  ::setenv("RECGAUGE_TEST_URL", server.url("/paid").c_str(), 1);
  ::setenv("RECGAUGE_TEST_CASSETTE", file.c_str(), 1);
  const auto start_child = [] {
    const pid_t child = ::fork();
    if (child != 0) return child;
    ::execl("/proc/self/exe", "test", "--test-case=child: asks through a cassette*", "--no-skip", "--minimal",
            static_cast<char*>(nullptr));
    ::_exit(127);
  };

  const auto times_paid = [&] {
    std::map<std::string, int> times;
    for (const HttpServerRequest& request : server.requests()) ++times[server.url(std::string(request.target()))];
    return times;
  };
  std::map<std::string, int> times_when_kept;
  for (const size_t enough : {60U, 150U, 250U}) {
    const pid_t child = start_child();
    while (server.request_count() < enough) std::this_thread::sleep_for(1ms);
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    REQUIRE(WIFSIGNALED(status));  // else it had ended before
    const std::set<std::string> kept = recorded_urls(file);
    CHECK(kept.size() < 400);
    CHECK(kept.size() + 12 >= enough);  // but for four under way each time
    std::map<std::string, int> times = times_paid();
    for (const std::string& url : kept) times_when_kept.emplace(url, times[url]);
  }
  int status = 0;
  ::waitpid(start_child(), &status, 0);
  CHECK(status == 0);

  CHECK(recorded_urls(file).size() == 400);
  std::map<std::string, int> times = times_paid();
  CHECK(times.size() == 400);
  for (const auto& [url, before] : times_when_kept) CHECK(times[url] == before);
  CHECK(server.request_count() <= 412);  // three kills, four under way at each
}
