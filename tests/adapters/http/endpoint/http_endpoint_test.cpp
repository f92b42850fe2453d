// Endpoints as systems under test, against a server of ours that answers as vendors do and as they should not.
#include "adapters/http/settings/http_endpoint.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "harness/system/error.h"
#include "tests/scripted/http_server.h"
#include "tests/scripted/small_data.h"
#include "tests/scripted/temporary_folder.h"

using namespace recgauge;
using namespace recgauge::adapters;
using namespace recgauge::scripted;

namespace {

constexpr const char* kToken = "t0ps3cret";

Dataset shop() {
  Dataset data = dataset_of({{0, 0}, {0, 1}, {1, 2}, {2, 3}}, 3, 8);
  CategoricalColumn gender{"gender", {}, {0, 1, CategoricalColumn::kMissing}};
  gender.values.intern("f");
  gender.values.intern("m");
  CategoricalColumn age{"age", {}, {0, 0, 0}};
  age.values.intern("old");
  data.users.attributes = {gender, age};
  return data;
}

/// A data set, its questions, and endpoints that are asked them.
struct Shop {
  Dataset dataset = shop();
  SteadyClock clock;
  std::vector<Request> requests;

  Shop() {
    setenv("RECGAUGE_TEST_TOKEN", kToken, 1);
    for (uint32_t user = 0; user < 3; ++user) {
      Request request;
      request.user = UserId{user};
      request.history = dataset.interactions.items(UserId{user});
      request.k = 3;
      requests.push_back(request);
    }
  }

  EndpointContext context() const { return {&dataset, Pseudonyms("key"), &clock, {}, 7, {}}; }

  std::unique_ptr<Recommender> make(const std::string& yaml) const {
    return make_http("shop", read_http_config(parse_config_text(yaml, "shop.yaml")), context());
  }
};

std::string operation(const std::string& more = "") {
  return "      path: /recommend\n"
         "      body: {user: \"${user}\", k: \"${k}\", offset: \"${offset}\", history: \"${history}\", about: "
         "\"${attributes?}\"}\n"
         "      extract: {rows: /items, id: /id, score: \"/score?\"}\n" +
         more;
}

std::string endpoint(const std::string& bases, const std::string& more_of_operation = "",
                     const std::string& more_operations = "", const std::string& parameters = "") {
  return "attempts: 2\n" + parameters + "endpoint:\n  name: shop\n  base: [" + bases +
         "]\n  auth: {kind: bearer, token: \"env:RECGAUGE_TEST_TOKEN\"}\n  operations:\n    recommend:\n" +
         operation(more_of_operation) + more_operations;
}

std::string in_quotes(const std::string& text) { return "\"" + text + "\""; }

std::string json_answer(int status, const std::string& body) {
  return http_answer(status, body, "Content-Type: application/json\r\n");
}

constexpr const char* kItems =
    R"({"items": [{"id": "i4", "score": 0.5}, {"id": "unheard of", "score": 0.4}, {"id": "i2", "score": 0.1}]})";

nlohmann::json body_of(const HttpServerRequest& request) { return nlohmann::json::parse(request.body()); }

// As many items as are asked for, from the offset on.
std::string page_of(const nlohmann::json& asked) {
  nlohmann::json items = nlohmann::json::array();
  for (int i = 0; i < asked["k"].get<int>(); ++i) {
    items.push_back({{"id", "i" + std::to_string(asked["offset"].get<int>() + i)}});
  }
  return json_answer(200, nlohmann::json{{"items", items}}.dump());
}

}  // namespace

