// Presets of model servers, vector databases, rerankers and recgauge's own format, as commerce_test.cpp does for
// services.
#include "tests/adapters/http/presets/recorded.h"

using namespace recgauge;
using namespace recgauge::adapters;
using namespace recgauge::scripted;
using Json = nlohmann::json;

namespace {

// A model that knows three items, in an order of its own.
class WithItemsFile {
 public:
  explicit WithItemsFile(const std::string& preset) {
    folder_.write("items.txt", "i3\ni1\ni/2\n");
    asked.emplace("{preset: " + preset + ", constants: {model: m}, items_file: items.txt}", folder_.path().string());
  }
  std::optional<Asked> asked;

 private:
  TemporaryFolder folder_;
};

void check_outcome(Asked& asked, const std::string& name, const HttpResponse& response, AnswerKind kind,
                   Outcome outcome) {
  const Answer answer = asked.parsed(name, response);
  CHECK(answer.kind == kind);
  CHECK(answer.outcome == outcome);
  CHECK((outcome == Outcome::ok || answer.rows.empty()));
}

}  // namespace

TEST_CASE("open-inference: outputs by name, one score for each item of the file, best first") {
  WithItemsFile file("open-inference");
  Asked& asked = *file.asked;
  const HttpRequest request = asked.made("recommend");
  CHECK(request.url == "http://127.0.0.1:8000/v2/models/m/infer");
  CHECK(body(request) ==
        Json::parse(R"({"id":"r-1","inputs":[{"name":"history","shape":[1,2],"datatype":"INT64","data":[1,2]}],
                                         "outputs":[{"name":"scores"}]})"));
  const Answer list = asked.parsed("recommend", answer(200, R"({"model_name":"m","outputs":[
      {"name":"other","shape":[1],"datatype":"FP32","data":[9]},
      {"name":"scores","shape":[1,3],"datatype":"FP32","data":[[0.1,0.7,0.7]]}]})"));
  CHECK(ids(list) == "i1 i/2 i3");
  CHECK(list.ties == 1);
  check_outcome(asked, "recommend", answer(200, R"({"outputs":[{"name":"scores","data":[0.1]}]})"), AnswerKind::invalid,
                Outcome::malformed);
  check_outcome(asked, "recommend", answer(200, R"({"outputs":[]})"), AnswerKind::invalid, Outcome::malformed);
  check_outcome(asked, "recommend", answer(404, R"({"error":"unknown model"})"), AnswerKind::failed, Outcome::refused);
  check_outcome(asked, "recommend", answer(503, R"({"error":"not ready"})"), AnswerKind::failed,
                Outcome::transport_error);
}

TEST_CASE("open-inference: a classification is a ready list whose texts are split") {
  Asked asked(
      "{preset: open-inference, constants: {model: m}, operations: {recommend: {body: {inputs: , outputs: }, "
      "extract: {shape: objects, rows: '/outputs/0/data', id: '', split: ':', id_field: 2, score_field: 0, scores: "
      "}}}}");
  const Answer list =
      asked.parsed("recommend", answer(200, R"({"outputs":[{"name":"o","data":["0.9:7:i3","0.5:1:i1"]}]})"));
  CHECK(ids(list) == "i3 i1");
  CHECK(list.rows[0].score == 0.9);
  check_outcome(asked, "recommend", answer(200, R"({"outputs":[{"data":["0.9:7"]}]})"), AnswerKind::invalid,
                Outcome::malformed);
}

TEST_CASE("tensorflow-serving: bare NaN among the scores is an item without a score") {
  WithItemsFile file("tensorflow-serving");
  Asked& asked = *file.asked;
  const HttpRequest request = asked.made("recommend");
  CHECK(request.url == "http://127.0.0.1:8501/v1/models/m:predict");
  CHECK(body(request) == Json::parse(R"({"instances":[{"history":[1,2]}]})"));
  const Answer list = asked.parsed("recommend", answer(200, R"({"predictions":[[0.5,NaN,2.5]]})"));
  CHECK(ids(list) == "i/2 i3");
  CHECK(list.without_number == 1);
  CHECK(list.kind == AnswerKind::short_list);
  CHECK(asked.parsed("recommend", answer(200, R"({"predictions":[[NaN,-Infinity,Infinity]]})")).kind ==
        AnswerKind::empty);
  check_outcome(asked, "recommend", answer(400, R"({"error":"wrong shape"})"), AnswerKind::failed, Outcome::refused);
  check_outcome(asked, "recommend", answer(429, ""), AnswerKind::throttled, Outcome::rate_limited);
}

