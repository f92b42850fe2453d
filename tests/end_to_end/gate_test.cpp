// Gates as a CI job meets them: exit codes, pairing over files on disk, and refusals.
#include <doctest/doctest.h>

#include <filesystem>

#include "harness/system/whole_file.h"
#include "tests/end_to_end/program.h"

using namespace recgauge;
using namespace recgauge::end_to_end;

namespace {

std::string config_for(const std::string& kind, int world_seed = 1) {
  return "data: {format: world, world: {users: 300, items: 150, mean_interactions: 15, seed: " +
         std::to_string(world_seed) + "}}\nmodels: [{name: ranker, kind: " + kind + "}]\nbaselines: [popularity]\n";
}

/// Three finished runs that all cases share: a live version, one that is worse, and one on other data.
struct Runs {
  Scratch scratch;
  std::filesystem::path folder = scratch.path();

  Runs() {
    run("live", config_for("ease"));
    run("worse", config_for("random"));
    run("other", config_for("ease", 2));
    scratch.file("margin.yaml", policy("margin: 0.3\n    margin_kind: relative"));
    scratch.file("floor.yaml", "gates: [{metric: ndcg@10, rule: at_least, value: 0.01}]\n");
    scratch.file("tight.yaml", policy("margin: 0.0001"));
  }

  static std::string policy(const std::string& limit) {
    return "gates:\n  - metric: ndcg@10\n    rule: not_worse_than_baseline\n    " + limit + "\n";
  }

  void run(const std::string& name, const std::string& config) const {
    scratch.file(name + ".yaml", config);
    REQUIRE(run_program({"run", name + ".yaml", "-o", name, "-q"}, folder).exit_code == 0);
  }

