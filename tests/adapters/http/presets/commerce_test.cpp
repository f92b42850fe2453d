// Presets of recommendation services: the request that each makes, byte for byte where it matters, and answers of the
// shapes that the vendors document: a list, an empty one, an error, and too many requests.
#include <cstdlib>

#include "tests/adapters/http/presets/recorded.h"

using namespace recgauge;
using namespace recgauge::adapters;
using namespace recgauge::scripted;
using Json = nlohmann::json;

namespace {

const std::string kPersonalize =
    "{preset: personalize, constants: {region: eu-west-1, campaign: 'arn:c', ranking_campaign: 'arn:r', tracking_id: "
    "t}}";
const std::string kRecombee = "{preset: recombee, constants: {database: db}}";

HttpResponse personalize_error(int status, const std::string& type) {
  HttpResponse response = answer(status, R"({"message":"Slow down"})");
  response.headers.push_back({"x-amzn-errortype", type});
  return response;
}

void check_failed(const Answer& answer, AnswerKind kind, Outcome outcome, bool retry) {
  CHECK(answer.kind == kind);
  CHECK(answer.outcome == outcome);
  CHECK(answer.retry == retry);
  CHECK(answer.rows.empty());
  CHECK(!answer.failure.empty());
}

}  // namespace

TEST_CASE("every preset can be read and says what it needs") {
  const std::vector<PresetInfo> presets = preset_infos();
  CHECK(presets.size() == 17);
  for (const PresetInfo& preset : presets) {
    CAPTURE(preset.name);
    CHECK(!preset.description.empty());
    CHECK(!preset.source.empty());
    ConfigNode node = parse_config_text("{preset: " + preset.name + ", constants: {}}", "run.yaml");
    ConfigNode& constants = node.map[1].second;
    for (const auto& [name, meaning] : preset.needs) {
      ConfigNode value = parse_config_text("x", "run.yaml");
      constants.map.emplace_back(name, value);
      constants.key_places.push_back(node.place);
    }
    scripted::TemporaryFolder folder;
    folder.write("items.txt", "i1\ni/2\ni3\n");
    node = merged(node, parse_config_text("{items_file: items.txt}", "run.yaml"));
    const Mapping mapping = read_endpoint(node, folder.path());
    CHECK(mapping.operations.size() == preset.operations.size());
    CHECK(mapping.config.name == preset.name);
  }
}

TEST_CASE("personalize") {
  Asked asked(kPersonalize);
  const HttpRequest request = asked.made("recommend");
  CHECK(request.method == "POST");
  CHECK(request.url == "https://personalize-runtime.eu-west-1.amazonaws.com/recommendations");
  CHECK(request.body == R"({"campaignArn":"arn:c","userId":"u 1","numResults":3})");
  CHECK(request.repeatable);
  CHECK(asked.mapping.auth.region == "eu-west-1");
  const Answer list = asked.parsed(
      "recommend", answer(200, R"({"itemList":[{"itemId":"i3","score":0.5},{"itemId":"i4","reason":["Popular item"]},
                                               {"itemId":"zz","score":0.1}],"recommendationId":"RID"})"));
  CHECK(ids(list) == "i3 i4 zz");
  CHECK(list.kind == AnswerKind::ok);
  CHECK(list.rows[0].score == 0.5);
  CHECK(!list.rows[1].score);
  CHECK(list.rows[1].note == "Popular item");
  const Response response = to_response(list, asked.data);
  CHECK(response.items == std::vector<ItemId>{ItemId{2}, ItemId{3}, kOutOfCatalogue});
  CHECK(response.scores.empty());
  CHECK(response.unmatched.at(0).text == "zz");
  CHECK(response.recommendation_id == "RID");
  CHECK(asked.parsed("recommend", answer(200, R"({"itemList":[]})")).kind == AnswerKind::empty);
  check_failed(asked.parsed("recommend", personalize_error(400, "ThrottlingException:http://internal/")),
               AnswerKind::throttled, Outcome::rate_limited, true);
  check_failed(asked.parsed("recommend", personalize_error(400, "InvalidInputException")), AnswerKind::failed,
               Outcome::refused, false);
  check_failed(asked.parsed("recommend", personalize_error(503, "")), AnswerKind::failed, Outcome::transport_error,
               true);
}

