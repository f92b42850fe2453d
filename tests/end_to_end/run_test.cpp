// The main job on the embedded world: results that do not depend on threads or interruptions, and the folder's rules.
#include <doctest/doctest.h>
#include <signal.h>

#include <chrono>
#include <thread>

#include "tests/end_to_end/program.h"

using namespace recgauge::end_to_end;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

constexpr const char* kSmallWorld = R"(
name: small
data: {world: {users: 300, items: 150, mean_interactions: 20}}
list_length: 50
baselines: [random, popularity, markov, item_knn, ease, ials]
suites: {accuracy: {resamples: 200, sign_flips: 199}, bias: {resamples: 200, permutations: 199}, latency: {}}
)";

// Long enough to be stopped in the middle.
constexpr const char* kLargerWorld = R"(
name: larger
data: {world: {users: 12000, items: 800, mean_interactions: 15}}
list_length: 50
baselines: [random, popularity, markov, item_knn, ials]
suites: {accuracy: {resamples: 100, sign_flips: 99, cutoffs: [10], metrics: [recall]}}
)";

// Waits until the run has stored some observations, then sends the signal.
void stop_in_the_middle(Process& process, const std::filesystem::path& run, int signal, uintmax_t bytes) {
  const std::filesystem::path wal = run / "observations.sqlite-wal";
  const std::filesystem::path main = run / "observations.sqlite";
  const auto stored = [&] {
    std::error_code error;
    uintmax_t size = 0;
    for (const auto& file : {wal, main}) {
      const uintmax_t found = std::filesystem::file_size(file, error);
      if (!error) size += found;
    }
    return size;
  };
  while (process.is_running() && stored() < bytes) std::this_thread::sleep_for(1ms);
  REQUIRE_MESSAGE(process.is_running(), "the run ended before it could be stopped; make it larger");
  process.send(signal);
}

}  // namespace

TEST_CASE("without arguments the embedded world is measured, with every baseline and both controls") {
  const Scratch scratch;
  const Outcome outcome = run_program({"run"}, scratch.path());
  REQUIRE(outcome.exit_code == 0);
  CHECK(outcome.output.find("recgauge-runs/world-1/report.html") != std::string::npos);
  CHECK(std::filesystem::file_size(scratch.path() / "recgauge-runs/world-1/report.html") > 100000);
  const json report = comparable_report(scratch.path() / "recgauge-runs/world-1");
  CHECK(report.at("systems").size() == 8);
  CHECK(measured(report, "accuracy/oracle/ndcg@10/all") == doctest::Approx(1.0));
  // What World was built for: knowing the user beats popularity, and popularity beats chance.
  CHECK(measured(report, "accuracy/ials/ndcg@10/all") > 1.5 * measured(report, "accuracy/popularity/ndcg@10/all"));
  CHECK(measured(report, "accuracy/popularity/ndcg@10/all") > 2 * measured(report, "accuracy/random/ndcg@10/all"));
  // A hundred fake users do not make their targets popular, and what follows chance follows nobody.
  const std::string attack = "@10/attack=bandwagon push, size=5 %";
  CHECK(measured(report, "manipulation/random/attack_gain" + attack) == 0.0);
  CHECK(measured(report, "manipulation/popularity/attack_gain" + attack) == 0.0);
  CHECK(measured(report, "manipulation/markov/attack_gain" + attack) > 0.0);
}

TEST_CASE("one and two threads give the same report outside timing and environment; another seed another") {
  const Scratch scratch;
  const std::string config = scratch.file("small.yaml", kSmallWorld);
  REQUIRE(run_program({"run", config, "-o", "one", "--threads", "1", "-q"}, scratch.path()).exit_code == 0);
  REQUIRE(run_program({"run", config, "-o", "two", "--threads", "2", "-q"}, scratch.path()).exit_code == 0);
  REQUIRE(run_program({"run", config, "-o", "other", "--seed", "7", "-q"}, scratch.path()).exit_code == 0);
  CHECK(comparable_report(scratch.path() / "one") == comparable_report(scratch.path() / "two"));
  CHECK(comparable_report(scratch.path() / "one") != comparable_report(scratch.path() / "other"));
}

