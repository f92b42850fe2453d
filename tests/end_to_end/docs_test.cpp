// What the documents tell a reader to type is typed here.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/end_to_end/program.h"

using namespace recgauge::end_to_end;

namespace {

const std::filesystem::path kSource = RECGAUGE_SOURCE_DIR;

std::string content_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// The ```sh blocks of a document, in order, but those after a line that begins with "<!-- not run:".
std::vector<std::string> shell_blocks(const std::string& text) {
  std::vector<std::string> blocks;
  std::istringstream lines(text);
  bool inside = false;
  bool skipped = false;
  std::string block;
  for (std::string line; std::getline(lines, line);) {
    if (inside && line == "```") {
      if (!skipped) blocks.push_back(block);
      inside = skipped = false;
    } else if (inside) {
      block += line + "\n";
    } else if (line.starts_with("<!-- not run:")) {
      skipped = true;
    } else if (line == "```sh") {
      inside = true;
      block.clear();
    }
  }
  return blocks;
}

}  // namespace

TEST_CASE("the commands of README.md and docs/audit.md work in the order in which they stand there") {
  for (const char* document : {"README.md", "docs/audit.md"}) {
    CAPTURE(document);
    const Scratch scratch;
    std::filesystem::create_directory_symlink(kSource / "examples", scratch.path() / "examples");
    const std::filesystem::path program = RECGAUGE_PROGRAM;
    std::string script = "set -euo pipefail\nPATH='" + program.parent_path().string() + "':\"$PATH\"\n";
    const std::vector<std::string> blocks = shell_blocks(content_of(kSource / document));
    REQUIRE(blocks.size() >= 3);
    for (const std::string& block : blocks) script += block;
    scratch.file("commands.sh", script);
    const std::string command = "cd '" + scratch.path().string() + "' && bash commands.sh > out 2>&1";
    const int status = std::system(command.c_str());
    CHECK_MESSAGE(status == 0, content_of(scratch.path() / "out"));
  }
}

TEST_CASE("every example is a valid configuration, or its data is absent") {
  const Scratch scratch;
  for (const auto& entry : std::filesystem::directory_iterator(kSource / "examples")) {
    if (entry.path().extension() != ".yaml") continue;
    CAPTURE(entry.path().string());
    const Outcome outcome =
        run_program({"validate", entry.path().string(), "--data-folder", RECGAUGE_SHARED_DATA_DIR}, scratch.path());
    const bool absent =
        outcome.errors.find("is neither in") != std::string::npos && !std::filesystem::exists(RECGAUGE_SHARED_DATA_DIR);
    CHECK_MESSAGE((outcome.exit_code == 0 || absent), outcome.errors);
  }
}

TEST_CASE("docs/metrics.md says what the program says") {
  const Scratch scratch;
  const std::string listed = run_program({"list", "metrics"}, scratch.path()).output;
  const std::string page = content_of(kSource / "docs/metrics.md");
  CHECK(listed.size() > 1000);
  CHECK_MESSAGE(page.find(listed) != std::string::npos, "write it again: scripts/docs.sh");
}

TEST_CASE("programs of one's own, in Python and JavaScript, are trained, asked and measured like any system") {
  const Scratch scratch;
  const std::string config = (kSource / "examples/own-program.yaml").string();
  const auto run = [&](const std::string& folder) {
    const Outcome outcome = run_program({"run", config, "-o", folder, "-q"}, scratch.path());
    REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.errors);
    return comparable_report(scratch.path() / folder);
  };
  const auto report = run("run");
  CHECK(report == run("again"));
  CHECK(measured(report, "accuracy/recent_popularity/answered_share/all") == 1.0);
  CHECK(measured(report, "accuracy/co_occurrence/answered_share/all") == 1.0);
  CHECK(measured(report, "accuracy/co_occurrence/seen_share@100/all") == 0.0);
  CHECK(measured(report, "accuracy/co_occurrence/ndcg@10/all") >
        measured(report, "accuracy/recent_popularity/ndcg@10/all"));
}

