// Answers as OpenAI documents them and as servers garble them. The shapes are those of OpenAI's API reference
// (chat completion, chunk, embedding, error objects) and of llama.cpp's server.
#include "adapters/language/chat/chat_wire.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "adapters/language/chat/event_stream.h"
#include "tests/scripted/property.h"

using namespace recgauge;
using namespace recgauge::adapters;
using Json = nlohmann::json;

namespace {

HttpExchange exchange_of(const std::string& body, int status = 200, const std::string& type = "application/json") {
  HttpExchange exchange;
  exchange.response.status = status;
  exchange.response.headers = {{"content-type", type}};
  exchange.response.body = body;
  return exchange;
}

ChatAnswer whole(const std::string& body, int status = 200) { return parse_chat_answer(exchange_of(body, status), {}); }
ChatAnswer streamed(const std::string& body) {
  return parse_chat_answer(exchange_of(body, 200, "text/event-stream; charset=utf-8"), {});
}

std::string chunk(const std::string& text) {
  return R"(data: {"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":")" + text + "\"}}]}\n\n";
}
const std::string kStop = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";

void check_failed(const ChatAnswer& answer, Outcome outcome, const std::string& words) {
  CAPTURE(answer.failure);
  CHECK(answer.outcome == outcome);
  CHECK(answer.failure.find(words) != std::string::npos);
  CHECK(answer.text.empty());
}

}  // namespace

TEST_CASE("a documented answer is read, with its usage and price") {
  const std::string body = R"({"id":"chatcmpl-B9MBs8","object":"chat.completion","created":1741569952,"model":"gpt-4.1",
    "choices":[{"index":0,"message":{"role":"assistant","content":"Hello!","refusal":null,"annotations":[]},
    "logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":19,"completion_tokens":10,"total_tokens":29}})";
  ChatOptions options;
  options.price_per_million_prompt_tokens = 2.0;
  options.price_per_million_completion_tokens = 8.0;
  const ChatAnswer answer = parse_chat_answer(exchange_of(body), options);
  CHECK(answer.outcome == Outcome::ok);
  CHECK(answer.text == "Hello!");
  CHECK(answer.usage.prompt_tokens == 19);
  CHECK(answer.usage.completion_tokens == 10);
  CHECK(answer.usage.cost == doctest::Approx((19 * 2.0 + 10 * 8.0) / 1e6));
  CHECK(whole(R"({"choices":[{"message":{"content":[{"type":"text","text":"in "},{"text":"parts"}]}}]})").text ==
        "in parts");
}

TEST_CASE("what is no answer is an outcome") {
  check_failed(whole(R"({"choices":[]})"), Outcome::malformed, "no choices");
  check_failed(whole(R"({"choices":{"0":1}})"), Outcome::malformed, "no choices");
  check_failed(whole("[]"), Outcome::malformed, "no choices");
  check_failed(whole("null"), Outcome::malformed, "no choices");
  check_failed(whole("{\"choices\":[{\"message\":{\"content\":\"\xFF\"}}]}"), Outcome::malformed, "no JSON");
  check_failed(whole("{\"choices\":[{\"mess"), Outcome::malformed, "no JSON");
  check_failed(whole(std::string(10000, '[')), Outcome::malformed, "no JSON");
  check_failed(whole(R"({"choices":[{"message":{"content":null}}]})"), Outcome::malformed, "no text");
  check_failed(whole(R"({"choices":[{"message":{"content":"{\"a","refusal":null},"finish_reason":"length"}]})"),
               Outcome::malformed, "token limit");
  check_failed(whole(R"({"choices":[{"message":{"content":null,"refusal":"I can't."},"finish_reason":"stop"}]})"),
               Outcome::refused, "I can't.");
  check_failed(whole(R"({"choices":[{"message":{"content":"a"},"finish_reason":"content_filter"}]})"), Outcome::refused,
               "content filter");
  check_failed(whole(R"({"choices":[{"message":{"content":null,"tool_calls":[{"id":"c","type":"function"}]}}]})"),
               Outcome::malformed, "tool");
}

