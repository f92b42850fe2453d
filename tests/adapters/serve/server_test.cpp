// The server as clients meet it, over real sockets: the same answers as in the process, whatever is asked at once; what
// is wrong with a call is said; a stop waits for what is being answered.
#include "adapters/serve/server.h"

#include <doctest/doctest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <future>
#include <latch>
#include <nlohmann/json.hpp>
#include <thread>

#include "adapters/http/mapping/make_request.h"
#include "adapters/http/mapping/parse_response.h"
#include "adapters/http/presets/presets.h"
#include "adapters/in_process/in_process_recommender.h"
#include "reference_models/baselines/baselines.h"
#include "tests/scripted/scripted_recommender.h"
#include "tests/scripted/small_data.h"

using namespace recgauge;
using namespace recgauge::adapters;
namespace http = boost::beast::http;
using boost::asio::ip::tcp;
using Json = nlohmann::json;

namespace {

constexpr uint32_t kUsers = 40;
constexpr uint32_t kItems = 30;

/// A trained model, what is known of its users, and a server on a port of its own.
class Served {
 public:
  explicit Served(ServeOptions options = {}, Recommender* recommender = nullptr)
      : dataset(scripted::dataset_of(rows(), kUsers, kItems)), model_("ease", make_model(), {}) {
    TrainingData training;
    training.dataset = &dataset;
    training.interactions = &dataset.interactions;
    model_.fit(training);
    data_.dataset = &dataset;
    data_.history = [this](UserId user) { return dataset.interactions.items(user); };
    data_.now = [] { return std::chrono::system_clock::now(); };
    data_.aliases["p77"] = UserId{7};
    server.emplace(recommender == nullptr ? model_ : *recommender, data_, options);
    thread_ = std::jthread([this](const std::stop_token& stop) { server->run(stop); });
  }

  void stop() {
    thread_.request_stop();
    thread_.join();
  }

  Request request(size_t user, uint32_t k) const {
    Request asked;
    asked.user = UserId{static_cast<uint32_t>(user)};
    asked.k = k;
    asked.history = asked.exclusions = dataset.interactions.items(asked.user);
    return asked;
  }
  Response in_process(size_t user, uint32_t k) {
    const Request asked = request(user, k);
    return model_.recommend({&asked, 1}).front();
  }

  HttpResponse exchange(const HttpRequest& sent) const {
    boost::asio::io_context context;
    tcp::socket socket(context);
    socket.connect({boost::asio::ip::make_address("127.0.0.1"), server->port()});
    http::request<http::string_body> message;
    message.method_string(sent.method);
    message.target(sent.url.substr(sent.url.find('/', 8)));
    message.set(http::field::host, "127.0.0.1");
    for (const HttpHeader& header : sent.headers) message.set(header.name, header.value);
    message.body() = sent.body;
    message.prepare_payload();
    boost::beast::error_code ignored;  // a server that refuses need not read all
    http::write(socket, message, ignored);
    boost::beast::flat_buffer buffer;
    http::response<http::string_body> answer;
    http::read(socket, buffer, answer);
    HttpResponse response;
    response.status = answer.result_int();
    response.headers.push_back({"content-type", std::string(answer[http::field::content_type])});
    response.body = answer.body();
    return response;
  }
  HttpResponse post(const std::string& path, const std::string& body) const {
    return exchange({"POST", server->url() + path, {{"Content-Type", "application/json"}}, body, true});
  }

  Dataset dataset;
  std::optional<RecommendationServer> server;

 private:
  static std::vector<scripted::Row> rows() {
    std::vector<scripted::Row> result;
    for (uint32_t user = 0; user < kUsers; ++user) {
      for (uint32_t i = 0; i < 5; ++i) result.push_back({user, (user * 7 + i * i * 3 + i) % kItems});
    }
    return result;
  }
  static std::unique_ptr<reference_models::ScoreModel> make_model() {
    return reference_models::make_baseline("ease", {});
  }

