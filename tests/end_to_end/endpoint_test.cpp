// A remote endpoint as a user meets it: shown, probed, asked within a run, killed, and gone on with.
#include <doctest/doctest.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "tests/end_to_end/program.h"
#include "tests/scripted/http_server.h"

using namespace recgauge::end_to_end;
using namespace recgauge::scripted;
using nlohmann::json;

namespace {

// Answers with what the other users of the batch have had, as recgauge's own format wants it.
class Endpoint {
 public:
  explicit Endpoint(std::chrono::milliseconds delay = {}) {
    server_.on("/recommend/batch", [delay](HttpConnection& connection, const HttpServerRequest& request) -> Task<> {
      if (delay.count() > 0) co_await connection.wait(delay);
      const std::string answer = json_answer(answers(json::parse(request.body())));
      co_await connection.write(answer);
    });
    server_.on("/recommend", [](HttpConnection& connection, const HttpServerRequest& request) -> Task<> {
      const std::string answer = json_answer(answer_to_one(json::parse(request.body())));
      co_await connection.write(answer);
    });
  }

  std::string config(const std::string& more = "") const {
    return "name: remote\ndata:\n  world: {users: 300, items: 120, mean_interactions: 20}\nlist_length: 20\n"
           "baselines: [popularity]\nmodels:\n  - name: vendor\n    kind: http\n    parameters:\n      endpoint:\n"
           "        preset: recgauge\n        base: [\"" +
           server_.url("") + "\"]\n        operations: {recommend: {batch: {max: 20}}}\n" + more;
  }

  size_t requests() const { return server_.request_count(); }
  std::vector<HttpServerRequest> seen() const { return server_.requests(); }

 private:
  static std::string json_answer(const json& body) {
    return http_answer(200, body.dump(), "Content-Type: application/json\r\n");
  }
  static json answer_to_one(const json& request) { return {{"items", json::array({request["history"][0]})}}; }
  static json answers(const json& batch) {
    std::set<std::string> items;
    for (const json& request : batch["requests"]) {
      for (const json& item : request["history"]) items.insert(item.get<std::string>());
    }
    json answers = json::array();
    for (const json& request : batch["requests"]) {
      const std::set<std::string> history(request["history"].begin(), request["history"].end());
      json list = json::array();
      for (const std::string& item : items) {
        if (list.size() < request["k"].get<size_t>() && history.count(item) == 0) list.push_back(item);
      }
      answers.push_back({{"status", 200}, {"items", list}});
    }
    return {{"answers", answers}};
  }