TEST_CASE("an endpoint is told a pseudonym, what is disclosed and nothing else, and its list is looked up") {
  const Shop shop;
  HttpServer server;
  server.on("/recommend", writes(json_answer(200, kItems)));
  const auto system = shop.make(endpoint(in_quotes(server.url("")), "", "", "disclose: [gender]\n"));
  const std::vector<Response> responses = system->recommend(shop.requests);

  REQUIRE(responses.size() == 3);
  for (const Response& response : responses) {
    CHECK(response.outcome == Outcome::ok);
    CHECK(response.items == std::vector<ItemId>{ItemId{4}, kOutOfCatalogue, ItemId{2}});
    CHECK(response.scores == std::vector<double>{0.5, 0.4, 0.1});
    CHECK(response.times.intended <= response.times.sent);
    CHECK(response.times.sent <= response.times.received);
  }
  std::map<std::string, nlohmann::json> seen;
  for (const HttpServerRequest& request : server.requests()) {
    CHECK(request["Authorization"] == std::string("Bearer ") + kToken);
    seen[body_of(request)["user"]] = body_of(request);
  }
  REQUIRE(seen.size() == 3);
  const Pseudonyms names("key");
  CHECK(seen[names.of("u0")]["history"] == nlohmann::json{"i0", "i1"});
  CHECK(seen[names.of("u0")]["about"] == nlohmann::json{{"gender", "f"}});
  CHECK(seen[names.of("u1")]["about"] == nlohmann::json{{"gender", "m"}});
  CHECK(!seen[names.of("u2")].contains("about"));
  CHECK(system->info().kind == "http:shop");
  for (const auto& [key, value] : system->info().parameters) CHECK(value.find(kToken) == std::string::npos);
}

TEST_CASE("what an endpoint does wrong is an outcome, and no secret is in its words") {
  const Shop shop;
  HttpServer server;
  const std::string echo = json_answer(500, std::string("{\"error\": \"Bearer ") + kToken + "\"}");
  const std::pair<std::string, Outcome> cases[] = {
      {echo, Outcome::transport_error},
      {json_answer(429, "{}"), Outcome::rate_limited},
      {json_answer(200, R"({"items": [{"id": "i4"})"), Outcome::malformed},
      {json_answer(200, R"({"goods": []})"), Outcome::malformed},
      {http_answer(200, "<html>", "Content-Type: text/html\r\n"), Outcome::malformed},
      {json_answer(200, std::string(10000, '[')), Outcome::malformed},
      {"nonsense\r\n\r\n", Outcome::malformed},
  };
  for (const auto& [answer, outcome] : cases) {
    CAPTURE(answer.substr(0, 200));
    server.on("/recommend", writes_and_closes(answer));
    const auto system = shop.make(endpoint(in_quotes(server.url("")), "", "", "breaker_failures: 0\n"));
    for (const Response& response : system->recommend(shop.requests)) {
      CHECK(to_string(response.outcome) == to_string(outcome));
      CHECK(response.items.empty());
      CHECK(!response.failure.empty());
      CHECK(response.failure.find(kToken) == std::string::npos);
    }
  }
}

TEST_CASE("a list longer than a page is asked for page by page") {
  const Shop shop;
  HttpServer server;
  server.on("/recommend", [](HttpConnection& connection, const HttpServerRequest& request) -> Task<> {
    const std::string answer = page_of(body_of(request));
    co_await connection.write(answer);
  });
  const auto system = shop.make(endpoint(in_quotes(server.url("")), "      page: {kind: offset, size: 2}\n"));
  std::vector<Request> requests = shop.requests;
  requests[0].k = 5;
  const std::vector<Response> responses = system->recommend(requests);
  CHECK(responses[0].items == std::vector<ItemId>{ItemId{0}, ItemId{1}, ItemId{2}, ItemId{3}, ItemId{4}});
  CHECK(responses[1].items == std::vector<ItemId>{ItemId{0}, ItemId{1}, ItemId{2}});
  CHECK(server.request_count() == 3 + 2 + 2);
}

TEST_CASE("where the first address is not reached the second one answers") {
  const Shop shop;
  HttpServer server;
  server.on("/recommend", writes(json_answer(200, kItems)));
  std::string nobody;
  {
    const HttpServer gone;
    nobody = gone.url("");
  }
  const auto system = shop.make(endpoint(in_quotes(nobody) + ", " + in_quotes(server.url(""))));
  for (const Response& response : system->recommend(shop.requests)) {
    CAPTURE(response.failure);
    CHECK(response.outcome == Outcome::ok);
  }
}