  InProcessRecommender model_;
  ServedData data_;
  std::jthread thread_;  // ends first
};

std::shared_ptr<Secret> secret(const char* text) { return std::make_shared<Secret>(std::string(text)); }

std::vector<std::string> names(const Served& served, const Response& response) {
  std::vector<std::string> result;
  for (const ItemId item : response.items) result.emplace_back(served.dataset.item_name(item));
  return result;
}

std::vector<std::string> ids(const Answer& answer) {
  std::vector<std::string> result;
  for (const Row& row : answer.rows) result.push_back(row.id);
  return result;
}

// By the preset of the format, as a run would ask.
Answer by_preset(const Served& served, const std::string& yaml, size_t user, uint32_t k,
                 const std::optional<Pseudonyms>& pseudonyms = std::nullopt) {
  const Mapping mapping = read_endpoint(parse_config_text(yaml, "run.yaml"), ".");
  const Operation& operation = *mapping.find("recommend");
  const Json variables =
      RequestVariables(mapping, served.dataset, pseudonyms).of(operation, served.request(user, k), "r", 0);
  MadeRequest made = make_request(operation, variables);
  CHECK(made.problem == "");
  CHECK(!make_authenticator(mapping.auth, {})->sign(made.request, std::chrono::system_clock::now()));
  return parse_response(operation, served.exchange(made.request), answer_context(variables, mapping));
}

std::string base(const Served& served) { return "base: ['" + served.server->url() + "']"; }

}  // namespace

TEST_CASE("concurrent requests in the own format are answered as in the process") {
  Served served;
  std::vector<Response> expected;
  for (size_t user = 0; user < kUsers; ++user) expected.push_back(served.in_process(user, 7));
  std::vector<std::future<bool>> clients;
  for (size_t client = 0; client < 8; ++client) {
    clients.push_back(std::async(std::launch::async, [&served, &expected, client] {
      const Mapping mapping =
          read_endpoint(parse_config_text("{preset: recgauge, " + base(served) + "}", "run.yaml"), ".");
      const Operation& operation = *mapping.find("recommend");
      bool same = true;
      for (size_t user = client; user < kUsers; user += 8) {
        const Json variables =
            RequestVariables(mapping, served.dataset, std::nullopt).of(operation, served.request(user, 7), "r", 0);
        const Answer answer = parse_response(operation, served.exchange(make_request(operation, variables).request),
                                             answer_context(variables, mapping));
        const Response got = to_response(answer, served.dataset);
        same =
            same && got.items == expected[user].items && got.scores == expected[user].scores && got.items.size() == 7;
      }
      return same;
    }));
  }
  for (std::future<bool>& client : clients) CHECK(client.get());
}

TEST_CASE("the own format: candidates, exclusions, strangers and batches") {
  const Served served;
  const auto items = [&](const std::string& body) {
    const HttpResponse response = served.post("/recommend", body);
    CHECK(response.status == 200);
    return Json::parse(response.body)["items"].get<std::vector<std::string>>();
  };
  const auto chosen = items(R"({"user":"u1","k":5,"history":["i1","i2"],"candidates":["i9","i3","i9","nowhere"]})");
  CHECK(chosen.size() == 2);
  const auto kept = items(R"({"user":"u1","k":30,"history":["i1","i2"],"exclude":"history"})");
  CHECK(kept.size() == kItems - 2);
  CHECK(std::find(kept.begin(), kept.end(), "i1") == kept.end());
  CHECK(items(R"({"k":3})").size() == 3);
  const HttpResponse batch = served.post(
      "/recommend/batch", R"({"requests":[{"user":"u1","k":2,"history":["i1"]},{"k":0},{"user":"u2","k":1}]})");
  CHECK(batch.status == 200);
  const Json answers = Json::parse(batch.body)["answers"];
  REQUIRE(answers.size() == 3);
  CHECK(answers[0]["status"] == 200);
  CHECK(answers[0]["items"].size() == 2);
  CHECK(answers[1]["status"] == 400);
  CHECK(answers[2]["items"].size() == 1);
  CHECK(served.exchange({"GET", served.server->url() + "/health", {}, "", true}).status == 200);
}

