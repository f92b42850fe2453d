// The small commands: what can be asked for, whether a configuration is right, schemas, completion.
#include <doctest/doctest.h>

#include "tests/end_to_end/program.h"

using namespace recgauge::end_to_end;
using nlohmann::json;

TEST_CASE("every command explains itself with an example") {
  const Scratch scratch;
  const Outcome top = run_program({"--help"}, scratch.path());
  CHECK(top.exit_code == 0);
  CHECK(top.output.find("Examples:") != std::string::npos);
  for (const char* command : {"run", "merge", "train", "tune", "serve", "report", "attest", "verify", "gate", "list",
                              "validate", "schema", "completion"}) {
    CAPTURE(command);
    CHECK(top.output.find(command) != std::string::npos);
    const Outcome help = run_program({command, "--help"}, scratch.path());
    CHECK(help.exit_code == 0);
    CHECK(help.output.find("recgauge " + std::string(command)) != std::string::npos);
  }
  CHECK(run_program({"--version"}, scratch.path()).output.starts_with("recgauge "));
}

TEST_CASE("list names what a configuration can use") {
  const Scratch scratch;
  const auto list = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "list");
    const Outcome outcome = run_program(arguments, scratch.path());
    REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.errors);
    return outcome.output;
  };
  for (const char* suite : {"accuracy", "bias", "harm_drift", "latency"}) {
    CHECK(list({"suites"}).find(suite) != std::string::npos);
  }
  CHECK(list({"metrics"}).find("ndcg") != std::string::npos);
  CHECK(list({"adapters"}).find("in_process") != std::string::npos);
  CHECK(list({"presets"}).find("movielens_100k") != std::string::npos);
  for (const char* model : {"random", "popularity", "markov", "item_knn", "ease", "ials", "mult_vae", "sasrec"}) {
    CHECK(list({"models"}).find(model) != std::string::npos);
  }
  CHECK(list({"models", "ials"}).find("dimension") != std::string::npos);
  const Outcome unknown = run_program({"list", "models", "eals"}, scratch.path());
  CHECK(unknown.exit_code == 2);
  CHECK(unknown.errors.find("ials") != std::string::npos);
}

TEST_CASE("validate checks without running, and prints every default") {
  const Scratch scratch;
  const std::string good = scratch.file("good.yaml", "models: [{kind: ease, name: mine}]\n");
  const Outcome valid = run_program({"validate", good}, scratch.path());
  CHECK(valid.exit_code == 0);
  CHECK(valid.output.find("valid") != std::string::npos);
  const json printed = json::parse(run_program({"validate", good, "--print"}, scratch.path()).output);
  CHECK(printed.at("seed") == 42);
  CHECK(printed.at("suites").at("accuracy").at("primary") == "ndcg@10");

  const std::string bad = scratch.file("bad.yaml", "models:\n  - kind: ease\n    nmae: mine\n");
  const Outcome invalid = run_program({"validate", bad}, scratch.path());
  CHECK(invalid.exit_code == 2);
  CHECK_MESSAGE(invalid.errors.find("bad.yaml:3:5") != std::string::npos, invalid.errors);
  CHECK(invalid.errors.find("did you mean 'name'") != std::string::npos);
  CHECK(!std::filesystem::exists(scratch.path() / "recgauge-runs"));
}

TEST_CASE("schemas are JSON, and completion scripts know every command") {
  const Scratch scratch;
  CHECK(json::parse(run_program({"schema"}, scratch.path()).output).at("properties").contains("baselines"));
  CHECK(json::parse(run_program({"schema", "report"}, scratch.path()).output).at("properties").contains("suites"));
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const Outcome script = run_program({"completion", shell}, scratch.path());
    CHECK(script.exit_code == 0);
    for (const char* word : {"validate", "completion", "--resume", "--overwrite"}) {
      CHECK(script.output.find(word) != std::string::npos);
    }
  }
}

TEST_CASE("bash completes commands, options and files") {
  const Scratch scratch;
  scratch.file("completion.bash", run_program({"completion", "bash"}, scratch.path()).output);
  const std::string script =
      scratch.file("try.sh",
                   "set -u\nsource ./completion.bash\n"
                   "try() { COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _recgauge; "
                   "printf '%s ' \"${COMPREPLY[@]}\"; echo; }\n"
                   "try recgauge va\ntry recgauge run --over\ntry recgauge run compl\n");
  const std::string command = "cd '" + scratch.path().string() + "' && bash try.sh > answer 2>&1";
  CHECK(std::system(command.c_str()) == 0);
  std::string answer;
  {
    FILE* file = fopen((scratch.path() / "answer").c_str(), "r");
    char buffer[512];
    while (fgets(buffer, sizeof buffer, file) != nullptr) answer += buffer;
    fclose(file);
  }
  CHECK(answer == "validate \n--overwrite \ncompletion.bash \n");
}
