#include "reference_models/tuning/parameter_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/system/random.h"
#include "harness/system/whole_file.h"

namespace recgauge::reference_models {
namespace {

constexpr int kFileVersion = 1;
constexpr size_t kValidationUsers = 5000;

nlohmann::ordered_json to_json(const Trial& trial) {
  nlohmann::ordered_json json{{"model", trial.model},     {"kind", trial.kind}, {"parameters", trial.parameters},
                              {"seconds", trial.seconds}, {"value", nullptr},   {"identity", trial.identity}};
  if (trial.value) json["value"] = *trial.value;
  if (!trial.failure.empty()) json["failure"] = trial.failure;
  return json;
}

Trial from_json(const nlohmann::ordered_json& json) {
  Trial trial;
  trial.model = json.at("model").get<std::string>();
  trial.kind = json.at("kind").get<std::string>();
  trial.identity = json.at("identity").get<std::string>();
  trial.parameters = json.at("parameters").get<ParameterValues>();
  trial.seconds = json.at("seconds").get<double>();
  if (!json.at("value").is_null()) trial.value = json.at("value").get<double>();
  trial.failure = json.value("failure", "");
  return trial;
}

std::string identity_of(const SearchTask& task, const ParameterValues& parameters, const TrainingData& data) {
  std::string text = fmt::format("{} {} {} {} {}", kFileVersion, task.kind->name, data.seed,
                                 data.interactions->content_hash(), data.validation->content_hash());
  const ModelParameters effective(*task.kind, parameters);
  for (const auto& [name, value] : effective.all()) text += fmt::format(" {}={}", name, value);
  return sha256_hex(text);
}

void measure(const SearchTask& task, const TrainingData& data, Trial& trial) {
  const Validation validation(*data.interactions, *data.validation, kValidationUsers, derive_seed(data.seed, "search"));
  try {
    const std::unique_ptr<ScoreModel> model = task.make(trial.parameters);
    model->fit(data);
    if (!data.stop.stop_requested()) trial.value = validation.ndcg(*model);
  } catch (const ConfigError& error) {
    trial.failure = error.what();
  }
}

}  // namespace

TrialFile::TrialFile(std::filesystem::path path) : path_(std::move(path)) {
  if (!std::filesystem::exists(path_)) return;
  try {
    const auto json = nlohmann::ordered_json::parse(read_whole_file(path_));
    for (const auto& trial : json.at("trials")) trials_.push_back(from_json(trial));
  } catch (const nlohmann::json::exception&) {
    throw DataError(fmt::format("{} is no list of trials; remove it, or name another output", path_.string()));
  }
}

const Trial* TrialFile::find(const std::string& identity) const {
  const auto found =
      std::find_if(trials_.begin(), trials_.end(), [&](const Trial& trial) { return trial.identity == identity; });
  return found == trials_.end() ? nullptr : &*found;
}

void TrialFile::add(const Trial& trial) {
  trials_.push_back(trial);
  nlohmann::ordered_json json{
      {"version", kFileVersion}, {"metric", kSearchMetric}, {"trials", nlohmann::ordered_json::array()}};
  for (const Trial& each : trials_) json["trials"].push_back(to_json(each));
  write_whole_file(path_, json.dump(1) + "\n");
}

std::vector<Trial> search_parameters(const SearchTask& task, const TrainingData& data, TrialFile& file) {
  std::vector<Trial> trials;
  const double start = task.seconds_now();
  for (const ParameterValues& parameters : task.trials) {
    Trial trial{task.model, task.kind->name, identity_of(task, parameters, data), parameters, {}, {}, 0.0};
    if (const Trial* known = file.find(trial.identity)) {
      trials.push_back(*known);
      continue;
    }
    const double begin = task.seconds_now();
    if (task.minutes > 0 && !trials.empty() && begin - start > task.minutes * 60.0) break;
    if (data.progress != nullptr) {
      data.progress->begin(fmt::format("{}: trial {} of {}", task.model, trials.size() + 1, task.trials.size()), 0);
    }
    measure(task, data, trial);
    if (data.progress != nullptr) data.progress->end();
    if (data.stop.stop_requested()) break;
    trial.seconds = task.seconds_now() - begin;
    file.add(trial);
    trials.push_back(std::move(trial));
  }
  return trials;
}

const Trial* best_trial(const std::vector<Trial>& trials) {
  const Trial* best = nullptr;
  for (const Trial& trial : trials) {
    if (trial.value && (best == nullptr || *trial.value > *best->value)) best = &trial;
  }
  return best;
}

}  // namespace recgauge::reference_models
