// Trains a model with one set of parameters after another and keeps what each is worth on the validation part. What was
// measured stands in a file, so that a search that was interrupted goes on.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reference_models/scoring/score_model.h"
#include "reference_models/scoring/validation.h"
#include "reference_models/tuning/search_space.h"

namespace recgauge::reference_models {

/// NDCG@10 of Validation, which every trial is judged by.
inline constexpr const char* kSearchMetric = "ndcg@10";

struct Trial {
  std::string model;
  std::string kind;
  std::string identity;  ///< of kind, all parameters, seed and data: what decides the value
  ParameterValues parameters;
  std::optional<double> value;  ///< nothing where training failed
  std::string failure;
  double seconds = 0.0;  ///< of training
};

/// The file of all trials, written whole after each.
class TrialFile {
 public:
  /// Reads what is there. Throws DataError for a file that is no such list.
  explicit TrialFile(std::filesystem::path path);
  const Trial* find(const std::string& identity) const;
  void add(const Trial& trial);

 private:
  std::filesystem::path path_;
  std::vector<Trial> trials_;
};

struct SearchTask {
  std::string model;  ///< name, for the file
  const ModelKind* kind = nullptr;
  std::vector<ParameterValues> trials;
  double minutes = 0.0;  ///< no trial begins after so long; 0 for no limit
  std::function<std::unique_ptr<ScoreModel>(const ParameterValues&)> make;
  std::function<double()> seconds_now;
};

/// Runs the trials in order; the first always, the others until time is up or `data.stop` asks. `data` must have a
/// validation part. A trial that the file has already costs nothing. Training that diverges is a failed trial.
std::vector<Trial> search_parameters(const SearchTask& task, const TrainingData& data, TrialFile& file);

/// The trial of the highest value, the earliest of equals; null where all failed.
const Trial* best_trial(const std::vector<Trial>& trials);

}  // namespace recgauge::reference_models
