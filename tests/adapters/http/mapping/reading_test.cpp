// Pointers (RFC 6901), hostile JSON, and the readings of an answer that no preset has.
#include <doctest/doctest.h>

#include "adapters/http/mapping/hostile_json.h"
#include "adapters/http/mapping/json_path.h"
#include "adapters/http/mapping/make_request.h"
#include "adapters/http/mapping/parse_response.h"
#include "tests/scripted/small_data.h"
#include "tests/scripted/temporary_folder.h"

using namespace recgauge;
using namespace recgauge::adapters;
using Json = nlohmann::json;

namespace {

Mapping mapping(const std::string& recommend, const std::string& more = "") {
  return read_mapping(parse_config_text("{base: ['http://127.0.0.1:9/api/'], operations: {recommend: {path: /x, " +
                                            recommend + "}}" + more + "}",
                                        "run.yaml"),
                      ".");
}

HttpResponse answer(int status, std::string body, std::string type = "application/json; charset=utf-8") {
  HttpResponse response;
  response.status = status;
  response.headers = {{"content-type", std::move(type)}};
  response.body = std::move(body);
  return response;
}

Answer parsed(const std::string& extract, const std::string& body, uint32_t k = 10) {
  const Mapping read = mapping("extract: {" + extract + "}");
  return parse_response(*read.find("recommend"), answer(200, body), {k, {"c0", "c1", "c2"}, nullptr, ""});
}

std::string ids(const Answer& answer) {
  std::string text;
  for (const Row& row : answer.rows) text += (text.empty() ? "" : " ") + row.id;
  return text;
}

std::string found(const std::string& path, const char* document) {
  std::string text;
  const Json json = Json::parse(document);
  for (const Json* value : JsonPath(path, {}).all(json)) text += (text.empty() ? "" : " ") + value->dump();
  return text;
}

}  // namespace

// The examples of RFC 6901 section 5.
TEST_CASE("JSON Pointer as its standard has it") {
  constexpr const char* kDocument =
      R"({"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8})";
  CHECK(found("", R"({"a":1})") == R"({"a":1})");
  CHECK(found("/foo", kDocument) == R"(["bar","baz"])");
  CHECK(found("/foo/0", kDocument) == "\"bar\"");
  CHECK(found("/", kDocument) == "0");
  CHECK(found("/a~1b", kDocument) == "1");
  CHECK(found("/c%d", kDocument) == "2");
  CHECK(found("/e^f", kDocument) == "3");
  CHECK(found("/i\\j", kDocument) == "5");
  CHECK(found("/k\"l", kDocument) == "6");
  CHECK(found("/ ", kDocument) == "7");
  CHECK(found("/m~0n", kDocument) == "8");
  CHECK(found("/foo/2", kDocument) == "");
  CHECK(found("/foo/00", kDocument) == "");
  CHECK(found("/foo/-", kDocument) == "");
}

TEST_CASE("its additions: optional, by key, all members") {
  constexpr const char* kDocument = R"({"o":[{"n":"a","v":1},{"n":"b","v":2},{"n":"b","v":3},5,{"n":7,"v":4}]})";
  CHECK(JsonPath("/x?", {}).is_optional());
  CHECK(found("/o/[n=b]/v", kDocument) == "2");
  CHECK(found("/o/[n=7]/v", kDocument) == "4");
  CHECK(found("/o/[n=z]/v", kDocument) == "");
  CHECK(found("/o/*/v", kDocument) == "1 2 3 4");
  CHECK_THROWS_WITH_AS(JsonPath("x", SourcePlace{"run.yaml", 3, 4}), doctest::Contains("run.yaml:3:4"), ConfigError);
  CHECK_THROWS_AS(JsonPath("/[a]", {}), ConfigError);
  CHECK_THROWS_AS(JsonPath("/~2", {}), ConfigError);
}

TEST_CASE("hostile JSON is refused in words") {
  const std::string deep(10000, '[');
  CHECK(read_hostile_json(deep, NonFinite::refused).problem.find("128 levels") != std::string::npos);
  CHECK(read_hostile_json(deep + std::string(10000, ']'), NonFinite::as_null).problem.find("128 levels") !=
        std::string::npos);
  CHECK(read_hostile_json("\"" + deep + "\"", NonFinite::refused).problem == "");
  for (const char* text : {"", "{", "[1,]", "{\"a\":1}x", "\"\xff\"", "\xef\xbb", "1e999", "[NaN]", "'a'", "\"\\"}) {
    CAPTURE(text);
    CHECK(read_hostile_json(text, NonFinite::refused).problem == "it is no JSON");
  }
  CHECK(read_hostile_json(R"(["NaN \" NaN",NaN,-Infinity,Infinity])", NonFinite::as_null).value ==
        Json::parse(R"(["NaN \" NaN",null,null,null])"));
  CHECK(!read_hostile_json("[xNaN]", NonFinite::as_null).problem.empty());
}