TEST_CASE(
    "feedback is posted where it is wanted, and a user whose feedback was refused is not asked about as if it was "
    "taken") {
  const Shop shop;
  HttpServer server;
  server.on("/recommend", writes(json_answer(200, kItems)));
  server.on("/clicks", [](HttpConnection& connection, const HttpServerRequest& request) -> Task<> {
    const bool refused = body_of(request)["item"] == "i7";
    const std::string answer = json_answer(refused ? 400 : 200, "{}");
    co_await connection.write(answer);
  });
  const std::string feedback =
      "    feedback:\n      path: /clicks\n      effects: writes-feedback\n"
      "      body: {user: \"${event.user}\", item: \"${event.item}\", id: \"${event.event_id}\"}\n";
  CHECK(shop.make(endpoint(in_quotes(server.url("")), "", feedback))->feedback() == nullptr);
  const auto system = shop.make(endpoint(in_quotes(server.url("")), "", feedback, "feedback: true\n"));
  REQUIRE(system->feedback() != nullptr);
  FeedbackEvent click;
  click.user = UserId{0};
  click.item = ItemId{4};
  click.event_id = "e1";
  FeedbackEvent refused = click;
  refused.user = UserId{1};
  refused.item = ItemId{7};
  const FeedbackEvent events[] = {click, refused};
  system->feedback()->receive(events);
  const nlohmann::json posted = body_of(server.requests().front());
  CHECK(posted["user"] == Pseudonyms("key").of("u0"));
  CHECK(posted["item"] == "i4");
  CHECK(posted["id"] == "e1");
  const std::vector<Response> responses = system->recommend(shop.requests);
  CHECK(responses[0].outcome == Outcome::ok);
  CHECK(responses[1].outcome == Outcome::transport_error);
  CHECK(responses[1].failure.find("feedback was not taken") != std::string::npos);
  CHECK(responses[2].outcome == Outcome::ok);
}

TEST_CASE("where feedback is about a list, the list is posted once, before the first event about it") {
  const Shop shop;
  HttpServer server;
  server.on("/recommend", writes(json_answer(200, kItems)));
  server.on("/shown", writes(json_answer(200, "{}")));
  server.on("/clicks", writes(json_answer(200, "{}")));
  const auto system = shop.make(endpoint(
      in_quotes(server.url("")), "      headers: {X-List: \"${request_id}\"}\n",
      "    shown:\n      path: /shown\n      effects: writes-feedback\n"
      "      body: {list: \"${request_id}\", items: {$each: shown, as: row, do: \"${row.item}\"}}\n"
      "    feedback:\n      path: /clicks\n      effects: writes-feedback\n      before: shown\n"
      "      body: {user: \"${event.user}\", item: \"${event.item}\", list: \"${event.recommendation_id?}\"}\n",
      "feedback: true\n"));
  const std::vector<Response> responses = system->recommend(shop.requests);
  FeedbackEvent click;
  click.user = UserId{1};
  click.item = ItemId{4};
  click.recommendation_id = responses[1].recommendation_id;
  FeedbackEvent of_another_list = click;
  of_another_list.user = UserId{2};
  of_another_list.recommendation_id = "another";
  const FeedbackEvent events[] = {click, click, of_another_list};
  system->feedback()->receive(events);
  std::vector<std::string> targets;
  for (const HttpServerRequest& request : server.requests()) targets.push_back(std::string(request.target()));
  REQUIRE(targets.size() == 7);
  CHECK(std::vector<std::string>(targets.begin() + 3, targets.end()) ==
        std::vector<std::string>{"/shown", "/clicks", "/clicks", "/clicks"});
  const nlohmann::json shown = body_of(server.requests()[3]);
  CHECK(shown["items"] == nlohmann::json{"i4", "unheard of", "i2"});
  CHECK(shown["list"] == body_of(server.requests()[4])["list"]);
}

TEST_CASE("what a cassette holds is not asked again, and its replay needs no endpoint") {
  const Shop shop;
  const TemporaryFolder folder;
  const std::string cassette = "cassette: " + (folder / "answers.sqlite").string() + "\n";
  std::string url;
  {
    HttpServer server;
    server.on("/recommend", writes(json_answer(200, kItems)));
    url = server.url("");
    const std::vector<Response> first = shop.make(endpoint(in_quotes(url), "", "", cassette))->recommend(shop.requests);
    const std::vector<Response> again = shop.make(endpoint(in_quotes(url), "", "", cassette))->recommend(shop.requests);
    CHECK(server.request_count() == 3);
    CHECK(first[0].items == again[0].items);
  }
  const auto replayed = shop.make(endpoint(in_quotes(url), "", "", cassette + "cassette_use: replay\n"));
  CHECK(replayed->recommend(shop.requests)[2].items.size() == 3);
  std::vector<Request> other = shop.requests;
  other[0].k = 2;
  const Response missing = replayed->recommend(other)[0];
  CHECK(missing.outcome == Outcome::transport_error);
  CHECK(missing.failure.find("cassette holds no answer") != std::string::npos);
}

