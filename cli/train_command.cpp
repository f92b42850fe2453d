#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "cli/command_line.h"
#include "cli/interruption.h"
#include "cli/run_session.h"
#include "cli/terminal_progress.h"
#include "harness/system/parallel.h"
#include "harness/system/random.h"
#include "reference_models/neural_kinds/neural_kinds.h"

namespace recgauge::cli {
namespace {

struct TrainOptions {
  std::string config;
  std::string models = "recgauge-models";
  std::string data_folder;
  std::optional<uint64_t> seed;
  bool quiet = false;
};

std::vector<PlannedSystem> neural_systems(const RunConfig& config) {
  std::vector<PlannedSystem> systems;
  for (PlannedSystem& planned : check_run(config).systems) {
    if (reference_models::find_neural_kind(planned.config.kind) != nullptr) systems.push_back(std::move(planned));
  }
  if (systems.empty()) {
    throw ConfigError(config.place, "no model to train beforehand: only neural models keep what they learnt");
  }
  return systems;
}

ExitCode train(const TrainOptions& options) {
  const Interruption interruption;
  auto [config, roots] = read_run_config(options.config, options.data_folder);
  if (options.seed) config.seed = *options.seed;
  const std::vector<PlannedSystem> systems = neural_systems(config);
  require_tuned(config);
  std::filesystem::create_directories(options.models);
  const ThreadLimit threads(config.threads);
  const PreparedData data = prepare_data(config);
  SteadyClock clock;
  TerminalProgress progress(stderr, TerminalProgress::style_unless(options.quiet), clock);
  TrainingData training = data.training_data(derive_seed(config.seed, "training"));
  training.progress = &progress;
  training.stop = interruption.token();
  training.checkpoints = options.models;
  for (const PlannedSystem& planned : systems) {
    training.progress->begin("training " + planned.config.name, 0);
    make_system(planned, {&data, roots, config.seed, &clock, training.stop})->trainable()->fit(training);
    training.progress->end();
    if (training.stop.stop_requested()) {
      fmt::print(stderr, "recgauge: interrupted; to go on: recgauge train {} --models {}\n", options.config,
                 options.models);
      return ExitCode::interrupted;
    }
  }
  print(fmt::format("{} trained; to use: recgauge run {} --models {}\n",
                    systems.size() == 1 ? "1 model" : fmt::format("{} models", systems.size()), options.config,
                    options.models));
  return ExitCode::pass;
}

}  // namespace

void add_train_command(CLI::App& app, ExitCode& exit_code) {
  CLI::App* command = app.add_subcommand("train", "Train the neural models of a configuration and keep them");
  auto options = std::make_shared<TrainOptions>();
  command->add_option("config", options->config, "YAML file")->type_name("FILE")->required();
  command->add_option("--models", options->models, "folder in which trained models are kept")
      ->type_name("FOLDER")
      ->capture_default_str();
  command->add_option("--data-folder", options->data_folder, "where relative data paths are looked up as well")
      ->type_name("FOLDER");
  command->add_option("--seed", options->seed, "instead of the configuration's");
  command->add_flag("-q,--quiet", options->quiet, "no progress");
  command->footer(R"(
What was interrupted goes on where it stopped. A model belongs to its parameters, its data and its seed; `run --models`
trains those that are not there.

Examples:
  recgauge train my-models.yaml
  recgauge run my-models.yaml --models recgauge-models)");
  command->callback([options, &exit_code] { exit_code = train(*options); });
}

}  // namespace recgauge::cli
