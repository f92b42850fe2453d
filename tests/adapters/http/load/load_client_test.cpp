// The client of loads against servers that answer well or badly. Nothing here depends on how fast the machine is.
#include "adapters/http/load/load_client.h"

#include <doctest/doctest.h>

#include <set>

#include "adapters/http/load/request_text.h"
#include "harness/system/error.h"
#include "tests/scripted/certificates.h"
#include "tests/scripted/http_server.h"
#include "tests/scripted/temporary_folder.h"

using namespace recgauge;
using namespace recgauge::adapters;
using namespace recgauge::scripted;
using namespace std::chrono_literals;

namespace {

LoadProfile closed(uint32_t concurrency) {
  LoadProfile profile;
  profile.pattern = concurrency == 1 ? LoadPattern::single_stream : LoadPattern::closed_loop;
  profile.concurrency = concurrency;
  profile.duration = 60s;
  profile.time_limit = 20s;
  return profile;
}

LoadProfile open(double rate, std::chrono::nanoseconds duration) {
  LoadProfile profile = closed(64);
  profile.pattern = LoadPattern::server;
  profile.rate = rate;
  profile.duration = duration;
  return profile;
}

struct Load {
  SteadyClock clock;
  LoadClientOptions options;
  std::string path = "/r";
  std::vector<std::string> bodies;
  Outcome outcome_of_body = Outcome::ok;

  LoadTrial run(const HttpServer& server, const LoadProfile& profile, uint64_t count, std::stop_token stop = {}) {
    options.url = server.url(path);
    const RequestBytes bytes = [&](uint64_t request, std::string& into) {
      HttpRequest made;
      made.method = "POST";
      made.url = server.url(path + "?n=" + std::to_string(request));
      made.body = "{\"user\":" + std::to_string(request) + "}";
      into = text_of_request(made);
    };
    const ReadAnswer read = [&](uint64_t, const SeenAnswer& answer) {
      bodies.push_back(answer.body);
      return outcome_of_body;
    };
    return LoadClient(options).run(profile, count, bytes, read, clock, std::move(stop));
  }
};

size_t count(const LoadTrial& trial, Outcome outcome) {
  return static_cast<size_t>(std::count_if(trial.samples.begin(), trial.samples.end(),
                                           [&](const LoadSample& sample) { return sample.outcome == outcome; }));
}

}  // namespace

TEST_CASE("a request as it goes over the wire") {
  HttpRequest request;
  request.method = "POST";
  request.url = "http://shop.example:8080/items/recs?k=5#top";
  request.headers = {{"Content-Type", "application/json"}, {"user-agent", "mine"}};
  request.body = "{}";
  CHECK(text_of_request(request) ==
        "POST /items/recs?k=5 HTTP/1.1\r\nHost: shop.example:8080\r\nAccept: */*\r\nContent-Type: application/json\r\n"
        "user-agent: mine\r\nContent-Length: 2\r\n\r\n{}");
  CHECK(text_of_request({"GET", "https://[::1]?a=b", {}, "", true}) ==
        "GET /?a=b HTTP/1.1\r\nHost: [::1]\r\nUser-Agent: recgauge\r\nAccept: */*\r\n\r\n");
}

TEST_CASE("a closed loop sends every request once over so many connections, and each sample has its times in order") {
  HttpServer server;
  server.on("/r", writes(http_answer(200, "{\"items\":[]}")));
  Load load;
  const LoadTrial trial = load.run(server, closed(8), 400);
  REQUIRE(trial.samples.size() == 400);
  CHECK(count(trial, Outcome::ok) == 400);
  CHECK(server.connections() == 8);
  std::set<std::string> targets;
  for (const HttpServerRequest& request : server.requests()) {
    targets.insert(std::string(request.target()));
    CHECK(request.body().find("user") != std::string::npos);
  }
  CHECK(targets.size() == 400);
  size_t fresh = 0;
  for (const LoadSample& sample : trial.samples) {
    CHECK(sample.intended <= sample.sent);
    CHECK(sample.sent <= sample.first_byte);
    CHECK(sample.first_byte <= sample.received);
    fresh += sample.fresh ? 1 : 0;
  }
  CHECK(fresh == 8);
  CHECK(trial.client_cpu > 0ns);
  CHECK(trial.answers_read == 40);  // each tenth
  CHECK(load.bodies == std::vector<std::string>(40, "{\"items\":[]}"));
}

TEST_CASE("what the answers say decides, where they are read") {
  HttpServer server;
  server.on("/r", writes(http_answer(200, "<html>")));
  Load load;
  load.outcome_of_body = Outcome::malformed;
  const LoadTrial trial = load.run(server, closed(1), 30);
  CHECK(trial.answers_unusable == 3);
  CHECK(count(trial, Outcome::malformed) == 3);
  CHECK(count(trial, Outcome::ok) == 27);
}