TEST_CASE("torchserve") {
  Asked asked("{preset: torchserve, constants: {model: m}}");
  const HttpRequest request = asked.made("recommend");
  CHECK(request.url == "http://127.0.0.1:8080/predictions/m");
  CHECK(body(request) == Json::parse(R"({"user":"u 1","history":["i1","i/2"],"k":3})"));
  CHECK(ids(asked.parsed("recommend", answer(200, R"({"items":["i4","i3"],"scores":[2,1]})", "text/plain"))) ==
        "i4 i3");
  CHECK(asked.parsed("recommend", answer(200, R"({"items":[]})")).kind == AnswerKind::empty);
  check_outcome(asked, "recommend", answer(200, R"({"items":["i4"],"scores":[2,1]})"), AnswerKind::invalid,
                Outcome::malformed);
  check_outcome(asked, "recommend",
                answer(503, R"({"code":503,"type":"ServiceUnavailableException","message":"full"})"),
                AnswerKind::failed, Outcome::transport_error);
  check_outcome(asked, "recommend", answer(404, R"({"code":404,"message":"no model"})"), AnswerKind::failed,
                Outcome::refused);
}

TEST_CASE("elasticsearch and opensearch: an answer without all shards is partial") {
  const std::string hits =
      R"("hits":{"total":{"value":2,"relation":"eq"},"max_score":1,"hits":[{"_index":"x","_id":"i3","_score":0.75},{"_id":"i1","_score":0.5}]}})";
  const std::string whole = R"({"took":3,"timed_out":false,"_shards":{"total":2,"successful":2,"failed":0},)" + hits;
  Asked elastic("{preset: elasticsearch, constants: {index: movies}}");
  const HttpRequest request = elastic.made("recommend");
  CHECK(request.url == "http://127.0.0.1:9200/movies/_search");
  CHECK(
      request.body ==
      R"({"knn":{"field":"vector","query_vector":[0.25,-1.0],"k":3,"num_candidates":1000},"size":3,"_source":false})");
  Asked open("{preset: opensearch, constants: {index: movies, field: v, database_user: reader}}");
  CHECK(open.mapping.auth.user == "reader");
  CHECK(open.made("recommend").body ==
        R"({"size":3,"query":{"knn":{"v":{"vector":[0.25,-1.0],"k":3}}},"_source":false})");
  for (Asked* asked : {&elastic, &open}) {
    CHECK(ids(asked->parsed("recommend", answer(200, whole))) == "i3 i1");
    CHECK(asked->parsed("recommend", answer(200, whole)).kind == AnswerKind::short_list);
    CHECK(asked->parsed("recommend", answer(200, R"({"timed_out":false,"_shards":{"failed":0},"hits":{"hits":[]}})"))
              .kind == AnswerKind::empty);
    const Answer partial = asked->parsed(
        "recommend",
        answer(200, R"({"took":3,"timed_out":false,"_shards":{"total":2,"successful":1,"failed":1},)" + hits));
    CHECK(partial.kind == AnswerKind::partial);
    CHECK(partial.rows.size() == 2);
    CHECK(asked->parsed("recommend", answer(200, R"({"timed_out":true,)" + hits)).kind == AnswerKind::partial);
    const Answer throttled = asked->parsed(
        "recommend",
        answer(429, R"({"error":{"type":"es_rejected_execution_exception","reason":"queue full"},"status":429})"));
    CHECK(throttled.outcome == Outcome::rate_limited);
    CHECK(throttled.retry);
    CHECK(throttled.failure == "the endpoint answered 429: queue full");
    check_outcome(*asked, "recommend", answer(404, R"({"error":{"type":"index_not_found_exception"}})"),
                  AnswerKind::failed, Outcome::refused);
  }
}

