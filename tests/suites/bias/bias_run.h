// A run in which every list is written out: the answers are put into the store, then the bias suite assesses them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "suites/bias/bias_suite.h"
#include "suites/bias/predicted_ratings.h"
#include "tests/scripted/small_data.h"
#include "tests/scripted/temporary_folder.h"

namespace recgauge::scripted {

struct BiasSystem {
  std::string name;
  SystemRole role = SystemRole::candidate;
  std::vector<Response> answers;       ///< by test user
  std::vector<Response> ratings = {};  ///< of their test items, by test user
};

class BiasRun {
 public:
  BiasRun(const std::vector<Row>& train, const std::vector<Row>& test, size_t users, size_t items, uint32_t list_length)
      : dataset_(dataset_of(train, users, items)) {
    context_.dataset = &dataset_;
    context_.split = split_of(train, test, users, items);
    context_.pool = std::make_shared<const CandidatePool>();
    context_.seed = 42;
    context_.list_length = list_length;
  }

  Dataset& dataset() { return dataset_; }
  const SuiteContext& context() const { return context_; }

  /// Gives all users a value of the attribute; an empty one is missing.
  void add_attribute(const std::string& name, const std::vector<std::string>& values) {
    CategoricalColumn& column = dataset_.users.attributes.emplace_back();
    column.name = name;
    for (const std::string& value : values) {
      column.codes.push_back(value.empty() ? CategoricalColumn::kMissing : column.values.intern(value));
    }
  }

  SuiteResult assess(const suites::BiasConfig& config, const std::vector<BiasSystem>& systems) const {
    const suites::BiasSuite suite(config);
    Plan plan;
    add_probes(plan, suite.probes(context_));
    const TemporaryFolder folder;
    ObservationStore store(folder / "o.sqlite", "id");
    Run run{&plan, &store, {}};
    std::vector<AssessedSystem> assessed;
    for (const BiasSystem& system : systems) {
      store.append({system.name, kRankingProbe}, observations_of(system.answers));
      if (!system.ratings.empty()) store.append({system.name, suites::kRatingsProbe}, observations_of(system.ratings));
      run.systems.push_back({{system.name, "scripted", "", "", {}}, {}});
      assessed.push_back({system.name, system.role});
    }
    return suite.assess(run, context_, assessed).result;
  }

 private:
  std::vector<Observation> observations_of(const std::vector<Response>& answers) const {
    std::vector<Observation> observations;
    for (size_t i = 0; i < answers.size(); ++i) {
      Observation& o = observations.emplace_back();
      o.sequence = i;
      o.user = context_.split->test_users.at(i);
      o.response = answers[i];
    }
    return observations;
  }

  Dataset dataset_;
  SuiteContext context_;
};

inline const Measurement& measurement(const SuiteResult& result, const std::string& id) {
  for (const Measurement& m : result.measurements) {
    if (m.id == id) return m;
  }
  throw std::out_of_range("no measurement " + id);
}

inline const Finding* finding(const SuiteResult& result, const std::string& id) {
  for (const Finding& f : result.findings) {
    if (f.id == id) return &f;
  }
  return nullptr;
}

}  // namespace recgauge::scripted
