// The client against a server of ours that misbehaves on purpose: each fault becomes a problem or a status, the call
// ends, and no secret stands in what is said about it.
#include <doctest/doctest.h>
#include <zlib.h>

#include <string>

#include "tests/adapters/http/transport/asking.h"
#include "tests/scripted/http_server.h"

using namespace recgauge;
using namespace recgauge::adapters;
using namespace recgauge::scripted;
using namespace recgauge::tests;
using namespace std::chrono_literals;

namespace {

constexpr const char* kSecret = "s3cret-t0ken";

// Asks with a secret in address and header, and looks for it in what is said.
HttpExchange ask_hostile(const HttpServer& server, HttpOptions options = one_attempt()) {
  HttpRequest request = get(server.url("/?token=" + std::string(kSecret)));
  request.headers = {{"Authorization", "Bearer " + std::string(kSecret)}};
  HttpExchange exchange = ask(request, std::move(options));
  CHECK(exchange.response.failure.find(kSecret) == std::string::npos);
  CHECK((exchange.response.problem == TransportProblem::none) == exchange.response.failure.empty());
  return exchange;
}

void check_problem(const HttpServer& server, TransportProblem problem, const std::string& failure) {
  const HttpExchange exchange = ask_hostile(server);
  CHECK(exchange.response.problem == problem);
  CHECK_MESSAGE(exchange.response.failure.find(failure) != std::string::npos, exchange.response.failure);
}

// Writes a piece again and again, as long as the client listens.
Behaviour drips(std::string start, std::string piece, std::chrono::milliseconds pause) {
  return [=](HttpConnection& connection, const HttpServerRequest&) -> Task<> {
    co_await connection.write(start);
    for (;;) {
      if (pause.count() > 0) co_await connection.wait(pause);
      co_await connection.write(piece);
    }
  };
}

std::string gzip_of_zeros(size_t bytes) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string result;
  std::string zeros(1U << 20, '\0');
  std::string block(1U << 16, '\0');
  for (size_t done = 0; done < bytes; done += zeros.size()) {
    stream.next_in = reinterpret_cast<Bytef*>(zeros.data());
    stream.avail_in = static_cast<uInt>(zeros.size());
    const int flush = done + zeros.size() >= bytes ? Z_FINISH : Z_NO_FLUSH;
    do {
      stream.next_out = reinterpret_cast<Bytef*>(block.data());
      stream.avail_out = static_cast<uInt>(block.size());
      deflate(&stream, flush);
      result.append(block.data(), block.size() - stream.avail_out);
    } while (stream.avail_out == 0);
  }
  deflateEnd(&stream);
  return result;
}

std::string redirect(int status, const std::string& target) {
  return http_answer(status, "", "Location: " + target + "\r\n");
}

}  // namespace

TEST_CASE("silence, slow headers and slow bodies end at their time limits") {
  HttpServer server;
  server.on("/silent", drips("", "", 1h));
  server.on("/status", drips("HTTP/1.1 2", "0", 50ms));
  server.on("/headers", drips("HTTP/1.1 200 OK\r\n", "X-Slow: 1\r\n", 50ms));
  server.on("/body", drips("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", "x", 50ms));
  server.on("/hints", drips("", "HTTP/1.1 103 Early Hints\r\n\r\n", 50ms));
  HttpOptions options = one_attempt();
  options.times = {10s, 1s, 2s};
  Asking asking(options);
  std::vector<HttpRequest> requests;
  for (const char* path : {"/silent", "/status", "/headers", "/body", "/hints"})
    requests.push_back(get(server.url(path)));
  const std::vector<HttpExchange> exchanges = asking.client.exchange(requests);
  for (const HttpExchange& exchange : exchanges) {
    const bool is_unanswered = exchange.index < 2;
    CHECK(exchange.response.problem ==
          (is_unanswered ? TransportProblem::no_answer_in_time : TransportProblem::not_ended_in_time));
    CHECK(exchange.response.failure == (is_unanswered ? "no answer within 1000 ms" : "no end within 2000 ms"));
    CHECK(exchange.attempts[0].received - exchange.attempts[0].begun >= (is_unanswered ? 1s : 2s));
  }
}

TEST_CASE("a server that takes no connection ends at the limit of connecting") {
  // A full backlog: the kernel lets further connections wait.
  boost::asio::io_context loop;
  boost::asio::ip::tcp::acceptor acceptor(loop, {boost::asio::ip::address_v4::loopback(), 0});
  acceptor.listen(0);
  std::vector<boost::asio::ip::tcp::socket> fillers;
  for (int i = 0; i < 4; ++i) {
    fillers.emplace_back(loop);
    fillers.back().async_connect(acceptor.local_endpoint(), [](const auto&) {});
  }
  HttpOptions options = one_attempt();
  options.times.connect = 300ms;
  const std::string port = std::to_string(acceptor.local_endpoint().port());
  const HttpExchange exchange = ask(get("http://127.0.0.1:" + port + "/"), options);
  CHECK(exchange.response.problem == TransportProblem::not_connected);
  CHECK(exchange.response.failure == "no connection within its time limit");
  CHECK(exchange.attempts[0].sent == 0ns);
}

