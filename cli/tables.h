// The explicit tables of what a configuration can name: suites, and kinds of systems.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "adapters/http/settings/http_endpoint.h"
#include "harness/config/prepared_run.h"
#include "harness/protocol/recommender.h"
#include "harness/run/clock.h"
#include "reference_models/scoring/model_kind.h"
#include "reference_models/scoring/score_model.h"
#include "reference_models/scoring/top_k.h"
#include "reference_models/tuning/search_space.h"

namespace recgauge::cli {

/// Whether a suite belongs to a run that names no suites.
enum class RunsWhen : uint8_t { always, named };

struct SuiteEntry {
  std::string name;
  /// Makes the suite from its part of a configuration; an absent node means defaults.
  std::unique_ptr<Suite> (*make)(const ConfigNode& settings);
  nlohmann::ordered_json (*effective)(const ConfigNode& settings);
  nlohmann::ordered_json (*schema)();
  /// Text and source of the suite's own measures, by name.
  std::map<std::string, std::string> (*definitions)();
  RunsWhen runs = RunsWhen::always;
};

std::span<const SuiteEntry> suite_table();

/// The suites that a configuration asks for, in the order of the table. Throws ConfigError for unknown names.
std::vector<std::unique_ptr<Suite>> make_suites(const RunConfig& config);

/// effective_config() with the settings of the suites that run.
nlohmann::ordered_json full_effective_config(const RunConfig& config);

/// What a system is made from.
struct SystemContext {
  const PreparedData* data = nullptr;
  PathRoots roots;
  uint64_t seed = 0;
  const Clock* clock = nullptr;  ///< of the run
  std::stop_token stop = {};
};

/// One system of a run before it is made.
struct PlannedSystem {
  ModelConfig config;
  SystemRole role = SystemRole::candidate;
};

struct AdapterEntry {
  std::string name;
  std::string description;
  std::vector<reference_models::ModelKind> kinds;  ///< of models.kind
  nlohmann::ordered_json (*schema)() = nullptr;    ///< of models.parameters; null where `kinds` describe them
};

std::span<const AdapterEntry> adapter_table();

/// Models, then baselines, then controls. Throws ConfigError for unknown kinds and parameters, before any data is read.
std::vector<PlannedSystem> plan_systems(const RunConfig& config);

/// Null for kinds that are not trained in process.
const reference_models::ModelKind* find_reference_model(const std::string& name);

/// An untrained model, baseline or neural; `roots` is where parameters that are files are looked up. Throws as their
/// factories do.
std::unique_ptr<reference_models::ScoreModel> make_reference_model(const std::string& kind,
                                                                   reference_models::ParameterValues parameters,
                                                                   const PathRoots& roots);

/// The space of a model that has a search. Throws ConfigError for kinds that are not trained in process, and as
/// SearchSpace does.
reference_models::SearchSpace search_space(const ModelConfig& model);

/// Throws ConfigError with the remedy where a model has a search, which only `recgauge tune` follows.
void require_tuned(const RunConfig& config);

/// A remote endpoint of a configuration, before it is asked. Nothing for systems of other kinds.
struct PlannedEndpoint {
  adapters::HttpConfig config;
  adapters::EndpointContext context;
};
std::optional<PlannedEndpoint> planned_endpoint(const PlannedSystem& planned, const SystemContext& context);

/// How a system that scores in this process breaks ties.
reference_models::TopKOptions top_k_options(const PlannedSystem& planned, uint64_t seed);

std::unique_ptr<Recommender> make_system(const PlannedSystem& planned, const SystemContext& context);

}  // namespace recgauge::cli