TEST_CASE("a question that is asked again on purpose has an answer of its own, in whatever order a resumed run asks") {
  const Shop shop;
  const TemporaryFolder folder;
  const std::string cassette = "cassette: " + (folder / "answers.sqlite").string() + "\n";
  HttpServer server;
  std::vector<Request> requests(3, shop.requests[0]);
  std::vector<std::vector<ItemId>> lists;
  for (size_t i = 0; i < 3; ++i) {
    server.on("/recommend", writes(json_answer(200, R"({"items": [{"id": "i)" + std::to_string(i + 1) + "\"}]}")));
    requests[i].repetition = i;
    const auto system = shop.make(endpoint(in_quotes(server.url("")), "", "", cassette));
    lists.push_back(system->recommend(std::span(requests).subspan(i, 1))[0].items);
  }
  CHECK(server.request_count() == 3);
  CHECK(lists[0] != lists[2]);
  std::reverse(requests.begin(), requests.end());
  const auto resumed = shop.make(endpoint(in_quotes(server.url("")), "", "", cassette));
  const std::vector<Response> again = resumed->recommend(requests);
  for (size_t i = 0; i < 3; ++i) CHECK(again[i].items == lists[2 - i]);
  CHECK(server.request_count() == 3);
}

TEST_CASE("a probe tells what was sent without the credential, and what was understood") {
  const Shop shop;
  HttpServer server;
  server.on("/recommend", writes(json_answer(200, kItems)));
  const HttpConfig config = read_http_config(parse_config_text(endpoint(in_quotes(server.url(""))), "shop.yaml"));
  const EndpointProbe shown = probe_endpoint(config, shop.context(), shop.requests[0], ProbeSending::only_show);
  CHECK(server.request_count() == 0);
  CHECK(!shown.sent.empty());
  CHECK(shown.understood.empty());
  unsetenv("RECGAUGE_TEST_TOKEN");
  CHECK(probe_endpoint(config, shop.context(), shop.requests[0], ProbeSending::only_show).sent.size() ==
        shown.sent.size());
  CHECK_THROWS_WITH_AS(probe_endpoint(config, shop.context(), shop.requests[0], ProbeSending::send),
                       doctest::Contains("RECGAUGE_TEST_TOKEN"), ConfigError);
  setenv("RECGAUGE_TEST_TOKEN", kToken, 1);

  const EndpointProbe probe = probe_endpoint(config, shop.context(), shop.requests[0], ProbeSending::send);
  CHECK(server.request_count() == 1);
  std::string sent;
  for (const Step& step : probe.sent) sent += step.name + ": " + step.found + "\n";
  CHECK(sent.find("POST " + server.url("/recommend")) != std::string::npos);
  CHECK(sent.find("Authorization: ") != std::string::npos);
  CHECK(sent.find(kToken) == std::string::npos);
  CHECK(sent.find(Pseudonyms("key").of("u0")) != std::string::npos);
  CHECK(!probe.understood.empty());
  CHECK(probe.response.items.size() == 3);
}

TEST_CASE("configurations that cannot work say what to do") {
  const Shop shop;
  CHECK_THROWS_WITH_AS(shop.make("attempts: 2\n"), doctest::Contains("no endpoint"), ConfigError);
  CHECK_THROWS_WITH_AS(shop.make(endpoint("\"http://127.0.0.1:1\"", "", "", "disclose: [income]\n")),
                       doctest::Contains("no attribute 'income'"), ConfigError);
  CHECK_THROWS_WITH_AS(shop.make(endpoint("\"http://127.0.0.1:1\"", "", "", "feedback: true\n")),
                       doctest::Contains("no usable operation 'feedback'"), ConfigError);
  CHECK_THROWS_WITH_AS(shop.make(endpoint("\"http://127.0.0.1:1\"", "", "", "money_budget: 5\n")),
                       doctest::Contains("price_per_request"), ConfigError);
}
