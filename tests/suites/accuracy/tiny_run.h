// A run in which every list is written out: the answers are put into the store, then the accuracy suite assesses them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "suites/accuracy/accuracy_suite.h"
#include "tests/scripted/small_data.h"
#include "tests/scripted/temporary_folder.h"

namespace recgauge::scripted {

/// Answer of one system to one test user.
inline Response list_of(std::initializer_list<uint32_t> items, std::vector<double> scores = {}) {
  Response response;
  response.items = items_of(items);
  response.scores = std::move(scores);
  return response;
}

inline Response failed(Outcome outcome) {
  Response response;
  response.outcome = outcome;
  return response;
}

struct TinySystem {
  std::string name;
  SystemRole role = SystemRole::candidate;
  std::vector<Response> answers;  ///< by test user
};

class TinyRun {
 public:
  TinyRun(std::vector<Row> train, std::vector<Row> test, size_t users, size_t items, uint32_t list_length,
          const SplitSpec& spec = {})
      : dataset_(dataset_of(train, users, items)) {
    context_.dataset = &dataset_;
    context_.split = split_of(train, test, users, items, spec);
    context_.pool = std::make_shared<const CandidatePool>();
    context_.seed = 42;
    context_.list_length = list_length;
  }

  Dataset& dataset() { return dataset_; }
  SuiteContext& context() { return context_; }

  Assessment assess(const suites::AccuracyConfig& config, const std::vector<TinySystem>& systems) const {
    const suites::AccuracySuite suite(config);
    Plan plan;
    add_probes(plan, suite.probes(context_));
    const TemporaryFolder folder;
    ObservationStore store(folder / "o.sqlite", "id");
    Run run{&plan, &store, {}};
    std::vector<AssessedSystem> assessed;
    for (const TinySystem& system : systems) {
      std::vector<Observation> observations;
      for (size_t i = 0; i < system.answers.size(); ++i) {
        Observation& o = observations.emplace_back();
        o.sequence = i;
        o.user = context_.split->test_users.at(i);
        o.response = system.answers[i];
      }
      store.append({system.name, kRankingProbe}, observations);
      run.systems.push_back({{system.name, "scripted", "", "", {}}, {}});
      assessed.push_back({system.name, system.role});
    }
    return suite.assess(run, context_, assessed);
  }

 private:
  Dataset dataset_;
  SuiteContext context_;
};

inline const Measurement& measurement(const Assessment& assessment, const std::string& system, const std::string& label,
                                      const std::string& slice = "all") {
  for (const Measurement& m : assessment.result.measurements) {
    if (m.system == system && m.label == label && m.slice == slice) return m;
  }
  throw std::out_of_range("no measurement " + system + " " + label + " " + slice);
}

inline const Comparison& comparison(const Assessment& assessment, const std::string& first, const std::string& second,
                                    const std::string& label) {
  for (const Comparison& c : assessment.result.comparisons) {
    if (c.first == first && c.second == second && c.label == label) return c;
  }
  throw std::out_of_range("no comparison " + first + " " + second + " " + label);
}

inline const Finding* finding(const Assessment& assessment, const std::string& id) {
  for (const Finding& f : assessment.result.findings) {
    if (f.id == id) return &f;
  }
  return nullptr;
}

}  // namespace recgauge::scripted
