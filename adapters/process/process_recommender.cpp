#include "adapters/process/process_recommender.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "adapters/process/exchange.h"
#include "adapters/process/training_folder.h"

namespace recgauge::adapters {
namespace {

std::map<std::string, std::string> environment_of(const ProcessConfig& config) {
  std::vector<std::string> names{"PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR"};
  names.insert(names.end(), config.environment.begin(), config.environment.end());
  std::map<std::string, std::string> environment;
  for (const std::string& name : names) {
    if (const char* value = std::getenv(name.c_str())) environment[name] = value;
  }
  return environment;
}

std::map<std::string, std::string> parameters_of(ProcessConfig config, const ProgramGreeting& greeting) {
  nlohmann::ordered_json json = ConfigWriter::to_json(config);
  // Of this machine; and arguments may be what nobody should read in a report.
  for (const char* key : {"directory", "command"}) json.erase(key);
  std::map<std::string, std::string> parameters = flat_text(json);
  const std::string& program = config.command.front();
  parameters["program"] = program.substr(program.rfind('/') + 1);
  if (!greeting.name.empty()) parameters["program_name"] = greeting.name;
  if (!greeting.version.empty()) parameters["program_version"] = greeting.version;
  return parameters;
}

class ProcessRecommender : public Recommender, public TrainableRecommender, public FeedbackReceiver {
 public:
  ProcessRecommender(const std::string& name, const ProcessConfig& config, const Dataset& dataset,
                     const Pseudonyms& pseudonyms)
      : config_(config),
        names_(dataset, config.user_ids == UserIds::pseudonym ? std::optional(pseudonyms) : std::nullopt,
               config.disclose),
        exchange_(name, {config.command, config.directory, environment_of(config)}, limits_of(config), names_),
        info_{name, "process", "a program of its own, asked over standard input and output", "",
              parameters_of(config, exchange_.greeting())} {}

  RecommenderInfo info() const override { return info_; }
  TrainableRecommender* trainable() override { return config_.train ? this : nullptr; }
  FeedbackReceiver* feedback() override { return config_.feedback ? this : nullptr; }

  std::vector<Response> recommend(std::span<const Request> requests) override { return exchange_.ask(requests); }

  void fit(const TrainingData& data) override {
    training_ = std::make_unique<TrainingFolder>(data, names_);
    exchange_.train(training_->files(), data.seed);
  }

  void receive(std::span<const FeedbackEvent> events) override { exchange_.tell(events); }

 private:
  static ExchangeLimits limits_of(const ProcessConfig& config) {
    const auto seconds = [](double value) {
      return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::duration<double>(value));
    };
    return {seconds(config.start_timeout), seconds(config.train_timeout), seconds(config.answer_timeout),
            config.in_flight, config.restarts};
  }

  ProcessConfig config_;
  MessageNames names_;
  std::unique_ptr<TrainingFolder> training_;  // outlives the program that reads it
  Exchange exchange_;
  RecommenderInfo info_;
};

}  // namespace

std::unique_ptr<Recommender> make_process(const std::string& name, const ProcessConfig& config, const Dataset& dataset,
                                          const Pseudonyms& pseudonyms) {
  for (const std::string& attribute : config.disclose) {
    if (dataset.users.find_attribute(attribute) == nullptr) {
      throw ConfigError(
          fmt::format("model '{}': parameters.disclose: the data has no attribute '{}' of users", name, attribute));
    }
  }
  return std::make_unique<ProcessRecommender>(name, config, dataset, pseudonyms);
}

}  // namespace recgauge::adapters
