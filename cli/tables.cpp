#include "cli/tables.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/http/presets/presets.h"
#include "adapters/in_process/in_process_recommender.h"
#include "adapters/in_process/torchscript.h"
#include "adapters/process/process_recommender.h"
#include "adapters/replay/replay_recommender.h"
#include "cli/language_systems.h"
#include "harness/system/random.h"
#include "reference_models/baselines/baselines.h"
#include "reference_models/defences/trimmed_training.h"
#include "reference_models/neural_kinds/neural_kinds.h"
#include "reference_models/neural_kinds/neural_module.h"
#include "reference_models/planted/hazard_follower.h"
#include "reference_models/planted/planted.h"
#include "suites/accuracy/accuracy_suite.h"
#include "suites/bias/bias_suite.h"
#include "suites/conversation/conversation_suite.h"
#include "suites/counterfactual/counterfactual_suite.h"
#include "suites/discrepancy/discrepancy_suite.h"
#include "suites/harm_drift/harm_drift_suite.h"
#include "suites/latency/latency_suite.h"
#include "suites/manipulation/manipulation_suite.h"

namespace recgauge::cli {
namespace {

template <typename Config>
Config read_settings(const ConfigNode& node, const std::string& path) {
  Config config;
  ConfigReader::read_struct(node, path, config);
  return config;
}

template <typename SuiteType, typename Config, const char* kName>
SuiteEntry suite_entry(RunsWhen runs = RunsWhen::always) {
  return {kName,
          [](const ConfigNode& node) -> std::unique_ptr<Suite> {
            try {
              return std::make_unique<SuiteType>(read_settings<Config>(node, std::string("suites.") + kName));
            } catch (const ConfigError& error) {
              if (node.place.line == 0 || std::string(error.what()).starts_with(node.place.file)) throw;
              throw ConfigError(node.place, error.what());
            }
          },
          [](const ConfigNode& node) {
            Config config = read_settings<Config>(node, std::string("suites.") + kName);
            return ConfigWriter::to_json(config);
          },
          [] {
            Config config;
            return ConfigSchema::schema_of(config);
          },
          [] {
            if constexpr (requires { SuiteType::definitions(); }) return SuiteType::definitions();
            return std::map<std::string, std::string>();
          },
          runs};
}

bool runs(const SuiteEntry& entry, const RunConfig& config) {
  return config.suites.empty() ? entry.runs == RunsWhen::always : config.suites.contains(entry.name);
}

ConfigNode settings_of(const SuiteEntry& entry, const RunConfig& config) {
  const auto settings = config.suites.find(entry.name);
  return settings == config.suites.end() ? ConfigNode{} : settings->second;
}

constexpr char kAccuracy[] = "accuracy";
constexpr char kBias[] = "bias";
constexpr char kConversation[] = "conversation";
constexpr char kCounterfactual[] = "counterfactual";
constexpr char kDiscrepancy[] = "discrepancy";
constexpr char kHarmDrift[] = "harm_drift";
constexpr char kManipulation[] = "manipulation";
constexpr char kHttp[] = "http";
constexpr char kLatency[] = "latency";
constexpr char kProcess[] = "process";
constexpr char kReplay[] = "replay";
constexpr char kTorchScript[] = "torchscript";

const reference_models::ModelKind* find_baseline(const std::string& name) {
  for (const auto& kind : reference_models::baseline_kinds()) {
    if (kind.name == name) return &kind;
  }
  return nullptr;
}

const reference_models::ModelKind* find_planted(const std::string& name) {
  for (const auto& kind : reference_models::planted_kinds()) {
    if (kind.name == name) return &kind;
  }
  return nullptr;
}

// All models that are trained here, with what a configuration may say of their training beside their own parameters.
const std::vector<reference_models::ModelKind>& in_process_kinds() {
  static const std::vector<reference_models::ModelKind> kKinds = [] {
    std::vector<reference_models::ModelKind> kinds;
    const auto add = [&](std::span<const reference_models::ModelKind> more) {
      std::transform(more.begin(), more.end(), std::back_inserter(kinds), reference_models::with_trimming);
    };
    add(reference_models::baseline_kinds());
    add(reference_models::neural_kinds());
    add(reference_models::planted_kinds());
    return kinds;
  }();
  return kKinds;
}

std::vector<std::string> known_kinds() {
  std::vector<std::string> names;
  for (const AdapterEntry& adapter : adapter_table()) {
    for (const auto& kind : adapter.kinds) names.push_back(kind.name);
  }
  return names;
}

// Scalars by name; a model's parameters have no deeper structure.
std::map<std::string, std::string> flat_parameters(const ModelConfig& model) {
  std::map<std::string, std::string> values;
  if (model.parameters.kind == ConfigNode::Kind::absent) return values;
  if (model.parameters.kind != ConfigNode::Kind::map) throw_wrong_kind(model.parameters, "parameters", "a map");
  for (const auto& [key, node] : model.parameters.map) {
    if (node.kind != ConfigNode::Kind::scalar) throw_wrong_kind(node, "parameters." + key, "a single value");
    values[key] = node.scalar;
  }
  return values;
}

// Errors of factories name the model's place in the configuration.
template <typename Make>
auto with_place(const ModelConfig& model, Make make) {
  try {
    return make();
  } catch (const ConfigError& error) {
    if (model.place.line == 0 || std::string(error.what()).starts_with(model.place.file)) throw;
    throw ConfigError(model.place, fmt::format("model '{}': {}", model.name, error.what()));
  }
}

std::unique_ptr<reference_models::ScoreModel> make_model(const PlannedSystem& planned, const SystemContext& context) {
  if (planned.role == SystemRole::control) {
    if (planned.config.kind == "oracle") return std::make_unique<reference_models::Oracle>(context.data->split->test);
    return std::make_unique<reference_models::ConstantScorer>();
  }
  return make_reference_model(planned.config.kind, flat_parameters(planned.config), context.roots);
}

PlannedSystem named(const std::string& name, SystemRole role) {
  PlannedSystem planned;
  planned.config.name = planned.config.kind = name;
  planned.role = role;
  return planned;
}

void check(const ModelConfig& model) {
  const std::vector<std::string> known = known_kinds();
  if (std::find(known.begin(), known.end(), model.kind) == known.end()) {
    const std::string nearest = nearest_word(model.kind, known);
    throw ConfigError(model.place, fmt::format("unknown kind '{}'; {}", model.kind,
                                               nearest.empty() ? fmt::format("known are: {}", fmt::join(known, ", "))
                                                               : fmt::format("did you mean '{}'?", nearest)));
  }
  if (const auto* kind = find_reference_model(model.kind)) {
    with_place(model, [&] { return reference_models::ModelParameters(*kind, flat_parameters(model)); });
    if (model.search) search_space(model);
  } else if (model.search) {
    search_space(model);
  } else if (model.kind == kReplay) {
    with_place(model, [&] { return adapters::read_replay_config(model.parameters); });
  } else if (model.kind == kProcess) {
    with_place(model, [&] { return adapters::read_process_config(model.parameters); });
  } else if (model.kind == kTorchScript) {
    with_place(model, [&] { return adapters::read_torchscript_config(model.parameters); });
  } else if (model.kind == kHttp) {
    with_place(model, [&] {
      const adapters::HttpConfig config = adapters::read_http_config(model.parameters);
      return adapters::read_endpoint(config.endpoint, std::filesystem::path(model.place.file).parent_path());
    });
  } else if (is_prompt_kind(model.kind) || is_text_kind(model.kind)) {
    with_place(model, [&] { check_language_system(model, check); });
  }
}

std::unique_ptr<Recommender> make_replay(const PlannedSystem& planned, const SystemContext& context) {
  adapters::ReplayConfig config = adapters::read_replay_config(planned.config.parameters);
  config.path = context.roots.resolve(config.path, "parameters.path");
  return adapters::make_replay(planned.config.name, config, context.data->dataset());
}

std::unique_ptr<Recommender> make_torchscript(const PlannedSystem& planned, const SystemContext& context) {
  adapters::TorchScriptConfig config = adapters::read_torchscript_config(planned.config.parameters);
  config.path = context.roots.resolve(config.path, "parameters.path");
  if (!config.items.empty()) config.items = context.roots.resolve(config.items, "parameters.items");
  return adapters::make_torchscript(planned.config.name, config, context.data->dataset(),
                                    top_k_options(planned, context.seed));
}

std::unique_ptr<Recommender> make_process(const PlannedSystem& planned, const SystemContext& context) {
  adapters::ProcessConfig config = adapters::read_process_config(planned.config.parameters);
  config.directory = context.roots.resolve(config.directory, "parameters.directory");
  return adapters::make_process(planned.config.name, config, context.data->dataset(),
                                Pseudonyms::for_run(context.seed));
}

}  // namespace

std::span<const SuiteEntry> suite_table() {
  static const SuiteEntry kTable[] = {
      suite_entry<suites::AccuracySuite, suites::AccuracyConfig, kAccuracy>(),
      suite_entry<suites::BiasSuite, suites::BiasConfig, kBias>(),
      suite_entry<suites::ConversationSuite, suites::ConversationConfig, kConversation>(RunsWhen::named),
      suite_entry<suites::CounterfactualSuite, suites::CounterfactualConfig, kCounterfactual>(RunsWhen::named),
      suite_entry<suites::DiscrepancySuite, suites::DiscrepancyConfig, kDiscrepancy>(),
      suite_entry<suites::HarmDriftSuite, suites::HarmDriftConfig, kHarmDrift>(),
      suite_entry<suites::ManipulationSuite, suites::ManipulationConfig, kManipulation>(),
      suite_entry<suites::LatencySuite, suites::LatencyConfig, kLatency>(),
  };
  return kTable;
}

std::vector<std::unique_ptr<Suite>> make_suites(const RunConfig& config) {
  std::vector<std::string> known;
  for (const SuiteEntry& entry : suite_table()) known.push_back(entry.name);
  for (const auto& [name, settings] : config.suites) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      throw_unknown_key(settings.place, "suites", name, known);
    }
  }
  std::vector<std::unique_ptr<Suite>> suites;
  for (const SuiteEntry& entry : suite_table()) {
    if (runs(entry, config)) suites.push_back(entry.make(settings_of(entry, config)));
  }
  return suites;
}

