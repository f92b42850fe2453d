// The client of language models as the program opens it: its module, over real HTTP on loopback.
#include <doctest/doctest.h>

#include <cstdlib>

#include "adapters/language/settings/language_endpoint.h"
#include "harness/system/error.h"
#include "tests/scripted/language_server.h"
#include "tests/scripted/temporary_folder.h"

using namespace recgauge;
using namespace recgauge::adapters;
using namespace recgauge::scripted;

namespace {

struct Model {
  HttpServer server;
  SteadyClock clock;

  LanguageEndpointConfig config() const {
    LanguageEndpointConfig config;
    config.base = server.url("/v1/");
    config.options.model = "rule";
    config.attempts = 2;
    return config;
  }
  std::unique_ptr<LanguageClient> client(const LanguageEndpointConfig& config) const {
    return make_language_client(config, {&clock, {}, 5});
  }
};

std::vector<ChatRequest> questions(size_t count) {
  std::vector<ChatRequest> requests;
  for (size_t i = 0; i < count; ++i) requests.push_back({{{ChatRole::user, "question " + std::to_string(i)}}, {}});
  return requests;
}

std::string echo(const nlohmann::json& body) { return "re: " + last_message(body); }

}  // namespace

TEST_CASE("answers come back at the places of their questions") {
  Model model;
  model.server.on("/v1/chat/completions", chats(echo));
  LanguageEndpointConfig config = model.config();
  config.options.price_per_million_prompt_tokens = 1e6;
  const auto answers = model.client(config)->chat(questions(20));
  REQUIRE(answers.size() == 20);
  for (size_t i = 0; i < answers.size(); ++i) {
    CHECK(answers[i].text == "re: question " + std::to_string(i));
    CHECK(answers[i].usage.cost == doctest::Approx(static_cast<double>(answers[i].usage.prompt_tokens)));
    CHECK(answers[i].times.received >= answers[i].times.first_byte);
  }
}

TEST_CASE("a streamed answer has the time of its first text, not of its first byte") {
  Model model;
  model.server.on("/v1/chat/completions", [](HttpConnection& connection, const HttpServerRequest&) -> Task<> {
    const std::string body = streamed_answer("Toy Story");
    const size_t head = body.find("\n\n") + 2;
    co_await connection.write(http_answer(200, body, "Content-Type: text/event-stream\r\n").substr(0, 68 + head));
    co_await connection.wait(std::chrono::milliseconds(150));
    co_await connection.write(http_answer(200, body, "Content-Type: text/event-stream\r\n").substr(68 + head));
  });
  LanguageEndpointConfig config = model.config();
  config.options.streaming = Streaming::on;
  const ChatAnswer answer = model.client(config)->chat(questions(1)).front();
  CHECK(answer.text == "Toy Story");
  CHECK(answer.usage.completion_tokens == 3);
  CHECK(answer.times.first_byte - answer.times.sent >= std::chrono::milliseconds(100));
}

TEST_CASE("what may succeed later is asked again, a spent quota is not") {
  Model model;
  model.server.on("/v1/chat/completions",
                  writes(http_answer(429, R"({"error":{"code":"insufficient_quota","message":"no money"}})")));
  CHECK(model.client(model.config())->chat(questions(1)).front().outcome == Outcome::rate_limited);
  CHECK(model.server.request_count() == 1);
  model.server.on("/v1/chat/completions", writes(http_answer(503, R"({"error":{"message":"Loading model"}})")));
  CHECK(model.client(model.config())->chat(questions(1)).front().outcome == Outcome::transport_error);
  CHECK(model.server.request_count() == 3);
}

TEST_CASE("a cassette answers without the server, and holds no secret that it sent back") {
  const TemporaryFolder folder;
  Model model;
  setenv("RECGAUGE_TEST_KEY", "sk-very-secret", 1);
  model.server.on("/v1/chat/completions", [](HttpConnection& connection, const HttpServerRequest& request) -> Task<> {
    const std::string key(request["Authorization"]);
    co_await connection.write(http_answer(200, chat_answer("your key is " + key, ""), ""));
  });
  LanguageEndpointConfig config = model.config();
  config.auth = parse_config_text("{kind: bearer, token: 'env:RECGAUGE_TEST_KEY'}", "test");
  config.cassette = (folder.path() / "c.sqlite").string();
  const std::string first = model.client(config)->chat(questions(1)).front().text;
  CHECK(first == "your key is Bearer ***");
  config.cassette_use = CassetteMode::replay;
  CHECK(model.client(config)->chat(questions(1)).front().text == first);
  CHECK(model.server.request_count() == 1);
}

TEST_CASE("embeddings are asked for in batches") {
  Model model;
  model.server.on("/v1/embeddings", embeds());
  LanguageEndpointConfig config = model.config();
  config.options.texts_per_request = 2;
  const std::vector<std::string> texts{"a", "ae", "oo", "b", "aeo"};
  const Embeddings all = model.client(config)->embed(texts);
  REQUIRE(all.outcome == Outcome::ok);
  CHECK(all.dimension == 3);
  CHECK(all.values[6 + 2] == doctest::Approx(2.1));
  CHECK(all.usage.prompt_tokens == 5);
  CHECK(model.server.request_count() == 3);
  model.server.on("/v1/embeddings", writes(http_answer(404, R"({"error":{"message":"no such model"}})")));
  CHECK(model.client(config)->embed(texts).failure.find("no such model") != std::string::npos);
}

TEST_CASE("settings that cannot be are refused") {
  LanguageEndpointConfig config;
  CHECK_THROWS_AS(check_language_endpoint(config, "endpoint"), ConfigError);
  config.base = "http://model.example/v1";
  CHECK_THROWS_AS(check_language_endpoint(config, "endpoint"), ConfigError);
  config.options.model = "m";
  CHECK_NOTHROW(check_language_endpoint(config, "endpoint"));
  config.auth = parse_config_text("{kind: bearer, token: 'env:RECGAUGE_TEST_KEY'}", "test");
  CHECK_THROWS_AS(check_language_endpoint(config, "endpoint"), ConfigError);  // a key in the open
  config.base = "https://model.example/v1";
  CHECK_NOTHROW(check_language_endpoint(config, "endpoint"));
  config.money_budget = 1.0;
  CHECK_THROWS_AS(check_language_endpoint(config, "endpoint"), ConfigError);
  config.auth = parse_config_text("{kind: bearer, token: sk-1234}", "test");
  CHECK_THROWS_AS(check_language_endpoint(config, "endpoint"), ConfigError);
}