  Outcome gate(const std::vector<std::string>& arguments) const {
    std::vector<std::string> all{"gate"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return run_program(all, folder);
  }
};

const Runs& runs() {
  static const Runs kRuns;
  return kRuns;
}

/// Whether the text holds the part, wherever it breaks its lines.
bool contains(const std::string& text, const std::string& part) {
  std::string flat;
  for (const char c : text) {
    const char shown = c == '\n' ? ' ' : c;
    if (shown != ' ' || flat.empty() || flat.back() != ' ') flat += shown;
  }
  return flat.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the exit code is the verdict") {
  const Outcome same = runs().gate({"--candidate", "live", "--baseline", "live", "--policy", "release"});
  CHECK(same.exit_code == 0);
  CHECK(contains(same.output, "300 users, paired"));
  CHECK(runs().gate({"--candidate", "worse", "--baseline", "live", "--policy", "margin.yaml"}).exit_code == 1);
  const Outcome tight = runs().gate({"--candidate", "worse", "--baseline", "live", "--policy", "tight.yaml"});
  CHECK(tight.exit_code == 1);
  CHECK(contains(tight.output, "the requirement is violated"));
}

TEST_CASE("an inconclusive verdict names the users that would decide and exits with 3") {
  const std::string policy = runs().scratch.file(
      "limit.yaml",
      "gates:\n  - {metric: ndcg@10, rule: at_least, value: " +
          std::to_string(measured(nlohmann::json::parse(read_whole_file(runs().folder / "live/report.json")),
                                  "accuracy/ranker/ndcg@10/all") -
                         0.001) +
          "}\n");
  const Outcome outcome = runs().gate({"--candidate", "live", "--policy", policy});
  CHECK(outcome.exit_code == 3);
  CHECK(contains(outcome.output, "units would decide with 80 % power"));
}

TEST_CASE("runs on other data are refused, naming the difference") {
  const Outcome outcome = runs().gate({"--candidate", "other", "--baseline", "live", "--policy", "release"});
  CHECK(outcome.exit_code == 2);
  CHECK(contains(outcome.errors, "the data's content hash"));
  CHECK(contains(outcome.errors, "hash of split part 'test'"));
}

TEST_CASE("a mistake in a policy names its line and column") {
  const std::string policy = runs().scratch.file("wrong.yaml", "gates:\n  - metric: ndcg@10\n    rule: at_lest\n");
  const Outcome outcome = runs().gate({"--candidate", "live", "--policy", policy});
  CHECK(outcome.exit_code == 2);
  CHECK(contains(outcome.errors, "wrong.yaml:3:11"));
  CHECK(contains(outcome.errors, "did you mean 'at_least'?"));
}

TEST_CASE("without observations the comparison is not paired and says why") {
  const auto bare = runs().folder / "bare";
  std::filesystem::create_directories(bare);
  std::filesystem::copy_file(runs().folder / "live/report.json", bare / "report.json",
                             std::filesystem::copy_options::overwrite_existing);
  const Outcome outcome = runs().gate(
      {"--candidate", "live", "--baseline", "bare/report.json", "--policy", "margin.yaml", "--format", "json"});
  const auto gate = nlohmann::json::parse(outcome.output)["gates"][0];
  CHECK(contains(gate["basis"], "not paired: baseline: no observations.sqlite lies beside its report"));
  // Observations of another run are not taken for this one's.
  std::filesystem::copy_file(runs().folder / "other/observations.sqlite", bare / "observations.sqlite",
                             std::filesystem::copy_options::overwrite_existing);
  CHECK(contains(runs().gate({"--candidate", "live", "--baseline", "bare", "--policy", "margin.yaml"}).output,
                 "belongs to another"));
}

TEST_CASE("--write puts the verdict into the report and its page; other outputs go to files") {
  const auto copy = runs().folder / "copy";
  std::filesystem::copy(runs().folder / "live", copy,
                        std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing);
  const Outcome outcome = runs().gate({"--candidate", "copy", "--baseline", "live", "--policy", "strict", "--format",
                                       "junit", "-o", "gates.xml", "--summary", "summary.md", "--write"});
  CAPTURE(outcome.errors);
  CHECK(outcome.output.empty());
  const auto report = nlohmann::json::parse(read_whole_file(copy / "report.json"));
  CHECK(report["verdict"]["policy"] == "strict");
  CHECK(report["verdict"]["gates"].size() == 8);
  const std::string page = read_whole_file(copy / "report.html");
  CHECK(contains(page, "Verdict: " + report["verdict"]["status"].get<std::string>()));
  CHECK(contains(page, "not worse than the baseline"));
  CHECK(contains(read_whole_file(runs().folder / "gates.xml"), "<testsuite name=\"gates\" tests=\"8\""));
  CHECK(contains(read_whole_file(runs().folder / "summary.md"), "under the policy strict"));
  for (const char* format : {"junit", "markdown", "csv", "console"}) {
    const Outcome shown = run_program({"report", "copy", "--format", format}, runs().folder);
    CHECK(shown.exit_code == 0);
    CHECK(contains(shown.output, "accuracy no worse"));
  }
}

TEST_CASE("a run can be judged as it ends") {
  runs().scratch.file("judged.yaml", config_for("random") + "policy: margin.yaml\nbaseline: live\n");
  const Outcome failed = run_program({"run", "judged.yaml", "-o", "judged", "-q"}, runs().folder);
  CHECK(failed.exit_code == 1);
  CHECK(comparable_report(runs().folder / "judged")["verdict"]["status"] == "fail");
  const Outcome passed =
      run_program({"run", "live.yaml", "-o", "again", "-q", "--policy", "floor.yaml"}, runs().folder);
  CHECK(passed.exit_code == 0);
  const Outcome early =
      run_program({"run", "live.yaml", "-o", "never", "-q", "--policy", "nowhere.yaml"}, runs().folder);
  CHECK(early.exit_code == 2);
  CHECK_FALSE(std::filesystem::exists(runs().folder / "never"));
}

TEST_CASE("policies are listed, copied and described") {
  const Outcome text = run_program({"list", "policies", "release"}, runs().folder);
  runs().scratch.file("copied.yaml", text.output);
  CHECK(runs().gate({"--candidate", "live", "--baseline", "live", "--policy", "copied.yaml"}).exit_code == 0);
  CHECK(contains(run_program({"list", "policies"}, runs().folder).output, "audit"));
  CHECK(contains(run_program({"schema", "policy"}, runs().folder).output, "not_worse_than_baseline"));
}

TEST_CASE("the example policies are read") {
  const std::filesystem::path examples = std::filesystem::path(RECGAUGE_SOURCE_DIR) / "examples/policies";
  for (const auto& entry : std::filesystem::directory_iterator(examples)) {
    CAPTURE(entry.path().string());
    const Outcome outcome =
        runs().gate({"--candidate", "live", "--baseline", "live", "--policy", entry.path().string()});
    CAPTURE(outcome.errors);
    CHECK(outcome.exit_code != 2);
    CHECK(outcome.exit_code != 4);
  }
}
