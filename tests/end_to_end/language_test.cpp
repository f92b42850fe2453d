// Language-model recommenders as a user meets them: offline, shown before anything is sent, and asked over HTTP.
#include <doctest/doctest.h>

#include <fstream>

#include "tests/end_to_end/program.h"
#include "tests/scripted/language_server.h"

using namespace recgauge::end_to_end;
using namespace recgauge::scripted;
using nlohmann::json;

namespace {

const std::filesystem::path kSource = RECGAUGE_SOURCE_DIR;

std::string config_of(const HttpServer& server) {
  return "name: prompts\ndata:\n  world: {users: 60, items: 40, mean_interactions: 8}\nlist_length: 5\n"
         "suites: {accuracy: {cutoffs: [5], primary: ndcg@5}}\n"
         "baselines: [popularity]\nmodels:\n  - name: reranker\n    kind: rag\n    parameters:\n      shortlist: 5\n"
         "      retriever: {kind: popularity}\n      endpoint: {base: \"" +
         server.url("/v1") +
         "\", model: rule, price_per_million_prompt_tokens: 2}\n  - name: from memory\n    kind: direct_prompt\n"
         "    parameters:\n      form: open\n      endpoint: {base: \"" +
         server.url("/v1") + "\", model: rule, streaming: on}\n";
}

// Keeps the order that it is shown; from memory it knows one title that no catalogue has.
std::string rule(const json& body) {
  if (last_message(body).find("Candidates:") == std::string::npos) {
    return R"({"recommendations":["The Film That Never Was"],"explanation":"memory"})";
  }
  return R"({"ranking":[1,2,3,4,5],"explanation":"as shown"})";
}

}  // namespace

TEST_CASE("the example of language models runs without a network") {
  const Scratch scratch;
  const auto result =
      run_program({"run", (kSource / "examples/language-models.yaml").string(), "-o", "run", "-q"}, scratch.path());
  CAPTURE(result.errors);
  REQUIRE(result.exit_code == 0);
  const json report = json::parse(std::ifstream(scratch.path() / "run/report.json"));
  bool measured = false;
  for (const json& system : report.at("systems")) {
    if (system.dump().find("hnsw_recall@10") != std::string::npos) measured = true;
  }
  CHECK(measured);
}

TEST_CASE("a prompted model is shown, priced and asked") {
  const Scratch scratch;
  HttpServer server;
  server.on("/v1/chat/completions", chats(rule));
  std::ofstream(scratch.path() / "c.yaml") << config_of(server);
  const auto dry = run_program({"run", "c.yaml", "--dry-run"}, scratch.path());
  CAPTURE(dry.output);
  CHECK(dry.exit_code == 0);
  CHECK(dry.output.find("no name of a user") != std::string::npos);
  CHECK(dry.output.find("questions to the model") != std::string::npos);
  CHECK(server.request_count() == 0);
  const auto shown = run_program({"probe-endpoint", "c.yaml", "--only-show"}, scratch.path());
  CHECK(shown.output.find("Had before, oldest first:") != std::string::npos);
  CHECK(server.request_count() == 0);
  const auto probe = run_program({"probe-endpoint", "c.yaml"}, scratch.path());
  CAPTURE(probe.output);
  CHECK(probe.output.find("not in the catalogue") != std::string::npos);
  CHECK(probe.output.find("text: memory") != std::string::npos);
  const auto run = run_program({"run", "c.yaml", "-o", "run", "-q"}, scratch.path());
  CAPTURE(run.errors);
  CHECK(run.exit_code == 0);
  const std::string systems = json::parse(std::ifstream(scratch.path() / "run/report.json")).at("systems").dump();
  CHECK(systems.find("prompt_sha256") != std::string::npos);
  CHECK(systems.find("127.0.0.1") == std::string::npos);
}

TEST_CASE("a model that asks the same question again and again is found out by simulated users") {
  const Scratch scratch;
  HttpServer server;
  server.on("/v1/chat/completions",
            chats([](const json&) { return R"({"reply": "Which category do you want?", "recommendations": []})"; }));
  std::ofstream(scratch.path() / "c.yaml")
      << "data:\n  world: {users: 60, items: 40, mean_interactions: 8}\nlist_length: 5\nbaselines: [popularity]\n"
         "suites: {conversation: {seekers: 5, turns: 8, k: 5}}\n"
         "models:\n  - name: talker\n    kind: conversational\n    parameters:\n      endpoint: {base: \""
      << server.url("/v1") << "\", model: rule}\n";
  const auto run = run_program({"run", "c.yaml", "-o", "run", "-q"}, scratch.path());
  REQUIRE_MESSAGE(run.exit_code == 0, run.errors);
  CHECK(server.request_count() == 40);
  const json report = comparable_report(scratch.path() / "run");
  CHECK(measured(report, "conversation/talker/repeated questions/all") == 0.875);
  CHECK(measured(report, "conversation/talker/success in 8 turns@5/all") == 0.0);
  CHECK(measured(report, "conversation/oracle/success in 1 turns@5/all") == 1.0);
  bool answered = false;
  for (const HttpServerRequest& request : server.requests()) {
    answered = answered || request.body().find("Something like ") != std::string::npos;
  }
  CHECK(answered);
}

TEST_CASE("what cannot be is refused before anything is read") {
  const Scratch scratch;
  const auto refused = [&](const std::string& kind, const std::string& parameters, const std::string& words) {
    std::ofstream(scratch.path() / "c.yaml") << "data: {world: {users: 20, items: 20}}\nmodels:\n  - kind: " << kind
                                             << "\n    parameters: " << parameters << "\n";
    const auto result = run_program({"validate", "c.yaml"}, scratch.path());
    CAPTURE(result.errors);
    CHECK(result.exit_code == 2);
    CHECK(result.errors.find(words) != std::string::npos);
  };
  const std::string endpoint = "endpoint: {base: 'http://127.0.0.1:1/v1', model: m}";
  refused("direct_prompt", "{}", "no base");
  refused("direct_prompt", "{" + endpoint + ", retriever: {kind: ease}}", "only the kind rag");
  refused("rag", "{" + endpoint + ", retriever: {kind: eas}}", "did you mean 'ease'");
  refused("rag", "{" + endpoint + ", retriever: {kind: ease, parameters: {regularization: 1}}}", "regularisation");
  refused("direct_prompt", "{" + endpoint + ", forms: open}", "form");
  refused("encoder_only", "{vectors: endpoint}", "need an endpoint");
  refused("prediction_head", "{search: hnsw}", "encoder_only");
}
