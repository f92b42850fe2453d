// The whole line on a small world: systems trained, asked, deployed and assessed.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/in_process/in_process_recommender.h"
#include "harness/config/prepared_run.h"
#include "harness/run/execute.h"
#include "harness/system/random.h"
#include "reference_models/baselines/baselines.h"
#include "reference_models/planted/planted.h"

namespace recgauge::scripted {

/// A system by name, made for the prepared data.
struct Entrant {
  std::string name;
  std::function<std::unique_ptr<reference_models::ScoreModel>(const PreparedData&)> make;
  uint64_t training_seed = 1;
};

inline Entrant baseline(const std::string& name, const std::string& kind,
                        const std::map<std::string, std::string>& parameters = {}, uint64_t training_seed = 1) {
  return {name, [=](const PreparedData&) { return reference_models::make_baseline(kind, parameters); }, training_seed};
}

inline Entrant memoriser(const std::string& name, const std::string& kind, double share,
                         const std::map<std::string, std::string>& parameters = {}, uint64_t training_seed = 1) {
  return {name,
          [=](const PreparedData& data) -> std::unique_ptr<reference_models::ScoreModel> {
            return std::make_unique<reference_models::Memoriser>(reference_models::make_baseline(kind, parameters),
                                                                 data.split->test, share, 7);
          },
          training_seed};
}

struct WorldSize {
  uint32_t users = 400;
  uint32_t items = 300;
  double mean_interactions = 30;
  double series_strength = 0.25;
};

inline PreparedData small_world(uint64_t seed, const WorldSize& size) {
  RunConfig config = embedded_run_config();
  config.seed = config.data.world.seed = seed;
  config.data.world.users = size.users;
  config.data.world.items = size.items;
  config.data.world.mean_interactions = size.mean_interactions;
  config.data.world.series_strength = size.series_strength;
  config.list_length = 20;
  return prepare_data(config);
}

/// One suite on prepared data: systems are asked one after another, then all are assessed.
class SuiteBench {
 public:
  SuiteBench(const PreparedData& data, uint64_t seed, std::unique_ptr<Suite> suite) : data_(data), seed_(seed) {
    suites_.push_back(std::move(suite));
    plan_ = make_plan(seed, "id", data, suites_);
    run_.plan = &plan_;
    run_.store = &store_;
  }

  void ask(Recommender& system, uint64_t training_seed = 1) {
    const TrainingData training = data_.training_data(derive_seed(seed_, {training_seed}));
    run_.systems.push_back({system.info(), execute(plan_, system, {&training, &store_, &clock_, &progress_, {}})});
    systems_.push_back({system.info().name, SystemRole::candidate});
  }

  SuiteResult assess() const { return suites_[0]->assess(run_, data_.suite_context(seed_), systems_).result; }

 private:
  const PreparedData& data_;
  uint64_t seed_;
  std::vector<std::unique_ptr<Suite>> suites_;
  Plan plan_;
  ObservationStore store_{":memory:", "id"};
  SteadyClock clock_;
  SilentProgress progress_;
  Run run_;
  std::vector<AssessedSystem> systems_;
};

inline SuiteResult assess_suite_on_world(const PreparedData& data, uint64_t seed, std::unique_ptr<Suite> suite,
                                         const std::vector<Entrant>& entrants) {
  SuiteBench bench(data, seed, std::move(suite));
  for (const Entrant& entrant : entrants) {
    adapters::InProcessRecommender system(entrant.name, entrant.make(data), reference_models::TopKOptions{});
    bench.ask(system, entrant.training_seed);
  }
  return bench.assess();
}

inline const Measurement* find_measurement(const SuiteResult& result, const std::string& system,
                                           const std::string& label) {
  for (const Measurement& m : result.measurements) {
    if (m.system == system && m.label == label) return &m;
  }
  return nullptr;
}

inline const Finding* find_finding(const SuiteResult& result, const std::string& id) {
  for (const Finding& finding : result.findings) {
    if (finding.id == finding.suite + "/" + id) return &finding;
  }
  return nullptr;
}

}  // namespace recgauge::scripted
