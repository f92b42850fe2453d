// TIGER: a transformer writes the word of the next item, code by code, and only words of the catalogue can be written.
#pragma once

#include <memory>

#include "reference_models/neural/item_bags.h"
#include "reference_models/neural/neural_model.h"
#include "reference_models/neural/semantic_ids.h"
#include "reference_models/neural/tiger_network.h"

namespace recgauge::reference_models {

/// Rajput et al. 2023. Words are made when training begins, from vectors of the items by an RqVae, unless a file has
/// them. Asked, it writes words by beam search: an item scores the logarithm of its word's chance; items that no beam
/// reached score minus infinity.
class Tiger : public NeuralModel {
 public:
  /// Throws ConfigError when `heads` does not divide `dimension`, and for files that do not belong to `words`.
  Tiger(const ModelKind& kind, const ModelParameters& parameters);
  std::unique_ptr<ScoredBlock> prepare(std::span<const Request> requests) const override;

 protected:
  std::shared_ptr<torch::nn::Module> make_network() override;
  void take_data(const Interactions& train) override;
  void take_catalogue(const Dataset* dataset, uint64_t seed) override;
  void publish() override;
  size_t example_count() const override { return sequences_.size(); }
  torch::Tensor loss(std::span<const uint32_t> examples, const TrainingStep& step) override;

 private:
  torch::Tensor item_vectors() const;
  SemanticIds quantised_words() const;
  std::vector<int64_t> text_of(std::span<const int64_t> items) const;
  void write(const Request& request, float* scores) const;

  ItemBags rows_;
  Sequences sequences_;
  FactorMatrix side_;                        // items' vectors, where they do not come from interactions
  std::vector<std::vector<int64_t>> given_;  // codes by item, where a file has them
  std::unique_ptr<SemanticIds> words_;
  std::vector<int64_t> first_tokens_;  // by level; then the beginning's
  std::shared_ptr<torch::nn::Module> root_;
  std::shared_ptr<TigerNetwork> tiger_;
  torch::Tensor
      stored_words_;  // items x levels: a kept model brings its words, which another machine might make otherwise
};

}  // namespace recgauge::reference_models
