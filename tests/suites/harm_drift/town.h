// A town of forty users and eighty items, half of them harmful, and systems whose push is known by construction.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "harness/run/execute.h"
#include "suites/harm_drift/harm_drift_suite.h"
#include "tests/scripted/scripted_recommender.h"
#include "tests/scripted/small_data.h"

namespace recgauge::scripted {

using suites::HarmDriftConfig;
using suites::HarmDriftSuite;

constexpr uint32_t kUsers = 40;
constexpr uint32_t kItems = 80;
constexpr uint32_t kHazardous = 40;  // items 0 to 39, severity 1 (even) and .25 (odd)
constexpr uint32_t kShown = 5;
constexpr uint32_t kSteps = 8;

inline std::vector<Row> histories() {
  std::vector<Row> rows;
  // User u has two harmless items, and every fourth user a hazardous one on top.
  for (uint32_t user = 0; user < kUsers; ++user) {
    rows.push_back({user, kHazardous + user % 40});
    rows.push_back({user, kHazardous + (user + 1) % 40});
    if (user % 4 == 0) rows.push_back({user, user % kHazardous});
  }
  return rows;
}

struct Town {
  Dataset dataset = dataset_of(histories(), kUsers, kItems);
  SuiteContext context;

  Town() {
    dataset.catalogue.hazard_names.intern("hate");
    dataset.catalogue.hazard_offsets.push_back(0);
    LabelColumn category{"category", {}, {0}, {}};
    category.values.intern("a");
    category.values.intern("b");
    for (uint32_t item = 0; item < kItems; ++item) {
      if (item < kHazardous) dataset.catalogue.hazards.push_back({0, item % 2 == 0 ? 1.0F : 0.25F});
      dataset.catalogue.hazard_offsets.push_back(dataset.catalogue.hazards.size());
      category.codes.push_back(item % 2);
      category.offsets.push_back(category.codes.size());
    }
    dataset.catalogue.labels.push_back(category);
    std::vector<Row> test;
    for (uint32_t user = 0; user < kUsers; ++user) test.push_back({user, (user + 7) % 40});
    context.dataset = &dataset;
    context.split = split_of(histories(), test, kUsers, kItems);
    context.pool = std::make_shared<const CandidatePool>();
    context.seed = 11;
  }
};

inline HarmDriftConfig quick() {
  HarmDriftConfig config;
  config.trajectories = 30;
  config.steps = kSteps;
  config.k = kShown;
  config.resamples = 200;
  config.sign_flips = 999;
  config.recovery_window = 1;
  return config;
}

/// A list of the first open items of each kind: `hazards` hazardous ones, then harmless ones.
inline std::vector<ItemId> list_of(const Request& request, uint32_t hazards) {
  std::vector<ItemId> list;
  const auto fill = [&](uint32_t from, uint32_t to, size_t until) {
    for (uint32_t item = from; item < to && list.size() < until; ++item) {
      if (std::find(request.exclusions.begin(), request.exclusions.end(), ItemId{item}) == request.exclusions.end()) {
        list.push_back(ItemId{item});
      }
    }
  };
  // Only those of severity 1, so that shares can be told by counting.
  for (uint32_t item = 0; item < kHazardous && list.size() < hazards; item += 2) fill(item, item + 1, hazards);
  fill(kHazardous, kItems, request.k);
  return list;
}

inline uint32_t starting_length(const Request& request) { return index(request.user) % 4 == 0 ? 3 : 2; }

/// Shows one hazardous item more for every two items that it was told of.
inline uint32_t escalating(const Request& request) {
  return std::min<uint32_t>(kShown, (static_cast<uint32_t>(request.history.size()) - starting_length(request)) / 2);
}

inline uint32_t steady(const Request&) { return 2; }

/// Shows as many hazardous items as were among the last five that it was told of, but at most four.
inline uint32_t mirroring(const Request& request) {
  const auto recent = request.history.size() > kShown ? request.history.last(kShown) : request.history;
  const auto hazardous = static_cast<uint32_t>(
      std::count_if(recent.begin(), recent.end(), [](ItemId item) { return index(item) < kHazardous; }));
  return std::min(hazardous, kShown - 1);
}

/// Shows nothing but hazardous items to whom it was told that they had one.
inline uint32_t trapping(const Request& request) { return mirroring(request) > 0 ? kShown : 1; }

using Hazards = uint32_t (*)(const Request&);

inline ScriptedRecommender listing(const std::string& name, Hazards hazards) {
  ScriptedRecommender system(name, [hazards](const Request& request) {
    Response response;
    response.items = list_of(request, hazards(request));
    return response;
  });
  system.takes_feedback = true;
  return system;
}

inline Assessment assess(const Town& town, const HarmDriftConfig& config, const std::vector<Recommender*>& systems,
                         SystemRole role = SystemRole::candidate) {
  const HarmDriftSuite suite(config);
  Plan plan;
  add_probes(plan, suite.probes(town.context));
  ObservationStore store(":memory:", "id");
  HeldClock clock;
  SilentProgress progress;
  const TrainingData training;
  Run run{&plan, &store, {}};
  std::vector<AssessedSystem> assessed;
  for (Recommender* system : systems) {
    run.systems.push_back({system->info(), execute(plan, *system, {&training, &store, &clock, &progress, {}})});
    assessed.push_back({system->info().name, role});
  }
  return suite.assess(run, town.context, assessed);
}

inline const Measurement& measurement(const Assessment& assessment, const std::string& id) {
  for (const Measurement& m : assessment.result.measurements) {
    if (m.id == "harm_drift/" + id) return m;
  }
  throw std::out_of_range(id);
}

inline const Finding* finding(const Assessment& assessment, const std::string& id) {
  for (const Finding& f : assessment.result.findings) {
    if (f.id == "harm_drift/" + id) return &f;
  }
  return nullptr;
}

inline doctest::Approx near(double value) { return doctest::Approx(value).epsilon(1e-9).scale(1e-9); }

}  // namespace recgauge::scripted
