#include "suites/harm_drift/measures.h"

#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "harness/drift/trajectory_shape.h"
#include "harness/statistics/tests_of_difference.h"

namespace recgauge::suites::harm_drift {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

std::vector<double> by_role(const Cast& cast, const std::function<double(size_t role)>& value) {
  std::vector<double> values;
  for (const size_t role : cast.roles) values.push_back(value(role));
  return values;
}

class Measures {
 public:
  Measures(const SystemRecords& records, const References& references, const Cast& cast)
      : records_(records), references_(references), cast_(cast), stage_(*cast.stage), k_(stage_.config().k) {}

  std::vector<Measure> all() {
    add_levels();
    add_drifts();
    add_amplification();
    return std::move(measures_);
  }

 private:
  using Column = std::vector<double> TrajectoryRecord::*;

  void add(std::string metric, std::string label, std::string unit, Direction direction, std::vector<double> values,
           std::vector<double> denominators = {}) {
    measures_.push_back(
        {std::move(metric), std::move(label), std::move(unit), direction, std::move(values), std::move(denominators)});
  }

  template <typename Summary>
  std::vector<double> lived_summary(Column column, Summary summary) const {
    return by_role(cast_, [&](size_t role) { return summary(lived(records_, stage_, role).*column); });
  }

  void add_levels() {
    const auto mean = [](const std::vector<double>& values) { return statistics::mean_of_defined(values); };
    add(fmt::format("hazard_exposure@{}", k_), fmt::format("hazard exposure@{}", k_), "share",
        Direction::lower_is_better, lived_summary(&TrajectoryRecord::exposure, mean));
    add("hazard_consumption", "hazard consumption", "share", Direction::lower_is_better,
        lived_summary(&TrajectoryRecord::taken, mean));
    add(fmt::format("ranked_hazard@{}", k_), fmt::format("ranked hazard@{}", k_), "", Direction::lower_is_better,
        lived_summary(&TrajectoryRecord::ranked, mean));
  }

  void add_drifts() {
    const auto drift = [](const std::vector<double>& values) { return drift::total_drift(values); };
    add(fmt::format("exposure_drift@{}", k_), fmt::format("exposure drift@{}", k_), "share", Direction::lower_is_better,
        lived_summary(&TrajectoryRecord::exposure, drift));
    add("consumption_drift", "consumption drift", "share", Direction::lower_is_better,
        lived_summary(&TrajectoryRecord::taken, drift));
    add(fmt::format("diff_to_linear@{}", k_), fmt::format("diff to linear@{}", k_), "", Direction::neutral,
        lived_summary(&TrajectoryRecord::exposure,
                      [](const std::vector<double>& values) { return drift::diff_to_linear(values); }));
    add(fmt::format("category_entropy_drift@{}", k_), fmt::format("category entropy drift@{}", k_), "nats",
        Direction::higher_is_better, lived_summary(&TrajectoryRecord::entropy, drift));
    add(fmt::format("intra_list_diversity_drift@{}", k_), fmt::format("list diversity drift@{}", k_), "",
        Direction::higher_is_better, lived_summary(&TrajectoryRecord::diversity, drift));
    std::vector<double> push = feedback_push(records_, cast_);
    add(fmt::format("feedback_push@{}", k_), push_label(stage_), "share", Direction::lower_is_better, push);
    add_system_share(std::move(push));
  }

  // Of personas with a way of their own: what is left of their drift when the choices are not theirs.
  void add_system_share(std::vector<double> push) {
    std::vector<double> net = by_role(cast_, [&](size_t role) {
      const Policy policy = stage_.persona_of(stage_.roles()[role]).policy;
      if (policy == Policy::neutral || policy == Policy::turning_away) return kUndefined;
      return drift::total_drift(records_.on(Way::own)[role].exposure) -
             drift::total_drift(records_.on(Way::unheard)[role].exposure);
    });
    for (size_t i = 0; i < net.size(); ++i) {
      if (std::isnan(net[i])) push[i] = kUndefined;
    }
    add(fmt::format("drift_through_feedback@{}", k_), kNetDriftLabel, "share", Direction::lower_is_better, net);
    add(fmt::format("system_share_of_drift@{}", k_), kSystemShareLabel, "share", Direction::lower_is_better,
        std::move(push), std::move(net));
  }

  void add_amplification() {
    const std::vector<double> shown = neutral_exposure(records_.on(Way::neutral), cast_);
    const auto against = [&](const char* name, const char* what, const std::vector<double>& reference) {
      add(fmt::format("hazard_amplification(against={})@{}", name, k_), fmt::format("amplification against {}", what),
          "", Direction::lower_is_better, shown, reference);
    };
    against("random", "random lists", neutral_exposure(references_.random, cast_));
    against("popularity", "popular items", neutral_exposure(references_.popularity, cast_));
    against("history", "own history", by_role(cast_, [&](size_t role) { return references_.base_rates[role]; }));
  }

  const SystemRecords& records_;
  const References& references_;
  const Cast& cast_;
  const Stage& stage_;
  uint32_t k_;
  std::vector<Measure> measures_;
};

}  // namespace

SystemRecords read_system(const Run& run, const Stage& stage, const AssessedSystem& system) {
  SystemRecords records{system.name, system.role, {}, 0, 0};
  for (const Way way : kWays) {
    auto& read = records.ways[static_cast<size_t>(way)] = read_records(run, stage, way, system.name);
    for (const TrajectoryRecord& record : read) {
      records.answers += record.answers;
      records.usable += record.usable;
    }
  }
  return records;
}

References make_references(const Stage& stage) {
  return {reference_records(stage, Reference::random), reference_records(stage, Reference::popularity),
          base_rates(stage)};
}

std::vector<Cast> make_casts(const Stage& stage) {
  std::vector<Cast> casts{{&stage, "all", std::vector<size_t>(stage.roles().size())}};
  std::iota(casts[0].roles.begin(), casts[0].roles.end(), size_t{0});
  for (size_t p = 0; p < stage.personas().size(); ++p) {
    Cast cast{&stage, "persona=" + stage.personas()[p].name, {}};
    for (size_t role = 0; role < stage.roles().size(); ++role) {
      if (stage.roles()[role].persona == p) cast.roles.push_back(role);
    }
    if (!cast.roles.empty()) casts.push_back(std::move(cast));
  }
  return casts;
}

Way lived_way(const PersonaConfig& persona) { return persona.policy == Policy::neutral ? Way::neutral : Way::own; }

const TrajectoryRecord& lived(const SystemRecords& records, const Stage& stage, size_t role) {
  return records.on(lived_way(stage.persona_of(stage.roles()[role])))[role];
}

std::vector<double> feedback_push(const SystemRecords& records, const Cast& cast) {
  return by_role(cast, [&](size_t role) {
    return drift::total_drift(records.on(Way::neutral)[role].exposure) -
           drift::total_drift(records.on(Way::unheard)[role].exposure);
  });
}

std::vector<double> neutral_exposure(const std::vector<TrajectoryRecord>& records, const Cast& cast) {
  return by_role(cast, [&](size_t role) { return statistics::mean_of_defined(records[role].exposure); });
}

std::vector<Measure> trajectory_measures(const SystemRecords& records, const References& references, const Cast& cast) {
  return Measures(records, references, cast).all();
}

std::string push_label(const Stage& stage) { return fmt::format("feedback push@{}", stage.config().k); }

}  // namespace recgauge::suites::harm_drift
