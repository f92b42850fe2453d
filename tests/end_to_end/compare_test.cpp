// Comparison and history as a user meets them: pages and files, refusals, baselines chosen by tag, writers at once.
#include <doctest/doctest.h>

#include <filesystem>

#include "harness/system/whole_file.h"
#include "tests/end_to_end/program.h"

using namespace recgauge;
using namespace recgauge::end_to_end;

namespace {

std::string config_for(const std::string& name, const std::string& kind, int world_seed = 1) {
  return "name: " + name + "\ndata: {format: world, world: {users: 300, items: 150, mean_interactions: 15, seed: " +
         std::to_string(world_seed) + "}}\nmodels: [{name: ranker, kind: " + kind +
         "}]\nbaselines: [popularity]\nsuites: {accuracy: {cutoffs: [10], resamples: 100, sign_flips: 99}}\n";
}

/// A vendor's run, an in-house one, and one on other data.
struct Runs {
  Scratch scratch;
  std::filesystem::path folder = scratch.path();

  Runs() {
    run("house", config_for("house", "popularity"));
    run("vendor", config_for("vendor", "ease"));
    run("other", config_for("other", "ease", 2));
  }

  void run(const std::string& name, const std::string& config) const {
    scratch.file(name + ".yaml", config);
    const Outcome outcome = run_program({"run", name + ".yaml", "-o", name, "-q"}, folder);
    REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.errors);
  }

  Outcome call(const std::vector<std::string>& arguments) const { return run_program(arguments, folder); }
};

const Runs& runs() {
  static const Runs kRuns;
  return kRuns;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

nlohmann::json effect(const nlohmann::json& comparison, const std::string& system, const std::string& label) {
  for (const auto& entry : comparison.at("effects")) {
    if (entry["system"] == system && entry["label"] == label && entry["slice"] == "all") return entry;
  }
  return {};
}

}  // namespace

TEST_CASE("two runs on one page: the better one is shown, paired, with its JSON beside it") {
  const Outcome outcome = runs().call({"compare", "house", "vendor/report.json", "-o", "comparison"});
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.errors);
  const auto comparison = nlohmann::json::parse(read_whole_file(runs().folder / "comparison/comparison.json"));
  CHECK(comparison["reference"] == "house:ranker");
  CHECK(comparison["systems"].size() == 4);
  const auto ndcg = effect(comparison, "vendor:ranker", "ndcg@10");
  CHECK(ndcg["paired"] == true);
  CHECK(ndcg["outcome"] == "better");
  CHECK(ndcg["n"] == 300);
  CHECK(ndcg["interval"]["low"].get<double>() > 0.0);
  // The same model twice: equal for every user.
  const auto same = effect(comparison, "vendor:popularity", "ndcg@10");
  CHECK(same["difference"] == 0.0);
  CHECK(same["ties"] == 300);
  CHECK(same["outcome"] == "not_shown");
  const std::string page = read_whole_file(runs().folder / "comparison/compare.html");
  CHECK(contains(page, "Content-Security-Policy"));
  CHECK(contains(page, "vendor:ranker"));
}

TEST_CASE("lists that differ are shown under pseudonyms, with titles, and no user's name leaves the store") {
  const Outcome outcome = runs().call({"compare", "house", "vendor", "--format", "json"});
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.errors);
  const auto comparison = nlohmann::json::parse(outcome.output);
  const auto disagreement = comparison["disagreements"][1];
  CHECK(disagreement["system"] == "vendor:ranker");
  CHECK(disagreement["n"] == 300);
  CHECK(disagreement["rank_biased_overlap"].get<double>() < 0.9);
  REQUIRE(disagreement["examples"].size() >= 5);
  for (const auto& example : disagreement["examples"]) {
    CHECK(example["pseudonym"].get<std::string>().starts_with("user "));
    CHECK(example["list"].size() == 10);
    CHECK(!example["list"][0]["title"].get<std::string>().empty());
  }
  // popularity is the reference's own model.
  CHECK(comparison["disagreements"][0]["equal_lists"] == 1.0);
}