TEST_CASE("errors are told apart wherever servers put them") {
  const ChatAnswer quota = whole(
      R"({"error":{"message":"You exceeded your quota","type":"insufficient_quota","param":null,"code":"insufficient_quota"}})",
      429);
  check_failed(quota, Outcome::rate_limited, "insufficient_quota");
  CHECK_FALSE(quota.retry);
  CHECK(whole(R"({"error":{"message":"slow down","code":"rate_limit_exceeded"}})", 429).retry);
  check_failed(whole(R"({"error":{"message":"bad key","code":"invalid_api_key"}})", 401), Outcome::refused, "bad key");
  check_failed(whole(R"({"object":"error","message":"too long","type":"BadRequestError","code":400})", 400),
               Outcome::malformed, "too long");  // vLLM's flat form
  check_failed(whole(R"({"error":{"code":503,"message":"Loading model","type":"unavailable_error"}})", 503),
               Outcome::transport_error, "Loading model");
  check_failed(whole(R"({"error":"model not found"})", 404), Outcome::malformed, "model not found");
  check_failed(whole("<html>", 502), Outcome::transport_error, "502");
  check_failed(whole(R"({"error":{"message":"filtered","code":"content_filter"}})", 400), Outcome::refused, "filtered");
}

TEST_CASE("a stream is put together, with the time of its first text and its usage") {
  const std::vector<std::string> parts{
      ": ping\r\n\r\n",
      "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n",
      chunk("Toy "),
      chunk("Story"),
      kStop,
      "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2}}\n\ndata: [DONE]\n\n"};
  HttpExchange exchange = exchange_of("", 200, "text/event-stream");
  for (size_t i = 0; i < parts.size(); ++i) {
    exchange.response.body += parts[i];
    exchange.parts.push_back({parts[i].size(), std::chrono::nanoseconds(100 * (i + 1))});
  }
  const ChatAnswer answer = parse_chat_answer(exchange, {});
  CHECK(answer.outcome == Outcome::ok);
  CHECK(answer.text == "Toy Story");
  CHECK(answer.times.first_byte == std::chrono::nanoseconds(300));
  CHECK(answer.usage.prompt_tokens == 5);
  CHECK(answer.usage.completion_tokens == 2);
  CHECK(streamed(chunk("a") + kStop).text == "a");  // without [DONE]
}

TEST_CASE("a stream that breaks or errs is an outcome") {
  check_failed(streamed(chunk("a") + chunk("b")), Outcome::malformed, "ended before");
  check_failed(streamed(""), Outcome::malformed, "ended before");
  check_failed(streamed(chunk("a") + "data: {\"choices\""), Outcome::malformed, "ended before");
  check_failed(streamed(chunk("a") + "data: {oops}\n\n"), Outcome::malformed, "no JSON");
  check_failed(streamed(chunk("a") + "data: {\"error\":{\"message\":\"overloaded\"}}\n\n"), Outcome::malformed,
               "overloaded");
  check_failed(streamed("error: {\"code\":500,\"message\":\"slot\"}\n\n"), Outcome::malformed, "slot");
}

TEST_CASE("how a stream is cut does not change its events") {
  const std::string text = "data: a\r\ndata: b\r\n\r\n: c\nid: 7\ndata:d\n\nevent: x\ndata\n\ndata: e\r\r";
  std::vector<StreamEvent> at_once = EventStream().feed(text);
  REQUIRE(at_once.size() == 4);
  CHECK(at_once[0].data == "a\nb");
  CHECK(at_once[1].data == "d");
  CHECK(at_once[2].data.empty());
  CHECK(at_once[3].data == "e");
  scripted::check_property([&] {
    EventStream stream;
    std::vector<std::string> pieces;
    for (size_t at = 0; at < text.size();) {
      const size_t size = *rc::gen::inRange<size_t>(1, 6);
      for (const StreamEvent& event : stream.feed(std::string_view(text).substr(at, size)))
        pieces.push_back(event.data);
      at += size;
    }
    RC_ASSERT((pieces == std::vector<std::string>{"a\nb", "d", "", "e"}));
  });
}

