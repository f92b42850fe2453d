#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "adapters/http/auth/auth_config.h"
#include "adapters/serve/server.h"
#include "cli/command_line.h"
#include "cli/interruption.h"
#include "cli/run_session.h"
#include "cli/terminal_progress.h"
#include "harness/protocol/pseudonyms.h"
#include "harness/system/parallel.h"
#include "harness/system/random.h"

namespace recgauge::cli {
namespace {

struct ServeCommandOptions {
  std::string config;
  std::string model;
  std::string data_folder;
  std::string models;
  std::string format = "recgauge";
  std::string key;
  adapters::ServeOptions server;
  bool quiet = false;
};

PlannedSystem find_system(const RunConfig& config, const std::string& name) {
  require_tuned(config);
  std::vector<std::string> known;
  for (PlannedSystem& planned : check_run(config).systems) {
    if (planned.role == SystemRole::control) continue;  // an oracle is no model
    if (planned.config.name == name) return std::move(planned);
    known.push_back(planned.config.name);
  }
  const std::string nearest = nearest_word(name, known);
  throw ConfigError(fmt::format("--model: '{}' is no model of the configuration; {}", name,
                                nearest.empty() ? fmt::format("known are: {}", fmt::join(known, ", "))
                                                : fmt::format("did you mean '{}'?", nearest)));
}

adapters::ServeFormat format_of(const std::string& name) {
  if (name == "recombee") return adapters::ServeFormat::recombee;
  return name == "gorse" ? adapters::ServeFormat::gorse : adapters::ServeFormat::recgauge;
}

// A run asks by pseudonyms; who has the same seed or the same key is understood.
adapters::ServedData served_data(const PreparedData& data, uint64_t seed) {
  adapters::ServedData served;
  served.dataset = &data.dataset();
  served.history = [split = data.split](UserId user) { return split->history->items(user); };
  served.now = [] { return std::chrono::system_clock::now(); };
  const Pseudonyms pseudonyms = Pseudonyms::for_run(seed);
  for (uint32_t i = 0; i < data.dataset().users.size(); ++i) {
    served.aliases.emplace(pseudonyms.of(data.dataset().user_name(UserId{i})), UserId{i});
  }
  return served;
}

// As a run trains: on the same part of the data, from the same seed.
void train(Recommender& system, const std::string& name, const PreparedData& data, const RunConfig& config,
           const ServeCommandOptions& options, const Clock& clock, const Interruption& interruption) {
  TrainableRecommender* trainable = system.trainable();
  if (trainable == nullptr) return;
  TerminalProgress progress(stderr, TerminalProgress::style_unless(options.quiet), clock);
  TrainingData training = data.training_data(derive_seed(config.seed, "training"));
  training.progress = &progress;
  training.stop = interruption.token();
  training.checkpoints = options.models;
  training.progress->begin("training " + name, 0);
  trainable->fit(training);
  training.progress->end();
}

ExitCode serve(ServeCommandOptions options) {
  const Interruption interruption;
  const auto [config, roots] = read_run_config(options.config, options.data_folder);
  const PlannedSystem planned = find_system(config, options.model);
  options.server.format = format_of(options.format);
  if (!options.key.empty()) {
    options.server.wire.key = std::make_shared<Secret>(adapters::read_secret(options.key, "--key"));
  }
  const ThreadLimit threads(config.threads);
  const PreparedData data = prepare_data(config);
  const SteadyClock clock;
  const adapters::ServedData served = served_data(data, config.seed);
  const std::unique_ptr<Recommender> system =
      make_system(planned, {&data, roots, config.seed, &clock, interruption.token()});
  adapters::RecommendationServer server(*system, served, options.server);
  train(*system, planned.config.name, data, config, options, clock, interruption);
  if (interruption.token().stop_requested()) return ExitCode::interrupted;
  print(fmt::format("{} in the format of {} at {}\n", planned.config.name, options.format, server.url()));
  server.run(interruption.token());
  return ExitCode::pass;
}

}  // namespace

void add_serve_command(CLI::App& app, ExitCode& exit_code) {
  CLI::App* command = app.add_subcommand("serve", "Expose a model of a configuration over HTTP");
  auto options = std::make_shared<ServeCommandOptions>();
  command->add_option("--config", options->config, "YAML file; without it the embedded world")->type_name("FILE");
  command->add_option("--model", options->model, "name of a model or baseline")->type_name("NAME")->required();
  command->add_option("--format", options->format, "how it is spoken to: recgauge, recombee, gorse")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"recgauge", "recombee", "gorse"}))
      ->capture_default_str();
  command->add_option("--port", options->server.port, "0 for any that is free")->capture_default_str();
  command->add_option("--address", options->server.address, "where to listen; 0.0.0.0 for all")->capture_default_str();
  command->add_option("--key", options->key, "env:NAME or file:PATH of the token that callers must have")
      ->type_name("WHERE");
  command->add_option("--models", options->models, "folder in which trained models are kept")->type_name("FOLDER");
  command->add_option("--data-folder", options->data_folder, "where relative data paths are looked up as well")
      ->type_name("FOLDER");
  command->add_flag("-q,--quiet", options->quiet, "no progress");
  command->footer(R"(
The model is trained as `run` would train it, then answers until Ctrl-C. The address is printed once it listens. Anybody
who reaches the port may ask, unless there is a --key.

Examples:
  recgauge serve --model ials --port 8765
  recgauge serve --config my-models.yaml --model new --format gorse --key env:GORSE_API_KEY)");
  command->callback([options, &exit_code] { exit_code = serve(*options); });
}

}  // namespace recgauge::cli
