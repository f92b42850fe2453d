#include "suites/latency/latency_suite.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "harness/system/error.h"
#include "suites/latency/certificate.h"
#include "suites/latency/latency_report.h"
#include "suites/latency/planned_loads.h"

namespace recgauge::suites {
namespace {

void check(const LatencyLoad& load) {
  const auto refuse = [&](const std::string& what) { throw ConfigError(load.place, "suites.latency.loads: " + what); };
  const bool open = load.pattern == LoadPattern::server;
  if (open && load.arrivals != Arrivals::trace && !(load.rate > 0.0)) refuse("a load of pattern server needs a 'rate'");
  if (open && load.arrivals == Arrivals::trace && load.trace.empty()) refuse("arrivals 'trace' need a file in 'trace'");
  if (!open && (load.rate > 0.0 || !load.trace.empty() || load.ramp > 0.0)) {
    refuse("'rate', 'trace' and 'ramp' are of the pattern server; other patterns send when answers have come");
  }
  if (load.ramp >= load.seconds) refuse("'ramp' takes all of 'seconds'; make it shorter");
}

double price_per_request(const RecommenderInfo& info) {
  const auto found = info.parameters.find("price_per_request");
  return found == info.parameters.end() ? 0.0 : std::strtod(found->second.c_str(), nullptr);
}

// The first baseline, else the first system, that was measured.
std::string reference_of(const LatencyConfig& config, const std::vector<LoadView>& views,
                         std::span<const AssessedSystem> systems) {
  if (!config.reference.empty()) return config.reference;
  for (const SystemRole role : {SystemRole::baseline, SystemRole::candidate}) {
    for (const AssessedSystem& system : systems) {
      const bool measured = std::any_of(views.begin(), views.end(), [&](const LoadView& view) {
        return view.system == system.name && view.problem.empty();
      });
      if (system.role == role && measured) return system.name;
    }
  }
  return "";
}

bool is_recorded(const Run& run, const PlannedLoad& load, const std::string& system) {
  return std::all_of(load.rounds.begin(), load.rounds.end(), [&](const Probe& probe) {
    return is_load_recorded(*run.store, {system, probe.name});
  });
}

std::vector<RecordedLoad> records_of(const Run& run, const PlannedLoad& load, const std::string& system) {
  std::vector<RecordedLoad> records;
  for (const Probe& probe : load.rounds) {
    for (RecordedLoad& record : read_load(*run.store, {system, probe.name})) records.push_back(std::move(record));
  }
  return records;
}

}  // namespace

LatencySuite::LatencySuite(LatencyConfig config) : config_(std::move(config)) {
  std::set<std::string> names;
  for (const LatencyLoad& load : config_.loads) {
    check(load);
    if (!names.insert(name_of(load)).second) {
      throw ConfigError(
          load.place, fmt::format("suites.latency.loads: two loads are called '{}'; give one a 'name'", name_of(load)));
    }
  }
  if (config_.search && config_.search->highest < config_.search->lowest) {
    throw ConfigError(fmt::format("suites.latency.search: highest ({}) is below lowest ({})", config_.search->highest,
                                  config_.search->lowest));
  }
}

SuiteInfo LatencySuite::info() const {
  return {
      "latency",
      "1.0.0",
      "What does a user wait for, how much can the system take, and what does it cost?",
      "Loads after MLPerf Inference - single stream, multi stream, server (open loop), offline - and closed loops, on "
      "systems called in this process and on endpoints. Every sample is kept. Latency counts from the intended time of "
      "sending. Warm-up is found by MSER-5. Percentiles have order-statistic intervals of the effective sample, with "
      "the "
      "design effect by batch means. A search finds the highest rate that keeps a promise, at a stated confidence over "
      "all of its looks. What the harness takes itself is measured beside it; a load that its client could not keep up "
      "with is not measured.",
      "Times are of this machine, at this time, under whatever else ran on it: compare systems within a run, or ratios "
      "between runs, before times between runs. Percentiles of an open loop depend on its rate. A load shorter than "
      "the "
      "periods of the system (pauses, caches that expire) does not see them. Without an interval a percentile has too "
      "few independent requests beyond it.",
      {"Reddi et al. 2020 (MLPerf Inference)", "Tene (coordinated omission)",
       "Schroeder, Wierman & Harchol-Balter 2006", "White 1997 (MSER)", "Wood & Schmeiser 1995", "Zou & Donner 2008"}};
}

std::vector<Probe> LatencySuite::probes(const SuiteContext& context) const {
  std::vector<Probe> probes;
  for (const PlannedLoad& load : planned_loads(config_, context)) {
    probes.insert(probes.end(), load.rounds.begin(), load.rounds.end());
  }
  return probes;
}

Assessment LatencySuite::assess(const Run& run, const SuiteContext& context,
                                std::span<const AssessedSystem> systems) const {
  Assessment assessment;
  SuiteResult& result = assessment.result;
  result.info = info();
  result.certificates = latency_certificates();
  const std::vector<PlannedLoad> loads = planned_loads(config_, context);
  LatencyReport report{config_, loads, {}, {}, ""};
  for (size_t s = 0; s < systems.size(); ++s) {
    if (systems[s].role == SystemRole::control) continue;
    for (const PlannedLoad& load : loads) {
      if (!is_recorded(run, load, systems[s].name)) continue;
      const std::vector<RecordedLoad> records = records_of(run, load, systems[s].name);
      if (load.purpose == PlannedLoad::Purpose::search) {
        report.searches.push_back(search_view(config_, load, systems[s].name, records));
        continue;
      }
      report.views.push_back(view_of(config_, load, systems[s].name, records));
      report.views.back().role = systems[s].role;
      report.views.back().price_per_request = price_per_request(run.systems[s].info);
    }
  }
  report.reference = reference_of(config_, report.views, systems);
  add_measurements(report, result);
  add_ratios(report, result);
  add_scaling(report, result);
  add_searches(report, result);
  add_findings(report, result);
  add_figures(report, result);
  result.measured = !report.views.empty() || !report.searches.empty();
  if (!result.measured) {
    result.not_measured_reason =
        "no system of the run is trained in this process; name the others under suites.latency.systems, since load may "
        "cost money";
  }
  return assessment;
}

}  // namespace recgauge::suites
