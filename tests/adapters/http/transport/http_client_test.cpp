// The client against a server of ours that behaves: what is sent, what is kept, interruption, streams.
#include "adapters/http/transport/http_client.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>

#include "adapters/http/transport/http_message.h"
#include "tests/adapters/http/transport/asking.h"
#include "tests/scripted/http_server.h"

using namespace recgauge;
using namespace recgauge::adapters;
using namespace recgauge::scripted;
using namespace recgauge::tests;
using namespace std::chrono_literals;

TEST_CASE("a request goes out as it was given and the answer comes back as it was sent") {
  HttpServer server;
  server.on("/v1/recommend", writes(http_answer(201, "{\"items\": []}",
                                                "Content-Type: application/json\r\nX-Twice: a\r\nx-twice:  b \r\n")));
  HttpRequest request = post(server.url("/v1/recommend?k=10&q=%C3%A9"), "{\"user\":\"u1\"}");
  request.headers.push_back({"X-Empty", ""});
  request.headers.push_back({"Authorization", "Bearer s3cret"});
  const HttpExchange exchange = ask(request);

  CHECK(exchange.response.problem == TransportProblem::none);
  CHECK(exchange.response.failure.empty());
  CHECK(exchange.response.status == 201);
  CHECK(exchange.response.body == "{\"items\": []}");
  CHECK(exchange.response.header("content-type") == "application/json");
  CHECK(std::count_if(exchange.response.headers.begin(), exchange.response.headers.end(),
                      [](const HttpHeader& header) { return header.name == "x-twice"; }) == 2);
  CHECK(exchange.response.headers.back().value == "b");
  CHECK(exchange.verdict == NextStep::done);
  REQUIRE(exchange.attempts.size() == 1);
  const HttpAttempt& attempt = exchange.attempts.front();
  CHECK(exchange.begun <= attempt.begun);
  CHECK(attempt.begun <= attempt.sent);
  CHECK(attempt.sent <= attempt.first_byte);
  CHECK(attempt.first_byte <= attempt.received);
  CHECK(attempt.received <= exchange.ended);

  REQUIRE(server.request_count() == 1);
  const HttpServerRequest seen = server.requests().front();
  CHECK(seen.method_string() == "POST");
  CHECK(seen.target() == "/v1/recommend?k=10&q=%C3%A9");
  CHECK(seen.body() == "{\"user\":\"u1\"}");
  CHECK(seen["Content-Type"] == "application/json");
  CHECK(seen["Authorization"] == "Bearer s3cret");
  CHECK(seen.count("X-Empty") == 1);
  CHECK(seen.count("Expect") == 0);
  CHECK(seen["User-Agent"] == "recgauge");
}

TEST_CASE("methods do not stick to the handles that are used again") {
  HttpServer server;
  server.on("/", writes(http_answer(200, "")));
  Asking asking(one_attempt());
  HttpRequest head = get(server.url("/"));
  head.method = "HEAD";
  HttpRequest remove = get(server.url("/"));
  remove.method = "DELETE";
  HttpRequest search = post(server.url("/"), "{}");
  search.method = "GET";
  const std::vector<HttpRequest> requests{post(server.url("/"), "body"), get(server.url("/")), head, remove, search,
                                          get(server.url("/"))};
  for (const HttpRequest& request : requests) CHECK(asking.ask(request).response.status == 200);
  const std::vector<HttpServerRequest> seen = server.requests();
  REQUIRE(seen.size() == 6);
  for (size_t i = 0; i < seen.size(); ++i) {
    CHECK(seen[i].method_string() == requests[i].method);
    CHECK(seen[i].body() == requests[i].body);
    CHECK(seen[i]["Content-Type"] == (requests[i].body.empty() ? "" : "application/json"));
  }
}

TEST_CASE("answers stand in the order of asking, over a few kept connections") {
  HttpServer server;
  server.on("/echo", echo_target());
  HttpOptions options = one_attempt();
  options.concurrency = 8;
  Asking asking(options);
  const std::vector<HttpRequest> requests = numbered(server, 1000);
  const std::vector<HttpExchange> exchanges = asking.client.exchange(requests);
  REQUIRE(exchanges.size() == 1000);
  for (size_t i = 0; i < exchanges.size(); ++i) {
    CHECK(exchanges[i].index == i);
    CHECK(exchanges[i].response.body == "/echo?n=" + std::to_string(i));
  }
  CHECK(server.connections() <= 8);
  asking.client.exchange(requests);
  CHECK(server.request_count() == 2000);
  CHECK(server.connections() <= 8);
  CHECK(asking.client.attempts() == 2000);
}