TEST_CASE("an answer that cannot be read is malformed, whatever is wrong with it") {
  const Mapping read = mapping("extract: {rows: /r, id: /id}");
  const Operation& operation = *read.find("recommend");
  const auto outcome = [&](const HttpResponse& response) {
    const Answer result = parse_response(operation, response, {3, {}, nullptr, ""});
    CHECK(result.rows.empty());
    CHECK(!result.failure.empty());
    return result.outcome;
  };
  CHECK(outcome(answer(200, "<html>", "text/html")) == Outcome::malformed);
  CHECK(outcome(answer(200, R"({"r":[{"id":"a"}]})", "text/html")) == Outcome::malformed);
  CHECK(outcome(answer(200, R"({"r":[{"id":"a"})")) == Outcome::malformed);
  CHECK(outcome(answer(200, R"({"r":{}})")) == Outcome::malformed);
  CHECK(outcome(answer(200, R"({"x":[]})")) == Outcome::malformed);
  CHECK(outcome(answer(200, "null")) == Outcome::malformed);
  for (const char* id : {"null", "1.5", "true", "{}", "[]", "18446744073709551616"}) {
    CHECK(outcome(answer(200, R"({"r":[{"id":)" + std::string(id) + "}]}")) == Outcome::malformed);
  }
  CHECK(outcome(answer(302, "")) == Outcome::refused);
  CHECK(outcome(answer(418, "teapot \x1b[2J", "text/plain")) == Outcome::refused);
  CHECK(outcome(answer(599, "")) == Outcome::transport_error);
  CHECK(outcome(answer(0, "")) == Outcome::refused);
}

TEST_CASE("what the transport could not bring") {
  const Mapping read = mapping("extract: {rows: /r}");
  const auto with = [&](TransportProblem problem) {
    HttpResponse response;
    response.problem = problem;
    return parse_response(*read.find("recommend"), response, {3, {}, nullptr, ""});
  };
  CHECK(with(TransportProblem::no_answer_in_time).outcome == Outcome::timeout);
  CHECK(with(TransportProblem::no_answer_in_time).retry);
  CHECK(with(TransportProblem::too_large).outcome == Outcome::malformed);
  CHECK(with(TransportProblem::not_secure).outcome == Outcome::transport_error);
  CHECK(!with(TransportProblem::not_secure).retry);
  CHECK(with(TransportProblem::not_connected).retry);
  CHECK(with(TransportProblem::redirected_elsewhere).failure == "redirected elsewhere");
}

TEST_CASE("tuples, whole numbers as ids, prefixes and paths of ids") {
  CHECK(ids(parsed("rows: /r, id: /0, score: /1", R"({"r":[["a",0.5],[7,0.25]]})")) == "a 7");
  CHECK(ids(parsed("rows: '', id: '', strip_prefix: 'id:'", R"(["id:a","b"])")) == "a b");
  CHECK(ids(parsed("rows: '', id: '', last_after: '::'", R"(["id:ns:film::a::b"])")) == "b");
  CHECK(ids(parsed("rows: '/q/*/r', id: ''", R"({"q":[{"r":["a"]},{"r":["b","c"]}]})")) == "a b c");
  CHECK(ids(parsed("rows: '', id: '/id?'", R"([{"id":"a"},{"group":1},{"id":"b"}])")) == "a b");
}

TEST_CASE("order, ties, duplicates and length") {
  const std::string rows = R"([{"i":"a","s":1},{"i":"b","s":3},{"i":"c","s":3},{"i":"b","s":2},{"i":"d"}])";
  CHECK(ids(parsed("rows: '', id: /i, score: '/s?'", rows)) == "a b c b d");
  const Answer down = parsed("rows: '', id: /i, score: '/s?', order: by-score-desc", rows);
  CHECK(ids(down) == "b c b a d");
  CHECK(down.ties == 1);
  CHECK(down.duplicates == 1);
  CHECK(down.kind == AnswerKind::short_list);
  const Answer up = parsed("rows: '', id: /i, score: '/s?', order: by-score-asc, score_transform: reciprocal", rows, 2);
  CHECK(ids(up) == "a b");
  CHECK(up.rows[0].score == 0.5);
  CHECK(up.beyond_k == 3);
  CHECK(up.kind == AnswerKind::ok);
  CHECK(parsed("rows: '', id: /i, score: /s", rows).outcome == Outcome::malformed);
  CHECK(parsed("rows: '', id: /i, score: '/s?'", R"([{"i":"a","s":"1"}])").outcome == Outcome::malformed);
}