TEST_CASE("a vector database cannot be asked about a user without a vector") {
  Asked asked("{preset: elasticsearch, constants: {index: movies}}");
  Json variables = asked.variables("recommend");
  variables.erase("vector");
  CHECK(make_request(asked.operation("recommend"), variables).problem ==
        "the operation 'recommend' needs 'vector', which this request does not have");
}

TEST_CASE("vespa") {
  Asked asked("{preset: vespa, constants: {schema: film}}");
  const HttpRequest request = asked.made("recommend");
  CHECK(request.url == "http://127.0.0.1:8080/search/");
  CHECK(body(request) ==
        Json::parse(R"json({"yql":"select * from film where {targetHits:3}nearestNeighbor(embedding, q)",
      "input.query(q)":[0.25,-1.0],"ranking":"default","hits":3,"offset":0})json"));
  const std::string coverage = R"("coverage":{"coverage":100,"documents":9,"full":true,"nodes":1},)";
  CHECK(ids(asked.parsed(
            "recommend",
            answer(200, R"({"root":{"id":"toplevel","relevance":1.0,)" + coverage +
                            R"("children":[{"id":"index:x/0","relevance":0.5,"fields":{"id":"i3"}}]}})"))) == "i3");
  CHECK(
      asked.parsed("recommend", answer(200, R"({"root":{"coverage":{"full":true},"fields":{"totalCount":0}}})")).kind ==
      AnswerKind::empty);
  CHECK(asked
            .parsed("recommend",
                    answer(200, R"({"root":{"coverage":{"full":false,"degraded":{"timeout":true}},"children":[]}})"))
            .kind == AnswerKind::partial);
  check_outcome(asked, "recommend", answer(200, R"({"root":{"errors":[{"code":12,"summary":"Timed out"}]}})"),
                AnswerKind::invalid, Outcome::malformed);
  check_outcome(asked, "recommend", answer(504, "{}"), AnswerKind::failed, Outcome::timeout);
  check_outcome(asked, "recommend", answer(429, "{}"), AnswerKind::throttled, Outcome::rate_limited);
}