TEST_CASE("an open loop sends at its own times whatever the answers do") {
  HttpServer server;
  server.on("/r", [](HttpConnection& connection, const HttpServerRequest&) -> Task<> {
    co_await connection.wait(300ms);
    co_await connection.write(http_answer(200, "{}"));
  });
  Load load;
  LoadProfile profile = open(100.0, 500ms);
  profile.arrivals = Arrivals::constant;
  const LoadTrial trial = load.run(server, profile, 7);
  REQUIRE(trial.samples.size() == 49);
  CHECK(count(trial, Outcome::ok) == 49);
  CHECK(server.most_connections_at_once() > 20);
  for (size_t i = 0; i < trial.samples.size(); ++i) {
    CHECK(trial.samples[i].intended - trial.begun == 10ms * (i + 1));
    CHECK(trial.samples[i].noticed >= trial.samples[i].intended);
    CHECK(trial.samples[i].received - trial.samples[i].intended >= 300ms);
    CHECK(trial.samples[i].request == i % 7);
  }
}

TEST_CASE("without a connection left a request waits, and its latency counts the waiting") {
  HttpServer server;
  server.on("/r", [](HttpConnection& connection, const HttpServerRequest&) -> Task<> {
    co_await connection.wait(50ms);
    co_await connection.write(http_answer(200, "{}"));
  });
  Load load;
  LoadProfile profile = open(1000.0, 10ms);
  profile.arrivals = Arrivals::constant;
  profile.concurrency = 2;
  const LoadTrial trial = load.run(server, profile, 100);
  REQUIRE(trial.samples.size() == 9);
  CHECK(server.connections() == 2);
  CHECK(count(trial, Outcome::ok) == 9);
  // Two at a time: the ninth is in the fifth round.
  CHECK(trial.samples[8].received - trial.samples[8].intended >= 240ms);
  CHECK(trial.samples[8].sent - trial.samples[8].intended >= 190ms);
}

TEST_CASE("silence is a timeout at its limit, and the next request has another connection") {
  HttpServer server;
  std::atomic<int> asked = 0;
  server.on("/r", [&](HttpConnection& connection, const HttpServerRequest&) -> Task<> {
    if (asked++ == 1) {
      co_await connection.wait(2000ms);
    } else {
      co_await connection.write(http_answer(200, "{}"));
    }
  });
  Load load;
  LoadProfile profile = closed(1);
  profile.time_limit = 200ms;
  const LoadTrial trial = load.run(server, profile, 4);
  REQUIRE(trial.samples.size() == 4);
  CHECK(trial.samples[1].outcome == Outcome::timeout);
  CHECK(trial.samples[1].received - trial.samples[1].intended >= 200ms);
  CHECK(trial.samples[2].outcome == Outcome::ok);
  CHECK(trial.samples[2].fresh);
  CHECK(!trial.samples[3].fresh);
}

TEST_CASE("states of the server are outcomes") {
  HttpServer server;
  server.on("/full", writes(http_answer(429, "")));
  server.on("/broken", writes(http_answer(500, "")));
  server.on("/gateway", writes(http_answer(504, "")));
  server.on("/other", writes("SSH-2.0-OpenSSH_9.2\r\n\r\n"));
  server.on("/gone", writes_and_closes(""));
  const std::pair<const char*, Outcome> kExpected[] = {{"/full", Outcome::rate_limited},
                                                       {"/broken", Outcome::transport_error},
                                                       {"/gateway", Outcome::timeout},
                                                       {"/other", Outcome::malformed},
                                                       {"/gone", Outcome::transport_error}};
  for (const auto& [path, outcome] : kExpected) {
    CAPTURE(path);
    Load load;
    load.path = path;
    const LoadTrial trial = load.run(server, closed(1), 3);
    CHECK(trial.samples.size() == 3);
    CHECK(count(trial, outcome) == 3);
  }
}

TEST_CASE("answers in pieces, in chunks, and up to the end of the connection are whole answers") {
  HttpServer server;
  server.on("/pieces", [](HttpConnection& connection, const HttpServerRequest&) -> Task<> {
    const std::string answer = http_answer(200, "{\"items\":[1,2]}");
    for (const char byte : answer) {
      co_await connection.write(std::string(1, byte));
      if (byte == '\n' || byte == '[') co_await connection.wait(2ms);
    }
  });
  server.on(
      "/chunks",
      writes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"it\r\nB\r\nems\":[1,2]}\r\n0\r\n\r\n"));
  server.on("/end", writes_and_closes("HTTP/1.1 200 OK\r\n\r\n{\"items\":[1,2]}"));
  for (const char* path : {"/pieces", "/chunks", "/end"}) {
    CAPTURE(path);
    Load load;
    load.path = path;
    const LoadTrial trial = load.run(server, closed(1), 2);
    CHECK(count(trial, Outcome::ok) == 2);
    REQUIRE(load.bodies.size() == 1);
    CHECK(load.bodies[0] == "{\"items\":[1,2]}");
    CHECK(trial.samples[1].fresh == (std::string(path) == "/end"));
  }
}