TEST_CASE("scores for candidates") {
  CHECK(ids(parsed("shape: dense, scores: /s", R"({"s":[[0.1,0.3,0.2]]})")) == "c1 c2 c0");
  CHECK(parsed("shape: dense, scores: /s", R"({"s":[1,2]})").outcome == Outcome::malformed);
  CHECK(parsed("shape: dense, scores: /s", R"({"s":[1,2,"x"]})").outcome == Outcome::malformed);
  CHECK(parsed("shape: dense, scores: /s", R"({"s":3})").outcome == Outcome::malformed);
}

TEST_CASE("a text that holds JSON, as language models write it") {
  const std::string extract = "text: '/choices/0/message/content', rows: /items, id: ''";
  CHECK(ids(parsed(extract, R"({"choices":[{"message":{"content":"{\"items\":[\"a\"]}"}}]})")) == "a");
  CHECK(ids(parsed(extract, R"({"choices":[{"message":{"content":"Sure!\n```json\n{\"items\":[\"a\"]}\n```"}}]})")) ==
        "a");
  CHECK(parsed(extract, R"({"choices":[{"message":{"content":null}}]})").outcome == Outcome::malformed);
  CHECK(parsed(extract, R"({"choices":[{"message":{"content":"{\"items\":[\"a\""}}]})").outcome == Outcome::malformed);
}

TEST_CASE("an explanation says what was sent and what was found, and hides what is secret") {
  HttpRequest request{
      "GET", "https://h/p?a=1&sign=s3cret&b=2", {{"Authorization", "Bearer s3cret"}, {"Accept", "x\x1b"}}, "{}", true};
  std::string text;
  for (const Step& step : explain_request(request, {{"authorization"}, {"sign"}}))
    text += step.name + ": " + step.found + "\n";
  CHECK(text ==
        "request: GET https://h/p?a=1&sign=•••&b=2\nheader: Authorization: •••\nheader: Accept: x?\nbody: {}\n");
  const Mapping read = mapping("extract: {rows: /r, id: /id, trace: {recommendation_id: /t}}");
  std::vector<Step> steps;
  parse_response(*read.find("recommend"), answer(200, R"({"r":[{"id":"a"},{"id":"b"},{"id":"c"}],"t":"T"})"),
                 {2, {}, nullptr, ""}, &steps);
  text.clear();
  for (const Step& step : steps) text += step.name + ": " + step.found + "\n";
  CHECK(text ==
        "answer: 200, application/json; charset=utf-8, 48 bytes\nrows: 2 at '/r', and 1 beyond k\nrow: a\nrow: b\n"
        "kept: recommendation_id = T\nunderstood as: ok\n");
}

TEST_CASE("a name that would lead to another resource is not put into a path") {
  const Mapping read = mapping("extract: {rows: /r}, method: GET", ", headers: {X-User: '${user}'}");
  const Mapping with_path = read_mapping(
      parse_config_text(
          "{base: ['http://127.0.0.1:9/api/'], operations: {recommend: {path: '/x/${user}/y', extract: {rows: /r}}}}",
          "run.yaml"),
      ".");
  const Operation& operation = *with_path.find("recommend");
  CHECK(make_request(operation, {{"user", "a/../b"}}).request.url == "http://127.0.0.1:9/api/x/a%2F..%2Fb/y");
  for (const char* name : {"..", ".", ""}) CHECK(!make_request(operation, {{"user", name}}).problem.empty());
  CHECK(make_request(operation, Json::object()).problem.find("needs 'user'") != std::string::npos);
  const MadeRequest made = make_request(*read.find("recommend"), {{"user", "a\r\nX-Evil: 1"}});
  CHECK(made.request.headers.back().value == "a%0D%0AX-Evil: 1");
}