TEST_CASE("measures, reference and formats are chosen; output goes to a file by its name") {
  const Outcome text =
      runs().call({"compare", "house", "vendor", "--measures", "recall,ndcg@10", "--reference", "2:ranker"});
  CHECK(contains(text.output, "Against vendor:ranker"));
  CHECK(contains(text.output, "recall@10"));
  CHECK_FALSE(contains(text.output, "precision@10"));
  const Outcome file = runs().call({"compare", "house", "vendor", "-o", "table.md"});
  CHECK(file.exit_code == 0);
  CHECK(contains(read_whole_file(runs().folder / "table.md"), "### Against house"));
  const Outcome wrong = runs().call({"compare", "house", "vendor", "--measures", "ndgc@10"});
  CHECK(wrong.exit_code == 2);
  CHECK(contains(wrong.errors, "did you mean 'ndcg@10'?"));
  CHECK(runs().call({"compare", "nowhere"}).exit_code == 2);
  CHECK(runs().call({"compare"}).exit_code == 2);
}

TEST_CASE("runs on other data are refused, naming the difference; nothing is written") {
  const Outcome outcome = runs().call({"compare", "house", "other", "-o", "never"});
  CHECK(outcome.exit_code == 2);
  CHECK(contains(outcome.errors, "the data's content hash"));
  CHECK_FALSE(std::filesystem::exists(runs().folder / "never"));
}

TEST_CASE("a history keeps a run once, and gives a gate its baseline by tag or branch") {
  const Outcome added =
      runs().call({"history", "add", "vendor", "--tag", "live", "--branch", "main", "--commit", "abc"});
  REQUIRE_MESSAGE(added.exit_code == 0, added.errors);
  CHECK(contains(runs().call({"history", "add", "vendor"}).output, "it was there already"));
  CHECK(contains(runs().call({"history", "list"}).output, "main"));
  const Outcome gate = runs().call({"gate", "--candidate", "vendor", "--baseline-tag", "live", "--policy", "release"});
  CHECK_MESSAGE(gate.exit_code == 0, gate.errors);
  CHECK(contains(gate.output, "paired"));
  const Outcome by_branch = runs().call({"gate", "--candidate", "house", "--history", ".recgauge/history.sqlite",
                                         "--baseline-branch", "main", "--policy", "release"});
  CHECK(by_branch.exit_code == 1);
  const Outcome unknown =
      runs().call({"gate", "--candidate", "vendor", "--baseline-tag", "gone", "--policy", "release"});
  CHECK(unknown.exit_code == 2);
  CHECK(contains(unknown.errors, "there are: live"));
}

TEST_CASE("a baseline whose files are gone still gates, from the history's copy") {
  std::filesystem::copy(runs().folder / "vendor", runs().folder / "gone", std::filesystem::copy_options::recursive);
  REQUIRE(runs().call({"history", "add", "gone", "--file", "kept.sqlite", "--tag", "live"}).exit_code == 0);
  std::filesystem::remove_all(runs().folder / "gone");
  const Outcome where = runs().call({"history", "baseline", "--file", "kept.sqlite", "--tag", "live"});
  REQUIRE_MESSAGE(where.exit_code == 0, where.errors);
  const std::string path = where.output.substr(0, where.output.size() - 1);
  CHECK(read_whole_file(runs().folder / path) == read_whole_file(runs().folder / "vendor/report.json"));
  const Outcome contents = runs().call({"history", "baseline", "--file", "kept.sqlite", "--tag", "live", "--contents"});
  CHECK(contents.output == read_whole_file(runs().folder / "vendor/report.json"));
  const Outcome gate = runs().call(
      {"gate", "--candidate", "vendor", "--history", "kept.sqlite", "--baseline-tag", "live", "--policy", "release"});
  CHECK(contains(gate.output, "not paired"));
}

TEST_CASE("a baseline that was judged and written since is the report that was added, with its users") {
  std::filesystem::copy(runs().folder / "vendor", runs().folder / "judged", std::filesystem::copy_options::recursive);
  const std::string added = read_whole_file(runs().folder / "judged/report.json");
  REQUIRE(runs().call({"history", "add", "judged", "--file", "judged.sqlite", "--tag", "live"}).exit_code == 0);
  REQUIRE(runs().call({"gate", "--candidate", "judged", "--policy", "audit", "--write"}).exit_code <= 3);
  REQUIRE(read_whole_file(runs().folder / "judged/report.json") != added);
  const auto gate = [&] {
    return runs().call({"gate", "--candidate", "vendor", "--history", "judged.sqlite", "--baseline-tag", "live",
                        "--policy", "release"});
  };
  CHECK(contains(gate().output, "300 users, paired"));
  CHECK(contains(gate().output, "300 users, paired"));
  CHECK(runs().call({"history", "baseline", "--file", "judged.sqlite", "--tag", "live", "--contents"}).output == added);
}

