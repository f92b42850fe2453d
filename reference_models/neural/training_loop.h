// The one training loop of all neural models: steps, schedule, clipping, validation, early stopping, checkpoints.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "harness/system/progress.h"
#include "reference_models/neural/adam.h"
#include "reference_models/neural/checkpoint.h"
#include "reference_models/neural/torch.h"
#include "reference_models/scoring/model_kind.h"

namespace recgauge::reference_models {

enum class LearningRateSchedule : uint8_t { constant, cosine };

struct TrainingOptions {
  size_t epochs = 1;
  size_t batch_size = 1;
  double learning_rate = 0.001;
  LearningRateSchedule schedule = LearningRateSchedule::constant;
  size_t warmup_steps = 0;
  double weight_decay = 0.0;
  double gradient_clip = 0.0;  ///< 0 for no limit
  size_t patience = 0;         ///< validations without gain; 0 for never
  size_t validate_every = 1;   ///< epochs
};

/// From parameters that every neural kind has.
TrainingOptions training_options(const ModelParameters& parameters);

/// Learning rate of a step (from 0) of `total`: rises linearly over the warm-up, then is constant, or falls by half a
/// cosine to 0 at `total`.
double learning_rate_at(const TrainingOptions& options, size_t step, size_t total);

/// Where in training a batch stands. Everything random of it is derived from `seed`, so that a training that is resumed
/// draws what an uninterrupted one would have.
struct TrainingStep {
  uint64_t seed = 0;
  size_t number = 0;  ///< from 0 over all epochs
};

/// What the loop needs of a model.
class Trainee {
 public:
  virtual ~Trainee() = default;
  virtual torch::nn::Module& network() = 0;
  virtual size_t example_count() const = 0;
  /// Mean loss of the examples, a scalar with gradient. libtorch's generator is seeded for the step.
  virtual torch::Tensor loss(std::span<const uint32_t> examples, const TrainingStep& step) = 0;
  /// The measure of early stopping, higher is better; nothing where nobody validates.
  virtual std::optional<double> validate() = 0;
};

/// Where a training stands between two steps, besides weights.
struct TrainingState {
  size_t epoch = 0;  ///< epochs that are done
  size_t step = 0;   ///< steps of the next epoch that are done
  size_t best_epoch = 0;
  double best_value = -1.0;
  size_t validations_since_best = 0;
  bool finished = false;
};

/// What a training is part of.
struct TrainingContext {
  uint64_t seed = 0;
  ProgressListener* progress = nullptr;  ///< null for nobody
  std::stop_token stop;
  std::string checkpoint;  ///< file of the state; empty for none
  std::string identity;    ///< of model, parameters and data; a checkpoint of another identity is refused
};

/// Trains until the epochs or the patience are used up, and leaves the best weights in the network.
class TrainingLoop {
 public:
  TrainingLoop(Trainee& trainee, const TrainingOptions& options, TrainingContext context);

  /// False when it was stopped before it had finished; the checkpoint then holds where it stood. Throws
  /// DataError for an unusable checkpoint, ConfigError when the loss is no longer a number.
  bool run();

  const TrainingState& state() const { return state_; }

 private:
  bool finish_epoch();
  void take_step(std::span<const uint32_t> examples);
  void validate();
  bool ends_early() const;
  void store(bool must);
  void resume();
  void keep_best();
  void restore_best();
  size_t steps_per_epoch() const;

  Trainee& trainee_;
  TrainingOptions options_;
  TrainingContext context_;
  Adam optimiser_;
  TrainingState state_;
  std::vector<torch::Tensor> best_;  // in the order of named_state()
  double last_stored_ = 0.0;
};

}  // namespace recgauge::reference_models