nlohmann::ordered_json full_effective_config(const RunConfig& config) {
  nlohmann::ordered_json json = effective_config(config);
  for (const SuiteEntry& entry : suite_table()) {
    if (runs(entry, config)) json["suites"][entry.name] = entry.effective(settings_of(entry, config));
  }
  return json;
}

std::span<const AdapterEntry> adapter_table() {
  static const std::vector<AdapterEntry> kTable = [] {
    std::vector<AdapterEntry> table{
        {"in_process", "reference models, trained and asked in this process", in_process_kinds(), nullptr},
        {kHttp,
         "a remote endpoint: a vendor's, by a preset, or one of your own, by a mapping",
         {{kHttp, "a recommender that answers over HTTP", "", {}}},
         [] {
           adapters::HttpConfig config;
           return ConfigSchema::schema_of(config);
         }},
        {kProcess,
         "a program of your own, asked over standard input and output in JSON Lines",
         {{kProcess, "a program in any language: one JSON object a line", "", {}}},
         [] {
           adapters::ProcessConfig config;
           return ConfigSchema::schema_of(config);
         }},
        {kReplay,
         "a file of precomputed recommendations: delimited text, JSON Lines or a TREC run",
         {{kReplay, "lists that were computed before, read from a file", "", {}}},
         [] {
           adapters::ReplayConfig config;
           return ConfigSchema::schema_of(config);
         }},
        {kTorchScript,
         "a trained model of your own, as TorchScript that scores items or makes lists",
         {{kTorchScript, "a TorchScript file, asked in this process", "", {}}},
         [] {
           adapters::TorchScriptConfig config;
           return ConfigSchema::schema_of(config);
         }},
    };
    for (AdapterEntry& entry : language_adapters()) table.push_back(std::move(entry));
    return table;
  }();
  return kTable;
}