TEST_CASE("a trend over planted runs has its mark, on the console, as JSON and as a page") {
  // Twelve nightly reports of one question; the last five are worse.
  const auto report = nlohmann::json::parse(read_whole_file(runs().folder / "vendor/report.json"));
  std::vector<std::string> arguments{"history", "add", "--file", "trend.sqlite", "--branch", "main"};
  for (int day = 1; day <= 12; ++day) {
    auto copy = report;
    copy["environment"]["facts"]["finished"] = "2026-01-" + std::string(day < 10 ? "0" : "") + std::to_string(day);
    for (auto& m : copy["suites"][0]["measurements"]) {
      if (m["label"] == "ndcg@10") m["value"] = (day <= 7 ? 0.30 : 0.25) + 0.0005 * (day % 3);
    }
    const std::string name = "night" + std::to_string(day) + ".json";
    runs().scratch.file(name, copy.dump());
    arguments.push_back(name);
  }
  const Outcome added = runs().call(arguments);
  REQUIRE_MESSAGE(added.exit_code == 0, added.errors);
  const Outcome json = runs().call({"history", "show", "ndcg@10", "--file", "trend.sqlite", "--format", "json"});
  const auto trend = nlohmann::json::parse(json.output);
  REQUIRE(trend["series"].size() == 1);
  CHECK(trend["series"][0]["points"].size() == 12);
  REQUIRE(trend["series"][0]["marks"].size() == 1);
  CHECK(trend["series"][0]["marks"][0]["after_run"] == 8);
  CHECK(trend["series"][0]["marks"][0]["meaning"] == "worse");
  CHECK(contains(runs().call({"history", "show", "ndcg@10", "--file", "trend.sqlite"}).output, "worse: 0.30"));
  CHECK(runs()
            .call({"history", "show", "ndcg@10", "--file", "trend.sqlite", "--format", "html", "-o", "trend.html"})
            .exit_code == 0);
  CHECK(contains(read_whole_file(runs().folder / "trend.html"), "Content-Security-Policy"));
  CHECK(runs().call({"history", "show", "ndgc@10", "--file", "trend.sqlite"}).exit_code == 2);
}

TEST_CASE("processes that add at once lose nothing") {
  std::vector<std::unique_ptr<Process>> writers;
  for (int i = 0; i < 6; ++i) {
    const auto folder = runs().folder / ("writer" + std::to_string(i));
    std::filesystem::create_directories(folder);
    const std::string run = i % 2 == 0 ? "../vendor" : "../house";
    writers.push_back(std::make_unique<Process>(
        std::vector<std::string>{"history", "add", run, "--file", "../shared.sqlite", "--tag", "t" + std::to_string(i)},
        folder));
  }
  for (const auto& writer : writers) {
    const Outcome outcome = writer->wait();
    CHECK_MESSAGE(outcome.exit_code == 0, outcome.errors);
  }
  const std::string listed = runs().call({"history", "list", "--file", "shared.sqlite"}).output;
  CHECK(contains(listed, "t0, t2, t4"));
  CHECK(contains(listed, "t1, t3, t5"));
}

TEST_CASE("a file that is no history is refused with a remedy") {
  runs().scratch.file("text.sqlite", std::string(4096, 'x'));
  const Outcome outcome = runs().call({"history", "add", "vendor", "--file", "text.sqlite"});
  CHECK(outcome.exit_code == 2);
  CHECK(contains(outcome.errors, "is no history of recgauge; name another file with --file"));
  CHECK(runs().call({"history", "list", "--file", "absent.sqlite"}).exit_code == 2);
}

TEST_CASE("a run adds itself to a history") {
  const Outcome outcome = runs().call({"run", "vendor.yaml", "-o", "kept", "-q", "--history", "own.sqlite"});
  CHECK_MESSAGE(outcome.exit_code == 0, outcome.errors);
  CHECK(contains(runs().call({"history", "list", "--file", "own.sqlite"}).output, "vendor"));
}
