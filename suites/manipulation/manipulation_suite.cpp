#include "suites/manipulation/manipulation_suite.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/system/error.h"
#include "suites/manipulation/detection_report.h"
#include "suites/manipulation/poisoning_report.h"
#include "suites/manipulation/pollution_report.h"
#include "suites/manipulation/stability.h"

namespace recgauge::suites {
namespace {

using namespace manipulation;

struct PresetValues {
  std::vector<std::string> attacks;
  std::vector<double> sizes;
  uint32_t targets;
  uint32_t users;
  uint32_t stability_users;
  uint32_t pollution_users;
  uint32_t queries;
};

PresetValues values_of(ManipulationPreset preset) {
  if (preset == ManipulationPreset::quick) return {{"bandwagon"}, {0.05}, 12, 300, 100, 40, 8};
  return {{"random", "average", "bandwagon", "reverse_bandwagon", "segment", "love_hate"},
          {0.01, 0.02, 0.03, 0.05, 0.10},
          12,
          1000,
          500,
          200,
          30};
}

void check(const ManipulationConfig& config) {
  for (const std::string& name : config.attacks) {
    if (attack_of(name)) continue;
    std::vector<std::string_view> known;
    for (const Attack attack : kAttacks) known.push_back(to_string(attack));
    throw ConfigError(
        fmt::format("suites.manipulation.attacks: unknown attack '{}'; known are: {}", name, fmt::join(known, ", ")));
  }
}

template <typename T>
void set_default(std::vector<T>& value, std::vector<T> preset) {
  if (value.empty()) value = std::move(preset);
}
void set_default(uint32_t& value, uint32_t preset) {
  if (value == 0) value = preset;
}

}  // namespace

ManipulationConfig with_preset(ManipulationConfig config) {
  const PresetValues preset = values_of(config.preset);
  set_default(config.attacks, preset.attacks);
  set_default(config.attack_sizes, preset.sizes);
  set_default(config.filler_sizes, {1.0});
  set_default(config.targets, preset.targets);
  set_default(config.repetitions, 1);
  set_default(config.users, preset.users);
  set_default(config.stability_users, preset.stability_users);
  set_default(config.pollution_users, preset.pollution_users);
  set_default(config.queries, preset.queries);
  return config;
}

ManipulationSuite::ManipulationSuite(ManipulationConfig config) : config_(with_preset(std::move(config))) {
  check(config_);
}

SuiteInfo ManipulationSuite::info() const {
  return {
      "manipulation",
      "1.0.0",
      "What does somebody gain who tampers with the system?",
      "Fake users of published kinds join the training data and try to promote or demote items that are drawn by "
      "popularity; lists of real users who do not have them are held against those without fake users and with as "
      "many harmless ones.",
      "Attackers of the kinds that are listed, with the budgets that are listed: others may do better. A gain on this "
      "data says how this training reacts, not whether such users would get past registration.",
      {"Lam & Riedl 2004", "Mobasher et al. 2007", "Chirita et al. 2005", "Burke et al. 2006", "DeLong et al. 1988",
       "Yue et al. 2021", "Oh et al. 2022"}};
}

std::vector<Probe> ManipulationSuite::probes(const SuiteContext& context) const {
  if (config_.k > context.list_length) {
    throw ConfigError(fmt::format("suites.manipulation.k is {}, but lists have {} items; raise list_length or lower k",
                                  config_.k, context.list_length));
  }
  std::vector<Probe> probes{ranking_probe(context)};
  const auto add = [&](std::vector<Probe> more) { std::move(more.begin(), more.end(), std::back_inserter(probes)); };
  add(PoisoningPlan(config_, context).probes());
  add(pollution_probes(config_, context));
  add(stability_probes(config_, context));
  return probes;
}

std::vector<Treatment> ManipulationSuite::treatments(const SuiteContext& context) const {
  return PoisoningPlan(config_, context).treatments();
}

Assessment ManipulationSuite::assess(const Run& run, const SuiteContext& context,
                                     std::span<const AssessedSystem> systems) const {
  Assessment assessment;
  SuiteResult& result = assessment.result;
  result.info = info();
  std::vector<AssessedSystem> measured;
  std::copy_if(systems.begin(), systems.end(), std::back_inserter(measured),
               [](const AssessedSystem& system) { return system.role != SystemRole::control; });
  const Assessing assessing{config_, context, run, measured, result};
  const PoisoningPlan plan(config_, context);
  add_poisoning(plan, assessing);
  add_detection(plan, assessing);
  add_pollution(assessing);
  add_stability(assessing);
  result.measured = !result.measurements.empty();
  if (!result.measured) result.not_measured_reason = "no system could be attacked";
  return assessment;
}

std::map<std::string, std::string> ManipulationSuite::definitions() {
  const std::string hit = "Share of real users' lists that hold a target among the first k places, mean over targets";
  return {
      {"target_hit_ratio", hit + ", with fake users in the training data. Users who have a target are left out. "
                                 "Source: Mobasher et al. 2007."},
      {"target_hit_ratio_untreated", hit + ", trained on real users alone. Source: Mobasher et al. 2007."},
      {"target_hit_ratio_bystanders",
       hit + ", with as many harmless new users, whose histories are copies of real ones. Source: this program."},
      {"attack_gain",
       "What fake users change in the hit ratio beyond what as many harmless ones do, positive in the direction that "
       "the "
       "attacker wants. Range: -1 to 1. Source: this program, after Mobasher et al. 2007."},
      {"rank_shift",
       "Places that targets move in the direction that the attacker wants, against training on real users alone; a "
       "target beyond the list counts as one place after its end. Source: Lam & Riedl 2004."},
      {"prediction_shift",
       "Change of the target's score in lists that hold it before and after, in the system's own units. Source: Lam & "
       "Riedl 2004."},
      {"detection_auc",
       "Area under the ROC curve of a detector on fake and real users: the chance that a fake user is more suspicious. "
       "Range: 0 to 1, chance 0.5. Source: Chirita et al. 2005, Burke et al. 2006; interval: DeLong et al. 1988."},
      {"polluted_hit_ratio",
       "Share of users whose list holds their target among the first k, after a search for items to put into their "
       "history; the list is asked for again after the search. Source: after Yue et al. 2021."},
      {"pollution_gain",
       "Polluted hit ratio of a search less that of as many random items, by the same users and targets. Range: -1 to "
       "1. "
       "Source: this program."},
      {"rank_list_stability",
       "Similarity of a user's first k items before and after one interaction of the history is replaced: rank-biased "
       "overlap (p = 0.9) or Jaccard. Range: 0 to 1. Source: Oh et al. 2022, there with retraining."},
      {"collateral_change",
       "Change of real users' accuracy with fake users against as many harmless ones. Source: this program."},
  };
}

}  // namespace recgauge::suites
