// Scores that are inner products of request factors and item factors, as one matrix product per tile.
#pragma once

#include <span>
#include <vector>

#include "reference_models/scoring/score_model.h"

namespace recgauge::reference_models {

/// Row-major float matrix.
struct FactorMatrix {
  size_t rows = 0;
  size_t dimension = 0;
  std::vector<float> values;  ///< rows x dimension

  float* row(size_t i) { return values.data() + i * dimension; }
  const float* row(size_t i) const { return values.data() + i * dimension; }
};

/// Block of requests whose factors are known: score = <request, item> (+ item bias).
class FactorBlock : public ScoredBlock {
 public:
  /// `items` and `item_bias` (empty for none) must outlive the block.
  FactorBlock(FactorMatrix requests, const FactorMatrix& items, std::span<const float> item_bias = {});
  void score(IndexRange items, float* tile) override;

 private:
  FactorMatrix requests_;
  const FactorMatrix& items_;
  std::span<const float> item_bias_;
};

}  // namespace recgauge::reference_models