std::vector<PlannedSystem> plan_systems(const RunConfig& config) {
  std::vector<PlannedSystem> systems;
  for (const ModelConfig& model : config.models) {
    check(model);
    systems.push_back({model, model.role});
  }
  for (const std::string& name : config.baselines) {
    if (find_baseline(name) == nullptr) {
      std::vector<std::string> known;
      for (const auto& kind : reference_models::baseline_kinds()) known.push_back(kind.name);
      throw ConfigError(config.place,
                        fmt::format("baselines: '{}' is no baseline; known are: {}", name, fmt::join(known, ", ")));
    }
    systems.push_back(named(name, SystemRole::baseline));
  }
  if (config.controls) {
    for (const char* name : {"oracle", "constant"}) systems.push_back(named(name, SystemRole::control));
  }
  if (systems.empty()) {
    throw ConfigError(config.place, "nothing to evaluate: no models, no baselines, no controls");
  }
  return systems;
}

const reference_models::ModelKind* find_reference_model(const std::string& name) {
  for (const reference_models::ModelKind& kind : in_process_kinds()) {
    if (kind.name == name) return &kind;
  }
  return nullptr;
}

std::unique_ptr<reference_models::ScoreModel> make_reference_model(const std::string& kind,
                                                                   reference_models::ParameterValues parameters,
                                                                   const PathRoots& roots) {
  if (const reference_models::ModelKind* known = find_reference_model(kind)) {
    for (const reference_models::ParameterSpec& spec : known->parameters) {
      if (spec.type != reference_models::ParameterSpec::Type::file || !parameters.contains(spec.name)) continue;
      parameters[spec.name] = roots.resolve(parameters[spec.name], "parameters." + spec.name);
    }
  }
  return reference_models::make_trimmed(parameters, [&](const reference_models::ParameterValues& own) {
    if (const auto* planted = find_planted(kind)) return reference_models::make_planted(*planted, own);
    const bool neural = reference_models::find_neural_kind(kind) != nullptr;
    return neural ? reference_models::make_neural_model(kind, own) : reference_models::make_baseline(kind, own);
  });
}

