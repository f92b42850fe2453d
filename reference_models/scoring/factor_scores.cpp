#include "reference_models/scoring/factor_scores.h"

#include <cblas.h>

#include <utility>

namespace recgauge::reference_models {

FactorBlock::FactorBlock(FactorMatrix requests, const FactorMatrix& items, std::span<const float> item_bias)
    : requests_(std::move(requests)), items_(items), item_bias_(item_bias) {}

void FactorBlock::score(IndexRange range, float* tile) {
  const auto columns = static_cast<blasint>(range.size());
  const auto dimension = static_cast<blasint>(items_.dimension);
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, static_cast<blasint>(requests_.rows), columns, dimension, 1.0F,
              requests_.values.data(), dimension, items_.row(range.begin), dimension, 0.0F, tile, columns);
  if (item_bias_.empty()) return;
  for (size_t row = 0; row < requests_.rows; ++row) {
    for (size_t i = 0; i < range.size(); ++i) tile[row * range.size() + i] += item_bias_[range.begin + i];
  }
}

}  // namespace recgauge::reference_models
