// Repetitions, rate, budgets and the circuit breaker, against a server of ours that fails as it is told.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>

#include "adapters/http/transport/http_client.h"
#include "adapters/http/transport/http_message.h"
#include "tests/adapters/http/transport/asking.h"
#include "tests/scripted/http_server.h"

using namespace recgauge;
using namespace recgauge::adapters;
using namespace recgauge::scripted;
using namespace recgauge::tests;
using namespace std::chrono_literals;

namespace {

// Fails so often and then answers; counts for each target on its own.
Behaviour fails_first(int failures, std::string failure) {
  auto seen = std::make_shared<std::map<std::string, int>>();
  return [=](HttpConnection& connection, const HttpServerRequest& request) -> Task<> {
    const bool fails = ++(*seen)[std::string(request.target())] <= failures;
    const std::string answer = fails ? failure : http_answer(200, "at last");
    co_await connection.write(answer);
  };
}

}  // namespace

TEST_CASE("repetitions: each is signed anew, and their times stay apart") {
  HttpServer server;
  server.on("/", fails_first(2, http_answer(503, "busy", "Retry-After: 0\r\n")));
  Asking asking(quick_repetitions());
  int signatures = 0;
  std::vector<size_t> arrived;
  HttpHooks hooks;
  hooks.sign = [&](HttpRequest& request) { request.headers.push_back({"X-Signature", std::to_string(++signatures)}); };
  hooks.arrived = [&](HttpExchange&& exchange) { arrived.push_back(exchange.attempts.size()); };
  const HttpExchange exchange = asking.ask(post(server.url("/"), "{}"), hooks);
  CHECK(exchange.response.body == "at last");
  REQUIRE(exchange.attempts.size() == 3);
  CHECK(exchange.attempts[0].status == 503);
  CHECK(exchange.attempts[2].status == 200);
  CHECK(exchange.attempts[0].received <= exchange.attempts[1].begun);
  CHECK(exchange.attempts[1].received <= exchange.attempts[2].begun);
  CHECK(arrived == std::vector<size_t>{3});
  const std::vector<HttpServerRequest> seen = server.requests();
  REQUIRE(seen.size() == 3);
  for (size_t i = 0; i < 3; ++i) {
    CHECK(seen[i].count("X-Signature") == 1);
    CHECK(seen[i]["X-Signature"] == std::to_string(i + 1));
  }
}

TEST_CASE("what is not repeatable is repeated only where no byte was sent") {
  HttpServer server;
  server.on("/", writes(http_answer(503, "busy")));
  HttpRequest once = post(server.url("/"), "{}");
  once.repeatable = false;
  const HttpExchange refused = ask(once, quick_repetitions());
  CHECK(refused.attempts.size() == 1);
  CHECK(refused.response.status == 503);
  CHECK(refused.verdict == NextStep::try_again);
  CHECK(server.request_count() == 1);

  once.url = "http://127.0.0.1:1/";  // nobody listens there
  const HttpExchange unheard = ask(once, quick_repetitions());
  CHECK(unheard.attempts.size() == 5);
  CHECK(unheard.response.problem == TransportProblem::not_connected);
  CHECK(unheard.response.failure == "no connection: Connection refused");
  CHECK(unheard.attempts[0].sent == 0ns);
}

TEST_CASE("a kept connection that the server has closed is not used to send a feedback twice") {
  HttpServer server;
  server.on("/first", writes(http_answer(200, "")));
  auto seen = std::make_shared<int>(0);
  server.on("/feedback", [seen](HttpConnection& connection, const HttpServerRequest&) -> Task<> {
    ++*seen;
    connection.close();  // taken, and gone without an answer
    co_return;
  });
  Asking asking(quick_repetitions());
  asking.ask(get(server.url("/first")));
  HttpRequest feedback = post(server.url("/feedback"), "{}");
  feedback.repeatable = false;
  CHECK(asking.ask(feedback).response.problem == TransportProblem::broken);
  CHECK(server.request_count() == 2);
}

TEST_CASE("Retry-After makes a repetition wait") {
  HttpServer server;
  server.on("/", fails_first(1, http_answer(429, "", "Retry-After: 1\r\n")));
  const HttpExchange exchange = ask(get(server.url("/")), quick_repetitions());
  CHECK(exchange.response.status == 200);
  REQUIRE(exchange.attempts.size() == 2);
  CHECK(exchange.attempts[1].begun - exchange.attempts[0].received >= 1s);
}

