// IRGAN: a generator that draws items and a discriminator that tells drawn ones from seen ones teach each other.
#pragma once

#include "reference_models/neural/item_bags.h"
#include "reference_models/neural/neural_model.h"

namespace recgauge::reference_models {

/// Factors of users and items, and a bias by item; a score is their inner product plus the bias.
class Factorisation : public torch::nn::Module {
 public:
  /// Factors uniform in [-initial, initial], biases 0.
  Factorisation(int64_t users, int64_t items, int64_t width, double initial);
  /// users: int64. Gives users x items.
  torch::Tensor scores(const torch::Tensor& users) const;
  /// By pair.
  torch::Tensor scores(const torch::Tensor& users, const torch::Tensor& items) const;
  /// Half of the squared factors and biases that the pairs use, mean over pairs.
  torch::Tensor half_squares(const torch::Tensor& users, const torch::Tensor& items) const;

  torch::Tensor user_factors, item_factors, item_bias;
};

/// What an epoch trains.
enum class IrganPhase : uint8_t { pretraining, discriminator, generator };

/// The policy gradient's loss: -mean over draws of log(generator's chance of the item) * reward, where a reward is
/// 2 (s(discriminator's score) - 1/2) times the item's chance over that with which it was drawn.
torch::Tensor policy_loss(const torch::Tensor& log_chances, const torch::Tensor& rewards);

/// Wang et al. 2017 for item recommendation. An example is a user. Users without training have no factors: they are
/// scored by the item biases.
class Irgan : public NeuralModel {
 public:
  using NeuralModel::NeuralModel;
  std::unique_ptr<ScoredBlock> prepare(std::span<const Request> requests) const override;

  /// Of an epoch, from 0.
  IrganPhase phase_of(size_t epoch) const;

 protected:
  std::shared_ptr<torch::nn::Module> make_network() override;
  void take_data(const Interactions& train) override;
  void publish() override;
  size_t example_count() const override { return rows_.size(); }
  torch::Tensor loss(std::span<const uint32_t> examples, const TrainingStep& step) override;

 private:
  /// Users of a batch, once and by each of their items.
  struct Batch {
    torch::Tensor users;       // int64
    torch::Tensor pair_rows;   // int64 by pair: place of its user in `users`
    torch::Tensor pair_users;  // int64 by pair
    torch::Tensor pair_items;  // int64 by pair
    torch::Tensor counts;      // int64 by user
    torch::Tensor seen;        // bool, users x items
  };
  Batch batch_of(std::span<const uint32_t> examples) const;
  torch::Tensor pretraining_loss(const Batch& batch);
  torch::Tensor discriminator_loss(const Batch& batch);
  torch::Tensor generator_loss(const Batch& batch);

  ItemBags rows_;
  std::vector<uint32_t> users_;  // by row
  size_t user_count_ = 0;
  std::shared_ptr<torch::nn::Module> root_;
  std::shared_ptr<Factorisation> generator_, discriminator_;
  FactorMatrix user_factors_, item_factors_;
  std::vector<float> item_bias_;
};

}  // namespace recgauge::reference_models