TEST_CASE("a vendor's stored answers: its slips are found, and it is compared with the baselines") {
  const Scratch scratch;
  const Outcome outcome =
      run_program({"run", (kSource / "examples/replay.yaml").string(), "-o", "run", "-q"}, scratch.path());
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.errors);
  const auto report = comparable_report(scratch.path() / "run");
  // The file was made with an unknown product in every 40th list of 20, and an old one in every 60th.
  CHECK(measured(report, "accuracy/vendor/out_of_catalogue_share@20/all") == doctest::Approx(6.0 / 240 / 20));
  CHECK(measured(report, "accuracy/vendor/seen_share@20/all") == doctest::Approx(4.0 / 240 / 20));
  CHECK(measured(report, "accuracy/vendor/answered_share/all") == 1.0);
  bool compared = false;
  for (const auto& finding : report.at("suites").at(0).at("findings")) {
    compared = compared || finding.at("id") == "accuracy/vendor-against-best-baseline";
  }
  CHECK(compared);
}

TEST_CASE("the discrepancy example: deployment, feedback, logs, clicks, A/B outcomes and aged models in one run") {
  const Scratch scratch;
  const Outcome outcome =
      run_program({"run", (kSource / "examples/discrepancy.yaml").string(), "-o", "run", "-q"}, scratch.path());
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.errors);
  const auto report = comparable_report(scratch.path() / "run");
  CHECK(measured(report, "discrepancy/ials/deployed_clicks/all") >
        measured(report, "discrepancy/popularity/deployed_clicks/all"));
  // awk, over the file: mean of reward x policy / propensity of the logged action.
  CHECK(measured(report, "discrepancy/log banner/value[IPS]/all") == doctest::Approx(0.09866667).epsilon(1e-6));
  CHECK(measured(report, "discrepancy/all systems/sample_ratio_p_value[orders_per_visitor]/all") > 0.05);
  CHECK(measured(report, "discrepancy/ials/loss_by_age[ndcg@10]/age=120 days") > 0);
  CHECK(measured(report, "discrepancy/ials/feedback_gap[ndcg@10]/all") > 0);
  CHECK(measured(report, "discrepancy/clicks world/examination[PBM]/place=5") < 0.5);
  CHECK(measured(report, "discrepancy/ials/short_list_share[pool]/pool=least popular fifth") == 0.0);
}

TEST_CASE("the example of conversations, where the recorded ones are at hand") {
  const std::filesystem::path data = RECGAUGE_SHARED_DATA_DIR;
  if (!std::filesystem::exists(data / "redial")) {
    MESSAGE("skipped: ", (data / "redial").string(), " is not there");
    return;
  }
  const Scratch scratch;
  const Outcome outcome = run_program(
      {"run", (kSource / "examples/conversations.yaml").string(), "--data-folder", data.string(), "-o", "run", "-q"},
      scratch.path());
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.errors);
  const auto report = comparable_report(scratch.path() / "run");
  CHECK(measured(report, "conversation/oracle/success in 1 turns@10/all") == 1.0);
  CHECK(measured(report, "conversation/ease/recall in dialogues@50/all") >
        measured(report, "conversation/random/recall in dialogues@50/all"));
}

TEST_CASE("counterfactual questions find a program's planted faults, and nothing in models that cannot have them") {
  const Scratch scratch;
  const Outcome outcome =
      run_program({"run", (kSource / "examples/counterfactual.yaml").string(), "-o", "run", "-q"}, scratch.path());
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.errors);
  const auto report = comparable_report(scratch.path() / "run");
  CHECK(measured(report, "counterfactual/eager_to_please/snsr(jaccard@10)/flips by group") > 0.1);
  CHECK(measured(report, "counterfactual/eager_to_please/front_share@5/order") > 0.6);
  CHECK(measured(report, "counterfactual/ease/snsr(jaccard@10)/flips by group") == 0.0);
  CHECK(measured(report, "counterfactual/ease/front_share@5/order") == 0.5);
  for (const auto& finding : report.at("suites").at(0).at("findings")) {
    const bool planted = finding.at("id").get<std::string>().starts_with("counterfactual/eager_to_please");
    CHECK((finding.at("status") == "supported") == planted);
  }
}

