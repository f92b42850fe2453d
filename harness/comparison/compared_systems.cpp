#include "harness/comparison/compared_systems.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/system/error.h"
#include "harness/verdict/comparability.h"

namespace recgauge {
namespace {

std::string fact(const Report& report, const std::string& name) {
  const auto found = report.environment.facts.find(name);
  return found == report.environment.facts.end() ? "" : found->second;
}

std::string machine_of(const Report& report) {
  const std::string processor = fact(report, "processor");
  const std::string cores = fact(report, "cores");
  if (processor.empty() && cores.empty()) return "";
  return fmt::format("{}{}{}", processor, processor.empty() || cores.empty() ? "" : ", ",
                     cores.empty() ? "" : cores + " cores");
}

// A system can be meant by the label, the source or the number of its run.
bool is_named(const SystemOfRun& system, std::span<const ComparedRun> runs, const std::string& reference) {
  const ComparedRun& run = runs[system.run];
  const std::string& name = system.named.name;
  return reference == system.named.id || reference == run.source + ":" + name ||
         reference == fmt::format("{}:{}", system.run + 1, name);
}

size_t find_reference(std::span<const SystemOfRun> systems, std::span<const ComparedRun> runs,
                      const std::string& reference) {
  for (size_t i = 0; i < systems.size(); ++i) {
    const bool fits =
        reference.empty() ? systems[i].named.role == SystemRole::candidate : is_named(systems[i], runs, reference);
    if (fits) return i;
  }
  if (reference.empty()) return 0;
  std::vector<std::string> known;
  for (const SystemOfRun& system : systems) known.push_back(system.named.id);
  throw ConfigError(
      fmt::format("--reference '{}' is no system of these runs; there are: {}", reference, fmt::join(known, ", ")));
}

}  // namespace

void require_comparable(std::span<const NamedRun> runs) {
  const NamedRun& first = runs.front();
  for (const NamedRun& other : runs.subspan(1)) {
    std::vector<std::string> differences = question_differences(*first.run.report, *other.run.report);
    std::string remedy = "Run one of them again on the other's data and split";
    if (differences.empty()) {
      differences = definition_differences(*first.run.report, *other.run.report);
      remedy = "Run one of them again with the other's version and settings";
    }
    if (differences.empty()) continue;
    throw ConfigError(fmt::format("{} and {} must not be compared; what differs (first and second): {}. {}",
                                  first.source, other.source, fmt::join(differences, "; "), remedy));
  }
}

std::vector<ComparedRun> describe_runs(std::span<const NamedRun> runs) {
  std::vector<ComparedRun> described;
  for (size_t i = 0; i < runs.size(); ++i) {
    const Report& report = *runs[i].run.report;
    const std::string name = report.name.empty() ? "run" : report.name;
    const auto same = std::count_if(runs.begin(), runs.end(),
                                    [&](const NamedRun& other) { return other.run.report->name == report.name; });
    ComparedRun run;
    run.label = same > 1 ? fmt::format("{}#{}", name, i + 1) : name;
    run.name = report.name;
    run.run_id = report.run_id;
    run.source = runs[i].source;
    run.tool_version = report.provenance.tool_version;
    run.finished = fact(report, "finished");
    run.machine = machine_of(report);
    if (runs[i].run.observations == nullptr) run.per_user = runs[i].run.no_observations_reason;
    described.push_back(std::move(run));
  }
  return described;
}

std::vector<SystemOfRun> compared_systems(std::span<const NamedRun> runs, std::span<const ComparedRun> described,
                                          const std::string& reference) {
  std::vector<SystemOfRun> systems;
  for (size_t i = 0; i < runs.size(); ++i) {
    for (const SystemSummary& summary : runs[i].run.report->systems) {
      if (summary.role == SystemRole::control) continue;
      const std::string& name = summary.info.name;
      systems.push_back(
          {i, &summary, {described[i].label + ":" + name, described[i].label, name, summary.info.kind, summary.role}});
    }
  }
  if (systems.empty()) throw ConfigError("the runs have no systems to compare, only controls");
  systems[find_reference(systems, described, reference)].named.is_reference = true;
  return systems;
}

}  // namespace recgauge
