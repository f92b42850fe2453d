#include <fmt/format.h>

#include <filesystem>

#include "cli/command_line.h"
#include "cli/interruption.h"
#include "cli/run_session.h"
#include "cli/terminal_progress.h"
#include "harness/system/parallel.h"
#include "harness/system/random.h"
#include "harness/system/whole_file.h"
#include "reference_models/tuning/parameter_search.h"
#include "reports/tables/text_table.h"

namespace recgauge::cli {
namespace {

using reference_models::ModelKind;
using reference_models::ParameterSpec;
using reference_models::ParameterValues;
using reference_models::SearchSpace;
using reference_models::SearchTask;
using reference_models::Trial;
using reference_models::TrialFile;

struct TuneOptions {
  std::string config;
  std::string output;
  std::string data_folder;
  std::optional<uint64_t> seed;
  bool quiet = false;
};

std::filesystem::path tuned_file(const TuneOptions& options) {
  if (!options.output.empty()) return options.output;
  const std::filesystem::path config = options.config;
  return config.parent_path() / (config.stem().string() + "-tuned.yaml");
}

nlohmann::ordered_json json_value(const ModelKind& kind, const std::string& name, const std::string& value) {
  for (const ParameterSpec& spec : kind.parameters) {
    if (spec.name == name && (spec.type == ParameterSpec::Type::whole || spec.type == ParameterSpec::Type::real)) {
      const auto number = nlohmann::ordered_json::parse(value, nullptr, false);
      if (number.is_number()) return number;
    }
  }
  return value;
}

// The configuration as it was written, as JSON, which is a part of YAML.
nlohmann::ordered_json as_written(const ConfigNode& node) {
  if (node.kind == ConfigNode::Kind::map) {
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    for (const auto& [key, child] : node.map) json[key] = as_written(child);
    return json;
  }
  if (node.kind == ConfigNode::Kind::list) {
    nlohmann::ordered_json json = nlohmann::ordered_json::array();
    for (const ConfigNode& child : node.list) json.push_back(as_written(child));
    return json;
  }
  if (node.kind == ConfigNode::Kind::absent) return nullptr;
  const auto plain = nlohmann::ordered_json::parse(node.scalar, nullptr, false);
  return !node.quoted && (plain.is_number() || plain.is_boolean()) ? plain : nlohmann::ordered_json(node.scalar);
}

void write_tuned(const TuneOptions& options, const RunConfig& config, const std::vector<const Trial*>& best) {
  nlohmann::ordered_json json = as_written(parse_config_file(options.config));
  for (size_t i = 0; i < best.size(); ++i) {
    if (best[i] == nullptr) continue;
    nlohmann::ordered_json& model = json["models"][i];
    model.erase("search");
    nlohmann::ordered_json parameters = nlohmann::ordered_json::object();
    for (const auto& [name, value] : best[i]->parameters) {
      parameters[name] = json_value(*find_reference_model(config.models[i].kind), name, value);
    }
    model["parameters"] = std::move(parameters);
  }
  write_whole_file(tuned_file(options),
                   fmt::format("# Made by recgauge tune from {}: the best of its trials on the validation part.\n{}\n",
                               std::filesystem::path(options.config).filename().string(), json.dump(2)));
}

reports::TextTable table_of(const std::vector<Trial>& trials) {
  const Trial* best = reference_models::best_trial(trials);
  reports::TextTable table{
      trials.front().model,
      "",
      {{"trial", true}, {reference_models::kSearchMetric, true}, {"seconds", true}, {"parameters"}},
      {},
      ""};
  for (size_t i = 0; i < trials.size(); ++i) {
    const Trial& trial = trials[i];
    std::vector<std::string> values;
    for (const auto& [name, value] : trial.parameters) values.push_back(name + "=" + value);
    const std::string shown = trial.value ? fmt::format("{:.4f}", *trial.value) : "failed: " + trial.failure;
    table.rows.push_back({fmt::format("{}{}", i + 1, &trial == best ? " *" : ""), shown,
                          fmt::format("{:.1f}", trial.seconds),
                          values.empty() ? "defaults" : fmt::format("{}", fmt::join(values, " "))});
  }
  return table;
}

SearchTask task_of(const ModelConfig& model, const SystemContext& context, uint64_t seed) {
  SearchTask task;
  task.model = model.name;
  task.kind = find_reference_model(model.kind);
  task.trials = search_space(model).trials(derive_seed(seed, model.name));
  task.minutes = model.search->minutes;
  task.make = [&model, &context](const ParameterValues& parameters) {
    return make_reference_model(model.kind, parameters, context.roots);
  };
  task.seconds_now = [&context] { return std::chrono::duration<double>(context.clock->now()).count(); };
  return task;
}

void check_tunable(const RunConfig& config, const PreparedData& data) {
  const bool any = std::any_of(config.models.begin(), config.models.end(),
                               [](const ModelConfig& model) { return model.search.has_value(); });
  if (!any) throw ConfigError(config.place, "no model has a search; add search: {parameters: {...}} to those to tune");
  if (data.split->validation == nullptr || data.split->validation->empty()) {
    throw ConfigError(config.place, "the split has no validation part to tune on; choose a split that has one");
  }
}

ExitCode tune(const TuneOptions& options) {
  const Interruption interruption;
  auto [config, roots] = read_run_config(options.config, options.data_folder);
  if (options.seed) config.seed = *options.seed;
  check_run(config);
  const ThreadLimit threads(config.threads);
  const PreparedData data = prepare_data(config);
  check_tunable(config, data);
  SteadyClock clock;
  TerminalProgress progress(stderr, TerminalProgress::style_unless(options.quiet), clock);
  TrainingData training = data.training_data(derive_seed(config.seed, "training"));
  training.progress = &progress;
  training.stop = interruption.token();
  const SystemContext context{&data, roots, config.seed, &clock, training.stop};
  const std::filesystem::path output = tuned_file(options);
  TrialFile file(std::filesystem::path(output).replace_extension(".trials.json"));
  std::vector<std::vector<Trial>> trials(config.models.size());
  std::vector<const Trial*> best(config.models.size(), nullptr);
  for (size_t i = 0; i < config.models.size(); ++i) {
    if (!config.models[i].search) continue;
    trials[i] = search_parameters(task_of(config.models[i], context, config.seed), training, file);
    if (training.stop.stop_requested()) {
      fmt::print(stderr, "recgauge: interrupted; the same command goes on with the trials that are left\n");
      return ExitCode::interrupted;
    }
    best[i] = reference_models::best_trial(trials[i]);
    if (best[i] == nullptr) {
      throw ConfigError(config.models[i].place,
                        fmt::format("all trials of '{}' failed: {}", config.models[i].name, trials[i].front().failure));
    }
    reports::TextDocument document;
    document.tables.push_back(table_of(trials[i]));
    print(reports::to_console(document, console_style()));
  }
  write_tuned(options, config, best);
  print(fmt::format("\n* the best on the validation part, which the tuned configuration uses: recgauge run {}\n",
                    output.string()));
  return ExitCode::pass;
}

}  // namespace

void add_tune_command(CLI::App& app, ExitCode& exit_code) {
  CLI::App* command =
      app.add_subcommand("tune", "Search parameters on the validation part and write the tuned configuration");
  auto options = std::make_shared<TuneOptions>();
  command->add_option("config", options->config, "YAML file with a search in some of its models")
      ->type_name("FILE")
      ->required();
  command->add_option("-o,--output", options->output, "tuned configuration; CONFIG-tuned.yaml beside it if absent")
      ->type_name("FILE");
  command->add_option("--data-folder", options->data_folder, "where relative data paths are looked up as well")
      ->type_name("FOLDER");
  command->add_option("--seed", options->seed, "instead of the configuration's");
  command->add_flag("-q,--quiet", options->quiet, "no progress");
  command->footer(R"(
Models of every trained kind, baselines among them, are tuned alike: by NDCG@10 over the whole catalogue on the validation
part, with the seed of the run. The test part is never looked at. Every trial is kept beside the output; the same command
goes on where it was interrupted, and trials that were measured already cost nothing.

Examples:
  recgauge tune my-models.yaml
  recgauge run my-models-tuned.yaml)");
  command->callback([options, &exit_code] { exit_code = tune(*options); });
}

}  // namespace recgauge::cli