TEST_CASE("the manipulation example, quickly and with the models that need no module, where its data are at hand") {
  const std::filesystem::path data = RECGAUGE_SHARED_DATA_DIR;
  if (!std::filesystem::exists(data / "movielens-100k")) {
    MESSAGE("skipped: ", (data / "movielens-100k").string(), " is not there");
    return;
  }
  const Scratch scratch;
  std::string config = content_of(kSource / "examples/manipulation.yaml");
  config.replace(config.find("preset: full"), 12, "preset: quick");
  const size_t neural = config.find("  - kind: mult_vae");
  config.erase(neural, config.find("baselines:") - neural);
  const std::string file = scratch.file("quick.yaml", config);
  const Outcome outcome = run_program({"run", file, "--data-folder", data.string(), "-o", "run", "-q"}, scratch.path());
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.errors);
  const auto report = comparable_report(scratch.path() / "run");
  for (const char* system : {"item_knn", "ials", "ease"}) {
    const std::string id = std::string("manipulation/") + system;
    CHECK(measured(report, id + "/target_hit_ratio@10/attack=bandwagon push, size=5 %") >= 0.0);
    CHECK(measured(report, id + "/rank_list_stability[rbo]@10/history=asked again") == 1.0);
  }
  // Rated data: detectors by deviation have something to say.
  CHECK(measured(report, "manipulation/all systems/detection_auc[wda]/attack=bandwagon push, size=5 %") > 0.5);
  CHECK(report.at("definitions").contains("attack_gain"));
}

TEST_CASE("a bias audit finds who was planted to be harder to serve, and nothing that was not") {
  const Scratch scratch;
  const Outcome outcome =
      run_program({"run", (kSource / "examples/bias-audit.yaml").string(), "-o", "run", "-q"}, scratch.path());
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.errors);
  const auto report = comparable_report(scratch.path() / "run");
  CHECK(measured(report, "bias/ease/ndcg@10/group=B") < measured(report, "bias/ease/ndcg@10/group=A"));
  CHECK(measured(report, "bias/ease/worst_group_difference(ndcg@10)/by group") < 0.0);
  bool found = false;
  for (const auto& finding : report.at("suites").at(0).at("findings")) {
    const std::string id = finding.at("id");
    found = found || id == "bias/ease-ndcg@10-by-group";
    // Age is drawn at random in this world.
    CHECK_FALSE(id.ends_with("@10-by-age_band"));
  }
  CHECK(found);
  CHECK(report.at("definitions").contains("worst_group_difference"));
}

TEST_CASE("the drift example finds the planted amplifier, and neither its clean twin nor what cannot push") {
  const Scratch scratch;
  const Outcome outcome =
      run_program({"run", (kSource / "examples/harm-drift.yaml").string(), "-o", "run", "-q"}, scratch.path());
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.errors);
  const auto report = comparable_report(scratch.path() / "run");
  CHECK(measured(report, "harm_drift/amplifier/feedback push@10/all") > 0.0);
  CHECK(measured(report, "harm_drift/popularity/feedback push@10/all") == 0.0);
  CHECK(measured(report, "harm_drift/amplifier/amplification against own history/all") >
        measured(report, "harm_drift/clean-twin/amplification against own history/all"));
  bool found = false;
  for (const auto& finding : report.at("suites").at(0).at("findings")) {
    const std::string id = finding.at("id");
    found = found || id == "harm_drift/amplifier-push-all";
    for (const char* neutral : {"clean-twin", "random", "popularity"}) {
      CHECK_FALSE(id.starts_with(std::string("harm_drift/") + neutral + "-push"));
    }
  }
  CHECK(found);
  CHECK(report.at("definitions").contains("feedback_push"));
  CHECK(report.at("suites").at(0).at("certificates").size() == 1);
}

