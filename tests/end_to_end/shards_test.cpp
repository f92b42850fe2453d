// A run whose questions were asked apart, as machines of a cluster do, against the same run in one piece.
#include <doctest/doctest.h>

#include "tests/end_to_end/program.h"

using namespace recgauge::end_to_end;
using nlohmann::json;

namespace {

constexpr const char* kConfig = R"(
name: sharded
data: {world: {users: 120, items: 60, mean_interactions: 12}}
list_length: 30
baselines: [random, popularity, item_knn]
models: [{kind: ease}]
suites:
  accuracy: {resamples: 100, sign_flips: 99}
  bias: {resamples: 100, permutations: 99}
  discrepancy: {feedback_loop: {rounds: 2, users: 90, lists: 4}}
  conversation: {seekers: 25, turns: 4, resamples: 100, sign_flips: 99}
  counterfactual: {order: {users: 30, candidates: 10, k: 3}, permutations: 99, resamples: 100}
)";

}  // namespace

TEST_CASE("1, 2 and 4 shards give one report") {
  const Scratch scratch;
  scratch.file("c.yaml", kConfig);
  REQUIRE(run_program({"run", "c.yaml", "-o", "whole", "-q"}, scratch.path()).exit_code == 0);
  const json whole = comparable_report(scratch.path() / "whole");
  for (const int count : {1, 2, 4}) {
    const std::string folder = "in" + std::to_string(count);
    if (count == 1) {
      REQUIRE(run_program({"run", "c.yaml", "-o", folder, "-q", "--shard", "1/1"}, scratch.path()).exit_code == 0);
      CHECK(comparable_report(scratch.path() / folder) == whole);
      continue;
    }
    for (int i = count; i > 0; --i) {
      const std::string shard = std::to_string(i) + "/" + std::to_string(count);
      const Outcome part =
          run_program({"run", "c.yaml", "-o", folder, "-q", "--shard", shard, "--threads", std::to_string(1 + i % 2)},
                      scratch.path());
      REQUIRE_MESSAGE(part.exit_code == 0, part.errors);
      CHECK(part.output.find("recgauge merge c.yaml " + folder) != std::string::npos);
    }
    const Outcome merged = run_program({"merge", "c.yaml", folder, "-q"}, scratch.path());
    REQUIRE_MESSAGE(merged.exit_code == 0, merged.errors);
    CHECK(comparable_report(scratch.path() / folder / "merged") == whole);
  }
}

TEST_CASE("what does not belong together is not merged, and nothing is left of the attempt") {
  const Scratch scratch;
  scratch.file("c.yaml", kConfig);
  REQUIRE(run_program({"run", "c.yaml", "-o", "parts", "-q", "--shard", "1/2"}, scratch.path()).exit_code == 0);
  const Outcome missing = run_program({"merge", "c.yaml", "parts"}, scratch.path());
  CHECK(missing.exit_code == 2);
  CHECK(missing.errors.find("shards are missing: 2/2") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(scratch.path() / "parts/merged/observations.sqlite"));
  const Outcome other = run_program({"run", "c.yaml", "-o", "parts", "--shard", "2/2", "--seed", "9"}, scratch.path());
  CHECK(other.exit_code == 0);
  const Outcome foreign = run_program({"merge", "c.yaml", "parts"}, scratch.path());
  CHECK(foreign.exit_code == 2);
  CHECK(foreign.errors.find("shard-2-of-2") != std::string::npos);
  CHECK(foreign.errors.find("of another run") != std::string::npos);
  const Outcome again = run_program({"run", "c.yaml", "-o", "parts", "--shard", "1/2"}, scratch.path());
  CHECK(again.exit_code == 2);
  CHECK(again.errors.find("holds a run already") != std::string::npos);
  const Outcome nothing = run_program({"merge", "c.yaml", "nowhere"}, scratch.path());
  CHECK(nothing.exit_code == 2);
  CHECK(nothing.errors.find("holds no shard") != std::string::npos);
  const Outcome homeless = run_program({"run", "c.yaml", "--shard", "1/2"}, scratch.path());
  CHECK(homeless.errors.find("--output") != std::string::npos);
}
