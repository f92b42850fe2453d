// How often the accuracy suite's comparison of two systems raises a false alarm, and how often it sees a planted loss
// of quality: the numbers of the suite's calibration certificate. Many worlds, each with its own seed; twins that
// differ by chance alone, and pairs in which one withholds more of the catalogue. Prints the table, fails if the false
// alarms are more than the stated alpha allows.
#include <fmt/format.h>

#include <cstdlib>
#include <cstring>

#include "adapters/in_process/in_process_recommender.h"
#include "harness/config/prepared_run.h"
#include "harness/run/execute.h"
#include "harness/statistics/proportions.h"
#include "harness/system/random.h"
#include "harness/verdict/assess.h"
#include "reference_models/baselines/baselines.h"
#include "reference_models/planted/planted.h"
#include "suites/accuracy/accuracy_suite.h"

using namespace recgauge;

namespace {

constexpr double kAlpha = 0.05;
constexpr double kWithheldByBoth = 0.2;

struct Trial {
  bool significant = false;
  double relative_loss = 0.0;  ///< of the primary metric
};

std::unique_ptr<Recommender> degraded(const std::string& name, double withheld, uint32_t users, uint64_t seed) {
  auto model = std::make_unique<reference_models::GroupDegraded>(reference_models::make_baseline("item_knn", {}),
                                                                 std::vector<bool>(users, true), withheld, seed);
  return std::make_unique<adapters::InProcessRecommender>(name, std::move(model), reference_models::TopKOptions{});
}

Trial compare(uint32_t users, double extra_withheld, uint64_t seed) {
  RunConfig config = embedded_run_config();
  config.seed = seed;
  config.data.world.seed = seed;
  config.data.world.users = users;
  config.data.world.items = 400;
  config.data.world.mean_interactions = 30;
  config.list_length = 20;
  const PreparedData data = prepare_data(config);

  suites::AccuracyConfig settings;
  settings.cutoffs = {10};
  settings.metrics = {"ndcg"};
  settings.slice_by_activity = settings.slice_by_popularity = settings.slices_of_attributes = false;
  settings.resamples = 100;
  settings.sign_flips = 999;
  std::vector<std::unique_ptr<Suite>> suite_list;
  suite_list.push_back(std::make_unique<suites::AccuracySuite>(settings));
  const Plan plan = make_plan(seed, "calibration", data, suite_list);
  ObservationStore store(":memory:", "calibration");
  SteadyClock clock;
  SilentProgress silent;
  const TrainingData training = data.training_data(seed);
  Run run{&plan, &store, {}};
  std::vector<AssessedSystem> systems;
  for (const bool first : {true, false}) {
    const std::string name = first ? "first" : "second";
    const auto system =
        degraded(name, kWithheldByBoth + (first ? 0.0 : extra_withheld), users, derive_seed(seed, name));
    run.systems.push_back({system->info(), execute(plan, *system, {&training, &store, &clock, &silent, {}})});
    systems.push_back({name, SystemRole::candidate});
  }
  Report report;
  assess(run, data.suite_context(seed), suite_list, systems, store, report);
  const SuiteResult& result = report.suites.front();
  const Comparison& comparison = result.comparisons.front();
  const double value = *result.measurements.front().value;
  return {*comparison.p_adjusted <= kAlpha, value > 0 ? *comparison.difference / value : 0.0};
}

struct Row {
  uint32_t users;
  double extra_withheld;
};

}  // namespace

int main(int argc, char** argv) {
  const uint64_t seeds = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 300;
  bool calibrated = true;
  fmt::print("| users | planted loss (withheld share) | mean relative loss of ndcg@10 | detected | 95 % interval |\n");
  fmt::print("|---|---|---|---|---|\n");
  for (const Row& row :
       {Row{500, 0.0}, {2000, 0.0}, {500, 0.1}, {500, 0.2}, {500, 0.4}, {2000, 0.1}, {2000, 0.2}, {2000, 0.4}}) {
    uint64_t detected = 0;
    double loss = 0.0;
    for (uint64_t seed = 1; seed <= seeds; ++seed) {
      const Trial trial = compare(row.users, row.extra_withheld, seed);
      detected += trial.significant ? 1 : 0;
      loss += trial.relative_loss / static_cast<double>(seeds);
    }
    const double share = static_cast<double>(detected) / static_cast<double>(seeds);
    const auto interval = statistics::wilson_interval(detected, seeds, 0.95);
    fmt::print("| {} | {:.2f} | {:.3f} | {:.3f} | {:.3f} to {:.3f} |\n", row.users, row.extra_withheld, loss, share,
               interval->low, interval->high);
    std::fflush(stdout);
    // False alarms above alpha beyond what this many seeds explain.
    if (row.extra_withheld == 0.0 && interval->low > kAlpha) calibrated = false;
  }
  return calibrated ? 0 : 1;
}