TEST_CASE("an audit from a file is analysed like trajectories") {
  const Scratch scratch;
  std::string text = "account,visit,watched,score\n";
  for (int account = 0; account < 12; ++account) {
    for (int visit = 1; visit <= 4; ++visit) {
      for (const char* watched : {"neutral", "promoting"}) {
        const double rise = watched[0] == 'p' ? 0.1 * visit : 0.0;
        text += "a" + std::to_string(account) + "," + std::to_string(visit) + "," + watched + "," +
                std::to_string(0.01 * account + rise) + "\n";
      }
    }
  }
  scratch.file("pages.csv", text);
  const Outcome outcome = run_program(
      {"drift", "pages.csv", "--unit", "account", "--step", "visit", "--contrast", "watched", "--format", "json"},
      scratch.path());
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.errors);
  const auto report = nlohmann::json::parse(outcome.output);
  // .1 a visit over three visits more.
  CHECK(measured(report, "harm_drift/pages/audit_drift/watched=promoting") == doctest::Approx(0.3));
  CHECK(report.at("suites").at(0).at("comparisons").at(0).at("difference") == doctest::Approx(0.25));
  const Outcome shown = run_program(
      {"drift", "pages.csv", "--unit", "account", "--step", "visit", "--contrast", "watched", "--format", "markdown"},
      scratch.path());
  CHECK(shown.output.find("| watched=promoting | audit\\_drift | 0.3000") != std::string::npos);
  CHECK(shown.output.find("promoting - neutral") != std::string::npos);
  const Outcome wrong = run_program({"drift", "pages.csv"}, scratch.path());
  CHECK(wrong.exit_code == 2);
  CHECK(wrong.errors.find("no column is named 'trajectory'") != std::string::npos);
}

TEST_CASE("two models take turns, one learns what is slower, and samples leave as HdrHistogram text and CSV") {
  const Scratch scratch;
  const Outcome outcome =
      run_program({"run", (kSource / "examples/latency.yaml").string(), "-o", "run", "-q"}, scratch.path());
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.errors);
  const auto report = nlohmann::json::parse(content_of(scratch.path() / "run/report.json"));
  CHECK(report.at("suites").empty());
  const nlohmann::json timed = {{"suites", report.at("timing").at("suites")}};
  CHECK(measured(timed, "latency/ease/latency_p50/single stream") > 0.0);
  // A product with a matrix of 2,000 x 2,000 against a list that is the same for everyone.
  CHECK(measured(timed, "latency/ease/latency_ratio_p50/single stream") > 1.0);
  CHECK(measured(timed, "latency/ease/throughput/offline") > 0.0);
  CHECK(report.at("definitions").contains("latency_ratio"));

  const std::string load = "ease/latency/single stream/round 1";
  const Outcome text = run_program({"report", "run", "--format", "hdr", "--load", load}, scratch.path());
  REQUIRE_MESSAGE(text.exit_code == 0, text.errors);
  CHECK(text.output.find("1/(1-Percentile)") != std::string::npos);
  CHECK(text.output.find("#[Mean") != std::string::npos);
  const Outcome many = run_program({"report", "run", "--format", "hdr"}, scratch.path());
  CHECK(many.exit_code == 2);
  CHECK(many.errors.find("'" + load + "'") != std::string::npos);
  const Outcome samples = run_program({"report", "run", "--format", "samples", "-o", "s.csv"}, scratch.path());
  CHECK(samples.exit_code == 0);
  CHECK(content_of(scratch.path() / "s.csv").find("\r\npopularity,latency/offline/round 4,0,0,") != std::string::npos);
}