TEST_CASE("a thousand connections at a time from one thread") {
  HttpServer server;
  auto waiting = std::make_shared<int>(0);
  // Nobody is answered before all have asked.
  server.on("/echo", [waiting](HttpConnection& connection, const HttpServerRequest&) -> Task<> {
    ++*waiting;
    while (*waiting < 1000) co_await connection.wait(20ms);
    co_await connection.write(http_answer(200, "all are here"));
  });
  HttpOptions options = one_attempt();
  options.concurrency = 1000;
  const std::vector<HttpExchange> exchanges = Asking(options).client.exchange(numbered(server, 1000));
  for (const HttpExchange& exchange : exchanges) CHECK(exchange.response.body == "all are here");
  CHECK(server.most_connections_at_once() == 1000);
}

TEST_CASE("requests are taken from their source only as answers make room") {
  HttpServer server;
  server.on("/echo", echo_target());
  HttpOptions options = one_attempt();
  options.concurrency = 4;
  Asking asking(options);
  int taken = 0;
  int arrived = 0;
  int most_open = 0;
  HttpHooks hooks;
  hooks.arrived = [&](HttpExchange&&) { ++arrived; };
  asking.client.exchange(
      [&]() -> std::optional<HttpRequest> {
        if (taken == 200) return std::nullopt;
        ++taken;
        most_open = std::max(most_open, taken - arrived);
        return get(server.url("/echo"));
      },
      hooks);
  CHECK(arrived == 200);
  CHECK(most_open == 4);
  CHECK(server.most_connections_at_once() <= 4);
}

TEST_CASE("an interruption sends nothing new and ends what is under way within a second") {
  HttpServer server;
  server.on("/echo",
            [](HttpConnection& connection, const HttpServerRequest&) -> Task<> { co_await connection.wait(1h); });
  std::stop_source stop;
  HttpOptions options = one_attempt();
  options.concurrency = 4;
  Asking asking(options, stop.get_token());
  std::chrono::steady_clock::time_point asked;
  std::thread interrupter([&] {
    while (server.request_count() < 4) std::this_thread::sleep_for(5ms);
    asked = std::chrono::steady_clock::now();
    stop.request_stop();
  });
  const std::vector<HttpRequest> requests = numbered(server, 100);
  const std::vector<HttpExchange> exchanges = asking.client.exchange(requests);
  interrupter.join();
  CHECK(std::chrono::steady_clock::now() - asked < 5s);  // a second, and a machine that is busy
  CHECK(server.request_count() == 4);
  for (const HttpExchange& exchange : exchanges) {
    CHECK(exchange.response.problem == TransportProblem::not_sent);
    CHECK_FALSE(exchange.response.failure.empty());
    CHECK(exchange.attempts.size() == (exchange.index < 4 ? 1 : 0));
  }
  CHECK(asking.client.exchange(requests)[0].attempts.empty());
  CHECK(server.request_count() == 4);
}

TEST_CASE("what is about to end when the interruption comes may end") {
  HttpServer server;
  std::stop_source stop;
  server.on("/", [&stop](HttpConnection& connection, const HttpServerRequest&) -> Task<> {
    stop.request_stop();
    co_await connection.wait(20ms);
    co_await connection.write(http_answer(200, "just in time"));
  });
  Asking asking(one_attempt(), stop.get_token());
  CHECK(asking.ask(get(server.url("/"))).response.body == "just in time");
}