TEST_CASE("personalize: ranking and events") {
  Asked asked(kPersonalize);
  const HttpRequest request = asked.made("rank");
  CHECK(request.url == "https://personalize-runtime.eu-west-1.amazonaws.com/personalize-ranking");
  CHECK(request.body == R"({"campaignArn":"arn:r","userId":"u 1","inputList":["i1","i/2","i3","i4"]})");
  CHECK(ids(asked.parsed("rank",
                         answer(200, R"({"personalizedRanking":[{"itemId":"i4","score":0.9},{"itemId":"i1"}]})"))) ==
        "i4 i1");
  const std::vector<HttpRequest> events = asked.feedback({click(ItemId{1}), click(ItemId{2})});
  REQUIRE(events.size() == 1);
  CHECK(events[0].url == "https://personalize-events.eu-west-1.amazonaws.com/events");
  CHECK(body(events[0]) == Json::parse(R"({"trackingId":"t","userId":"u 1","sessionId":"u 1","eventList":[
          {"eventType":"click","sentAt":1440938160,"itemId":"i/2","eventValue":1.0,"eventId":"e-1","recommendationId":"list-7"},
          {"eventType":"click","sentAt":1440938160,"itemId":"i3","eventValue":1.0,"eventId":"e-1","recommendationId":"list-7"}]})"));
  CHECK(asked.parsed("feedback", answer(200, "", "")).kind == AnswerKind::acknowledged);
  check_failed(asked.parsed("feedback", personalize_error(400, "InvalidInputException")), AnswerKind::failed,
               Outcome::refused, false);
}

TEST_CASE("google-retail") {
  Asked asked("{preset: google-retail, constants: {project: p, serving_config: home}}");
  const HttpRequest request = asked.made("recommend");
  CHECK(request.url ==
        "https://retail.googleapis.com/v2/projects/p/locations/global/catalogs/default_catalog/servingConfigs/"
        "home:predict");
  CHECK(body(request) ==
        Json::parse(R"({"userEvent":{"eventType":"home-page-view","visitorId":"u 1","userInfo":{"userId":"u 1"},
      "productDetails":[{"product":{"id":"i1"}},{"product":{"id":"i/2"}}]},"pageSize":3,"validateOnly":false,
      "params":{"returnScore":true}})"));
  const Answer list = asked.parsed(
      "recommend",
      answer(
          200,
          R"({"results":[{"id":"i4","metadata":{"score":0.25}},{"id":"i3"}],"attributionToken":"AT","missingIds":["i/2"]})"));
  CHECK(ids(list) == "i4 i3");
  CHECK(list.kind == AnswerKind::short_list);
  CHECK(list.trace.at("recommendation_id") == "AT");
  CHECK(asked.parsed("recommend", answer(200, R"({"attributionToken":"AT"})")).kind == AnswerKind::empty);
  const Answer throttled = asked.parsed(
      "recommend", answer(429, R"({"error":{"code":429,"message":"Quota exceeded","status":"RESOURCE_EXHAUSTED"}})"));
  check_failed(throttled, AnswerKind::throttled, Outcome::rate_limited, true);
  CHECK(throttled.failure == "the endpoint answered 429: Quota exceeded");
  check_failed(asked.parsed("recommend", answer(403, R"({"error":{"code":403,"status":"PERMISSION_DENIED"}})")),
               AnswerKind::failed, Outcome::refused, false);
  check_failed(asked.parsed("recommend", answer(504, "")), AnswerKind::failed, Outcome::timeout, true);
  const std::vector<HttpRequest> events = asked.feedback({click(ItemId{0})});
  CHECK(events.at(0).url.ends_with("/default_catalog/userEvents:write"));
  CHECK(body(events[0])["eventTime"] == "2015-08-30T12:36:00Z");
  CHECK(!events[0].repeatable);
}

TEST_CASE("recombee: asking, and further pages") {
  Asked asked(kRecombee);
  const HttpRequest request = asked.made("recommend");
  // The official client sends the path of a user "u 1" like this.
  CHECK(request.url == "https://rapi.recombee.com/db/recomms/users/u%201/items/");
  CHECK(request.body == R"({"count":3,"cascadeCreate":false})");
  const Answer list = asked.parsed(
      "recommend",
      answer(200, R"({"recommId":"r/9","recomms":[{"id":"i3"},{"id":"i1"},{"id":"i4"}],"numberNextRecommsCalls":0})"));
  CHECK(ids(list) == "i3 i1 i4");
  CHECK(to_response(list, asked.data).scores.empty());
  const auto next = next_page(asked.mapping, asked.operation("recommend"), asked.variables("recommend"), list, 3, 5);
  REQUIRE(next);
  const MadeRequest page = make_request(*next->operation, next->variables);
  CHECK(page.request.url == "https://rapi.recombee.com/db/recomms/next/items/r%2F9");
  CHECK(page.request.body == R"({"count":2})");
  CHECK(!next_page(asked.mapping, asked.operation("recommend"), asked.variables("recommend"), list, 5, 5));
  CHECK(asked.parsed("recommend", answer(200, R"({"recommId":"r","recomms":[]})")).kind == AnswerKind::empty);
  check_failed(asked.parsed("recommend", answer(404, R"({"statusCode":404,"message":"User not found"})")),
               AnswerKind::failed, Outcome::refused, false);
  check_failed(asked.parsed("recommend", answer(429, "{}")), AnswerKind::throttled, Outcome::rate_limited, true);
}