TEST_CASE("a host without an address") {
  const HttpExchange exchange = ask(get("http://nowhere.invalid/"));  // RFC 6761: never has one
  CHECK(exchange.response.problem == TransportProblem::name_unknown);
}

TEST_CASE("bodies are bounded, compressed or not") {
  HttpServer server;
  HttpOptions options = one_attempt();
  options.times = {10s, 10s, 30s};
  options.largest_body = 100'000;
  server.on("/", drips("HTTP/1.1 200 OK\r\n\r\n", std::string(10'000, 'x'), 0ms));
  HttpExchange endless = ask_hostile(server, options);
  CHECK(endless.response.problem == TransportProblem::too_large);
  CHECK(endless.response.failure == "its body has more than 100000 bytes");
  CHECK(endless.response.status == 200);
  CHECK(endless.response.body.size() <= 100'000);

  const std::string bomb = gzip_of_zeros(size_t{100} << 20);
  REQUIRE(bomb.size() < 200'000);
  server.on("/", writes(http_answer(200, bomb, "Content-Encoding: gzip\r\n")));
  CHECK(ask_hostile(server, options).response.problem == TransportProblem::too_large);

  const std::string whole = gzip_of_zeros(1U << 20);
  server.on("/", writes(http_answer(200, whole, "Content-Encoding: gzip\r\n")));
  options.largest_body = 1U << 20;
  CHECK(ask_hostile(server, options).response.body == std::string(1U << 20, '\0'));
  options.largest_body = (1U << 20) - 1;
  CHECK(ask_hostile(server, options).response.problem == TransportProblem::too_large);
}

TEST_CASE("headers are bounded, many and long ones") {
  HttpServer server;
  std::string many;
  for (int i = 0; i < 100'000; ++i) many += "X-" + std::to_string(i) + ": 1\r\n";
  server.on("/", writes(http_answer(200, "", many)));
  check_problem(server, TransportProblem::too_large, "its headers have more than 262144 bytes");
  server.on("/", writes(http_answer(200, "", "X-Long: " + std::string(10'000'000, 'x') + "\r\n")));
  check_problem(server, TransportProblem::too_large, "a line of its headers is too long");
  server.on("/", writes(http_answer(200, "ok", "X-Long: " + std::string(50'000, 'x') + "\r\n")));
  CHECK(ask_hostile(server).response.body == "ok");
}

TEST_CASE("connections that end in the middle") {
  HttpServer server;
  server.on("/", writes_and_closes("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort"));
  const HttpExchange cut = ask_hostile(server);
  CHECK(cut.response.problem == TransportProblem::broken);
  CHECK(cut.response.status == 200);
  CHECK(cut.response.body == "short");
  server.on("/", writes_and_closes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n"));
  check_problem(server, TransportProblem::broken, "after 5 bytes of the body");
  server.on("/", writes_and_closes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\nfirst\r\n"));
  check_problem(server, TransportProblem::broken, "after 0 bytes of the body");
  server.on("/", writes_and_closes(""));
  check_problem(server, TransportProblem::broken, "after 0 bytes of the body");
  server.on("/", writes_and_closes("HTTP/1.1 200 OK\r\nX-Half"));
  CHECK(ask_hostile(server).response.body.empty());
}

TEST_CASE("resets at every moment") {
  HttpServer server;
  server.on("/", [](HttpConnection& connection, const HttpServerRequest&) -> Task<> {
    connection.reset();
    co_return;
  });
  check_problem(server, TransportProblem::broken, "the connection ended");
  server.on("/", [](HttpConnection& connection, const HttpServerRequest&) -> Task<> {
    co_await connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf");
    connection.reset();
  });
  check_problem(server, TransportProblem::broken, "the connection ended");
  server.on_connect([](HttpConnection& connection) -> Task<> {
    connection.reset();
    co_return;
  });
  // Whether connecting has ended by then is chance.
  const TransportProblem problem = ask_hostile(server).response.problem;
  CHECK((problem == TransportProblem::broken || problem == TransportProblem::not_connected));
}

TEST_CASE("what is no HTTP") {
  HttpServer server;
  for (const char* garbage : {"SSH-2.0-OpenSSH_9.2\r\n", "\x16\x03\x01\x02", "<html>old</html>",
                              "HTTP/9.9 200 OK\r\n\r\n", "HTTP/1.1 abc\r\n\r\n"}) {
    CAPTURE(garbage);
    server.on("/", writes_and_closes(garbage));
    check_problem(server, TransportProblem::not_http, "what came is no HTTP");
  }
  server.on("/", writes(http_answer(200, "not compressed", "Content-Encoding: gzip\r\n")));
  check_problem(server, TransportProblem::not_http, "its body is not compressed as it says");
}

TEST_CASE("redirects are followed within the server") {
  HttpServer server;
  server.on("/", writes(redirect(302, "/next?x=1")));
  server.on("/next", writes(redirect(308, server.url("/end"))));
  server.on("/end", writes(http_answer(200, "end")));
  const HttpExchange exchange = ask_hostile(server);
  CHECK(exchange.response.body == "end");
  REQUIRE(exchange.attempts.size() == 1);
  CHECK(exchange.attempts[0].redirects == 2);
  CHECK(exchange.attempts[0].sent <= exchange.response.sent);

  server.on("/post", [](HttpConnection& connection, const HttpServerRequest& request) -> Task<> {
    const std::string answer = redirect(request.body() == "307" ? 307 : 302, "/end");
    co_await connection.write(answer);
  });
  CHECK(ask(post(server.url("/post"), "307")).response.body == "end");
  CHECK(server.requests().back().body() == "307");
  CHECK(server.requests().back().method_string() == "POST");
  const HttpExchange kept = ask(post(server.url("/post"), "302"));
  CHECK(kept.response.status == 302);
  CHECK(kept.response.problem == TransportProblem::none);
}

TEST_CASE("redirects to anywhere else, or without end, are not followed") {
  HttpServer other;
  HttpServer server;
  const std::string port = std::to_string(server.port());
  const std::string elsewhere = std::to_string(other.port());
  const std::vector<std::pair<std::string, std::string>> targets{
      {"http://localhost:" + port + "/" + kSecret, "another host"},
      {"http://127.0.0.1:" + elsewhere + "/", "another port"},
      {"//127.0.0.1:" + elsewhere + "/", "another port"},
      {"http://127.0.0.1/", "another port"},
      {"https://127.0.0.1:" + port + "/", "another scheme"},
      {"file:///etc/passwd", "no address of http or https"},
      {"gopher://127.0.0.1:" + elsewhere + "/", "no address of http or https"},
      {"http://" + std::string(kSecret) + ":x@127.0.0.1:" + port + "/", "no address of http or https"},
      {"http://" + std::string(kSecret) + ".example/", "another host"},
      {"http://127.0.0.1:" + port + "@evil.example/", "no address of http or https"},
  };
  for (const auto& [target, reason] : targets) {
    CAPTURE(target);
    server.on("/", writes(redirect(302, target)));
    check_problem(server, TransportProblem::redirected_elsewhere, reason);
  }
  CHECK(other.connections() == 0);

  server.on("/", writes(redirect(302, "/")));
  const size_t before = server.request_count();
  check_problem(server, TransportProblem::redirected_elsewhere, "more than 5 times");
  CHECK(server.request_count() - before == 6);
}

TEST_CASE("a redirect is signed anew") {
  HttpServer server;
  server.on("/", writes(redirect(307, "/next")));
  server.on("/next", writes(http_answer(200, "")));
  HttpHooks hooks;
  hooks.sign = [](HttpRequest& request) { request.headers.push_back({"X-Signed", request.url}); };
  Asking(one_attempt()).ask(get(server.url("/")), hooks);
  REQUIRE(server.request_count() == 2);
  CHECK(server.requests()[1].count("X-Signed") == 1);
  CHECK(server.requests()[1]["X-Signed"] == server.url("/next"));
}

TEST_CASE("a run over a server that does anything at all ends with an answer for each request") {
  HttpServer server;
  const std::vector<Behaviour> behaviours{writes(http_answer(200, "fine")),
                                          writes_and_closes("garbage"),
                                          writes(http_answer(503, "")),
                                          drips("", "", 1h),
                                          writes_and_closes("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"),
                                          writes(redirect(302, "http://evil.invalid/")),
                                          [](HttpConnection& connection, const HttpServerRequest&) -> Task<> {
                                            connection.reset();
                                            co_return;
                                          }};
  for (size_t i = 0; i < behaviours.size(); ++i) server.on("/" + std::to_string(i), behaviours[i]);
  std::vector<HttpRequest> requests;
  for (size_t i = 0; i < 210; ++i) requests.push_back(get(server.url("/" + std::to_string(i % behaviours.size()))));
  HttpOptions options = quick_repetitions();
  options.retry.most_attempts = 2;
  options.times = {10s, 1s, 2s};
  options.breaker.failures = 0;
  const std::vector<HttpExchange> exchanges = Asking(options).client.exchange(requests);
  for (const HttpExchange& exchange : exchanges) {
    CHECK_FALSE(exchange.attempts.empty());
    if (exchange.index % behaviours.size() == 0) CHECK(exchange.response.body == "fine");
  }
}
