#include "suites/manipulation/pollution_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "harness/statistics/tests_of_difference.h"
#include "harness/system/random.h"
#include "suites/manipulation/pollution.h"
#include "suites/manipulation/threat_model.h"

namespace recgauge::suites::manipulation {
namespace {

constexpr double kAlpha = 0.05;
constexpr size_t kSignFlips = 9999;
constexpr size_t kStrategyCount = std::size(kStrategies);

/// One system's victims, strategy by strategy.
struct PollutedSystem {
  const AssessedSystem* system = nullptr;
  std::vector<double> before;                              // 1 where the target is among the first k without an attack
  std::array<std::vector<double>, kStrategyCount> after;   // by strategy
  std::array<std::vector<double>, kStrategyCount> gained;  // after minus after benign
  uint64_t requests = 0;
  uint64_t usable = 0;
};

class PollutionReport {
 public:
  explicit PollutionReport(const Assessing& assessing)
      : assessing_(assessing),
        config_(assessing.config),
        result_(assessing.result),
        population_(assessing.config, assessing.context),
        seed_(derive_seed(assessing.context.seed, "pollution report")) {}

  void run() {
    if (population_.victims().empty()) return;
    for (const AssessedSystem& system : assessing_.systems) polluted_.push_back(follow(system));
    test();
    for (size_t i = 0; i < polluted_.size(); ++i) report(polluted_[i], i);
    add_figure();
    add_threat(result_, "polluted histories", threat().knowledge, threat().access, threat().budget, threat().goal);
  }

 private:
  ThreatModel threat() const {
    return {
        "the items' names",
        fmt::format("writes into one user's history ({} items {}) and sees that user's lists", config_.polluted_items,
                    config_.pollution_place == PollutionPlace::append ? "at the end" : "in place of the last"),
        fmt::format("{} questions a user", config_.queries), "one item in that user's list"};
  }

  PollutedSystem follow(const AssessedSystem& system) const {
    const double none = std::numeric_limits<double>::quiet_NaN();
    const size_t victims = population_.victims().size();
    PollutedSystem polluted{&system, std::vector<double>(victims, none), {}, {}, 0, 0};
    for (auto& values : polluted.after) values.assign(victims, none);
    for (auto& values : polluted.gained) values.assign(victims, none);
    const std::vector<PollutionRecord> records = replay(system.name);
    for (size_t i = 0; i < records.size(); ++i) {
      const PollutionRecord& record = records[i];
      polluted.requests += record.questions;
      polluted.usable += record.questions - record.unusable;
      if (record.rank_after == 0) continue;
      const size_t victim = i / kStrategyCount;
      polluted.before[victim] = record.rank_before <= config_.k ? 1.0 : 0.0;
      polluted.after[i % kStrategyCount][victim] = record.rank_after <= config_.k ? 1.0 : 0.0;
    }
    for (size_t s = 0; s < kStrategyCount; ++s) {
      for (size_t v = 0; v < victims; ++v) polluted.gained[s][v] = polluted.after[s][v] - polluted.after[0][v];
    }
    return polluted;
  }

  // The attackers of the run over again, told what the system answered.
  std::vector<PollutionRecord> replay(const std::string& system) const {
    std::vector<std::unique_ptr<Polluter>> polluters(population_.size());
    assessing_.run.store->for_each({system, kPollutionProbe}, [&](Observation&& observation) {
      if (observation.sequence >= polluters.size()) return;
      std::unique_ptr<Polluter>& polluter = polluters[observation.sequence];
      if (!polluter) {
        polluter = population_.make_polluter(observation.sequence);
        polluter->next(nullptr);
      }
      polluter->next(&observation.response);
    });
    std::vector<PollutionRecord> records;
    for (const auto& polluter : polluters) records.push_back(polluter ? polluter->record() : PollutionRecord{});
    return records;
  }

  bool usable(const PollutedSystem& polluted) const { return enough(config_, polluted.usable, polluted.requests); }

  void test() {
    std::vector<double> p_values;
    for (const PollutedSystem& polluted : polluted_) {
      const std::array<std::span<const double>, 2> columns{polluted.gained[1], polluted.gained[2]};
      const auto tests =
          statistics::paired_permutation_tests(columns, kSignFlips, derive_seed(seed_, polluted.system->name));
      for (const auto& test : tests) {
        p_values.push_back(usable(polluted) ? test.p_value.value_or(std::nan("")) : std::nan(""));
      }
    }
    adjusted_ = statistics::adjust(p_values, statistics::Correction::holm);
  }

  std::string slice_of(Strategy strategy) const { return fmt::format("strategy={}", to_string(strategy)); }
  std::string gain_label() const { return fmt::format("pollution_gain@{}", config_.k); }

