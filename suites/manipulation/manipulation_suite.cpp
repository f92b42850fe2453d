#include "suites/manipulation/manipulation_suite.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/system/error.h"
#include "suites/manipulation/attribute_inference.h"
#include "suites/manipulation/certificates.h"
#include "suites/manipulation/detection_report.h"
#include "suites/manipulation/endpoint_hardening.h"
#include "suites/manipulation/membership_inference.h"
#include "suites/manipulation/poisoning_report.h"
#include "suites/manipulation/pollution_report.h"
#include "suites/manipulation/stability.h"
#include "suites/manipulation/text_attacks.h"

namespace recgauge::suites {
namespace {

using namespace manipulation;

std::vector<std::string> all_techniques() {
  std::vector<std::string> names;
  for (const Payload& payload : payloads()) names.push_back(payload.name);
  return names;
}

ManipulationConfig quick_values() {
  ManipulationConfig values;
  values.attacks = {"bandwagon"};
  values.attack_sizes = {0.05};
  values.targets = 12;
  values.users = 300;
  values.stability_users = 100;
  values.pollution_users = 40;
  values.queries = 8;
  values.techniques = {"direct_override", "title_injection", "self_promotion", "fake_review"};
  values.text_users = 30;
  values.membership_users = 300;
  return values;
}

ManipulationConfig full_values() {
  ManipulationConfig values;
  values.attacks = {"random", "average", "bandwagon", "reverse_bandwagon", "segment", "love_hate"};
  values.attack_sizes = {0.01, 0.02, 0.03, 0.05, 0.10};
  values.targets = 18;
  values.users = 1000;
  values.stability_users = 500;
  values.pollution_users = 200;
  values.queries = 30;
  values.techniques = all_techniques();
  values.text_users = 100;
  values.membership_users = 1000;
  return values;
}

void check_names(const char* key, const std::vector<std::string>& names, const std::vector<std::string>& known) {
  for (const std::string& name : names) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    throw ConfigError(
        fmt::format("suites.manipulation.{}: unknown '{}'; known are: {}", key, name, fmt::join(known, ", ")));
  }
}

void check(const ManipulationConfig& config) {
  std::vector<std::string> attacks;
  for (const Attack attack : kAttacks) attacks.emplace_back(to_string(attack));
  check_names("attacks", config.attacks, attacks);
  check_names("techniques", config.techniques, all_techniques());
}

template <typename T>
void set_default(std::vector<T>& value, const std::vector<T>& preset) {
  if (value.empty()) value = preset;
}
void set_default(uint32_t& value, uint32_t preset) {
  if (value == 0) value = preset;
}

template <typename T>
void append(std::vector<T> more, std::vector<T>& list) {
  std::move(more.begin(), more.end(), std::back_inserter(list));
}

}  // namespace

ManipulationConfig with_preset(ManipulationConfig config) {
  const ManipulationConfig values = config.preset == ManipulationPreset::quick ? quick_values() : full_values();
  set_default(config.attacks, values.attacks);
  set_default(config.attack_sizes, values.attack_sizes);
  set_default(config.filler_sizes, {1.0});
  set_default(config.targets, values.targets);
  set_default(config.repetitions, 1);
  set_default(config.users, values.users);
  set_default(config.stability_users, values.stability_users);
  set_default(config.pollution_users, values.pollution_users);
  set_default(config.queries, values.queries);
  set_default(config.techniques, values.techniques);
  set_default(config.text_users, values.text_users);
  set_default(config.membership_users, values.membership_users);
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
      "popularity; lists of real users who do not have them are held against those without fake users and with as many "
      "harmless ones. Six simple detectors try to tell the fake users. An attacker who can write into a history "
      "searches for items that bring a target into the list. What asking again, or changing one interaction, does to "
      "lists is the floor below all effects. Systems that read texts are shown hostile ones, each against a harmless "
      "twin of the same length. Attributes of users are guessed from their lists, and whether the system was trained "
      "on "
      "them: a random half of some users is left out of a training. Endpoints that may be sent them are sent "
      "oversized, "
      "malformed and hostile requests.",
      "Attackers of the kinds that are listed, with the budgets that are listed: others may do better. A gain on this "
      "data says how this training reacts, not whether such users would get past registration, or such texts past an "
      "editor.",
      {"Lam & Riedl 2004", "Mobasher et al. 2007", "Chirita et al. 2005", "Burke et al. 2006", "DeLong et al. 1988",
       "Yue et al. 2021", "Oh et al. 2022", "Yeom et al. 2018", "Zhang et al. 2021", "OWASP LLM01:2025",
       "Greshake et al. 2023", "Zou et al. 2024 (PoisonedRAG)"}};
}

std::vector<Probe> ManipulationSuite::probes(const SuiteContext& context) const {
  if (config_.k > context.list_length) {
    throw ConfigError(fmt::format("suites.manipulation.k is {}, but lists have {} items; raise list_length or lower k",
                                  config_.k, context.list_length));
  }
  std::vector<Probe> probes{ranking_probe(context)};
  append(PoisoningPlan(config_, context).probes(), probes);
  append(pollution_probes(config_, context), probes);
  append(stability_probes(config_, context), probes);
  append(text_probes(config_, context), probes);
  append(membership_probes(config_, context), probes);
  append(hardening_probes(config_, context), probes);
  return probes;
}

std::vector<Treatment> ManipulationSuite::treatments(const SuiteContext& context) const {
  std::vector<Treatment> treatments = PoisoningPlan(config_, context).treatments();
  append(text_treatments(config_, context), treatments);
  append(membership_treatments(config_, context), treatments);
  return treatments;
}

Assessment ManipulationSuite::assess(const Run& run, const SuiteContext& context,
                                     std::span<const AssessedSystem> systems) const {
  Assessment assessment;
  SuiteResult& result = assessment.result;
  result.info = info();
  result.certificates = certificates();
  std::vector<AssessedSystem> measured;
  std::copy_if(systems.begin(), systems.end(), std::back_inserter(measured),
               [](const AssessedSystem& system) { return system.role != SystemRole::control; });
  const Assessing assessing{config_, context, run, measured, result};
  const PoisoningPlan plan(config_, context);
  add_poisoning(plan, assessing);
  add_detection(plan, assessing);
  add_pollution(assessing);
  add_stability(assessing);
  add_text_attacks(assessing);
  add_attribute_inference(assessing);
  add_membership_inference(assessing);
  add_hardening(assessing);
  result.measured = !result.measurements.empty();
  if (!result.measured) result.not_measured_reason = "no system could be attacked";
  return assessment;
}

}  // namespace recgauge::suites
