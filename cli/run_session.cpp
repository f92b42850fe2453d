#include "cli/run_session.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <sqlite3.h>

#include <algorithm>
#include <boost/version.hpp>
#include <map>
#include <set>

#include "cli/command_line.h"
#include "harness/config/summary.h"
#include "harness/metrics/metric_spec.h"
#include "harness/run/execute.h"
#include "harness/run/load.h"
#include "harness/run/load_record.h"
#include "harness/run/observation_store.h"
#include "harness/system/machine.h"
#include "harness/system/parallel.h"
#include "harness/system/random.h"
#include "harness/system/whole_file.h"
#include "harness/verdict/assess.h"

namespace recgauge::cli {
namespace {

double seconds(std::chrono::nanoseconds duration) { return std::chrono::duration<double>(duration).count(); }

// Adds the time of a stage to the report's timing when the stage ends.
class Stage {
 public:
  Stage(std::string name, const SessionContext& context, Timing& timing, bool shown = true)
      : name_(std::move(name)), context_(context), timing_(timing), shown_(shown), start_(context.clock->now()) {
    if (shown_) context_.progress->begin(name_, 0);
  }
  ~Stage() {
    timing_.seconds[name_] += seconds(context_.clock->now() - start_);
    if (shown_) context_.progress->end();
  }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

 private:
  std::string name_;
  const SessionContext& context_;
  Timing& timing_;
  bool shown_;
  std::chrono::nanoseconds start_;
};

std::map<std::string, std::string> library_versions() {
  return {{"boost", fmt::format("{}.{}.{}", BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100)},
          {"fmt", fmt::format("{}.{}.{}", FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100)},
          {"openssl", OpenSSL_version(OPENSSL_VERSION_STRING)},
          {"sqlite", sqlite3_libversion()}};
}

// Of the metric families and the suites' own measures that the report uses.
std::map<std::string, std::string> metric_definitions(const Report& report) {
  std::set<std::string> used;
  for (const SuiteResult& suite : report.suites) {
    for (const Measurement& m : suite.measurements) used.insert(m.metric.substr(0, m.metric.find_first_of("(@[")));
  }
  std::map<std::string, std::string> definitions;
  for (const metrics::MetricFamily& family : metrics::metric_families()) {
    if (used.count(family.name) == 0) continue;
    definitions[family.name] = fmt::format("{} Range: {}. Source: {}.", family.definition, family.range, family.source);
  }
  for (const SuiteEntry& suite : suite_table()) {
    for (const auto& [name, definition] : suite.definitions()) {
      if (used.count(name) > 0) definitions[name] = definition;
    }
  }
  return definitions;
}

Provenance provenance_of(const RunConfig& config, const nlohmann::ordered_json& effective) {
  Provenance provenance;
  provenance.tool_version = kToolVersion;
  provenance.config = effective.dump();
  provenance.config_hash = sha256_hex(provenance.config);
  provenance.seed = config.seed;
  provenance.library_versions = library_versions();
  return provenance;
}

bool has_turns(const Plan& plan) {
  return std::any_of(plan.probes.begin(), plan.probes.end(), [](const Probe& probe) {
    return probe.schedule.load && probe.schedule.load->turns == LoadTurns::in_turns;
  });
}

// Systems are made, asked and dropped one after another: the memory of one model at a time, except where they take
// turns.
std::vector<SystemRun> ask_all(const RunPreparation& preparation, const Plan& plan, const SystemContext& systems,
                               const TrainingData& training, ObservationStore& store, const SessionContext& context,
                               Timing& timing) {
  std::vector<SystemRun> runs;
  std::vector<std::unique_ptr<Recommender>> kept;
  const ExecutionContext execution{&training, &store, context.clock, context.progress, context.stop};
  for (const PlannedSystem& planned : preparation.systems) {
    if (context.stop.stop_requested()) break;
    std::unique_ptr<Recommender> system = make_system(planned, systems);
    const ExecutionSummary summary = execute(plan, *system, execution);
    for (const auto& [treatment, duration] : summary.fit_seconds) {
      timing.seconds["training " + planned.config.name + (treatment.empty() ? "" : " (" + treatment + ")")] = duration;
    }
    timing.seconds["asking " + planned.config.name] = summary.ask_seconds;
    runs.push_back({system->info(), summary});
    if (has_turns(plan)) kept.push_back(std::move(system));
  }
  take_turns(plan, kept, execution);
  return runs;
}

PreparedData prepare(const RunConfig& config, const SessionContext& context, Timing& timing) {
  const Stage stage(config.data.is_world() ? "simulating the world" : "loading the data", context, timing);
  return prepare_data(config);
}

}  // namespace

RunPreparation check_run(const RunConfig& config) {
  RunPreparation preparation;
  preparation.suites = make_suites(config);
  preparation.systems = plan_systems(config);
  return preparation;
}

Plan plan_of(const RunConfig& config, const RunPreparation& preparation, const PreparedData& data) {
  return make_plan(config.seed, run_identity(full_effective_config(config), data), data, preparation.suites);
}

std::optional<Report> run_session(const RunConfig& config, const RunPreparation& preparation,
                                  const SessionContext& context) {
  const ThreadLimit threads(config.threads);
  Report report;
  const PreparedData data = prepare(config, context, report.timing);
  const nlohmann::ordered_json effective = full_effective_config(config);
  const Plan plan = plan_of(config, preparation, data);
  ObservationStore store(context.observations, plan.identity);
  store.set_note("config", effective.dump());
  store.write_item_labels(data.dataset().catalogue);

  Run run{&plan, &store, {}};
  TrainingData training = data.training_data(derive_seed(config.seed, "training"));
  training.checkpoints = context.checkpoints;
  run.systems = ask_all(preparation, plan, {&data, context.roots, config.seed, context.clock, context.stop}, training,
                        store, context, report.timing);
  if (context.stop.stop_requested()) return std::nullopt;

  std::vector<AssessedSystem> assessed;
  for (const PlannedSystem& planned : preparation.systems) assessed.push_back({planned.config.name, planned.role});
  {
    const Stage stage("assessing", context, report.timing);
    assess(run, data.suite_context(config.seed), preparation.suites, assessed, store, report);
  }
  report.run_id = plan.identity;
  report.name = config.name;
  report.data = summarise_data(data);
  report.split = summarise_split(data);
  report.provenance = provenance_of(config, effective);
  report.definitions = metric_definitions(report);
  report.environment.facts = machine_facts();
  report.environment.facts["finished"] = utc_now();
  report.environment.facts["threads"] = std::to_string(thread_limit());
  report.environment.facts["peak memory"] =
      fmt::format("{:.0f} MiB", static_cast<double>(peak_resident_bytes()) / (1024.0 * 1024.0));
  report.timing.seconds["total"] = seconds(context.clock->now());
  return report;
}

}  // namespace recgauge::cli