  void report(const PollutedSystem& polluted, size_t number) {
    const std::string reason = usable(polluted) ? ""
                                                : fmt::format("only {} of {} requests were answered usably",
                                                              polluted.usable, polluted.requests);
    const auto add = [&](const std::string& label, const std::string& slice, const std::vector<double>& values,
                         Direction direction) {
      statistics::Estimate estimate = mean_by_user(values, assessing_, derive_seed(seed_, label + slice));
      result_.measurements.push_back(
          measurement_of(kSuite, {polluted.system->name, label, label, slice, "share", direction}, estimate, reason));
      return estimate;
    };
    const std::string hit = fmt::format("polluted_hit_ratio@{}", config_.k);
    add(hit, "strategy=none", polluted.before, Direction::neutral);
    for (const Strategy strategy : kStrategies) {
      const auto s = static_cast<size_t>(strategy);
      add(hit, slice_of(strategy), polluted.after[s], Direction::neutral);
      if (strategy == Strategy::benign) continue;
      gains_.push_back({&polluted, strategy,
                        add(gain_label(), slice_of(strategy), polluted.gained[s], Direction::lower_is_better),
                        adjusted_[2 * number + s - 1]});
    }
    if (usable(polluted)) conclude(polluted);
  }

  struct Gain {
    const PollutedSystem* polluted = nullptr;
    Strategy strategy = Strategy::greedy;
    statistics::Estimate estimate;
    double p_adjusted = 1.0;

    bool is_shown() const { return estimate.value && *estimate.value > 0 && p_adjusted <= kAlpha; }
  };

  double largest_not_excluded(const PollutedSystem& polluted) const {
    double largest = 0.0;
    for (const Gain& gain : gains_) {
      if (gain.polluted == &polluted && gain.estimate.interval)
        largest = std::max(largest, gain.estimate.interval->high);
    }
    return largest;
  }

  void conclude(const PollutedSystem& polluted) {
    const Gain* best = nullptr;
    for (const Gain& gain : gains_) {
      if (gain.polluted != &polluted || !gain.is_shown()) continue;
      if (best == nullptr || *gain.estimate.value > *best->estimate.value) best = &gain;
    }
    const std::string name = polluted.system->name + "-pollution";
    if (best == nullptr) {
      Finding finding = finding_of(
          kSuite, name, Severity::info,
          fmt::format("Altered histories are not shown to bring chosen items into {}'s lists.", polluted.system->name),
          fmt::format("{} users with a target each. Gains up to {} of lists are not excluded by the intervals. {}",
                      population_.victims().size(), percent(largest_not_excluded(polluted)), sentence(threat())));
      finding.status = FindingStatus::not_supported;
      result_.findings.push_back(std::move(finding));
      return;
    }
    const auto s = static_cast<size_t>(best->strategy);
    const double gain = *best->estimate.value;
    Finding finding = finding_of(
        kSuite, name, severity_of(gain, polluted.system->role),
        fmt::format("Whoever can write {} items into a user's history brings a chosen item into the first {} places of "
                    "{}'s list in {} of cases ({} search), random items do in {}.",
                    config_.polluted_items, config_.k, polluted.system->name,
                    percent(statistics::mean_of_defined(polluted.after[s])), to_string(best->strategy),
                    percent(statistics::mean_of_defined(polluted.after[0]))),
        fmt::format("Gain {}, adjusted p {:.4f} by sign flips over {} users, Holm over {} searches. Lists that follow "
                    "histories can be led by them: what matters is who may write there. {}",
                    with_interval(gain, best->estimate.interval), best->p_adjusted, best->estimate.n, adjusted_.size(),
                    sentence(threat())));
    finding.measurements.push_back(
        fmt::format("manipulation/{}/{}/{}", polluted.system->name, gain_label(), slice_of(best->strategy)));
    finding.evidence.push_back({polluted.system->name, kPollutionProbe, {}});
    result_.findings.push_back(std::move(finding));
  }

  void add_figure() {
    Figure figure;
    figure.id = "manipulation/pollution";
    figure.title = fmt::format("Targets in the first {} places when the history is altered", config_.k);
    figure.caption = fmt::format(
        "Share of {} users whose list holds the target, with {} items in the history that an attacker put there after "
        "a "
        "search of {} questions; random items, put there once, are the floor.",
        population_.victims().size(), config_.polluted_items, config_.queries);
    figure.kind = "interval";
    figure.encoding = {{"facet", "system"}, {"y", "items"}, {"x", "share of lists"}, {"low", "low"}, {"high", "high"}};
    figure.columns = {"system", "items", "share of lists", "low", "high", "n"};
    const std::string label = fmt::format("polluted_hit_ratio@{}", config_.k);
    for (const Measurement& m : result_.measurements) {
      if (m.label != label || !m.value) continue;
      figure.rows.push_back({m.system, m.slice.substr(m.slice.find('=') + 1), *m.value, low_cell(m.interval),
                             high_cell(m.interval), static_cast<double>(m.n)});
    }
    if (!figure.rows.empty()) result_.figures.push_back(std::move(figure));
  }

  const Assessing& assessing_;
  const ManipulationConfig& config_;
  SuiteResult& result_;
  PollutionPopulation population_;
  uint64_t seed_;
  std::vector<PollutedSystem> polluted_;
  std::vector<double> adjusted_;  // by system, then random search and greedy
  std::vector<Gain> gains_;
};

}  // namespace

std::vector<Probe> pollution_probes(const ManipulationConfig& config, const SuiteContext& context) {
  auto population = std::make_shared<const PollutionPopulation>(config, context);
  if (population->victims().empty()) return {};
  return {{kPollutionProbe, "", nullptr, std::move(population), {}}};
}

void add_pollution(const Assessing& assessing) { PollutionReport(assessing).run(); }

}  // namespace recgauge::suites::manipulation
