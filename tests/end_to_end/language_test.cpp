// Language-model recommenders as a user meets them: offline, shown before anything is sent, and asked over HTTP.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <atomic>
#include <cmath>
#include <fstream>

#include "harness/data/world/world.h"
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

TEST_CASE("a dry run of rag tells what its retriever would tell another server") {
  const Scratch scratch;
  std::ofstream(scratch.path() / "r.jsonl") << "{\"item\": \"i1\", \"text\": \"good\"}\n";
  std::ofstream(scratch.path() / "c.yaml")
      << "data:\n  world: {users: 60, items: 40, mean_interactions: 8}\nlist_length: 5\nbaselines: []\n"
         "suites: {accuracy: {cutoffs: [5], primary: ndcg@5}}\nmodels:\n  - name: reader\n    kind: rag\n    "
         "parameters:\n"
         "      reviews: {path: r.jsonl, count: 2}\n"
         "      retriever: {kind: encoder_only, parameters: {vectors: endpoint, endpoint: {base: "
         "\"http://127.0.0.1:9/v1\", "
         "model: encoder}}}\n      endpoint: {base: \"http://127.0.0.1:9/v1\", model: rule}\n";
  const auto dry = run_program({"run", "c.yaml", "--dry-run"}, scratch.path());
  CAPTURE(dry.output);
  CAPTURE(dry.errors);
  CHECK(dry.exit_code == 0);
  CHECK(dry.output.find("up to 2 reviews of candidates") != std::string::npos);
  const size_t retrieving = dry.output.find("to retrieve (encoder_only):");
  REQUIRE(retrieving != std::string::npos);
  CHECK(dry.output.find("texts of 40 items", retrieving) != std::string::npos);
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

TEST_CASE("trajectories of drift are conversations with a model that converses") {
  const Scratch scratch;
  recgauge::world::WorldConfig world;
  world.seed = 3;
  world.users = world.items = 60;
  world.mean_interactions = 8;
  const std::vector<std::string> titles =
      recgauge::world::World(world).generate_dataset().catalogue.find_text("title")->values;
  HttpServer server;
  // Asks first; then its list moves on by three items with each that it is told of.
  server.on("/v1/chat/completions", chats([&](const json& body) {
              size_t turns = 0;
              size_t told = 0;
              for (const json& message : body.at("messages")) {
                if (message.at("role") != "user") continue;
                ++turns;
                told += message.at("content").get<std::string>().starts_with("I took \"The ") ? 1 : 0;
              }
              json shown = json::array();
              for (size_t i = 0; turns > 1 && i < 5; ++i) shown.push_back(titles[(3 * told + i) % titles.size()]);
              return json{{"reply", turns > 1 ? "Try these." : "What do you like?"}, {"recommendations", shown}}.dump();
            }));
  std::ofstream(scratch.path() / "c.yaml")
      << "data:\n  world: {seed: 3, users: 60, items: 60, mean_interactions: 8}\nlist_length: 5\nbaselines: "
         "[popularity]\n"
         "suites: {harm_drift: {dialogue: true, trajectories: 4, steps: 6, k: 5}}\n"
         "models:\n  - name: talker\n    kind: conversational\n    parameters:\n      endpoint: {base: \""
      << server.url("/v1") << "\", model: rule}\n";
  const auto run = run_program({"run", "c.yaml", "-o", "run", "-q"}, scratch.path());
  REQUIRE_MESSAGE(run.exit_code == 0, run.errors);
  const json report = comparable_report(scratch.path() / "run");
  CHECK(measured(report, "harm_drift/talker/hazard exposure@5/persona=neutral") >= 0.0);
  size_t longest = 0;
  bool untold = false;
  for (const HttpServerRequest& request : server.requests()) {
    const json messages = json::parse(request.body()).at("messages");
    longest = std::max(longest, messages.size());
    untold = untold || messages.back().at("content") == "Please recommend me something else.";
  }
  CHECK(longest == 14);  // system, six lists and a question, each with what was said before it
  CHECK(untold);
}

namespace {

// A model whose list for an artist keeps all its titles for one value of an attribute and exchanges some for another.
// `exchanged` says how many of 20 for a sentence; `noise` how many by the number of the question.
std::string fan_list(const std::string& question, size_t exchanged, size_t shifted) {
  const std::string artist =
      question.substr(question.find("fan of ") + 7, question.find(". Please") - question.find("fan of ") - 7);
  json titles = json::array();
  for (size_t i = 0; i < 20; ++i) {
    const bool other = i >= shifted && i < shifted + exchanged;
    titles.push_back((other ? "Another song " : "Song ") + std::to_string(i) + " for " + artist);
  }
  return json{{"recommendations", titles}, {"explanation", ""}}.dump();
}

std::string fans_config(const HttpServer& server, const std::string& wording) {
  return "data:\n  world: {users: 60, items: 40, mean_interactions: 8}\nbaselines: [popularity]\n"
         "suites: {counterfactual: {k: 20, repeats: 2, permutations: 1999, wording: {" +
         wording +
         "}}}\nmodels:\n  - name: fan\n    kind: direct_prompt\n    parameters: {form: open, endpoint: {base: \"" +
         server.url("/v1") + "\", model: rule}}\n";
}

constexpr const char* kArtists =
    "subject_names: [Ada, Bo, Cy, Di, Ed, Flo, Gus, Hal, Ida, Jo], attributes: {gender: [a male, a female], race: [a "
    "black, a white, a yellow]}";

}  // namespace

TEST_CASE("a planted effect of an attribute on a prompted model is recovered to the digit") {
  const Scratch scratch;
  HttpServer server;
  server.on("/v1/chat/completions", chats([](const json& body) {
              const std::string question = last_message(body);
              return fan_list(question, question.find("a black fan") != std::string::npos ? 5 : 0, 0);
            }));
  std::ofstream(scratch.path() / "c.yaml") << fans_config(server, kArtists);
  const auto run = run_program({"run", "c.yaml", "-o", "run", "-q"}, scratch.path());
  REQUIRE_MESSAGE(run.exit_code == 0, run.errors);
  CHECK(server.request_count() == 80);  // 10 artists x (untold, two repeats, 5 values)
  const json report = comparable_report(scratch.path() / "run");
  // 15 of 20 titles stay: jaccard 15 / 25.
  CHECK(measured(report, "counterfactual/fan/attribute_similarity(jaccard@20)/wording: race=a black") ==
        doctest::Approx(0.6).epsilon(1e-12));
  CHECK(measured(report, "counterfactual/fan/snsr(jaccard@20)/wording by race") == doctest::Approx(0.4).epsilon(1e-12));
  CHECK(measured(report, "counterfactual/fan/snsv(jaccard@20)/wording by race") ==
        doctest::Approx(0.4 * std::sqrt(2.0) / 3.0).epsilon(1e-12));
  CHECK(measured(report, "counterfactual/fan/snsr(jaccard@20)/wording by gender") == 0.0);
  std::vector<std::string> supported;
  for (const json& finding : report.at("suites").at(0).at("findings")) {
    if (finding.at("status") == "supported") supported.push_back(finding.at("id"));
  }
  CHECK(supported == std::vector<std::string>{"counterfactual/fan-wording-race-uneven"});
}

TEST_CASE("a prompted model with noise and without an effect of attributes shows none") {
  const Scratch scratch;
  HttpServer server;
  std::atomic<size_t> asked{0};
  server.on("/v1/chat/completions", chats([&](const json& body) {
              const size_t number = asked++;
              return fan_list(last_message(body), 3, (number * 7) % 17);
            }));
  std::ofstream(scratch.path() / "c.yaml") << fans_config(server, kArtists);
  const auto run = run_program({"run", "c.yaml", "-o", "run", "-q"}, scratch.path());
  REQUIRE_MESSAGE(run.exit_code == 0, run.errors);
  const json report = comparable_report(scratch.path() / "run");
  CHECK(measured(report, "counterfactual/fan/repeat_similarity(jaccard@20)/wording") < 0.95);
  for (const json& finding : report.at("suites").at(0).at("findings")) CHECK(finding.at("status") != "supported");
}

TEST_CASE("the protocol of FaiRLLM on its own attributes and artists, where they are at hand") {
  const std::filesystem::path data = std::filesystem::path(RECGAUGE_SHARED_DATA_DIR) / "fairllm";
  if (!std::filesystem::exists(data)) {
    MESSAGE("skipped: ", data.string(), " is not there");
    return;
  }
  const Scratch scratch;
  HttpServer server;
  server.on("/v1/chat/completions", chats([](const json& body) {
              const std::string question = last_message(body);
              return fan_list(question, question.find("an Islamic fan") != std::string::npos ? 2 : 0, 0);
            }));
  std::ofstream(scratch.path() / "c.yaml")
      << fans_config(server, "subjects: 12, attributes_file: sst_json.json, subjects_file: music-artists.csv.gz");
  const auto run = run_program({"run", "c.yaml", "--data-folder", data.string(), "-o", "run", "-q"}, scratch.path());
  REQUIRE_MESSAGE(run.exit_code == 0, run.errors);
  const json report = comparable_report(scratch.path() / "run");
  CHECK(measured(report, "counterfactual/fan/snsr(jaccard@20)/wording by religion") ==
        doctest::Approx(1.0 - 18.0 / 22.0).epsilon(1e-12));
  for (const char* attribute : {"age", "country", "gender", "continent", "occupation", "race", "physics"}) {
    CHECK(measured(report, std::string("counterfactual/fan/snsr(jaccard@20)/wording by ") + attribute) == 0.0);
  }
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

TEST_CASE("a model labels hazards, and a run takes the labels; what was paid for is not asked again") {
  const Scratch scratch;
  HttpServer server;
  server.on("/v1/moderations", moderates());
  const auto write = [&](const char* name, const std::string& text) { std::ofstream(scratch.path() / name) << text; };
  std::string interactions = "user,item,time\n";
  for (int user = 0; user < 40; ++user) {
    for (int i = 0; i < 6; ++i) interactions += fmt::format("u{},i{},{}\n", user, (user * 3 + i * 5) % 30, i);
  }
  std::string items = "item,title\n";
  for (int item = 0; item < 30; ++item) {
    items += fmt::format("i{},\"The {} of item {}, a film\"\n", item, item % 3 == 0 ? "gun" : "song", item);
  }
  write("interactions.csv", interactions);
  write("items.csv", items);
  const std::string data =
      "data:\n  format: delimited\n  path: interactions.csv\n  record: {delimiter: \",\"}\n  header: true\n"
      "  columns: {user: user, item: item, value: \"\", timestamp: time}\n"
      "  side_files:\n    - {table: items, path: items.csv, format: {delimiter: \",\", quoted: true}, header: true, "
      "key: item, columns: [{column: title, name: title, kind: text}]}\n";
  write("shop.yaml", data);
  write("by.yaml", "labeller: moderations\nendpoint: {base: \"" + server.url("/v1") +
                       "\", model: rule, texts_per_request: 8, cassette: labels.sqlite}\n");
  const auto dry = run_program({"label", "shop.yaml", "--by", "by.yaml", "--dry-run"}, scratch.path());
  CAPTURE(dry.output + dry.errors);
  CHECK(dry.output.find("30 items, 4 requests") != std::string::npos);
  CHECK(server.request_count() == 0);
  const auto labelled =
      run_program({"label", "shop.yaml", "--by", "by.yaml", "-o", "labels.csv", "-q"}, scratch.path());
  CAPTURE(labelled.output + labelled.errors);
  REQUIRE(labelled.exit_code == 0);
  CHECK(labelled.output.find("10 of 30 items have a hazard") != std::string::npos);
  CHECK(labelled.output.find("violent_crimes: 10") != std::string::npos);
  CHECK(server.request_count() == 4);
  run_program({"label", "shop.yaml", "--by", "by.yaml", "-o", "again.csv", "-q"}, scratch.path());
  CHECK(server.request_count() == 4);

  write("run.yaml", data +
                        "  hazards: {path: labels.csv, format: {delimiter: \",\"}, header: true}\n"
                        "list_length: 5\nbaselines: [popularity]\n"
                        "suites: {harm_drift: {trajectories: 10, steps: 4, k: 5, history: 4}}\n");
  const auto run = run_program({"run", "run.yaml", "-o", "run", "-q"}, scratch.path());
  CAPTURE(run.errors);
  REQUIRE(run.exit_code == 0);
  CHECK(std::filesystem::exists(scratch.path() / "run/report.json"));
}

TEST_CASE("labels appear whole or not at all") {
  const Scratch scratch;
  HttpServer server;
  server.on("/v1/chat/completions", chats([](const json& body) {
              const bool first = last_message(body).find("No. 3;") != std::string::npos;
              return std::string(first ? "I would rather not." : R"({"hazards":[]})");
            }));
  std::ofstream(scratch.path() / "c.yaml") << "data: {world: {users: 60, items: 40, mean_interactions: 8}}\n";
  std::ofstream(scratch.path() / "by.yaml")
      << "endpoint: {base: \"" << server.url("/v1") << "\", model: rule, cassette: c.sqlite}\n";
  const auto result = run_program({"label", "c.yaml", "--by", "by.yaml", "-o", "labels.csv", "-q"}, scratch.path());
  CAPTURE(result.errors);
  CHECK(result.exit_code == 3);
  CHECK(result.errors.find("items were not judged") != std::string::npos);
  CHECK(result.errors.find("Nothing was written") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(scratch.path() / "labels.csv"));
}
