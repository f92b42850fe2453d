#include "harness/comparison/compare_runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "harness/comparison/answers.h"
#include "harness/comparison/compared_systems.h"
#include "harness/comparison/effects.h"
#include "harness/comparison/pareto.h"
#include "harness/system/error.h"

namespace recgauge {
namespace {

constexpr const char* kMethod =
    "Differences are system minus reference. Paired: the difference is taken for each user and averaged, with "
    "Student's t interval over users; unpaired: two independent samples (Welch), where there are no per-user "
    "values of the same users; each row says which. p-values are two-sided, of the same t, corrected by Holm's "
    "method over all systems and slices of one measure, not over measures: choose yours before you look. Effect "
    "size: d_z, the mean over the standard deviation of the differences (paired), or d, the difference of the "
    "means over the pooled standard deviation of users (unpaired). Relative differences are shares of the "
    "reference's value with the delta method's interval; there is none where the reference cannot be told from 0. "
    "Wins are users for whom the system is better (for a measure without a better direction: higher). Rank-biased "
    "overlap (Webber, Moffat & Zobel 2010, persistence 0.9) is 1 for equal lists and 0 for lists without a common "
    "item. Intervals cover the choice of users, not that of training seeds.";

void add_notes(std::span<const NamedRun> runs, RunComparison& comparison) {
  std::set<std::string> machines;
  std::set<std::string> versions;
  for (const ComparedRun& run : comparison.runs) {
    machines.insert(run.machine);
    versions.insert(run.tool_version);
    if (!run.per_user.empty()) {
      comparison.notes.push_back(
          fmt::format("{}: {}; its systems are compared without pairing users, and their lists not at all.", run.label,
                      run.per_user));
    }
  }
  if (machines.size() > 1) {
    comparison.notes.push_back("The runs were made on different machines: their times must not be compared.");
  }
  if (versions.size() > 1) comparison.notes.push_back("The runs were made by different versions of recgauge.");
  const bool sampled = std::any_of(runs.begin(), runs.end(),
                                   [](const NamedRun& run) { return run.run.report->split.sampled_candidates; });
  if (sampled) {
    comparison.notes.push_back(
        "The metrics are over sampled candidates: they can order systems differently than over all items (Krichene & "
        "Rendle 2020).");
  }
}

class Comparer {
 public:
  Comparer(std::span<const NamedRun> runs, const ComparisonOptions& options) : runs_(runs), options_(options) {}

  RunComparison run() {
    if (runs_.empty()) throw ConfigError("name at least one run to compare");
    require_comparable(runs_);
    comparison_.confidence = options_.confidence;
    comparison_.method = kMethod;
    comparison_.runs = describe_runs(runs_);
    systems_ = compared_systems(runs_, comparison_.runs, options_.reference);
    for (const SystemOfRun& system : systems_) comparison_.systems.push_back(system.named);
    const auto reference = std::find_if(systems_.begin(), systems_.end(),
                                        [](const SystemOfRun& system) { return system.named.is_reference; });
    comparison_.reference = reference->named.id;
    measures_ = choose_measures(runs_, options_.measures);
    for (const ChosenMeasure& measure : measures_) comparison_.measures.push_back(measure.label);
    add_effects(runs_, systems_, measures_, comparison_);
    add_answers(*reference);
    name_users();
    add_front();
    add_notes(runs_, comparison_);
    return std::move(comparison_);
  }

 private:
  const JudgedRun& run_of(const SystemOfRun& system) const { return runs_[system.run].run; }

  void add_answers(const SystemOfRun& reference) {
    const StoredAnswers theirs = read_answers(run_of(reference), reference.named.name, options_.list_length);
    for (const SystemOfRun& system : systems_) {
      if (system.named.is_reference) {
        comparison_.costs.push_back(cost_of(system, run_of(system), theirs, options_.confidence));
        continue;
      }
      const StoredAnswers ours = read_answers(run_of(system), system.named.name, options_.list_length);
      comparison_.costs.push_back(cost_of(system, run_of(system), ours, options_.confidence));
      if (measures_.empty()) continue;
      comparison_.disagreements.push_back(disagreement_of(system, run_of(system), ours, reference, run_of(reference),
                                                          theirs, leading_measure(), options_));
    }
  }

  // The first measure with a better direction that has per-user values for the reference, else the first.
  const ChosenMeasure& leading_measure() const {
    const auto found = std::find_if(measures_.begin(), measures_.end(), [](const ChosenMeasure& measure) {
      return measure.direction != Direction::neutral;
    });
    return found == measures_.end() ? measures_.front() : *found;
  }

  // Numbers in order of appearance: nothing about a user can be worked out from them.
  void name_users() {
    std::map<uint64_t, size_t> numbers;
    for (Disagreement& disagreement : comparison_.disagreements) {
      for (ExampleUser& example : disagreement.examples) {
        const auto [entry, added] = numbers.try_emplace(example.request, numbers.size() + 1);
        example.pseudonym = fmt::format("user {}", entry->second);
      }
    }
  }

  struct Axis {
    std::string label;
    Direction direction = Direction::neutral;
    std::map<std::string, double> values;  ///< by system
  };

  Axis axis_of(const ChosenMeasure& measure) const {
    Axis axis{measure.label, measure.direction, {}};
    for (const ComparedValue& value : comparison_.values) {
      if (value.metric == measure.metric && value.suite == measure.suite && value.slice == "all" && value.value) {
        axis.values[value.system] = *value.value;
      }
    }
    return axis;
  }

  Axis time_axis() const {
    Axis axis{"seconds per request", Direction::lower_is_better, {}};
    for (const SystemCost& cost : comparison_.costs) {
      if (cost.seconds_per_request) axis.values[cost.system] = *cost.seconds_per_request;
    }
    return axis;
  }

  // Quality against time where at least two systems have both, else the first two measures with a direction.
  void add_front() {
    std::vector<Axis> axes;
    for (const ChosenMeasure& measure : measures_) {
      if (axes.size() < 2 && measure.direction != Direction::neutral) axes.push_back(axis_of(measure));
    }
    if (axes.empty()) return;
    Axis time = time_axis();
    const Axis& y = axes.front();
    const Axis& x = time.values.size() > 1 || axes.size() < 2 ? time : axes[1];
    std::vector<ParetoPoint> points;
    std::vector<std::string> names;
    for (const ComparedSystem& system : comparison_.systems) {
      const auto at_x = x.values.find(system.id);
      const auto at_y = y.values.find(system.id);
      if (at_x == x.values.end() || at_y == y.values.end()) continue;
      points.push_back({at_x->second, at_y->second});
      names.push_back(system.id);
    }
    comparison_.front = {x.label, y.label, {}};
    const std::vector<bool> stands = non_dominated(points, x.direction, y.direction);
    for (size_t i = 0; i < names.size(); ++i) {
      if (stands[i]) comparison_.front.systems.push_back(names[i]);
    }
  }

  std::span<const NamedRun> runs_;
  const ComparisonOptions& options_;
  RunComparison comparison_;
  std::vector<SystemOfRun> systems_;
  std::vector<ChosenMeasure> measures_;
};

}  // namespace

RunComparison compare_runs(std::span<const NamedRun> runs, const ComparisonOptions& options) {
  return Comparer(runs, options).run();
}

std::string_view to_string(EffectOutcome outcome) {
  static constexpr std::array<std::string_view, 5> kNames{"better", "worse", "different", "not_shown", "not_compared"};
  return kNames.at(static_cast<size_t>(outcome));
}

}  // namespace recgauge
