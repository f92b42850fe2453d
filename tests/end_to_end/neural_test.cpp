// Neural models from the command line: without their module all else works, and what was trained beforehand is used.
#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "tests/end_to_end/program.h"

using namespace recgauge::end_to_end;

namespace {

constexpr const char* kNeuralWorld = R"(
name: neural
data: {world: {users: 200, items: 100, mean_interactions: 20}}
list_length: 20
models:
  - {kind: mult_vae, name: vae, parameters: {hidden: 32, latent: 8, epochs: 4}}
  - {kind: sasrec, parameters: {dimension: 16, length: 10, epochs: 2}}
baselines: [popularity]
suites: {accuracy: {resamples: 100, sign_flips: 99, cutoffs: [10]}}
)";

}  // namespace

TEST_CASE("a program without its module lists and checks neural models, and says what to do when one is to be made") {
  const Scratch scratch;
  const std::filesystem::path folder = scratch.path() / "elsewhere" / "bin";
  std::filesystem::create_directories(folder);
  std::filesystem::copy_file(RECGAUGE_PROGRAM, folder / "recgauge");
  const std::string config = scratch.file("neural.yaml", kNeuralWorld);
  const auto run = [&](const std::string& arguments) {
    const std::string command =
        "cd '" + scratch.path().string() + "' && '" + (folder / "recgauge").string() + "' " + arguments + " > out 2>&1";
    const int status = std::system(command.c_str());
    std::ostringstream text;
    text << std::ifstream(scratch.path() / "out").rdbuf();
    return std::pair(WEXITSTATUS(status), text.str());
  };
  CHECK(run("list models sasrec").second.find("sampled_softmax") != std::string::npos);
  CHECK(run("validate neural.yaml").first == 0);
  const auto [code, text] = run("run neural.yaml -q");
  CHECK(code == 2);
  CHECK_MESSAGE(text.find("librecgauge_neural.so, which is not there; install") != std::string::npos, text);
  std::ostringstream bytes;
  bytes << std::ifstream(RECGAUGE_PROGRAM, std::ios::binary).rdbuf();
  CHECK(bytes.str().find("libtorch_cpu.so") == std::string::npos);
}

TEST_CASE("train keeps models, run uses them, and the report is that of a run that trains" *
          doctest::skip(!std::filesystem::exists(RECGAUGE_NEURAL_MODULE))) {
  const Scratch scratch;
  const std::string config = scratch.file("neural.yaml", kNeuralWorld);
  REQUIRE(run_program({"run", config, "-o", "plain", "-q"}, scratch.path()).exit_code == 0);
  const Outcome trained = run_program({"train", config, "--models", "kept", "-q"}, scratch.path());
  REQUIRE_MESSAGE(trained.exit_code == 0, trained.errors);
  CHECK(trained.output.find("2 models trained") != std::string::npos);
  CHECK(std::distance(std::filesystem::directory_iterator(scratch.path() / "kept"), {}) == 2);
  REQUIRE(run_program({"run", config, "-o", "kept-run", "--models", "kept", "-q"}, scratch.path()).exit_code == 0);
  CHECK(comparable_report(scratch.path() / "plain") == comparable_report(scratch.path() / "kept-run"));
  for (const auto& file : std::filesystem::directory_iterator(scratch.path() / "kept")) {
    std::filesystem::resize_file(file.path(), 100);
  }
  const Outcome broken = run_program({"run", config, "-o", "broken", "--models", "kept", "-q"}, scratch.path());
  CHECK(broken.exit_code == 2);
  CHECK_MESSAGE(broken.errors.find("remove it to train anew") != std::string::npos, broken.errors);
}

TEST_CASE("only neural models can be trained beforehand") {
  const Scratch scratch;
  const std::string config = scratch.file("ease.yaml", "models: [{kind: ease}]\n");
  const Outcome outcome = run_program({"train", config}, scratch.path());
  CHECK(outcome.exit_code == 2);
  CHECK(outcome.errors.find("only neural models") != std::string::npos);
}

TEST_CASE("a TorchScript file is measured like any system, and a damaged one is named with its place" *
          doctest::skip(!std::filesystem::exists(RECGAUGE_NEURAL_MODULE))) {
  // Made by tests/reference_models/neural/script_file.h from:
  //   def score(self, history: Tensor, lengths: Tensor) -> Tensor:
  //       scores = torch.arange(100).float().unsqueeze(0).repeat([history.size(0), 1])
  //       return scores - (lengths == 0).float().unsqueeze(1)
  const std::filesystem::path script =
      std::filesystem::path(RECGAUGE_SOURCE_DIR) / "tests/end_to_end/scripts/last_item_first.pt";
  const Scratch scratch;
  std::filesystem::copy_file(script, scratch.path() / "model.pt");
  const std::string config = scratch.file("own.yaml", R"(
name: own
data: {world: {users: 100, items: 100, mean_interactions: 20}}
list_length: 20
models:
  - {name: mine, kind: torchscript, parameters: {path: model.pt}}
baselines: [popularity]
suites: {accuracy: {resamples: 100, sign_flips: 99, cutoffs: [10]}}
)");
  const Outcome whole = run_program({"run", config, "-o", "run", "-q"}, scratch.path());
  REQUIRE_MESSAGE(whole.exit_code == 0, whole.errors);
  const auto report = comparable_report(scratch.path() / "run");
  CHECK(measured(report, "accuracy/mine/answered_share/all") == 1.0);
  CHECK(measured(report, "accuracy/mine/seen_share@20/all") == 0.0);
  CHECK(report.dump().find(scratch.path().string()) == std::string::npos);
  std::filesystem::resize_file(scratch.path() / "model.pt", 800);
  const Outcome damaged = run_program({"run", config, "-o", "damaged", "-q"}, scratch.path());
  CHECK(damaged.exit_code == 2);
  CHECK_MESSAGE(damaged.errors.find("cannot be read as TorchScript") != std::string::npos, damaged.errors);
  CHECK(damaged.errors.find("torch.jit.save") != std::string::npos);
}

TEST_CASE("tune tries models and baselines alike, and the tuned configuration runs") {
  const Scratch scratch;
  const std::string config = scratch.file("mine.yaml", R"(
name: tuned
data: {world: {users: 200, items: 100, mean_interactions: 20}}
list_length: 20
models:
  - {kind: ease, search: {method: grid, parameters: {regularisation: [1, 100, 1000]}}}
  - {kind: item_knn, role: baseline, search: {trials: 3, parameters: {neighbours: {low: 5, high: 80, scale: log}}}}
baselines: [popularity]
suites: {accuracy: {resamples: 100, sign_flips: 99, cutoffs: [10]}}
)");
  const Outcome untuned = run_program({"run", config, "-o", "run", "-q"}, scratch.path());
  CHECK(untuned.exit_code == 2);
  CHECK(untuned.errors.find("recgauge tune") != std::string::npos);
  const Outcome tuned = run_program({"tune", config, "-q"}, scratch.path());
  REQUIRE_MESSAGE(tuned.exit_code == 0, tuned.errors);
  CHECK(tuned.output.find("regularisation=1000") != std::string::npos);
  const Outcome again = run_program({"tune", config, "-q"}, scratch.path());
  CHECK(again.output == tuned.output);  // seconds too: nothing was trained again
  CHECK(run_program({"run", "mine-tuned.yaml", "-o", "run", "-q"}, scratch.path()).exit_code == 0);
  const Outcome none = run_program({"tune", "mine-tuned.yaml", "-q"}, scratch.path());
  CHECK(none.exit_code == 2);
  CHECK(none.errors.find("no model has a search") != std::string::npos);
}
