// How often the conversation suite says that a system listens, or that two systems differ, where there is nothing, and
// how often it sees what was planted: the numbers of the suite's calibration certificates. Every row asks and assesses
// as a run does. Usage: calibrate_conversation [SEEDS]. Prints the tables, fails if the false alarms are more than the
// stated alpha allows.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "harness/config/prepared_run.h"
#include "harness/run/execute.h"
#include "harness/statistics/proportions.h"
#include "harness/verdict/assess.h"
#include "suites/conversation/conversation_suite.h"

using namespace recgauge;

namespace {

constexpr double kAlpha = 0.05;
constexpr uint32_t kListLength = 10;

struct Row {
  std::string_view experiment;  ///< "listens" or "differs"
  uint32_t users = 0;
  double effect = 0.0;
};

// Draws items. Of those with a label that the user has said they do not want it leaves out a share, and it puts the
// target in its lists with a chance beyond that of drawing.
class Talker : public Recommender, public ConversationalRecommender {
 public:
  Talker(std::string name, const PreparedData& data, double leaves_out, double finds, uint64_t seed)
      : name_(std::move(name)), data_(data), leaves_out_(leaves_out), finds_(finds), seed_(seed) {}

  RecommenderInfo info() const override { return {name_, "scripted", "", "", {}}; }
  ConversationalRecommender* conversational() override { return this; }
  std::vector<Response> recommend(std::span<const Request> requests) override { return converse(requests); }
  std::vector<Response> converse(std::span<const Request> requests) override {
    std::vector<Response> responses;
    for (const Request& request : requests) responses.push_back(answer(request));
    return responses;
  }

 private:
  std::string_view disliked(const Request& request) const {
    constexpr std::string_view kSaid = "I do not want ";
    for (const DialogueTurn& turn : request.dialogue) {
      const size_t at = turn.text.find(kSaid);
      if (turn.speaker != Speaker::user || at == std::string_view::npos) continue;
      const std::string_view rest = turn.text.substr(at + kSaid.size());
      return rest.substr(0, rest.size() - 1);  // the full stop
    }
    return {};
  }

  bool has(ItemId item, std::string_view label) const {
    const LabelColumn& labels = data_.dataset().catalogue.labels.front();
    const auto row = labels.row(index(item));
    return std::any_of(row.begin(), row.end(), [&](uint32_t code) { return labels.values.name(code) == label; });
  }

  Response answer(const Request& request) const {
    RandomStream stream(derive_seed(seed_, {index(request.user), request.dialogue.size()}));
    const std::string_view unwanted = disliked(request);
    Response response;
    if (stream.uniform() < finds_) response.items.push_back(data_.split->test->items(request.user).back());
    while (response.items.size() < kListLength) {
      const ItemId item{static_cast<uint32_t>(stream.below(data_.dataset().catalogue.size()))};
      const bool leaves_out = !unwanted.empty() && has(item, unwanted) && stream.uniform() < leaves_out_;
      const bool known =
          std::find(response.items.begin(), response.items.end(), item) != response.items.end() ||
          std::find(request.exclusions.begin(), request.exclusions.end(), item) != request.exclusions.end();
      if (!leaves_out && !known) response.items.push_back(item);
    }
    response.text = "How about these.";
    return response;
  }

  std::string name_;
  const PreparedData& data_;
  double leaves_out_;
  double finds_;
  uint64_t seed_;
};

RunConfig world_of(uint64_t seed) {
  RunConfig config = embedded_run_config();
  config.seed = seed;
  config.data.world.seed = seed;
  config.data.world.users = 400;
  config.data.world.items = 400;
  config.data.world.mean_interactions = 20;
  return config;
}

struct Trial {
  bool any = false;      ///< the suite calls something shown
  bool planted = false;  ///< what was planted is shown, in its direction
};

Trial trial_of(const Row& row, uint64_t seed) {
  const PreparedData data = prepare_data(world_of(seed));
  suites::ConversationConfig settings;
  settings.seekers = row.users;
  settings.resamples = 100;
  settings.sign_flips = 1999;
  std::vector<std::unique_ptr<Suite>> suite_list;
  suite_list.push_back(std::make_unique<suites::ConversationSuite>(settings));
  const Plan plan = make_plan(seed, "calibration", data, suite_list);
  ObservationStore store(":memory:", "calibration");
  SteadyClock clock;
  SilentProgress silent;
  const TrainingData training = data.training_data(seed);
  const bool listens = row.experiment == "listens";
  Talker first("a", data, listens ? row.effect : 0.0, listens ? 0.0 : 0.05 + row.effect, derive_seed(seed, "a"));
  Talker second("b", data, 0.0, listens ? 0.0 : 0.05, derive_seed(seed, "b"));
  Run run{&plan, &store, {}};
  std::vector<AssessedSystem> systems;
  for (Talker* talker : {&first, &second}) {
    run.systems.push_back({talker->info(), execute(plan, *talker, {&training, &store, &clock, &silent, {}})});
    systems.push_back({talker->info().name, SystemRole::candidate});
  }
  Report report;
  assess(run, data.suite_context(seed), suite_list, systems, store, report);
  Trial trial;
  if (listens) {
    for (const Finding& finding : report.suites.front().findings) {
      const bool shown = finding.claim.find("listens: once") != std::string::npos ||
                         finding.claim.find("shows more of what") != std::string::npos;
      trial.any = trial.any || shown;
      trial.planted =
          trial.planted || (shown && finding.id == "conversation/a-listens" && finding.severity == Severity::info);
    }
    return trial;
  }
  for (const Comparison& comparison : report.suites.front().comparisons) {
    const bool shown = comparison.p_adjusted && *comparison.p_adjusted <= kAlpha;
    trial.any = trial.any || shown;
    const bool better = comparison.difference && *comparison.difference > 0.0;
    trial.planted = trial.planted || (shown && better && comparison.metric.starts_with("conversation_success"));
  }
  return trial;
}

}  // namespace

int main(int argc, char** argv) {
  const uint64_t seeds = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 300;
  bool calibrated = true;
  fmt::print("| experiment | users | planted effect | found | 95 % interval |\n|---|---|---|---|---|\n");
  for (const Row& row : {Row{"listens", 50, 0.0},
                         {"listens", 200, 0.0},
                         {"listens", 50, 0.5},
                         {"listens", 200, 0.25},
                         {"listens", 200, 0.5},
                         {"differs", 50, 0.0},
                         {"differs", 200, 0.0},
                         {"differs", 50, 0.1},
                         {"differs", 200, 0.05},
                         {"differs", 200, 0.1}}) {
    uint64_t found = 0;
    for (uint64_t seed = 1; seed <= seeds; ++seed) {
      const Trial trial = trial_of(row, seed);
      found += (row.effect > 0 ? trial.planted : trial.any) ? 1 : 0;
    }
    const auto interval = statistics::wilson_interval(found, seeds, 0.95);
    fmt::print("| {} | {} | {:.2f} | {:.3f} | {:.3f} to {:.3f} |\n", row.experiment, row.users, row.effect,
               static_cast<double>(found) / static_cast<double>(seeds), interval->low, interval->high);
    std::fflush(stdout);
    // False alarms above alpha beyond what this many seeds explain.
    if (row.effect == 0.0 && interval->low > kAlpha) calibrated = false;
  }
  return calibrated ? 0 : 1;
}