TEST_CASE("requests carry what the options say") {
  ChatOptions options;
  options.model = "m";
  const ChatRequest request{{{ChatRole::system, "be brief"}, {ChatRole::user, "hi\xFF"}}, Json{{"type", "object"}}};
  Json body = Json::parse(make_chat_request("http://h/v1", options, request).body);
  CHECK(make_chat_request("http://h/v1", options, request).url == "http://h/v1/chat/completions");
  CHECK(body["messages"][0] == Json{{"role", "system"}, {"content", "be brief"}});
  CHECK(body["messages"][1]["content"] == "hi\uFFFD");
  CHECK(body["max_tokens"] == 1024);
  CHECK(body["temperature"] == 0.0);
  CHECK_FALSE(body.contains("response_format"));
  CHECK_FALSE(body.contains("stream"));
  options.structured = StructuredOutput::json_schema;
  options.streaming = Streaming::on;
  options.sampling = Sampling::left_to_server;
  options.token_limit_name = TokenLimitName::max_completion_tokens;
  body = Json::parse(make_chat_request("http://h/v1", options, request).body);
  CHECK(body["response_format"]["json_schema"]["schema"] == request.schema);
  CHECK(body["response_format"]["json_schema"]["strict"] == true);
  CHECK(body["stream_options"]["include_usage"] == true);
  CHECK_FALSE(body.contains("temperature"));
  CHECK(body["max_completion_tokens"] == 1024);
  options.structured = StructuredOutput::json_object;
  body = Json::parse(make_chat_request("http://h/v1", options, request).body);
  CHECK(body["response_format"] == Json{{"type", "json_object"}, {"schema", request.schema}});
}

TEST_CASE("embeddings are put in the order of their texts") {
  HttpResponse response = exchange_of(R"({"data":[{"index":1,"embedding":[3,4]},{"index":0,"embedding":[1,2]}],
    "usage":{"prompt_tokens":6}})")
                              .response;
  const Embeddings read = parse_embeddings(response, {}, 2);
  CHECK(read.outcome == Outcome::ok);
  CHECK(read.values == std::vector<float>{1, 2, 3, 4});
  CHECK(read.usage.prompt_tokens == 6);
  // base64 of the little-endian floats 1.5 and -2.
  response.body = R"({"data":[{"index":0,"embedding":"AADAPwAAAMA="}]})";
  CHECK(parse_embeddings(response, {}, 1).values == std::vector<float>{1.5F, -2.0F});
  for (const char* bad : {R"({"data":[{"index":0,"embedding":[1]}]})",
                          R"({"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]})",
                          R"({"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[1,2]}]})",
                          R"({"data":[{"index":0,"embedding":[null]},{"index":1,"embedding":[2]}]})", R"({"data":7})",
                          R"({"data":[{"index":0,"embedding":"AAA"},{"index":1,"embedding":"AAA"}]})", "{"}) {
    response.body = bad;
    CAPTURE(bad);
    CHECK(parse_embeddings(response, {}, 2).outcome == Outcome::malformed);
  }
}

TEST_CASE("moderations are read one for each text") {
  // As OpenAI's reference shows an answer, with fewer categories.
  const std::string one =
      R"({"flagged":true,"categories":{"violence":true,"hate":false,"illicit":null},"category_scores":{"violence":0.99,"hate":0.02,"illicit":null}})";
  const auto answer_of = [](const std::string& results) {
    return exchange_of(R"({"id":"modr-1","model":"omni-moderation-latest","results":[)" + results + "]}").response;
  };
  const auto read = parse_moderations(answer_of(one + "," + R"({"categories":{"violence":true,"hate":false}})"), {}, 2);
  REQUIRE(read.size() == 2);
  REQUIRE(read[0].categories.size() == 3);
  CHECK(read[0].categories[0].name == "hate");
  CHECK(read[0].categories[0].score == 0.02);
  CHECK(read[0].categories[2].flagged);
  CHECK(read[0].categories[2].score == 0.99);
  // Without scores, flagged is 1.
  CHECK(read[1].categories[1].score == 1.0);
  CHECK(read[1].categories[0].score == 0.0);
  for (const std::string wrong : {"", one.c_str(), R"({"categories":{}},{"categories":{"a":true}})", "1,2",
                                  R"({"categories":{"a":true}},{"category_scores":{"a":7}})"}) {
    CAPTURE(wrong);
    const auto failed = parse_moderations(answer_of(wrong), {}, 2);
    REQUIRE(failed.size() == 2);
    CHECK(failed[0].outcome == Outcome::malformed);
    CHECK(failed[1].categories.empty());
  }
  CHECK(parse_moderations(exchange_of(R"({"error":{"message":"slow down"}})", 429).response, {}, 1)[0].retry);
}

TEST_CASE("a moderation request holds all texts") {
  ChatOptions options;
  options.model = "omni-moderation-latest";
  const std::vector<std::string> texts{"one", "two \"quoted\""};
  const HttpRequest request = make_moderation_request("http://h/v1", options, texts);
  CHECK(request.url == "http://h/v1/moderations");
  CHECK(nlohmann::json::parse(request.body) ==
        nlohmann::json{{"model", "omni-moderation-latest"}, {"input", {"one", "two \"quoted\""}}});
}
