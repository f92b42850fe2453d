#include "harness/verdict/assess.h"

#include <cassert>

namespace recgauge {
namespace {

SystemSummary summarise(const Run& run, const SystemRun& system, SystemRole role) {
  SystemSummary summary;
  summary.info = system.info;
  summary.role = role;
  for (size_t outcome = 0; outcome < kOutcomeCount; ++outcome) {
    summary.outcomes[std::string(to_string(static_cast<Outcome>(outcome)))] = 0;
  }
  for (const Probe& probe : run.plan->probes) {
    if (probe.schedule.load) continue;  // as many as time allowed: its suite tells of them
    run.store->for_each({system.info.name, probe.name}, [&](Observation&& observation) {
      const Response& response = observation.response;
      ++summary.requests;
      ++summary.outcomes[std::string(to_string(response.outcome))];
      summary.usage.prompt_tokens += response.usage.prompt_tokens;
      summary.usage.completion_tokens += response.usage.completion_tokens;
      summary.usage.cost += response.usage.cost;
    });
  }
  return summary;
}

}  // namespace

void assess(const Run& run, const SuiteContext& context, std::span<const std::unique_ptr<Suite>> suites,
            std::span<const AssessedSystem> systems, ObservationStore& store, Report& report) {
  assert(run.systems.size() == systems.size());
  for (size_t i = 0; i < systems.size(); ++i) {
    report.systems.push_back(summarise(run, run.systems[i], systems[i].role));
  }
  for (const auto& suite : suites) {
    Assessment assessment = suite->assess(run, context, systems);
    store.write_unit_values(assessment.result.info.name, assessment.unit_names, assessment.unit_values);
    report.suites.push_back(std::move(assessment.result));
  }
}

}  // namespace recgauge