TEST_CASE("what is wrong with a call is said") {
  ServeOptions options;
  options.largest_body = 2000;
  const Served served(options);
  for (const char* body :
       {"", "{", "[]", R"({"k":0})", R"({"k":1001})", R"({"k":-1})", R"({"k":1.5})", R"({"user":5})",
        R"({"history":"i1"})", R"({"history":[1]})", R"({"candidates":null})", R"({"attributes":[]})", "\xff\xfe"}) {
    CAPTURE(body);
    const HttpResponse response = served.post("/recommend", body);
    CHECK(response.status == 400);
    CHECK(Json::parse(response.body)["error"]["message"].get<std::string>().size() > 5);
  }
  CHECK(served.post("/recommend", std::string(1500, '[')).status == 400);
  CHECK(served.post("/recommend/batch", R"({"requests":[]})").status == 400);
  CHECK(served.post("/nowhere", "{}").status == 404);
  CHECK(served.post("/feedback", R"({"events":[{"user":"u1","item":"i1","kind":"click"}]})").status == 501);
  CHECK(served.exchange({"GET", served.server->url() + "/recommend", {}, "", true}).status == 405);
  CHECK(served.post("/recommend", std::string(100000, ' ')).status == 413);
  CHECK(served.exchange({"GET", served.server->url() + "/health", {{"X-Long", std::string(20000, 'x')}}, "", true})
            .status == 431);
  CHECK(served.post("/recommend", R"({"k":1})").status == 200);
}

TEST_CASE("what is no HTTP is told so, and a client that leaves in the middle harms nobody") {
  const Served served;
  boost::asio::io_context context;
  for (const std::string text :
       {"garbage\r\n\r\n", "POST /recommend HTTP/1.1\r\nContent-Length: 50\r\n\r\n{\"k\"", ""}) {
    tcp::socket socket(context);
    socket.connect({boost::asio::ip::make_address("127.0.0.1"), served.server->port()});
    boost::asio::write(socket, boost::asio::buffer(text));
    if (text.starts_with("garbage")) {
      std::string answer;
      boost::beast::error_code end;
      boost::asio::read(socket, boost::asio::dynamic_buffer(answer), end);
      CHECK(answer.starts_with("HTTP/1.1 400"));
    }
  }
  CHECK(served.post("/recommend", R"({"k":1})").status == 200);
}

TEST_CASE("as Recombee: signed requests of the preset, and refusals of those that are not") {
  ServeOptions options;
  options.format = ServeFormat::recombee;
  options.wire.key = secret("private");
  Served served(options);
  setenv("RECGAUGE_TEST_TOKEN", "private", 1);
  const std::string preset =
      "{preset: recombee, " + base(served) + ", constants: {database: db}, auth: {token: env:RECGAUGE_TEST_TOKEN}}";
  const Answer answer = by_preset(served, preset, 3, 6);
  CHECK(answer.kind == AnswerKind::ok);
  CHECK(ids(answer) == names(served, served.in_process(3, 6)));
  CHECK(served.post("/db/recomms/users/u3/items/", R"({"count":3})").status == 401);
  setenv("RECGAUGE_TEST_TOKEN", "other", 1);
  CHECK(by_preset(served, preset, 3, 6).outcome == Outcome::refused);
  options.wire.key = nullptr;
  const Served open(options);
  CHECK(open.post("/db/recomms/users/nobody/items/", R"({"count":3})").status == 404);
  CHECK(open.post("/db/recomms/users/p77/items/", R"({"count":3})").status == 200);
  CHECK(open.post("/db/recomms/users/nobody/items/", R"({"count":3,"cascadeCreate":true})").status == 200);
  CHECK(open.post("/db/recomms/users/u3/items/", R"({"count":"3"})").status == 400);
  const HttpResponse batch =
      open.post("/db/batch/", R"({"requests":[{"method":"POST","path":"/recomms/users/u3/items/","params":{"count":2}},
                                    {"method":"POST","path":"/recomms/users/nobody/items/","params":{"count":2}}]})");
  CHECK(batch.status == 200);
  CHECK(Json::parse(batch.body)[0]["code"] == 200);
  CHECK(Json::parse(batch.body)[0]["json"]["recomms"].size() == 2);
  CHECK(Json::parse(batch.body)[1]["code"] == 404);
}