TEST_CASE("recombee: a batch fails member by member, and a member is asked again alone") {
  Asked asked(kRecombee);
  const Operation& operation = asked.operation("recommend");
  const std::vector<Json> members(3, asked.variables("recommend"));
  const MadeRequest made = make_batch_request(operation, members);
  CHECK(made.problem == "");
  CHECK(made.request.url == "https://rapi.recombee.com/db/batch/");
  const Json sent = body(made.request);
  REQUIRE(sent["requests"].size() == 3);
  CHECK(sent["requests"][2] == Json::parse(R"({"method":"POST","path":"/recomms/users/u%201/items/",
                                               "params":{"count":3,"cascadeCreate":false}})"));
  const std::vector<AnswerContext> contexts(3, answer_context(members[0], asked.mapping));
  const std::vector<BatchMember> answers =
      parse_batch_response(operation, answer(200, R"([{"code":200,"json":{"recommId":"a","recomms":[{"id":"i1"}]}},
                      {"code":404,"json":{"message":"User not found"}},{"code":429,"json":{}}])"),
                           contexts);
  CHECK(ids(answers.at(0).answer) == "i1");
  CHECK(!answers[0].ask_alone);
  CHECK(answers[1].answer.outcome == Outcome::refused);
  CHECK(answers[1].ask_alone);
  CHECK(answers[2].answer.outcome == Outcome::rate_limited);
  CHECK(!answers[2].ask_alone);
  for (const BatchMember& member : parse_batch_response(operation, answer(200, "[]"), contexts)) {
    CHECK(member.answer.outcome == Outcome::malformed);
    CHECK(member.ask_alone);
  }
  for (const BatchMember& member : parse_batch_response(operation, answer(503, ""), contexts)) {
    CHECK(!member.ask_alone);
    CHECK(member.answer.retry);
  }
}

TEST_CASE("recombee: interactions go where their kind says, and a known one is a success") {
  Asked asked(kRecombee);
  FeedbackEvent purchase = click(ItemId{2});
  purchase.kind = FeedbackKind::consume;
  FeedbackEvent skip = click(ItemId{2});
  skip.kind = FeedbackKind::skip;
  const std::vector<HttpRequest> events = asked.feedback({click(ItemId{1}), skip, purchase});
  REQUIRE(events.size() == 2);
  CHECK(events[0].url == "https://rapi.recombee.com/db/detailviews/");
  CHECK(events[1].url == "https://rapi.recombee.com/db/purchases/");
  CHECK(body(events[0]) == Json::parse(R"({"userId":"u 1","itemId":"i/2","timestamp":1440938160,"cascadeCreate":true,
                                           "recommId":"list-7"})"));
  CHECK(asked.parsed("feedback", answer(200, "\"ok\"")).kind == AnswerKind::acknowledged);
  CHECK(asked.parsed("feedback", answer(409, R"({"message":"exists"})")).outcome == Outcome::ok);
  check_failed(asked.parsed("feedback", answer(400, R"({"message":"bad"})")), AnswerKind::failed, Outcome::refused,
               false);
}

TEST_CASE("algolia") {
  Asked asked("{preset: algolia, constants: {application: APP, index: movies}}");
  const HttpRequest request = asked.made("recommend");
  CHECK(request.url == "https://APP-dsn.algolia.net/1/indexes/*/recommendations");
  CHECK(asked.operation("recommend").base.size() == 4);
  CHECK(make_request(asked.operation("recommend"), asked.variables("recommend"), 1)
            .request.url.starts_with("https://APP-1.algolianet.com/"));
  CHECK(body(request) == Json::parse(R"({"requests":[{"indexName":"movies","model":"related-products","objectID":"i/2",
      "threshold":0,"maxRecommendations":3,"queryParameters":{"userToken":"u 1"}}]})"));
  Json variables = asked.variables("recommend");
  set_page(asked.operation("recommend"), variables, 100);
  CHECK(variables["k"] == 30);
  const Answer list = asked.parsed(
      "recommend",
      answer(200,
             R"({"results":[{"hits":[{"objectID":"i1","_score":32.72,"name":"x"},{"objectID":"i4","_score":3}]}]})"));
  CHECK(ids(list) == "i1 i4");
  CHECK(list.rows[0].score == 32.72);
  CHECK(asked.parsed("recommend", answer(200, R"({"results":[{"hits":[]}]})")).kind == AnswerKind::empty);
  check_failed(asked.parsed("recommend", answer(200, R"({"results":[{"hits":[{"facetName":"a","facetValue":"b"}]}]})")),
               AnswerKind::invalid, Outcome::malformed, false);
  check_failed(asked.parsed("recommend", answer(402, R"({"message":"Feature not enabled","status":402})")),
               AnswerKind::failed, Outcome::refused, false);
  const std::vector<HttpRequest> events = asked.feedback({click(ItemId{0})});
  CHECK(events.at(0).url == "https://insights.us.algolia.io/1/events");
  CHECK(body(events[0])["events"][0]["timestamp"] == 1440938160000);
}

