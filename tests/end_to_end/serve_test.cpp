// recgauge serve as a user starts it, asked by curl.
#include <doctest/doctest.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <thread>

#include "tests/end_to_end/program.h"

using namespace recgauge::end_to_end;

namespace {

constexpr const char* kSmallWorld = R"(
data: {format: world, world: {users: 60, items: 40, mean_interactions: 15}}
baselines: [popularity]
)";

std::string curl(const std::string& arguments) {
  FILE* pipe = popen(("curl --silent --noproxy '*' --max-time 20 " + arguments).c_str(), "r");
  std::string text;
  for (char block[4096]; const size_t count = fread(block, 1, sizeof block, pipe);) text.append(block, count);
  pclose(pipe);
  return text;
}

// What a started server says of itself.
std::string first_line(Process& server, const Scratch& scratch) {
  std::string line;
  while (line.empty() && server.is_running()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    std::getline(std::ifstream(scratch.path() / ".stdout") >> std::ws, line);
  }
  return line;
}

}  // namespace

TEST_CASE("a model is trained, served, asked and stopped") {
  const Scratch scratch;
  scratch.file("small.yaml", kSmallWorld);
  Process server({"serve", "--config", "small.yaml", "--model", "popularity", "--port", "0", "-q"}, scratch.path());
  const std::string line = first_line(server, scratch);
  REQUIRE(line.starts_with("popularity in the format of recgauge at http://127.0.0.1:"));
  const std::string url = line.substr(line.find("http://"));
  const nlohmann::json answer = nlohmann::json::parse(curl("--data '{\"k\":5}' " + url + "/recommend"));
  CHECK(answer["items"].size() == 5);
  CHECK(answer["scores"].size() == 5);
  server.send(SIGTERM);
  const Outcome outcome = server.wait();
  CHECK(outcome.exit_code == 0);
}

TEST_CASE("what is served bears broken requests, which only those who are authorised send") {
  const Scratch scratch;
  scratch.file("small.yaml", kSmallWorld);
  Process server({"serve", "--config", "small.yaml", "--model", "popularity", "--port", "0", "-q"}, scratch.path());
  const std::string line = first_line(server, scratch);
  REQUIRE(line.find("http://") != std::string::npos);
  const std::string model =
      "{authorised: %, endpoint: {preset: recgauge, base: [\"" + line.substr(line.find("http://")) + "\"]}}";
  const Scratch asking;
  const auto config = [&](const std::string& name, const std::string& authorised) {
    std::string parameters = model;
    parameters.replace(parameters.find('%'), 1, authorised);
    asking.file(name,
                "data: {format: world, world: {users: 60, items: 40, mean_interactions: 15}}\nbaselines: []\n"
                "models: [{kind: http, name: served, parameters: " +
                    parameters + "}]\nsuites: {manipulation: {poisoning: false, membership: false, texts: false}}\n");
  };
  config("yes.yaml", "true");
  config("no.yaml", "false");
  const Outcome dry = run_program({"run", "yes.yaml", "--dry-run"}, asking.path());
  CHECK(dry.output.find("at most 49 requests more, half of them broken on purpose (authorised: true)") !=
        std::string::npos);
  const Outcome outcome = run_program({"run", "yes.yaml", "-o", "yes", "-q"}, asking.path());
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.errors);
  CHECK(measured(comparable_report(asking.path() / "yes"), "manipulation/served/broken_requests_borne/all") == 1.0);
  REQUIRE(run_program({"run", "no.yaml", "-o", "no", "-q"}, asking.path()).exit_code == 0);
  const std::string report = comparable_report(asking.path() / "no").dump();
  CHECK(report.find("broken_requests_borne/") == std::string::npos);
  CHECK(report.find("it was sent none") != std::string::npos);
  server.send(SIGTERM);
  CHECK(server.wait().exit_code == 0);
}

TEST_CASE("mistakes in serving are named") {
  const Scratch scratch;
  scratch.file("small.yaml", kSmallWorld);
  const auto errors = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"serve", "--config", "small.yaml"});
    const Outcome outcome = run_program(arguments, scratch.path());
    CHECK(outcome.exit_code == 2);
    return outcome.errors;
  };
  CHECK(errors({"--model", "popularty"}).find("did you mean 'popularity'?") != std::string::npos);
  CHECK(errors({"--model", "popularity", "--key", "hunter2"}).find("env:NAME or file:PATH") != std::string::npos);
  CHECK(errors({"--model", "popularity", "--key", "hunter2"}).find("hunter2") == std::string::npos);
  CHECK(errors({"--model", "popularity", "--address", "nowhere"}).find("is no address to listen on") !=
        std::string::npos);
}
