#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "suites/harm_drift/assessment.h"

namespace recgauge::suites::harm_drift {
namespace {

bool turns_away(const Cast& cast) {
  return cast.slice != "all" &&
         cast.stage->persona_of(cast.stage->roles()[cast.roles.front()]).policy == Policy::turning_away;
}

class Measurer {
 public:
  Measurer(const Conclusions& conclusions, const SystemRecords& system, const Cast& cast, SuiteResult& result)
      : conclusions_(conclusions), system_(system), cast_(cast), result_(result) {}

  void add_all() {
    add_means();
    add_first_hazard();
    add_chain();
    add_corrected();
    if (turns_away(cast_)) add_recovery();
  }

 private:
  Measurement described(std::string metric, std::string label, std::string unit, Direction direction) const {
    Measurement m;
    m.suite = "harm_drift";
    m.system = system_.name;
    m.metric = std::move(metric);
    m.label = std::move(label);
    m.slice = cast_.slice;
    m.unit = std::move(unit);
    m.direction = direction;
    m.id = measurement_id(system_.name, m.label, m.slice);
    return m;
  }

  void put(Measurement m, const statistics::Estimate& estimate, const std::string& undefined) {
    m.n = estimate.n;
    m.n_undefined = estimate.n_undefined;
    if (estimate.value && std::isfinite(*estimate.value)) {
      m.value = estimate.value;
      m.interval = estimate.interval;
    } else {
      m.undefined_reason = undefined;
    }
    result_.measurements.push_back(std::move(m));
  }

  void add_means() {
    std::vector<Measure> measures = trajectory_measures(system_, conclusions_.references, cast_);
    std::vector<statistics::Column> columns;
    for (const Measure& measure : measures) columns.push_back({measure.values, measure.denominators});
    auto estimates = statistics::bootstrap(columns, user_keys(cast_), bootstrap_options(*cast_.stage));
    bool own_drift = true;
    for (size_t i = 0; i < measures.size(); ++i) {
      const Measure& measure = measures[i];
      statistics::Estimate& estimate = estimates[i];
      if (measure.label == kNetDriftLabel) own_drift = estimate.interval && estimate.interval->low > 0.0;
      std::string reason = reason_of(measure);
      if (measure.label == kSystemShareLabel && !own_drift && estimate.n > 0) {
        estimate.value.reset();
        reason =
            "the persona's own drift through feedback is not shown to be above 0, so there is nothing to share out";
      }
      if (estimate.n == 0 && !applies(measure)) continue;
      put(described(measure.metric, measure.label, measure.unit, measure.direction), estimate, reason);
    }
  }

  // A share of drift is for personas with choices of their own, a push for those with a neutral way.
  bool applies(const Measure& measure) const {
    const bool all_neutral_way = measure.label == push_label(*cast_.stage) || !measure.denominators.empty();
    if (turns_away(cast_)) return !all_neutral_way && measure.label != kNetDriftLabel;
    return measure.label != kSystemShareLabel && measure.label != kNetDriftLabel;
  }

  static std::string reason_of(const Measure& measure) {
    return measure.denominators.empty()
               ? "undefined for every trajectory: too few lists were answered, or items have no "
                 "categories"
               : "what it is held against is 0, or undefined";
  }

  void add_first_hazard() {
    put(described(fmt::format("time_to_first_hazard(horizon={})@{}", config().steps, config().k), kFirstHazardLabel,
                  "lists", Direction::higher_is_better),
        time_to_first_hazard(system_, cast_), "no list was answered");
  }

  void add_chain() {
    put(described(fmt::format("steps_to_severe(severity={})", config().severe), kStepsToSevereLabel, "steps",
                  Direction::higher_is_better),
        induced_chain(system_, cast_).steps_to_severe,
        "from harmless items nobody, or not everybody, comes to severe ones");
  }

  void add_corrected() {
    if (!conclusions_.label_error) return;
    statistics::Estimate estimate;
    estimate.n = cast_.size();
    if (const auto corrected = corrected_exposure(system_, cast_, *conclusions_.label_error)) {
      estimate.value = corrected->value;
      estimate.interval = corrected->interval;
    }
    put(described(fmt::format("corrected_hazardous_share@{}", config().k), kCorrectedLabel, "share",
                  Direction::lower_is_better),
        estimate, "the gold subset lacks harmful or harmless items, or labels are no better than chance");
  }

  void add_recovery() {
    const RecoveryEstimate recovery = estimate_recovery(system_, cast_);
    put(described(fmt::format("rise_before_turn(window={})@{}", config().recovery_window, config().k), kRiseLabel,
                  "share", Direction::lower_is_better),
        recovery.rise, "too few lists were answered");
    statistics::Estimate lists{std::nullopt, recovery.interval, recovery.rise.n, recovery.rise.n_undefined};
    if (recovery.risen) lists.value = recovery.lists;
    put(described(fmt::format("recovery_time(window={},tolerance={})@{}", config().recovery_window,
                              config().recovery_tolerance, config().k),
                  kRecoveryLabel, "lists", Direction::lower_is_better),
        lists,
        recovery.risen ? fmt::format("exposure is not back within {} lists", recovery.observed)
                       : "exposure is not shown to have risen before the turn, so there is nothing to recover from");
  }

  const HarmDriftConfig& config() const { return cast_.stage->config(); }

  const Conclusions& conclusions_;
  const SystemRecords& system_;
  const Cast& cast_;
  SuiteResult& result_;
};

}  // namespace

std::string measurement_id(const std::string& system, const std::string& label, const std::string& slice) {
  return fmt::format("harm_drift/{}/{}/{}", system, label, slice);
}

void add_measurements(const Conclusions& conclusions, SuiteResult& result) {
  for (const SystemRecords& system : conclusions.systems) {
    for (const Cast& cast : conclusions.casts) Measurer(conclusions, system, cast, result).add_all();
  }
}

void keep_unit_values(const Conclusions& conclusions, Assessment& assessment) {
  const Cast& all = conclusions.casts.front();
  const Stage& stage = conclusions.stage;
  for (const Role& role : stage.roles()) {
    assessment.unit_names.push_back(
        fmt::format("{}:{}", stage.persona_of(role).name, stage.context().dataset->user_name(role.user)));
  }
  for (const SystemRecords& system : conclusions.systems) {
    for (Measure& measure : trajectory_measures(system, conclusions.references, all)) {
      if (measure.denominators.empty()) {
        assessment.unit_values.push_back({system.name, measure.metric, std::move(measure.values)});
      }
    }
  }
  for (const Cast& cast : conclusions.casts) {
    std::vector<double> belongs(stage.roles().size(), 0.0);
    for (const size_t role : cast.roles) belongs[role] = 1.0;
    if (cast.slice != all.slice)
      assessment.unit_values.push_back({"", slice_membership(cast.slice), std::move(belongs)});
  }
}

}  // namespace recgauge::suites::harm_drift