TEST_CASE("Ctrl-C keeps what was observed, and --resume ends with the report of an undisturbed run") {
  const Scratch scratch;
  const std::string config = scratch.file("larger.yaml", kLargerWorld);
  Process process({"run", config, "-o", "run", "--threads", "1"}, scratch.path());
  stop_in_the_middle(process, scratch.path() / "run", SIGINT, 3000000);
  const Outcome stopped = process.wait();
  CHECK(stopped.exit_code == 130);
  CHECK_MESSAGE(stopped.errors.find("--resume -o run") != std::string::npos, stopped.errors);
  CHECK(!std::filesystem::exists(scratch.path() / "run/report.json"));

  REQUIRE(run_program({"run", config, "-o", "run", "--resume", "-q"}, scratch.path()).exit_code == 0);
  REQUIRE(run_program({"run", config, "-o", "whole", "-q"}, scratch.path()).exit_code == 0);
  CHECK(comparable_report(scratch.path() / "run") == comparable_report(scratch.path() / "whole"));
}

TEST_CASE("a run that was killed at any moment is resumed, or tells how to begin anew") {
  const Scratch scratch;
  const std::string config = scratch.file("larger.yaml", kLargerWorld);
  REQUIRE(run_program({"run", config, "-o", "whole", "-q"}, scratch.path()).exit_code == 0);
  for (const uintmax_t bytes : {uintmax_t{1}, uintmax_t{500000}, uintmax_t{4000000}}) {
    CAPTURE(bytes);
    // What an earlier round left must not be taken for what this one has written.
    std::filesystem::remove_all(scratch.path() / "run");
    Process process({"run", config, "-o", "run"}, scratch.path());
    stop_in_the_middle(process, scratch.path() / "run", SIGKILL, bytes);
    CHECK(process.wait().exit_code == 128 + SIGKILL);
    const Outcome resumed = run_program({"run", config, "-o", "run", "--resume", "-q"}, scratch.path());
    CHECK_MESSAGE(resumed.exit_code == 0, resumed.errors);
    CHECK(comparable_report(scratch.path() / "run") == comparable_report(scratch.path() / "whole"));
  }
}

TEST_CASE("a folder that holds a run is touched only when asked, and resumed only by the same configuration") {
  const Scratch scratch;
  const std::string config = scratch.file("small.yaml", kSmallWorld);
  REQUIRE(run_program({"run", config, "-o", "run", "-q"}, scratch.path()).exit_code == 0);
  const json before = comparable_report(scratch.path() / "run");

  const Outcome again = run_program({"run", config, "-o", "run", "-q"}, scratch.path());
  CHECK(again.exit_code == 2);
  CHECK(again.errors.find("--overwrite") != std::string::npos);

  const Outcome other = run_program({"run", config, "-o", "run", "--resume", "--seed", "9"}, scratch.path());
  CHECK(other.exit_code == 2);
  CHECK(comparable_report(scratch.path() / "run") == before);

  const Outcome nothing = run_program({"run", config, "-o", "empty", "--resume"}, scratch.path());
  CHECK(nothing.exit_code == 2);
  CHECK(nothing.errors.find("no run to resume") != std::string::npos);
}

TEST_CASE("a stored run is rendered again without asking anything") {
  const Scratch scratch;
  const std::string config = scratch.file("small.yaml", kSmallWorld);
  REQUIRE(run_program({"run", config, "-o", "run", "-q", "--format", "json"}, scratch.path()).exit_code == 0);
  CHECK(!std::filesystem::exists(scratch.path() / "run/report.html"));
  const Outcome console = run_program({"report", "run"}, scratch.path());
  CHECK(console.exit_code == 0);
  CHECK(console.output.find("ndcg@10") != std::string::npos);
  REQUIRE(run_program({"report", "run/report.json", "--format", "html", "-o", "page.html"}, scratch.path()).exit_code ==
          0);
  CHECK(std::filesystem::file_size(scratch.path() / "page.html") > 100000);
  const Outcome json_again = run_program({"report", "run", "--format", "json"}, scratch.path());
  CHECK(json::parse(json_again.output).at("run_id") == comparable_report(scratch.path() / "run").at("run_id"));
}