TEST_CASE("a caller judges answers: throttling may come as 400, and 429 may be final") {
  HttpServer server;
  server.on("/aws", fails_first(1, http_answer(400, "ThrottlingException")));
  server.on("/quota", writes(http_answer(429, "insufficient_quota")));
  HttpHooks hooks;
  hooks.judge = [](const HttpResponse& response) -> Judgement {
    if (response.body == "insufficient_quota") return {NextStep::give_up, {}};
    if (response.body == "ThrottlingException") return {NextStep::try_again, {}};
    return judge_by_status(response);
  };
  Asking asking(quick_repetitions());
  CHECK(asking.ask(get(server.url("/aws")), hooks).attempts.size() == 2);
  const HttpExchange spent = asking.ask(get(server.url("/quota")), hooks);
  CHECK(spent.attempts.size() == 1);
  CHECK(spent.verdict == NextStep::give_up);
  CHECK(spent.response.status == 429);
}

TEST_CASE("a storm of 429 ends after the most attempts") {
  HttpServer server;
  server.on("/echo", writes(http_answer(429, "", "Retry-After: 0\r\n")));
  HttpOptions options = quick_repetitions();
  options.retry.most_attempts = 3;
  const std::vector<HttpExchange> exchanges = Asking(options).client.exchange(numbered(server, 100));
  for (const HttpExchange& exchange : exchanges) {
    CHECK(exchange.attempts.size() == 3);
    CHECK(exchange.response.status == 429);
    CHECK(exchange.response.problem == TransportProblem::none);
  }
  CHECK(server.request_count() == 300);
}

TEST_CASE("the rate holds over attempts") {
  HttpServer server;
  server.on("/echo", echo_target());
  HttpOptions options = one_attempt();
  options.rate = {50.0, 5.0};
  const std::vector<HttpExchange> exchanges = Asking(options).client.exchange(numbered(server, 30));
  // Five at once and 25 more at 50 a second: never sooner, however slow the machine is.
  for (size_t i = 5; i < exchanges.size(); ++i) {
    const auto soonest = 20ms * (static_cast<int64_t>(i) - 4);
    CHECK(exchanges[i].attempts[0].begun - exchanges[0].attempts[0].begun >= soonest - 1ms);
  }
}

TEST_CASE("budgets of requests and money refuse what goes beyond; the last answer stands") {
  HttpServer server;
  server.on("/echo", echo_target());
  HttpOptions options = one_attempt();
  options.budget.requests = 10;
  const std::vector<HttpExchange> exchanges = Asking(options).client.exchange(numbered(server, 1000));
  CHECK(std::count_if(exchanges.begin(), exchanges.end(), [](const HttpExchange& exchange) {
          return exchange.response.problem == TransportProblem::none;
        }) == 10);
  CHECK(exchanges.back().response.problem == TransportProblem::not_sent);
  CHECK(exchanges.back().response.failure == "the budget of 10 requests is spent");
  CHECK(exchanges.back().attempts.empty());
  CHECK(server.request_count() == 10);

  HttpOptions priced = one_attempt();
  priced.concurrency = 1;
  priced.budget.money = 1.0;
  priced.budget.price_per_request = 0.1;
  Asking asking(priced);
  HttpHooks hooks;
  hooks.judge = [](const HttpResponse&) { return Judgement{NextStep::done, 0.35}; };
  const std::vector<HttpRequest> requests = numbered(server, 20);
  const auto charged = asking.client.exchange(requests, hooks);
  CHECK(asking.client.attempts() == 3);  // 0.35, 0.7, 1.05
  CHECK(asking.client.spent() == doctest::Approx(1.05));
  CHECK(charged[3].response.problem == TransportProblem::not_sent);

  HttpServer failing;
  failing.on("/", writes(http_answer(503, "busy")));
  HttpOptions short_of = quick_repetitions();
  short_of.budget.requests = 2;
  const HttpExchange last = ask(get(failing.url("/")), short_of);
  CHECK(last.attempts.size() == 2);
  CHECK(last.response.status == 503);
  CHECK(last.response.problem == TransportProblem::none);
}

TEST_CASE("the circuit breaker spares a server that fails, and tries it again later") {
  HttpServer server;
  auto is_well = std::make_shared<std::atomic<bool>>(false);
  server.on("/echo", [is_well](HttpConnection& connection, const HttpServerRequest&) -> Task<> {
    const std::string answer = http_answer(*is_well ? 200 : 500, "");
    co_await connection.write(answer);
  });
  HttpOptions options = one_attempt();
  options.concurrency = 1;
  options.breaker = {3, 200ms};
  Asking asking(options);
  const std::vector<HttpRequest> requests = numbered(server, 10);
  const std::vector<HttpExchange> exchanges = asking.client.exchange(requests);
  CHECK(server.request_count() == 3);
  CHECK(exchanges[9].response.problem == TransportProblem::not_sent);
  CHECK(exchanges[9].response.failure == "the circuit breaker is open after failures in a row");
  *is_well = true;
  std::this_thread::sleep_for(250ms);
  CHECK(asking.client.exchange(requests)[9].response.status == 200);
  CHECK(server.request_count() == 13);
}
