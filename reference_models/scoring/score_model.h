// The one interface of all models that score items: learn, then fill tiles of a (requests x items) score matrix. One
// top-k path (top_k.h) asks for the tiles and masks, selects and threads for all of them.
#pragma once

#include <memory>
#include <span>

#include "harness/protocol/recommender.h"
#include "harness/system/parallel.h"

namespace recgauge::reference_models {

/// The user side of a block of requests (folded-in factors, the rows of a history), made once per block.
class ScoredBlock {
 public:
  virtual ~ScoredBlock() = default;

  /// Writes the scores of `items` for every request of the block into `tile`, row-major: requests x items.size().
  /// Higher is better; NaN must not occur. Called from one thread at a time per block.
  virtual void score(IndexRange items, float* tile) = 0;
};

/// A model as pure mathematics. score is const and may run on several threads at once, one block each.
class ScoreModel {
 public:
  virtual ~ScoreModel() = default;
  virtual RecommenderInfo info() const = 0;
  virtual void fit(const TrainingData& data) = 0;
  virtual size_t item_count() const = 0;
  virtual std::unique_ptr<ScoredBlock> prepare(std::span<const Request> requests) const = 0;
};

}  // namespace recgauge::reference_models