TEST_CASE("gorse") {
  Asked asked("{preset: gorse, auth: {kind: none}}");
  const HttpRequest request = asked.made("recommend");
  CHECK(request.method == "GET");
  CHECK(request.url == "http://127.0.0.1:8088/api/recommend/u%201?n=3&offset=0");
  CHECK(request.body.empty());
  CHECK(ids(asked.parsed("recommend", answer(200, R"([{"Id":"i3","Score":0.91},{"Id":"i1","Score":0.5}])"))) ==
        "i3 i1");
  CHECK(asked.parsed("recommend", answer(200, "[]")).kind == AnswerKind::empty);
  const Answer refused = asked.parsed("recommend", answer(401, "unauthorized", "text/plain"));
  check_failed(refused, AnswerKind::failed, Outcome::refused, false);
  CHECK(refused.failure == "the endpoint answered 401: unauthorized");
  check_failed(asked.parsed("recommend", answer(429, "too many labels", "text/plain")), AnswerKind::failed,
               Outcome::refused, false);
  const std::vector<HttpRequest> events = asked.feedback({click(ItemId{0})});
  CHECK(events.at(0).method == "PUT");
  CHECK(events[0].url == "http://127.0.0.1:8088/api/feedback");
  CHECK(body(events[0]) == Json::parse(R"([{"FeedbackType":"click","UserId":"u 1","ItemId":"i1",
                                            "Timestamp":"2015-08-30T12:36:00Z","Value":1.0}])"));
}

TEST_CASE("gorse 0.4 answers bare ids: a preset is overridden key by key") {
  Asked asked("{preset: gorse, auth: {kind: none}, operations: {recommend: {extract: {id: '', score: }}}}");
  CHECK(ids(asked.parsed("recommend", answer(200, R"(["i3","i9"])"))) == "i3 i9");
  const auto next = next_page(asked.mapping, asked.operation("recommend"), asked.variables("recommend"),
                              asked.parsed("recommend", answer(200, R"(["a","b","c"])")), 3, 10);
  REQUIRE(next);
  CHECK(make_request(*next->operation, next->variables).request.url.ends_with("?n=7&offset=3"));
}

TEST_CASE("metarank: ranking, and feedback in two steps") {
  Asked asked("{preset: metarank, constants: {model: m, recommend_model: similar}}");
  const HttpRequest request = asked.made("rank");
  CHECK(request.url == "http://127.0.0.1:8080/rank/m");
  CHECK(body(request) ==
        Json::parse(R"({"id":"r-1","timestamp":"1440938160000","user":"u 1","session":"u 1","fields":[],
      "items":[{"id":"i1"},{"id":"i/2"},{"id":"i3"},{"id":"i4"}]})"));
  const Answer list =
      asked.parsed("rank", answer(200, R"({"took":5,"items":[{"item":"i3","score":2.5},{"item":"i1","score":-1}]})"));
  CHECK(ids(list) == "i3 i1");
  CHECK(list.trace.at("recommendation_id") == "r-1");
  CHECK(body(asked.made("recommend")) == Json::parse(R"({"count":3,"user":"u 1","items":["i1","i/2"]})"));
  const auto shown = make_shown_list(asked.mapping, asked.variables("rank"), list);
  REQUIRE(shown);
  CHECK(body(shown->request) == Json::parse(R"({"event":"ranking","id":"r-1","timestamp":"1440938160000","user":"u 1",
      "session":"u 1","fields":[],"items":[{"id":"i3"},{"id":"i1"}]})"));
  CHECK(body(asked.feedback({click(ItemId{2})}).at(0)) ==
        Json::parse(R"({"event":"interaction","id":"e-1","ranking":"list-7","timestamp":"1440938160000","user":"u 1",
      "session":"u 1","type":"click","item":"i3","fields":[]})"));
  CHECK(asked.parsed("rank", answer(200, R"({"took":1,"items":[]})")).kind == AnswerKind::empty);
  check_failed(asked.parsed("rank", answer(500, "boom", "text/plain")), AnswerKind::failed, Outcome::transport_error,
               true);
  check_failed(asked.parsed("rank", answer(429, "")), AnswerKind::throttled, Outcome::rate_limited, true);
}