TEST_CASE("mistakes in a mapping are named with their place and the remedy") {
  const auto check = [](const std::string& yaml, const char* message) {
    CAPTURE(yaml);
    CHECK_THROWS_WITH_AS(read_mapping(parse_config_text(yaml, "run.yaml"), "."), doctest::Contains(message),
                         ConfigError);
  };
  check("{base: ['http://h'], operatons: {}}", "did you mean 'operations'?");
  check("{base: ['http://h'], operations: {recommend: {path: /x, extrct: {}}}}", "run.yaml:1:57: unknown key 'extrct'");
  check("{base: ['http://h'], operations: {recommend: {path: '/${usr}'}}}", "did you mean 'user'?");
  check("{base: ['ftp://h'], operations: {recommend: {path: /x}}}", "is no address");
  check("{base: ['http://u:p@h'], operations: {recommend: {path: /x}}}", "is no address");
  check("{base: ['http://${user}'], operations: {recommend: {path: /x}}}", "unknown variable 'user'");
  check("{operations: {recommend: {path: /x}}}", "base is empty");
  check("{base: ['http://h'], operations: {other: {path: /x}}}", "neither 'recommend' nor 'rank'");
  check("{base: ['http://h'], operations: {recommend: {path: /x, extract: {shape: index}}}}", "lacks 'index'");
  check("{base: ['http://h'], operations: {recommend: {path: /x, extract: {rows: items}}}}", "is no JSON Pointer");
  check("{base: ['http://h'], needs: {model: name of it}, operations: {recommend: {path: '/${model}'}}}",
        "recommend needs constants.model: name of it");
  check("{base: ['http://h'], constants: {user: x}, operations: {recommend: {path: /x}}}",
        "has the name of a variable");
  check("{base: ['http://h'], operations: {recommend: {path: /x, ok: {require: [{at: /a}]}}}}", "a condition names");
  check("{base: ['http://h'], operations: {recommend: {path: /x, page: {kind: next-call}}}}", "names no operation");
  check(
      "{base: ['http://h'], operations: {recommend: {path: /x, extract: {shape: dense, scores: /s, align: "
      "items_file}}}}",
      "needs items_file");
  check("{base: ['http://h'], operations: {recommend: {path: /x, headers: {'X-A: b': c}}}}", "is no name of a header");
  check("{base: ['http://h'], operations: {recommend: {path: /x, headers: {content-Length: '3'}}}}",
        "is set by the client");
}

TEST_CASE("credentials go over plain http only to this machine, or where the configuration says so") {
  const auto read = [](const std::string& base, const std::string& more) {
    return read_mapping(parse_config_text("{base: ['" + base + "'], auth: {kind: bearer, token: 'env:T'}, " + more +
                                              "operations: {recommend: {path: /x}}}",
                                          "run.yaml"),
                        ".");
  };
  CHECK_THROWS_WITH_AS(read("http://shop.example", ""), doctest::Contains("unencrypted: true"), ConfigError);
  CHECK_THROWS_WITH_AS(read("http://127.0.0.1.shop.example", ""), doctest::Contains("unencrypted: true"), ConfigError);
  CHECK(read("http://shop.example", "unencrypted: true, ").find("recommend") != nullptr);
  CHECK(read("https://shop.example", "").find("recommend") != nullptr);
  CHECK(read("http://127.0.0.1:8080", "").find("recommend") != nullptr);
}

TEST_CASE("a configuration is written over another key by key") {
  const ConfigNode base =
      parse_config_text("{a: {b: 1, c: 2}, list: [1, 2], auth: {kind: bearer, token: env:A}}", "a.yaml");
  const ConfigNode over = parse_config_text("{a: {c: 3, d: 4}, list: [9], auth: {kind: none}, e: 5}", "b.yaml");
  const ConfigNode result = merged(base, over);
  CHECK(result.find("a")->find("b")->scalar == "1");
  CHECK(result.find("a")->find("c")->scalar == "3");
  CHECK(result.find("a")->find("d")->scalar == "4");
  CHECK(result.find("list")->list.size() == 1);
  CHECK(result.find("auth")->find("token") == nullptr);
  CHECK(result.find("e")->place.file == "b.yaml");
  CHECK(merged(base, parse_config_text("{a: }", "b.yaml")).find("a") == nullptr);
}

TEST_CASE("vectors of items, and a user's out of them") {
  const Dataset data = scripted::dataset_of({{0, 0}}, 1, 3);
  const scripted::TemporaryFolder folder;
  const auto file = folder.write("v.jsonl",
                                 "{\"item\":\"i0\",\"vector\":[3,0]}\n{\"item\":\"i1\",\"vector\":[0,4]}\n"
                                 "{\"item\":\"other\",\"vector\":[1,1]}\n");
  const ItemVectors vectors = ItemVectors::read(file, data);
  const std::vector<ItemId> both{ItemId{0}, ItemId{1}, ItemId{2}};
  const std::vector<double> mean = vectors.mean_of(both);
  CHECK(mean.at(0) == doctest::Approx(0.6));  // (3, 4) / 5
  CHECK(mean.at(1) == doctest::Approx(0.8));
  CHECK(vectors.mean_of(std::span(both).subspan(2)).empty());
  const auto wrong = folder.write("w.jsonl", "{\"item\":\"i0\",\"vector\":[3,0]}\n{\"item\":\"i1\",\"vector\":[4]}\n");
  CHECK_THROWS_WITH_AS(ItemVectors::read(wrong, data), doctest::Contains("w.jsonl:2"), DataError);
}