TEST_CASE("qdrant: the item's id is in the payload") {
  Asked asked("{preset: qdrant, constants: {collection: films}}");
  const HttpRequest request = asked.made("recommend");
  CHECK(request.url == "http://127.0.0.1:6333/collections/films/points/query");
  CHECK(request.body == R"({"query":[0.25,-1.0],"limit":3,"offset":0,"with_payload":["item"]})");
  CHECK(ids(asked.parsed("recommend",
                         answer(200, R"({"result":{"points":[{"id":7,"version":1,"score":0.9,"payload":{"item":"i4"}}]},
                                         "status":"ok","time":0.001})"))) == "i4");
  CHECK(asked.parsed("recommend", answer(200, R"({"result":{"points":[]},"status":"ok","time":0})")).kind ==
        AnswerKind::empty);
  const Answer error =
      asked.parsed("recommend", answer(404, R"({"status":{"error":"Not found: Collection"},"time":0})"));
  CHECK(error.outcome == Outcome::refused);
  CHECK(error.failure == "the endpoint answered 404: Not found: Collection");
  check_outcome(asked, "recommend", answer(429, "{}"), AnswerKind::throttled, Outcome::rate_limited);
}

TEST_CASE("chroma: parallel arrays, distances become scores") {
  Asked asked("{preset: chroma, constants: {collection: 0a1b}}");
  const HttpRequest request = asked.made("recommend");
  CHECK(request.url ==
        "http://127.0.0.1:8000/api/v2/tenants/default_tenant/databases/default_database/collections/0a1b/query");
  CHECK(request.body == R"({"query_embeddings":[[0.25,-1.0]],"n_results":3,"include":["distances"]})");
  // As server 1.0.0 answers.
  const Answer list =
      asked.parsed("recommend", answer(200, R"({"ids":[["i1","i3"]],"distances":[[0.0,0.02]],"metadatas":null})"));
  CHECK(ids(list) == "i1 i3");
  CHECK(list.rows[1].score == -0.02);
  CHECK(asked.parsed("recommend", answer(200, R"({"ids":[[]],"distances":[[]]})")).kind == AnswerKind::empty);
  check_outcome(asked, "recommend", answer(400, R"({"error":"InvalidArgumentError","message":"wrong dimension"})"),
                AnswerKind::failed, Outcome::refused);
  check_outcome(asked, "recommend", answer(429, "{}"), AnswerKind::throttled, Outcome::rate_limited);
}

TEST_CASE("rerankers: an index is joined to the candidate") {
  Asked cohere("{preset: cohere-rerank}");
  CHECK(cohere.made("rank").url == "https://api.cohere.com/v2/rerank");
  CHECK(cohere.made("rank").body ==
        R"({"model":"rerank-v3.5","query":"One; Two","documents":["One","Two","Three","Four"],"top_n":3})");
  Asked jina("{preset: jina-rerank}");
  CHECK(jina.made("rank").url == "https://api.jina.ai/v1/rerank");
  CHECK(body(jina.made("rank"))["return_documents"] == false);
  for (Asked* asked : {&cohere, &jina}) {
    CHECK(asked->mapping.find("recommend") == nullptr);
    CHECK(ids(asked->parsed("rank", answer(200, R"({"id":"x","results":[{"index":3,"relevance_score":0.9},
                                                    {"index":0,"relevance_score":0.1}]})"))) == "i4 i1");
    CHECK(asked->parsed("rank", answer(200, R"({"results":[]})")).kind == AnswerKind::empty);
    for (const char* index : {"4", "-1", "1.5", "\"0\"", "18446744073709551616", "null"}) {
      check_outcome(*asked, "rank",
                    answer(200, R"({"results":[{"relevance_score":1,"index":)" + std::string(index) + "}]}"),
                    AnswerKind::invalid, Outcome::malformed);
    }
    const Answer throttled = asked->parsed("rank", answer(429, R"({"message":"trial key"})"));
    CHECK(throttled.outcome == Outcome::rate_limited);
    CHECK(throttled.retry);
    check_outcome(*asked, "rank", answer(401, R"({"message":"invalid api token"})"), AnswerKind::failed,
                  Outcome::refused);
  }
}

TEST_CASE("recgauge's own format: one, many and feedback") {
  Asked asked("{preset: recgauge}");
  CHECK(asked.made("recommend").url == "http://127.0.0.1:8765/recommend");
  CHECK(body(asked.made("recommend")) == Json::parse(R"({"user":"u 1","k":3,"history":["i1","i/2"],"exclude":[]})"));
  const Answer list =
      asked.parsed("recommend", answer(200, R"({"items":["i3","i4"],"scores":[2.5,1],"recommendation_id":"L"})"));
  CHECK(to_response(list, asked.data).items == std::vector<ItemId>{ItemId{2}, ItemId{3}});
  CHECK(to_response(list, asked.data).scores == std::vector<double>{2.5, 1.0});
  CHECK(to_response(list, asked.data).recommendation_id == "L");
  check_outcome(asked, "recommend", answer(200, R"({"refused":"no consent"})"), AnswerKind::refusal, Outcome::refused);
  const std::vector<Json> members(2, asked.variables("recommend"));
  const MadeRequest made = make_batch_request(asked.operation("recommend"), members);
  CHECK(made.request.url == "http://127.0.0.1:8765/recommend/batch");
  CHECK(body(made.request)["requests"][1]["history"] == Json::parse(R"(["i1","i/2"])"));
  const std::vector<AnswerContext> contexts(2, answer_context(members[0], asked.mapping));
  const auto answers =
      parse_batch_response(asked.operation("recommend"),
                           answer(200, R"({"answers":[{"status":200,"items":["i1"]},{"status":503}]})"), contexts);
  CHECK(ids(answers.at(0).answer) == "i1");
  CHECK(answers[1].ask_alone);
  CHECK(body(asked.made("rank"))["candidates"] == Json::parse(R"(["i1","i/2","i3","i4"])"));
  CHECK(body(asked.feedback({click(ItemId{0})}).at(0)) ==
        Json::parse(R"({"events":[{"user":"u 1","item":"i1","kind":"click","value":1.0,"time":1440938160,"rank":0,
                        "recommendation_id":"list-7","event":"e-1"}]})"));
}
