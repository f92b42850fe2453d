// What all neural models share: from parameters and data to a trained network that scores.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "reference_models/neural/training_loop.h"
#include "reference_models/scoring/factor_scores.h"
#include "reference_models/scoring/score_model.h"
#include "reference_models/scoring/validation.h"

namespace recgauge::reference_models {

/// Trains on `device`; scores on the CPU, one thread a block. After a fit() that was stopped the model must not be
/// asked. Not safe to fit while another model of the process is fitted, since libtorch's generator is the process's.
class NeuralModel : public ScoreModel, protected Trainee {
 public:
  /// Throws ConfigError for a device that is not there.
  NeuralModel(const ModelKind& kind, ModelParameters parameters);

  RecommenderInfo info() const override;
  void fit(const TrainingData& data) final;
  size_t item_count() const override { return item_count_; }

  /// How the last fit() went.
  const TrainingState& training() const { return training_; }

 protected:
  /// Makes a new network, with libtorch's generator seeded.
  virtual std::shared_ptr<torch::nn::Module> make_network() = 0;
  /// Takes what training needs of the data; `train` lives until fit() ends.
  virtual void take_data(const Interactions& train) = 0;
  /// Takes what the model needs of the items themselves, before make_network(); null where there is no data set.
  virtual void take_catalogue(const Dataset* /*dataset*/, uint64_t /*seed*/) {}
  /// Copies out of the network, which is on the CPU, what scoring needs.
  virtual void publish() = 0;

  torch::nn::Module& network() final { return *network_; }
  std::optional<double> validate() final;

  const ModelParameters& parameters() const { return parameters_; }
  const torch::Device& device() const { return device_; }

 private:
  std::string identity(const Interactions& train, const Interactions* validation, uint64_t seed) const;

  const ModelKind& kind_;
  ModelParameters parameters_;
  ParameterValues shown_;  // files by their content
  torch::Device device_;
  size_t item_count_ = 0;
  std::shared_ptr<torch::nn::Module> network_;
  const Validation* validation_ = nullptr;  // while fit() runs
  TrainingState training_;
};

/// One thread for libtorch and BLAS from here on: blocks of requests are the unit of parallel work when scoring.
void use_one_thread();

/// A copy of a matrix on the CPU.
FactorMatrix to_factors(const torch::Tensor& matrix);

/// A tensor of whole numbers, or of numbers, copied from `values` to `device`.
torch::Tensor to_tensor(const std::vector<int64_t>& values, const torch::Device& device);
torch::Tensor to_tensor(const std::vector<float>& values, const torch::Device& device);

}  // namespace recgauge::reference_models
