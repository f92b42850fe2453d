// Broken requests to endpoints: a server with a planted fault for each way of bearing them badly, recgauge's own server
// as the clean twin, and one that nobody authorised.
#include "suites/manipulation/endpoint_hardening.h"

#include <doctest/doctest.h>

#include <atomic>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <thread>

#include "adapters/http/settings/http_endpoint.h"
#include "adapters/serve/server.h"
#include "tests/scripted/http_server.h"
#include "tests/scripted/world_bench.h"

using namespace recgauge;
using namespace recgauge::scripted;
using namespace recgauge::suites::manipulation;

namespace {

constexpr uint64_t kSeed = 8;
constexpr const char* kList = R"({"items": ["0", "1", "2"]})";

const PreparedData& small_data() {
  static const PreparedData kData = small_world(kSeed, {60, 80, 15, 0.25});
  return kData;
}

suites::ManipulationConfig small_config() {
  suites::ManipulationConfig config;
  config.poisoning = config.texts = config.membership = false;
  config.users = config.pollution_users = config.stability_users = config.queries = 1;
  config.resamples = 100;
  config.endpoint_patience = 3.0;
  return config;
}

SuiteResult assess(Recommender& system) {
  SuiteBench bench(small_data(), kSeed, std::make_unique<suites::ManipulationSuite>(small_config()));
  bench.ask(system);
  return bench.assess();
}

std::unique_ptr<Recommender> endpoint(const std::string& url, const std::string& parameters) {
  static const SteadyClock kClock;
  const std::string yaml = parameters + "\nendpoint:\n  name: shop\n  base: [\"" + url +
                           "\"]\n  auth: {kind: bearer, token: \"env:RECGAUGE_TEST_TOKEN\"}\n  operations:\n"
                           "    recommend:\n      path: /r\n"
                           "      body: {user: \"${user?}\", k: \"${k}\", history: \"${history}\"}\n"
                           "      extract: {shape: parallel, ids: /items}\n";
  setenv("RECGAUGE_TEST_TOKEN", "t0ps3cret", 1);
  return adapters::make_http("shop", adapters::read_http_config(parse_config_text(yaml, "shop.yaml")),
                             {&small_data().dataset(), Pseudonyms("key"), &kClock, {}, 7, {}});
}

std::map<std::string, std::string> judged(const SuiteResult& result) {
  std::map<std::string, std::string> by_request;
  for (const Figure& figure : result.figures) {
    if (figure.id != "manipulation/endpoint-hardening") continue;
    for (const auto& row : figure.rows) by_request[std::get<std::string>(row[2])] = std::get<std::string>(row[4]);
  }
  return by_request;
}

const Measurement& borne(const SuiteResult& result, const std::string& slice) {
  for (const Measurement& m : result.measurements) {
    if (m.label == "broken_requests_borne" && m.slice == slice) return m;
  }
  throw std::out_of_range(slice);
}

// Whether the JSON is what the mapping makes.
bool is_well_formed(const std::string& body) {
  const auto json = nlohmann::json::parse(body, nullptr, false);
  return json.is_object() && json.contains("user") && json["user"].is_string() && json.contains("k") &&
         json["k"].is_number();
}

// A server with one fault for each way of bearing requests badly; everything else it refuses, or answers, as it should.
Task<> answer_badly(HttpConnection& connection, const HttpServerRequest& request) {
  const std::string& body = request.body();
  const auto holds = [&](const char* text) { return body.find(text) != std::string::npos; };
  if (body.size() > (1U << 20)) {
    co_await connection.write(http_answer(500, "out of memory"));
  } else if (holds("<script>")) {
    co_await connection.write(
        http_answer(400, "unknown user <script>alert('recgauge')</script>", "Content-Type: text/html\r\n"));
  } else if (holds("OR '1'='1'")) {
    co_await connection.write(http_answer(400, "You have an error in your SQL syntax near '1'"));
  } else if (holds("7919*7907")) {
    co_await connection.write(http_answer(200, R"({"items": [], "greeting": "dear 62615533"})"));
  } else if (holds("passwd")) {
    connection.reset();
  } else if (holds("%s%n")) {
    co_await connection.wait(std::chrono::seconds(20));
    connection.close();
  } else if (holds("\"seven\"")) {
    co_await connection.write(http_answer(200, kList));
  } else if (request.method_string() != "POST" || request.target() != "/r" || !is_well_formed(body)) {
    co_await connection.write(http_answer(400, "bad request"));
  } else {
    co_await connection.write(http_answer(200, kList));
  }
}

Response came(const std::string& text) {
  Response response;
  response.text = text;
  return response;
}

}  // namespace