TEST_CASE("events of a stream are counted, and the first one has a time of its own") {
  HttpServer server;
  server.on("/r", [](HttpConnection& connection, const HttpServerRequest&) -> Task<> {
    co_await connection.write(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 5; ++i) {
      co_await connection.write("9\r\ndata: x\n\n\r\n");
      co_await connection.wait(20ms);
    }
    co_await connection.write("0\r\n\r\n");
  });
  Load load;
  const LoadTrial trial = load.run(server, closed(1), 1);
  CHECK(trial.samples[0].events == 5);
  CHECK(trial.samples[0].received - trial.samples[0].first_byte >= 80ms);
}

TEST_CASE("a kept connection that the server has closed costs no request") {
  HttpServer server;
  server.on("/r", [](HttpConnection& connection, const HttpServerRequest&) -> Task<> {
    co_await connection.write(http_answer(200, "{}"));
    connection.close();
  });
  Load load;
  LoadProfile profile = open(200.0, 200ms);
  profile.arrivals = Arrivals::constant;
  const LoadTrial trial = load.run(server, profile, 100);
  CHECK(count(trial, Outcome::ok) == 39);
  CHECK(server.connections() == 39);
}

TEST_CASE("a server that is not there ends a closed loop early") {
  Load load;
  {
    HttpServer server;
    server.on("/r", writes(http_answer(200, "{}")));
    load.options.url = server.url("/r");
  }
  const RequestBytes bytes = [](uint64_t, std::string& into) { into = "GET / HTTP/1.1\r\n\r\n"; };
  const LoadTrial trial = LoadClient(load.options).run(closed(4), 1'000'000, bytes, {}, load.clock, {});
  CHECK(trial.samples.size() >= 100);
  CHECK(trial.samples.size() < 200);
  CHECK(count(trial, Outcome::transport_error) == trial.samples.size());
  load.options.url = "http://name-that-is-not-there.invalid/";
  const LoadTrial nowhere = LoadClient(load.options).run(closed(1), 5, bytes, {}, load.clock, {});
  CHECK(count(nowhere, Outcome::transport_error) == 5);
}

TEST_CASE("nothing is sent beyond the budget, nor after the run was stopped") {
  HttpServer server;
  server.on("/r", writes(http_answer(200, "{}")));
  Load load;
  load.options.most_requests = 12;
  CHECK(load.run(server, closed(4), 100).samples.size() == 12);
  CHECK(load.run(server, open(1000.0, 10s), 100).samples.size() == 12);
  CHECK(server.request_count() == 24);
  std::stop_source stop;
  stop.request_stop();
  CHECK(load.run(server, closed(4), 100, stop.get_token()).samples.empty());
}

TEST_CASE("queries of several requests end with the last answer") {
  HttpServer server;
  server.on("/r", writes(http_answer(200, "{}")));
  Load load;
  LoadProfile profile = closed(1);
  profile.pattern = LoadPattern::multi_stream;
  profile.batch_size = 3;
  const LoadTrial trial = load.run(server, profile, 9);
  REQUIRE(trial.samples.size() == 9);
  CHECK(server.connections() == 3);
  for (size_t query = 0; query < 3; ++query) {
    std::chrono::nanoseconds last{0};
    for (size_t i = 0; i < 3; ++i) {
      CHECK(trial.samples[3 * query + i].intended == trial.samples[3 * query].intended);
      last = std::max(last, trial.samples[3 * query + i].received);
    }
    if (query < 2) CHECK(trial.samples[3 * query + 3].intended >= last);
  }
}

TEST_CASE("TLS: certificates are checked, and answers come through") {
  const Certificate authority({"authority", ""});
  const Certificate certificate({"server"}, &authority);
  const TemporaryFolder folder;
  folder.write("ca.pem", authority.certificate_pem());
  boost::asio::ssl::context tls = certificate.server_context();
  HttpServer server(&tls);
  server.on("/r", writes(http_answer(200, std::string(100'000, 'x'))));
  Load load;
  load.options.tls.ca_file = folder / "ca.pem";
  const LoadTrial trial = load.run(server, closed(3), 60);
  CHECK(count(trial, Outcome::ok) == 60);
  CHECK(server.connections() == 3);
  CHECK(load.bodies.front().size() == 100'000);

  Load stranger;
  CHECK(count(stranger.run(server, closed(1), 3), Outcome::transport_error) == 3);
  stranger.options.tls.check = CertificateCheck::none;
  CHECK(count(stranger.run(server, closed(1), 3), Outcome::ok) == 3);
  folder.write("broken.pem", "nothing");
  load.options.tls.ca_file = folder / "broken.pem";
  CHECK_THROWS_WITH_AS(load.run(server, closed(1), 1), doctest::Contains("broken.pem"), ConfigError);
}
