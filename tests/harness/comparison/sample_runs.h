// Runs small enough to work out by hand, with per-user values and lists.
#pragma once

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "harness/comparison/compare_runs.h"
#include "harness/statistics/tests_of_difference.h"
#include "harness/verdict/suite.h"

namespace recgauge::tests {

inline constexpr const char* kNdcg = "ndcg(discount=log2,empty=skip,gain=binary,ideal=full)@10";

class SampleRun {
 public:
  explicit SampleRun(const std::string& name, std::vector<std::string> users = {"ann", "bob", "eve", "joe"})
      : users_(std::move(users)) {
    report_.name = name;
    report_.run_id = name;
    report_.data.content_hash = "data";
    report_.split.kind = "leave_one_out";
    report_.split.hashes = {{"test", "t"}, {"train", "r"}};
    report_.split.candidates = "all items";
    report_.suites.resize(1);
    report_.suites[0].info.name = "accuracy";
    report_.suites[0].info.version = "1.0.0";
  }

  void add_system(const std::string& name, SystemRole role = SystemRole::candidate) {
    SystemSummary system;
    system.info.name = name;
    system.role = role;
    system.requests = users_.size();
    report_.systems.push_back(system);
  }

  void add_values(const std::string& system, const std::vector<double>& values,
                  Direction direction = Direction::higher_is_better, const std::string& label = "ndcg@10") {
    const statistics::Moments moments = statistics::moments(values);
    Measurement m;
    m.suite = "accuracy";
    m.system = system;
    m.metric = label == "ndcg@10" ? kNdcg : label + "(full)";
    m.label = label;
    m.value = moments.mean;
    m.n = moments.n;
    const double reach = 1.959964 * moments.deviation / std::sqrt(static_cast<double>(moments.n));
    m.interval = statistics::Interval{moments.mean - reach, moments.mean + reach, 0.95, "bootstrap"};
    m.direction = direction;
    m.id = "accuracy/" + system + "/" + label + "/all";
    report_.suites[0].measurements.push_back(m);
    const UnitValues kept{system, m.metric, values};
    store_->write_unit_values("accuracy", users_, std::vector<UnitValues>{kept});
  }

  /// Answers to the ranking probe, one list a user; each takes `ms`, unless the batch answers all at once.
  void add_lists(const std::string& system, const std::vector<std::vector<uint32_t>>& lists, int64_t ms = 0) {
    std::vector<Observation> batch;
    for (size_t i = 0; i < lists.size(); ++i) {
      Observation observation;
      observation.sequence = i;
      observation.user = UserId{static_cast<uint32_t>(i)};
      for (const uint32_t item : lists[i]) observation.response.items.push_back(ItemId{item});
      const auto sent = std::chrono::milliseconds(100 * static_cast<int64_t>(i));
      observation.response.times = {sent, sent, sent, sent + std::chrono::milliseconds(ms)};
      batch.push_back(observation);
    }
    store_->append({system, kRankingProbe}, batch);
  }

  void drop_observations(const std::string& reason) {
    store_.reset();
    reason_ = reason;
  }

  Report& report() { return report_; }
  ObservationStore& store() { return *store_; }
  NamedRun named() const { return {report_.name + ".json", {&report_, store_.get(), reason_}}; }

 private:
  std::vector<std::string> users_;
  Report report_;
  std::unique_ptr<ObservationStore> store_ =
      std::make_unique<ObservationStore>(":memory:", "identity", ObservationStore::Mode::create_or_resume);
  std::string reason_;
};

}  // namespace recgauge::tests
