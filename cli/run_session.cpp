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
#include "harness/run/merge_shards.h"
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
  const ExecutionContext execution{&training, &store, context.clock, context.progress, context.stop, context.shard};
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
  if (context.shard.index == 0) take_turns(plan, kept, execution);
  return runs;
}

PreparedData prepare(const RunConfig& config, const SessionContext& context, Timing& timing) {
  const Stage stage(config.data.is_world() ? "simulating the world" : "loading the data", context, timing);
  return prepare_data(config);
}

/// What has been asked, and all that it rests on.
struct Observed {
  PreparedData data;
  nlohmann::ordered_json effective;
  Plan plan;
  std::unique_ptr<ObservationStore> store;
  Run run;
};

void check_shard(const ObservationStore& store, const SessionContext& context) {
  const std::string wanted = context.shard.is_whole() ? "" : context.shard.text();
  const std::string kept = store.note(kShardNote);
  if (kept == wanted || (kept.empty() && store.keys().empty())) return;
  throw ConfigError(
      fmt::format("{} holds {}, not {}; name another folder with --output", context.observations.parent_path().string(),
                  kept.empty() ? "a whole run" : "shard " + kept, wanted.empty() ? "a whole run" : "shard " + wanted));
}

std::unique_ptr<Observed> observe(const RunConfig& config, const RunPreparation& preparation,
                                  const SessionContext& context, Timing& timing) {
  auto observed = std::make_unique<Observed>();
  observed->data = prepare(config, context, timing);
  observed->effective = full_effective_config(config);
  observed->plan = plan_of(config, preparation, observed->data);
  observed->store = std::make_unique<ObservationStore>(context.observations, observed->plan.identity);
  ObservationStore& store = *observed->store;
  check_shard(store, context);
  if (!context.shards.empty()) merge_shards(context.shards, observed->plan.identity, store);
  if (!context.shard.is_whole()) store.set_note(kShardNote, context.shard.text());
  store.set_note("config", observed->effective.dump());
  store.write_item_labels(observed->data.dataset().catalogue);
  TrainingData training = observed->data.training_data(derive_seed(config.seed, "training"));
  training.checkpoints = context.checkpoints;
  const SystemContext systems{&observed->data, context.roots, config.seed, context.clock, context.stop};
  observed->run = {&observed->plan, &store,
                   ask_all(preparation, observed->plan, systems, training, store, context, timing)};
  return observed;
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

bool observe_shard(const RunConfig& config, const RunPreparation& preparation, const SessionContext& context) {
  const ThreadLimit threads(config.threads);
  Timing timing;
  const std::unique_ptr<Observed> observed = observe(config, preparation, context, timing);
  if (context.stop.stop_requested()) return false;
  observed->store->set_note(kShardFinishedNote, "yes");
  return true;
}

std::optional<Report> run_session(const RunConfig& config, const RunPreparation& preparation,
                                  const SessionContext& context) {
  const ThreadLimit threads(config.threads);
  Report report;
  const std::unique_ptr<Observed> observed = observe(config, preparation, context, report.timing);
  if (context.stop.stop_requested()) return std::nullopt;
  const PreparedData& data = observed->data;

  std::vector<AssessedSystem> assessed;
  for (const PlannedSystem& planned : preparation.systems) assessed.push_back({planned.config.name, planned.role});
  {
    const Stage stage("assessing", context, report.timing);
    assess(observed->run, data.suite_context(config.seed), preparation.suites, assessed, *observed->store, report);
  }
  report.run_id = observed->plan.identity;
  report.name = config.name;
  report.data = summarise_data(data);
  report.split = summarise_split(data);
  report.provenance = provenance_of(config, observed->effective);
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
