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

}  // namespace

TEST_CASE("a model is trained, served, asked and stopped") {
  const Scratch scratch;
  scratch.file("small.yaml", kSmallWorld);
  Process server({"serve", "--config", "small.yaml", "--model", "popularity", "--port", "0", "-q"}, scratch.path());
  std::string line;
  while (line.empty() && server.is_running()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    std::getline(std::ifstream(scratch.path() / ".stdout") >> std::ws, line);
  }
  REQUIRE(line.starts_with("popularity in the format of recgauge at http://127.0.0.1:"));
  const std::string url = line.substr(line.find("http://"));
  const nlohmann::json answer = nlohmann::json::parse(curl("--data '{\"k\":5}' " + url + "/recommend"));
  CHECK(answer["items"].size() == 5);
  CHECK(answer["scores"].size() == 5);
  server.send(SIGTERM);
  const Outcome outcome = server.wait();
  CHECK(outcome.exit_code == 0);
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
