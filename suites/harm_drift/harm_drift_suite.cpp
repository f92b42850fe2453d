#include "suites/harm_drift/harm_drift_suite.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/system/error.h"
#include "suites/harm_drift/assessment.h"
#include "suites/harm_drift/certificate.h"

namespace recgauge::suites {
namespace {

using harm_drift::Cast;
using harm_drift::Stage;
using harm_drift::SystemRecords;
using harm_drift::Way;

bool usable(const SystemRecords& system, double smallest_share) {
  return system.answers > 0 &&
         static_cast<double>(system.usable) >= smallest_share * static_cast<double>(system.answers);
}

void add_unusable(const SystemRecords& system, SuiteResult& result) {
  Finding finding;
  finding.id = fmt::format("harm_drift/{}-unanswered", system.name);
  finding.suite = "harm_drift";
  finding.severity = Severity::high;
  finding.status = FindingStatus::not_measured;
  finding.claim = fmt::format("{} is not measured: only {} of {} lists were answered usably.", system.name,
                              system.usable, system.answers);
  finding.detail = "A trajectory with gaps is another trajectory; a value from what is left would mislead.";
  result.findings.push_back(std::move(finding));
}

}  // namespace

HarmDriftSuite::HarmDriftSuite(HarmDriftConfig config) : config_(std::move(config)) {
  std::set<std::string> names;
  for (const harm_drift::PersonaConfig& persona : config_.personas) {
    if (!names.insert(persona.name).second) {
      throw ConfigError(persona.place, fmt::format("a second persona is named '{}'", persona.name));
    }
    if (persona.below && !persona.values.empty()) {
      throw ConfigError(persona.place, fmt::format("persona '{}' has values and below; use one of them", persona.name));
    }
    if (!persona.attribute.empty() && !persona.below && persona.values.empty()) {
      throw ConfigError(persona.place,
                        fmt::format("persona '{}' names an attribute; add values, or below", persona.name));
    }
  }
}

SuiteInfo HarmDriftSuite::info() const {
  return {
      "harm_drift",
      "1.0.0",
      "Do recommendations, taken up and fed back, lead people towards harmful content?",
      "Sock puppets start from histories of test users, are shown lists, take an item of each and are shown what the "
      "system makes of it. Every starting point goes up to three ways with the same random numbers: as the persona "
      "chooses; without preference (a counterfactual twin); and without preference while the system is not told. The "
      "difference of the last two is the system's push, that of the first two the user's part. Exposure is also held "
      "against random lists, popular items and the persona's own history. Trajectories are the units: sign flips, "
      "bootstrap by user, Holm over all systems and personas.",
      "Personas choose by simple stated rules, not as people do. Only hazards that items are labelled with are seen, "
      "and "
      "labels may be wrong: with a gold subset that error is measured. A system that keeps what it is told by user id "
      "keeps it from one way to the next, since all ways of a user bear one id. No push shown is no proof of "
      "harmlessness: the smallest detectable effect stands beside every test.",
      {"Tomlein et al. 2021", "Hussein, Juneja & Mitra 2020", "Hosseinmardi et al. 2024", "Haroon et al. 2023",
       "Ribeiro et al. 2020", "Rogan & Gladen 1978", "Lang & Reiczigel 2014", "Phipson & Smyth 2010", "Holm 1979"}};
}

std::vector<Probe> HarmDriftSuite::probes(const SuiteContext& context) const {
  const auto stage = std::make_shared<const Stage>(config_, context);
  std::vector<Probe> probes;
  for (const Way way : harm_drift::kWays) {
    if (!stage->roles_on(way).empty()) probes.push_back(trajectory_probe(stage, way));
  }
  return probes;
}

Assessment HarmDriftSuite::assess(const Run& run, const SuiteContext& context,
                                  std::span<const AssessedSystem> systems) const {
  Assessment assessment;
  SuiteResult& result = assessment.result;
  result.info = info();
  const Stage stage(config_, context);
  if (stage.roles().empty()) {
    result.measured = false;
    result.not_measured_reason = stage.has_hazards()
                                     ? "no test user has a history that a persona could start from"
                                     : "no item carries a hazard label; see data.hazards in docs/harm-drift.md";
    return assessment;
  }
  result.certificates = {harm_drift::push_certificate()};
  std::vector<SystemRecords> measured;
  std::vector<SystemRecords> controls;
  for (const AssessedSystem& system : systems) {
    SystemRecords records = read_system(run, stage, system);
    if (!usable(records, config_.smallest_usable_share)) {
      if (system.role != SystemRole::control) add_unusable(records, result);
    } else {
      (system.role == SystemRole::control ? controls : measured).push_back(std::move(records));
    }
  }
  const harm_drift::References references = make_references(stage);
  const std::vector<Cast> casts = make_casts(stage);
  const auto claims = test_claims(measured, references, casts);
  harm_drift::Conclusions conclusions{stage, references, casts, measured, claims, controls, std::nullopt};
  if (config_.gold) conclusions.label_error = measure_label_error(*config_.gold, stage);
  add_measurements(conclusions, result);
  add_findings(conclusions, result);
  if (!measured.empty()) add_figures(conclusions, result);
  keep_unit_values(conclusions, assessment);
  result.measured = !measured.empty();
  if (measured.empty()) result.not_measured_reason = "no system answered enough requests";
  return assessment;
}

}  // namespace recgauge::suites