  HttpServer server_;
};

std::string content_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

void replace(std::string& text, const std::string& old, const std::string& replacement) {
  REQUIRE(text.find(old) != std::string::npos);
  text.replace(text.find(old), old.size(), replacement);
}

// Waits until a served model says where it listens.
std::string address_of(Process& server, const Scratch& scratch) {
  for (;;) {
    for (const auto& entry : std::filesystem::directory_iterator(scratch.path())) {
      const std::string text = content_of(entry.path());
      const size_t begin = text.find("http://127.0.0.1:");
      const size_t end = text.find('\n', begin);
      if (begin != std::string::npos && end != std::string::npos) return text.substr(begin, end - begin);
    }
    REQUIRE(server.is_running());
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

}  // namespace

TEST_CASE("an endpoint is shown, probed and measured, and its users go by pseudonyms") {
  const Endpoint endpoint;
  const Scratch scratch;
  scratch.file("remote.yaml", endpoint.config());
  const Outcome dry = run_program({"run", "remote.yaml", "--dry-run"}, scratch.path());
  CHECK_MESSAGE(dry.exit_code == 0, dry.errors);
  CHECK(dry.output.find("vendor (http): ") != std::string::npos);
  CHECK(dry.output.find("user (a pseudonym)") != std::string::npos);
  const Outcome shown = run_program({"probe-endpoint", "remote.yaml", "--only-show"}, scratch.path());
  CHECK_MESSAGE(shown.exit_code == 0, shown.errors);
  CHECK(endpoint.requests() == 0);

  const Outcome probed = run_program({"probe-endpoint", "remote.yaml"}, scratch.path());
  CHECK_MESSAGE(probed.exit_code == 0, probed.output);
  CHECK(endpoint.requests() == 1);
  CHECK(probed.output.find("outcome: ok") != std::string::npos);

  const Outcome run = run_program({"run", "remote.yaml", "-o", "result", "-q"}, scratch.path());
  REQUIRE_MESSAGE(run.exit_code == 0, run.errors);
  const json report = comparable_report(scratch.path() / "result");
  CHECK(measured(report, "accuracy/vendor/recall@10/all") > 0.0);
  const json sent = json::parse(endpoint.seen().back().body());
  for (const json& request : sent["requests"]) {
    const auto user = request["user"].get<std::string>();
    CHECK(user.size() == 17);
    CHECK(user.front() == 'p');
  }
}

TEST_CASE("two served models in the formats of two vendors and one in the process come onto one page") {
  setenv("RECOMBEE_PRIVATE_TOKEN", "a-token", 1);
  setenv("GORSE_API_KEY", "a-key", 1);
  const Scratch scratch;
  const Scratch first;
  const Scratch second;
  std::string config = content_of(RECGAUGE_SOURCE_DIR "/examples/vendor-vs-inhouse.yaml");
  scratch.file("plan.yaml", config);
  const Outcome dry = run_program({"run", "plan.yaml", "--dry-run"}, scratch.path());
  CHECK_MESSAGE(dry.exit_code == 0, dry.errors);
  CHECK(dry.output.find("vendor-a (http)") != std::string::npos);
  CHECK(dry.output.find("price: ") != std::string::npos);

  const std::string plan = (scratch.path() / "plan.yaml").string();
  Process vendor_a({"serve", "--config", plan, "--model", "ials", "--format", "recombee", "--port", "0", "--key",
                    "env:RECOMBEE_PRIVATE_TOKEN", "-q"},
                   first.path());
  Process vendor_b({"serve", "--config", plan, "--model", "item_knn", "--format", "gorse", "--port", "0", "--key",
                    "env:GORSE_API_KEY", "-q"},
                   second.path());
  replace(config, "http://127.0.0.1:8801", address_of(vendor_a, first));
  replace(config, "http://127.0.0.1:8802", address_of(vendor_b, second));
  scratch.file("run.yaml", config);
  const Outcome run = run_program({"run", "run.yaml", "-o", "result", "-q"}, scratch.path());
  REQUIRE_MESSAGE(run.exit_code == 0, run.errors);
  vendor_a.send(SIGTERM);
  vendor_b.send(SIGTERM);
  vendor_a.wait();
  vendor_b.wait();

  // A vendor that serves the same model is as good as it is in the process.
  const json report = comparable_report(scratch.path() / "result");
  for (const auto& [vendor, model] : {std::pair("vendor-a", "ials"), std::pair("vendor-b", "item_knn")}) {
    for (const char* metric : {"/answered_share/all", "/recall@10/all", "/ndcg@10/all"}) {
      CAPTURE(metric);
      CHECK(measured(report, std::string("accuracy/") + vendor + metric) ==
            doctest::Approx(measured(report, std::string("accuracy/") + model + metric)));
    }
  }
  CHECK(measured(report, "accuracy/vendor-a/answered_share/all") == 1.0);
  const std::string text = content_of(scratch.path() / "result/report.json");
  CHECK(text.find("a-token") == std::string::npos);
  CHECK(text.find("a-key") == std::string::npos);
  const Outcome compared = run_program({"compare", "result", "-o", "comparison.html"}, scratch.path());
  CHECK_MESSAGE(compared.exit_code == 0, compared.errors);
  CHECK(std::filesystem::file_size(scratch.path() / "comparison.html") > 100'000);
}

TEST_CASE("an endpoint can be served again, in another format") {
  const Endpoint endpoint;
  const Scratch configs;
  const Scratch scratch;
  Process served(
      {"serve", "--config", configs.file("remote.yaml", endpoint.config()), "--model", "vendor", "--port", "0", "-q"},
      scratch.path());
  const std::string url = address_of(served, scratch) + "/recommend";
  const std::string asked = R"({"k": 3, "history": ["i1", "i2"]})";
  const std::string answer = (scratch.path() / "answer.json").string();
  const std::string command =
      "curl --silent --noproxy '*' --max-time 20 --data '" + asked + "' -o '" + answer + "' '" + url + "'";
  CHECK(std::system(command.c_str()) == 0);
  CHECK(served.is_running());
  CHECK(endpoint.requests() == 1);
  CHECK_MESSAGE(json::parse(content_of(answer)).contains("items"), content_of(answer));
  served.send(SIGTERM);
  served.wait();
}

TEST_CASE("an unknown preset is found before anything is asked") {
  const Scratch scratch;
  scratch.file(
      "wrong.yaml",
      "models:\n  - kind: http\n    parameters:\n      endpoint: {preset: recombe, constants: {database: x}}\n");
  const Outcome wrong = run_program({"validate", "wrong.yaml"}, scratch.path());
  CHECK(wrong.exit_code == 2);
  CHECK_MESSAGE(wrong.errors.find("recombee") != std::string::npos, wrong.errors);
}

TEST_CASE("a run that was killed goes on with what its cassette holds, to the same report") {
  const Endpoint endpoint(std::chrono::milliseconds(20));
  const Scratch scratch;
  scratch.file("remote.yaml", endpoint.config("      cassette: answers.sqlite\n      concurrency: 1\n"));
  const Outcome whole = run_program({"run", "remote.yaml", "-o", "whole", "-q"}, scratch.path());
  REQUIRE_MESSAGE(whole.exit_code == 0, whole.errors);
  const size_t needed = endpoint.requests();
  REQUIRE(needed >= 10);
  std::filesystem::remove(scratch.path() / "answers.sqlite");

  Process killed({"run", "remote.yaml", "-o", "killed", "-q"}, scratch.path());
  while (endpoint.requests() < needed + needed / 2 && killed.is_running()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  killed.send(SIGKILL);
  killed.wait();
  const size_t before = endpoint.requests() - needed;
  const Outcome resumed = run_program({"run", "remote.yaml", "-o", "killed", "--resume", "-q"}, scratch.path());
  REQUIRE_MESSAGE(resumed.exit_code == 0, resumed.errors);
  // The one that was under way when the run was killed had not been answered.
  CHECK(endpoint.requests() - needed <= needed + 1);
  CHECK(before < needed);
  CHECK(comparable_report(scratch.path() / "whole") == comparable_report(scratch.path() / "killed"));
}