TEST_CASE("bytes of a streamed answer are seen as they come") {
  HttpServer server;
  auto go_on = std::make_shared<std::atomic<bool>>(false);
  server.on("/", [go_on](HttpConnection& connection, const HttpServerRequest&) -> Task<> {
    co_await connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
    while (!*go_on) co_await connection.wait(1ms);
    co_await connection.write("6\r\nsecond\r\n0\r\nX-Trailer: late\r\n\r\n");
  });
  HttpHooks hooks;
  std::string seen;
  hooks.body = [&](const BodyBlock& block) {
    CHECK(block.index == 0);
    CHECK(block.attempt == 0);
    CHECK(block.status == 200);
    seen += block.bytes;
    if (seen == "first") *go_on = true;  // the server waits for this: the block came before the end
  };
  const HttpExchange exchange = Asking(one_attempt()).ask(get(server.url("/")), hooks);
  CHECK(seen == "firstsecond");
  CHECK(exchange.response.body == "firstsecond");
  REQUIRE(exchange.parts.size() == 2);
  CHECK(exchange.parts[0].size == 5);
  CHECK(exchange.parts[0].at <= exchange.parts[1].at);
  CHECK_FALSE(exchange.response.header("x-trailer").has_value());
}

TEST_CASE("what a hook throws comes out, and the client can be used again") {
  HttpServer server;
  server.on("/echo", echo_target());
  Asking asking(one_attempt());
  const std::vector<HttpRequest> requests = numbered(server, 50);
  HttpHooks hooks;
  hooks.body = [](const BodyBlock&) { throw std::runtime_error("body"); };
  CHECK_THROWS_WITH(asking.client.exchange(requests, hooks), "body");
  hooks = {};
  hooks.arrived = [](HttpExchange&&) { throw std::runtime_error("arrived"); };
  CHECK_THROWS_WITH(asking.client.exchange(requests, hooks), "arrived");
  hooks = {};
  hooks.sign = [](HttpRequest&) { throw std::runtime_error("sign"); };
  CHECK_THROWS_WITH(asking.client.exchange(requests, hooks), "sign");
  for (const HttpExchange& exchange : asking.client.exchange(requests)) CHECK(exchange.response.status == 200);
}

TEST_CASE("requests that are none are refused without their secrets") {
  HttpServer server;
  HttpRequest injected = get(server.url("/"));
  injected.headers = {{"Authorization", "Bearer s3cret\r\nX-Evil: 1"}};
  HttpRequest odd_name = get(server.url("/"));
  odd_name.headers = {{"X Odd: s3cret", "1"}};
  HttpRequest odd_method = get(server.url("/"));
  odd_method.method = "GET / HTTP/1.1\r\nX: s3cret";
  HttpRequest with_user = get("http://user:s3cret@127.0.0.1:" + std::to_string(server.port()) + "/");
  for (const HttpRequest& request : {injected, odd_name, odd_method, with_user, get("file:///etc/s3cret"),
                                     get("ftp://127.0.0.1/s3cret"), get("http://"), get("s3cret")}) {
    const HttpExchange exchange = ask(request, quick_repetitions());
    CAPTURE(request.url);
    CHECK((exchange.response.problem == TransportProblem::not_sent ||
           exchange.response.problem == TransportProblem::name_unknown));
    CHECK_FALSE(exchange.response.failure.empty());
    CHECK(exchange.response.failure.find("s3cret") == std::string::npos);
  }
  CHECK(server.request_count() == 0);
}

TEST_CASE("a proxy is used where it is set, and the environment is not asked") {
  HttpServer proxy;
  HttpServer server;
  server.on("/x", writes(http_answer(200, "direct")));
  // A request to a proxy names the whole address.
  proxy.on(server.url("/x"), writes(http_answer(200, "through the proxy")));
  ::setenv("http_proxy", proxy.url("").c_str(), 1);
  CHECK(ask(get(server.url("/x"))).response.body == "direct");
  ::unsetenv("http_proxy");

  HttpOptions options = one_attempt();
  options.proxy.address = proxy.url("");
  options.proxy.credentials = std::make_shared<const Secret>("me:s3cret");
  CHECK(ask(get(server.url("/x")), options).response.body == "through the proxy");
  CHECK(proxy.requests().front()["Proxy-Authorization"] == "Basic bWU6czNjcmV0");  // printf me:s3cret | base64
  ::setenv("no_proxy", "127.0.0.1", 1);
  CHECK(ask(get(server.url("/x")), options).response.body == "through the proxy");
  ::unsetenv("no_proxy");
  options.proxy.exceptions = "127.0.0.1";
  CHECK(ask(get(server.url("/x")), options).response.body == "direct");
}
