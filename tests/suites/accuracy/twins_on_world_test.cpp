// The whole line on the embedded world: twins of one model must not be found to differ more often than alpha allows.
#include <doctest/doctest.h>

#include "adapters/in_process/in_process_recommender.h"
#include "harness/config/prepared_run.h"
#include "harness/run/execute.h"
#include "reference_models/baselines/baselines.h"
#include "tests/scripted/scripted_recommender.h"
#include "tests/scripted/temporary_folder.h"
#include "tests/suites/accuracy/tiny_run.h"

using namespace recgauge;
using namespace recgauge::scripted;

namespace {

struct Entrant {
  std::string name;
  std::string kind;
  uint64_t training_seed = 0;
  uint64_t tie_seed = 0;
};

Assessment assess_on_world(uint64_t seed, const std::vector<Entrant>& entrants) {
  RunConfig config;
  config.seed = seed;
  config.data.world.seed = seed;
  config.data.world.users = 80;
  config.data.world.items = 60;
  config.data.world.mean_interactions = 12;
  config.list_length = 10;
  const PreparedData data = prepare_data(config);
  suites::AccuracyConfig settings;
  settings.cutoffs = {10};
  settings.metrics = {"ndcg", "recall", "mrr"};
  settings.slice_by_activity = settings.slice_by_popularity = settings.slices_of_attributes = false;
  settings.resamples = 100;
  settings.sign_flips = 999;
  std::vector<std::unique_ptr<Suite>> suites;
  suites.push_back(std::make_unique<suites::AccuracySuite>(settings));
  const Plan plan = make_plan(seed, "id", data, suites);
  const TemporaryFolder folder;
  ObservationStore store(folder / "o.sqlite", "id");
  HeldClock clock;
  SilentProgress progress;
  Run run{&plan, &store, {}};
  std::vector<AssessedSystem> assessed;
  for (const Entrant& entrant : entrants) {
    reference_models::TopKOptions options;
    options.seed = entrant.tie_seed;
    adapters::InProcessRecommender system(entrant.name, reference_models::make_baseline(entrant.kind, {}), options);
    const TrainingData training = data.training_data(entrant.training_seed);
    run.systems.push_back({system.info(), execute(plan, system, {&training, &store, &clock, &progress, {}})});
    assessed.push_back({entrant.name, SystemRole::candidate});
  }
  return suites[0]->assess(run, data.suite_context(seed), assessed);
}

bool raises_alarm(const Assessment& assessment) {
  for (const Comparison& c : assessment.result.comparisons) {
    if (c.p_adjusted && *c.p_adjusted <= .05) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("on a hundred worlds, twins with independent luck differ significantly in about 5 % of them at most") {
  size_t alarms = 0;
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    alarms +=
        raises_alarm(assess_on_world(seed, {{"a", "random", 2 * seed, 1}, {"b", "random", 2 * seed + 1, 1}})) ? 1 : 0;
  }
  // More than 11 of 100 at a rate of 5 % would be seen once in 230 times; Holm over three metrics makes it rarer.
  CHECK(alarms <= 11);
}

TEST_CASE("the same model under two names ties for every user, and personalisation is told from chance") {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    const Assessment assessed =
        assess_on_world(seed, {{"one", "item_knn", 1, 1}, {"two", "item_knn", 1, 1}, {"chance", "random", 1, 1}});
    const Comparison& twins = comparison(assessed, "one", "two", "ndcg@10");
    CHECK(twins.ties == twins.n);
    CHECK(*twins.p_value == 1.0);
    CHECK(*comparison(assessed, "one", "chance", "ndcg@10").difference > 0);
  }
}
