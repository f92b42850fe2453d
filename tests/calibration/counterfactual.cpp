// How often the counterfactual suite sees an effect of attributes or of order where there is none, and how often it
// sees a planted one: the numbers of the suite's calibration certificates. Every row asks and assesses as a run does.
// Usage: calibrate_counterfactual [SEEDS]. Prints the tables, fails if the false alarms are more than the stated alpha
// allows.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "harness/config/prepared_run.h"
#include "harness/run/execute.h"
#include "harness/statistics/proportions.h"
#include "harness/verdict/assess.h"
#include "suites/counterfactual/counterfactual_suite.h"
#include "suites/counterfactual/typical_labels.h"
#include "tests/scripted/impressionable.h"

using namespace recgauge;

namespace {

constexpr double kAlpha = 0.05;

struct Row {
  std::string_view experiment;
  uint32_t units = 0;
  double noise = 0.0;
  double effect = 0.0;
};

RunConfig world_of(uint64_t seed) {
  RunConfig config = embedded_run_config();
  config.seed = seed;
  config.data.world.seed = seed;
  config.data.world.users = 400;
  config.data.world.items = 300;
  config.data.world.group_taste_gap = 0.5;
  return config;
}

suites::CounterfactualConfig settings_of(const Row& row) {
  suites::CounterfactualConfig settings;
  settings.permutations = 1999;
  settings.resamples = 100;
  settings.k = 10;
  if (row.experiment == "wording") {
    settings.wording.emplace();
    settings.wording->attributes = {{"gender", {"a male", "a female"}},
                                    {"race", {"a black", "a white", "a yellow", "an African American"}},
                                    {"age", {"a young", "an old", "a middle aged"}}};
    for (uint32_t i = 0; i < row.units; ++i) settings.wording->subject_names.push_back(fmt::format("artist {}", i));
    settings.wording->subjects = row.units;
  }
  if (row.experiment == "flips") settings.flips = suites::FlipConfig{{"group"}, 8, row.units};
  if (row.experiment == "order") settings.order = suites::OrderConfig{row.units, 20, 5, 2};
  return settings;
}

scripted::Impressions impressions_of(const Row& row, const PreparedData& data) {
  scripted::Impressions impressions;
  impressions.noise = row.noise;
  // Any attribute changes the list, since the words change; one value changes it more.
  impressions.wording = row.experiment == "wording" ? 0.2 : 0.0;
  for (const char* value :
       {"a male", "a female", "a white", "a yellow", "an African American", "a young", "an old", "a middle aged"}) {
    impressions.values[value] = 0.0;
  }
  impressions.values["a black"] = row.experiment == "wording" ? row.effect : 0.0;
  impressions.front = row.experiment == "order" ? row.effect : 0.0;
  if (row.experiment != "flips") return impressions;
  impressions.stereotype.assign(1, 'B');  // GCC 12 warns of an assigned "B"
  impressions.stereotype_share = row.effect;
  for (const auto& typical : suites::typical_labels("group", data.dataset(), *data.split->train, 1.25)) {
    for (uint32_t item = 0; typical.value == "B" && item < typical.share_of_item.size(); ++item) {
      if (typical.share_of_item[item] > 0) impressions.typical.push_back(ItemId{item});
    }
  }
  if (impressions.typical.empty()) impressions.stereotype_share = 0.0;
  return impressions;
}

struct Trial {
  bool any = false;      ///< any finding
  bool planted = false;  ///< the planted effect is found
};

Trial trial_of(const Row& row, uint64_t seed) {
  const PreparedData data = prepare_data(world_of(seed));
  std::vector<std::unique_ptr<Suite>> suite_list;
  suite_list.push_back(std::make_unique<suites::CounterfactualSuite>(settings_of(row)));
  const Plan plan = make_plan(seed, "calibration", data, suite_list);
  ObservationStore store(":memory:", "calibration");
  SteadyClock clock;
  SilentProgress silent;
  const TrainingData training = data.training_data(seed);
  scripted::Impressionable system("s", data.dataset(), impressions_of(row, data), seed);
  Run run{&plan, &store, {{system.info(), execute(plan, system, {&training, &store, &clock, &silent, {}})}}};
  const std::vector<AssessedSystem> systems{{"s", SystemRole::candidate}};
  Report report;
  assess(run, data.suite_context(seed), suite_list, systems, store, report);
  Trial trial;
  for (const Finding& finding : report.suites.front().findings) {
    if (finding.status != FindingStatus::supported) continue;
    trial.any = true;
    const std::string_view planted = row.experiment == "wording" ? "counterfactual/s-wording-race-uneven"
                                     : row.experiment == "flips" ? "counterfactual/s-flips-group-drift-B"
                                                                 : "counterfactual/s-order";
    trial.planted = trial.planted || finding.id == planted;
  }
  return trial;
}

}  // namespace

int main(int argc, char** argv) {
  const uint64_t seeds = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 300;
  bool calibrated = true;
  fmt::print("| experiment | units | noise | planted effect | found | 95 % interval |\n|---|---|---|---|---|---|\n");
  for (const Row& row : {Row{"wording", 50, 0.2, 0.0},
                         {"wording", 200, 0.2, 0.0},
                         {"wording", 50, 0.2, 0.05},
                         {"wording", 50, 0.2, 0.1},
                         {"wording", 50, 0.2, 0.2},
                         {"wording", 200, 0.2, 0.05},
                         {"wording", 200, 0.2, 0.1},
                         {"flips", 100, 0.2, 0.0},
                         {"flips", 200, 0.0, 0.0},
                         {"flips", 100, 0.2, 0.05},
                         {"flips", 100, 0.2, 0.1},
                         {"flips", 200, 0.2, 0.1},
                         {"order", 100, 0.2, 0.0},
                         {"order", 200, 0.0, 0.0},
                         {"order", 100, 0.2, 0.03},
                         {"order", 100, 0.2, 0.1},
                         {"order", 200, 0.2, 0.03}}) {
    uint64_t found = 0;
    for (uint64_t seed = 1; seed <= seeds; ++seed) {
      const Trial trial = trial_of(row, seed);
      found += (row.effect > 0 ? trial.planted : trial.any) ? 1 : 0;
    }
    const auto interval = statistics::wilson_interval(found, seeds, 0.95);
    fmt::print("| {} | {} | {:.2f} | {:.2f} | {:.3f} | {:.3f} to {:.3f} |\n", row.experiment, row.units, row.noise,
               row.effect, static_cast<double>(found) / static_cast<double>(seeds), interval->low, interval->high);
    std::fflush(stdout);
    // False alarms above alpha beyond what this many seeds explain.
    if (row.effect == 0.0 && interval->low > kAlpha) calibrated = false;
  }
  return calibrated ? 0 : 1;
}
