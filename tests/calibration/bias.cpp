// How often the bias suite sees a gap between groups where there is none, and how often it sees a planted one: the
// numbers of the suite's calibration certificate. Many worlds, each with its own seed, asked and assessed as a run is.
// Usage: calibrate_bias [SEEDS] [USERS, for the rows of that many alone]. Prints the table, fails if the false alarms
// are more than the stated alpha allows.
#include <fmt/format.h>

#include <cstdlib>

#include "adapters/in_process/in_process_recommender.h"
#include "harness/config/prepared_run.h"
#include "harness/run/execute.h"
#include "harness/statistics/proportions.h"
#include "harness/verdict/assess.h"
#include "reference_models/baselines/baselines.h"
#include "suites/bias/bias_suite.h"

using namespace recgauge;

namespace {

constexpr double kAlpha = 0.05;

struct Trial {
  bool any = false;           ///< a gap is found in any test of the run
  bool planted = false;       ///< the gap in ndcg@10 between the groups is found
  double relative_gap = 0.0;  ///< of ndcg@10, group B below group A
};

RunConfig world_of(uint32_t users, double noise, uint64_t seed) {
  RunConfig config = embedded_run_config();
  config.seed = seed;
  config.list_length = 10;
  world::WorldConfig& world = config.data.world;
  world.seed = seed;
  world.users = users;
  world.items = 400;
  world.mean_interactions = 30;
  world.group_taste_gap = 0.0;
  world.group_noise_gap = noise;
  return config;
}

double value_of(const SuiteResult& result, const std::string& id) {
  for (const Measurement& m : result.measurements) {
    if (m.id == id) return m.value.value_or(0.0);
  }
  return 0.0;
}

Trial assess_world(uint32_t users, double noise, uint64_t seed) {
  const PreparedData data = prepare_data(world_of(users, noise, seed));
  suites::BiasConfig settings;
  settings.permutations = 1999;
  settings.resamples = 100;
  std::vector<std::unique_ptr<Suite>> suite_list;
  suite_list.push_back(std::make_unique<suites::BiasSuite>(settings));
  const Plan plan = make_plan(seed, "calibration", data, suite_list);
  ObservationStore store(":memory:", "calibration");
  SteadyClock clock;
  SilentProgress silent;
  const TrainingData training = data.training_data(seed);
  adapters::InProcessRecommender system("knn", reference_models::make_baseline("item_knn", {}), {});
  Run run{&plan, &store, {{system.info(), execute(plan, system, {&training, &store, &clock, &silent, {}})}}};
  const std::vector<AssessedSystem> systems{{"knn", SystemRole::candidate}};
  Report report;
  assess(run, data.suite_context(seed), suite_list, systems, store, report);
  const SuiteResult& result = report.suites.front();
  Trial trial;
  for (const Finding& finding : result.findings) {
    trial.any = trial.any || finding.id.find("@10-by-") != std::string::npos;
    trial.planted = trial.planted || finding.id == "bias/knn-ndcg@10-by-group";
  }
  const double first = value_of(result, "bias/knn/ndcg@10/group=A");
  if (first > 0) trial.relative_gap = 1.0 - value_of(result, "bias/knn/ndcg@10/group=B") / first;
  return trial;
}

struct Row {
  uint32_t users;
  double noise;
};

}  // namespace

int main(int argc, char** argv) {
  const uint64_t seeds = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 300;
  const uint64_t only_users = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 0;
  bool calibrated = true;
  fmt::print(
      "| users | random share of group B's interactions | mean relative gap of ndcg@10 | found | 95 % interval |\n");
  fmt::print("|---|---|---|---|---|\n");
  for (const Row& row : {Row{500, 0.0},
                         {2000, 0.0},
                         {500, 0.2},
                         {500, 0.4},
                         {500, 0.6},
                         {2000, 0.2},
                         {2000, 0.4},
                         {2000, 0.6},
                         {8000, 0.2},
                         {8000, 0.4},
                         {8000, 0.6}}) {
    if (only_users != 0 && row.users != only_users) continue;
    uint64_t found = 0;
    double gap = 0.0;
    for (uint64_t seed = 1; seed <= seeds; ++seed) {
      const Trial trial = assess_world(row.users, row.noise, seed);
      found += (row.noise > 0 ? trial.planted : trial.any) ? 1 : 0;
      gap += trial.relative_gap / static_cast<double>(seeds);
    }
    const double share = static_cast<double>(found) / static_cast<double>(seeds);
    const auto interval = statistics::wilson_interval(found, seeds, 0.95);
    fmt::print("| {} | {:.1f} | {:.3f} | {:.3f} | {:.3f} to {:.3f} |\n", row.users, row.noise, gap, share,
               interval->low, interval->high);
    std::fflush(stdout);
    // False alarms above alpha beyond what this many seeds explain.
    if (row.noise == 0.0 && interval->low > kAlpha) calibrated = false;
  }
  return calibrated ? 0 : 1;
}