TEST_CASE("answers are judged by what they show, what they are, and what comes after") {
  const Response list = came("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{}");
  const Response error = came("HTTP/1.1 400 Bad Request\r\n\r\n");
  const Response broken = came("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  CHECK(judge(HostileKind::cut_body, error, &list, list) == Bearing::clean);
  CHECK(judge(HostileKind::cut_body, list, &list, list) == Bearing::accepted);
  CHECK(judge(HostileKind::markup, list, &list, list) == Bearing::clean);
  CHECK(judge(HostileKind::markup, broken, &list, list) == Bearing::server_error);
  CHECK(judge(HostileKind::markup, error, &broken, list) == Bearing::down);
  CHECK(judge(HostileKind::markup, error, nullptr, list) == Bearing::down);
  CHECK(judge(HostileKind::unknown_method, came("HTTP/1.1 501 Not Implemented\r\n\r\n"), &list, list) ==
        Bearing::clean);
  CHECK(judge(HostileKind::cut_body, came("HTTP/1.1 501 Not Implemented\r\n\r\n"), &list, list) ==
        Bearing::server_error);
  Response silent;
  silent.outcome = Outcome::timeout;
  CHECK(judge(HostileKind::markup, silent, &list, list) == Bearing::hang);
  // Markup in JSON is no page; a trace that good answers have as well is none.
  const std::string script(hostile_text(HostileKind::markup));
  CHECK(leak_in(HostileKind::markup, "HTTP/1.1 400 x\r\nContent-Type: application/json\r\n\r\n" + script, "").empty());
  CHECK_FALSE(leak_in(HostileKind::markup, "HTTP/1.1 400 x\r\nContent-Type: text/html\r\n\r\n" + script, "").empty());
  CHECK(leak_in(HostileKind::cut_body, "panic: a film", "panic: a film").empty());
  CHECK_FALSE(leak_in(HostileKind::cut_body, "panic: index out of range", "").empty());
  CHECK_FALSE(leak_in(HostileKind::control_characters, "HTTP/1.1 200 OK\r\nX-Injected: 1\r\n\r\n", "").empty());
  CHECK(leak_in(HostileKind::control_characters, "HTTP/1.1 200 OK\r\n\r\nX-Injected: 1", "").empty());
}

TEST_CASE("each planted fault of a server is found and named, and nothing else") {
  HttpServer server;
  server.on("/r", answer_badly);
  const auto system = endpoint(server.url(""), "authorised: true");
  const SuiteResult result = assess(*system);
  const auto table = judged(result);
  REQUIRE(table.size() == hostile_kinds().size());
  const auto judged_as = [&](HostileKind kind) { return table.at(std::string(info_of(kind).what)); };
  CHECK(judged_as(HostileKind::huge_body) == "fails (5xx)");
  CHECK(judged_as(HostileKind::markup) == "shows its inside");
  CHECK(judged_as(HostileKind::quotes) == "shows its inside");
  CHECK(judged_as(HostileKind::template_expression) == "shows its inside");
  CHECK(judged_as(HostileKind::parent_folders) == "breaks off");
  CHECK(judged_as(HostileKind::format_directives) == "hangs");
  CHECK(judged_as(HostileKind::wrong_types) == "accepted");
  for (const HostileKind kind : {HostileKind::cut_body, HostileKind::empty_body, HostileKind::no_json,
                                 HostileKind::long_address, HostileKind::unknown_method, HostileKind::long_user,
                                 HostileKind::huge_k, HostileKind::negative_k, HostileKind::deep_nesting}) {
    CAPTURE(info_of(kind).name);
    CHECK(judged_as(kind) == "clean");
  }
  for (const char* name : {"leaks", "hangs", "errors", "breaks-off", "accepts"}) {
    CAPTURE(name);
    const Finding* found = find_finding(result, std::string("shop-hardening-") + name);
    REQUIRE(found != nullptr);
    CHECK(found->status == FindingStatus::supported);
    CHECK_FALSE(found->evidence.front().sequences.empty());
  }
  CHECK(find_finding(result, "shop-hardening-leaks")->severity == Severity::high);
  CHECK(find_finding(result, "shop-hardening-leaks")->detail.find("SQL syntax") != std::string::npos);
  CHECK(find_finding(result, "shop-hardening-down") == nullptr);
  CHECK(find_finding(result, "shop-hardening") == nullptr);
  const Measurement& hostile = borne(result, "requests=hostile");
  CHECK(hostile.n == 7);
  CHECK(*hostile.value == doctest::Approx(2.0 / 7.0));  // control characters, and a list of -1 items
}

TEST_CASE("recgauge's own server bears all of them") {
  adapters::InProcessRecommender model("popularity", reference_models::make_baseline("popularity", {}), {});
  const TrainingData training = small_data().training_data(1);
  model.fit(training);
  adapters::ServedData data;
  data.dataset = &small_data().dataset();
  data.history = [](UserId user) { return small_data().split->history->items(user); };
  data.now = [] { return std::chrono::system_clock::now(); };
  adapters::RecommendationServer server(model, data, {});
  std::jthread thread([&](const std::stop_token& stop) { server.run(stop); });
  const SteadyClock clock;
  const std::string yaml = "authorised: true\nendpoint: {preset: recgauge, base: [\"" + server.url() + "\"]}\n";
  const auto system = adapters::make_http("served", adapters::read_http_config(parse_config_text(yaml, "served.yaml")),
                                          {&small_data().dataset(), Pseudonyms("key"), &clock, {}, 7, {}});
  const SuiteResult result = assess(*system);
  for (const auto& [request, how] : judged(result)) {
    CAPTURE(request);
    CHECK(how == "clean");
  }
  CHECK(*borne(result, "all").value == 1.0);
  CHECK(borne(result, "all").n == hostile_kinds().size());
  CHECK(borne(result, "all").interval->low > 0.8);
  const Finding* found = find_finding(result, "served-hardening");
  REQUIRE(found != nullptr);
  CHECK(found->status == FindingStatus::not_supported);
  thread.request_stop();
}

TEST_CASE("an endpoint that nobody authorised is sent nothing broken, and the report says what to write") {
  HttpServer server;
  std::atomic<int> strange = 0;
  server.on("/r", [&](HttpConnection& connection, const HttpServerRequest& request) -> Task<> {
    if (!is_well_formed(request.body())) ++strange;
    co_await connection.write(http_answer(200, kList));
  });
  const auto system = endpoint(server.url(""), "authorised: false");
  const SuiteResult result = assess(*system);
  CHECK(strange == 0);
  CHECK(judged(result).empty());
  const Finding* found = find_finding(result, "shop-hardening");
  REQUIRE(found != nullptr);
  CHECK(found->status == FindingStatus::not_measured);
  CHECK(found->detail.find("'authorised: true'") != std::string::npos);
}

TEST_CASE("what a request brings down is told, and nothing is sent to what is down") {
  HttpServer server;
  std::atomic<bool> is_down = false;
  server.on("/r", [&](HttpConnection& connection, const HttpServerRequest& request) -> Task<> {
    if (request.body().find("OR '1'='1'") != std::string::npos) is_down = true;
    const bool refused = is_down || !is_well_formed(request.body()) || request.body().size() > 10000;
    co_await connection.write(http_answer(is_down ? 503 : refused ? 400 : 200, kList));
  });
  const auto system = endpoint(server.url(""), "authorised: true");
  const SuiteResult result = assess(*system);
  const auto table = judged(result);
  CHECK(table.at(std::string(info_of(HostileKind::quotes).what)) == "is down afterwards");
  CHECK(table.size() < hostile_kinds().size());
  CHECK(find_finding(result, "shop-hardening-down")->severity == Severity::high);
}

TEST_CASE("a budget is kept, and some of each group is in it") {
  HttpServer server;
  server.on("/r", writes(http_answer(200, kList)));
  const auto system = endpoint(server.url(""), "authorised: true");
  suites::ManipulationConfig config = small_config();
  config.endpoint_requests = 8;
  const SuiteContext context = small_data().suite_context(kSeed);
  const std::vector<Probe> probes = hardening_probes(config, context);
  REQUIRE(probes.size() == 1);
  REQUIRE(probes.front().schedule.load != nullptr);
  ObservationStore store(":memory:", "id");
  SteadyClock clock;
  SilentProgress progress;
  send_hostile(*system, probes.front(), {nullptr, &store, &clock, &progress, {}});
  CHECK(server.request_count() == 7);  // three kinds, and four good ones
  for (const HttpServerRequest& request : server.requests()) {
    CHECK(request.at(boost::beast::http::field::authorization) == "Bearer t0ps3cret");
  }
  config.endpoint_requests = 0;
  CHECK(hardening_probes(config, context).empty());
}