TEST_CASE("as Gorse: with scores, as bare ids, and further pages") {
  ServeOptions options;
  options.format = ServeFormat::gorse;
  options.wire.key = secret("k3y");
  Served served(options);
  setenv("RECGAUGE_TEST_TOKEN", "k3y", 1);
  const std::string preset = "{preset: gorse, " + base(served) + ", auth: {value: env:RECGAUGE_TEST_TOKEN}}";
  const Answer answer = by_preset(served, preset, 5, 4);
  const Response expected = served.in_process(5, 4);
  CHECK(ids(answer) == names(served, expected));
  CHECK(to_response(answer, served.dataset).scores == expected.scores);
  const auto get = [&](const std::string& path, const char* key) {
    return served.exchange({"GET", served.server->url() + path, {{"X-API-Key", key}}, "", true});
  };
  const Json second = Json::parse(get("/api/recommend/u5?n=2&offset=2", "k3y").body);
  CHECK(second == Json(std::vector<std::string>{names(served, expected)[2], names(served, expected)[3]}));
  CHECK(get("/api/recommend/u5", "wrong").status == 401);
  CHECK(get("/api/recommend/stranger", "k3y").status == 200);
  CHECK(get("/api/recommend/u5?n=0", "k3y").status == 400);
  CHECK(get("/api/health/live", "").status == 200);
}

TEST_CASE("a stop waits for what is being answered") {
  std::latch entered(1);
  std::latch released(1);
  scripted::ScriptedRecommender slow("slow", [&](const Request& request) {
    Response response;
    response.items.assign(request.k, ItemId{1});
    return response;
  });
  slow.after_batch = [&] {
    entered.count_down();
    released.wait();
  };
  Served served({}, &slow);
  auto client = std::async(std::launch::async, [&] { return served.post("/recommend", R"({"user":"u1","k":1})"); });
  entered.wait();
  std::jthread stopper([&] { served.stop(); });
  released.count_down();
  CHECK(client.get().status == 200);
  stopper.join();
  CHECK_THROWS(served.post("/recommend", R"({"user":"u1","k":1})"));
}

TEST_CASE("feedback reaches a model that takes it") {
  scripted::ScriptedRecommender model("model", [](const Request&) { return Response{}; });
  model.takes_feedback = true;
  Served served({}, &model);
  const HttpResponse response = served.post(
      "/feedback", R"({"events":[{"user":"u2","item":"i3","kind":"rating","value":4,"time":9,"rank":1,"event":"e"}]})");
  CHECK(response.status == 200);
  CHECK(served.post("/feedback", R"({"events":[{"user":"u2","item":"nowhere","kind":"click"}]})").status == 400);
  served.stop();
  REQUIRE(model.received.size() == 1);
  CHECK(model.received[0].user == UserId{2});
  CHECK(model.received[0].item == ItemId{3});
  CHECK(model.received[0].kind == FeedbackKind::rating);
  CHECK(model.received[0].value == 4.0F);
  CHECK(model.received[0].timestamp == 9);
  CHECK(model.received[0].event_id == "e");
}

TEST_CASE("a model that throws is a 500, and the server goes on") {
  scripted::ScriptedRecommender model("model", [](const Request& request) -> Response {
    if (request.k == 13) throw std::runtime_error("bug");
    Response response;
    response.outcome = request.k == 14 ? Outcome::refused : Outcome::timeout;
    response.failure = "no consent";
    return response;
  });
  Served served({}, &model);
  CHECK(served.post("/recommend", R"({"k":13})").status == 500);
  CHECK(served.post("/recommend", R"({"k":14})").body == R"({"refused":"no consent"})");
  CHECK(served.post("/recommend", R"({"k":15})").status == 503);
}

TEST_CASE("a port that is taken, and an address that is none") {
  const Served served;
  ServeOptions options;
  options.port = served.server->port();
  CHECK_THROWS_WITH_AS(Served{options}, doctest::Contains("choose another with --port"), SystemError);
  options.address = "localhost";
  CHECK_THROWS_WITH_AS(Served{options}, doctest::Contains("is no address to listen on"), ConfigError);
}