reference_models::SearchSpace search_space(const ModelConfig& model) {
  const reference_models::ModelKind* kind = find_reference_model(model.kind);
  if (kind == nullptr) {
    throw ConfigError(model.search->place, fmt::format("'{}' is not trained in this process and cannot be searched; "
                                                       "tune it where it is trained",
                                                       model.kind));
  }
  return reference_models::SearchSpace(*model.search, *kind, flat_parameters(model));
}

void require_tuned(const RunConfig& config) {
  for (const ModelConfig& model : config.models) {
    if (!model.search) continue;
    throw ConfigError(
        model.search->place,
        fmt::format("model '{}' is not tuned yet: `recgauge tune` writes a configuration with the best of its "
                    "search; run that, or remove the search",
                    model.name));
  }
}

std::optional<PlannedEndpoint> planned_endpoint(const PlannedSystem& planned, const SystemContext& context) {
  if (planned.config.kind != kHttp) return std::nullopt;
  PlannedEndpoint endpoint{adapters::read_http_config(planned.config.parameters),
                           {&context.data->dataset(), Pseudonyms::for_run(context.seed), context.clock, context.stop,
                            derive_seed(context.seed, planned.config.name), context.roots.config_folder}};
  for (std::string* file : {&endpoint.config.ca_file, &endpoint.config.certificate_file, &endpoint.config.key_file,
                            &endpoint.config.vectors_file}) {
    if (!file->empty()) *file = context.roots.resolve(*file, "parameters");
  }
  std::string& cassette = endpoint.config.cassette;
  if (!cassette.empty()) cassette = (context.roots.config_folder / cassette).string();
  return endpoint;
}

reference_models::TopKOptions top_k_options(const PlannedSystem& planned, uint64_t seed) {
  reference_models::TopKOptions options;
  options.tie_order = planned.config.tie_order == "item_id" ? reference_models::TieOrder::item_id
                                                            : reference_models::TieOrder::random_by_seed;
  options.seed = derive_seed(seed, "tie order");
  return options;
}

std::unique_ptr<Recommender> make_system(const PlannedSystem& planned, const SystemContext& context) {
  return with_place(planned.config, [&]() -> std::unique_ptr<Recommender> {
    if (planned.config.kind == kReplay) return make_replay(planned, context);
    if (planned.config.kind == kProcess) return make_process(planned, context);
    if (planned.config.kind == kTorchScript) return make_torchscript(planned, context);
    if (is_prompt_kind(planned.config.kind) || is_text_kind(planned.config.kind)) {
      return make_language_system(planned, context,
                                  [&](const PlannedSystem& other) { return make_system(other, context); });
    }
    if (const auto endpoint = planned_endpoint(planned, context)) {
      return adapters::make_http(planned.config.name, endpoint->config, endpoint->context);
    }
    return std::make_unique<adapters::InProcessRecommender>(planned.config.name, make_model(planned, context),
                                                            top_k_options(planned, context.seed));
  });
}

}  // namespace recgauge::cli
