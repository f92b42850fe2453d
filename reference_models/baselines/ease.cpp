// EASE: with P the inverse of X^T X + lambda I, the weights are -P_ij / P_jj off the diagonal and 0 on it.
#include <cblas.h>
#include <fmt/format.h>

#include <algorithm>

#include "harness/system/error.h"
#include "reference_models/baselines/ease_weights.h"
#include "reference_models/baselines/item_columns.h"
#include "reference_models/baselines/lapack.h"
#include "reference_models/baselines/models.h"

namespace recgauge::reference_models {
namespace {

constexpr size_t kDoublePrecisionLimit = 8192;

class EaseBlock : public ScoredBlock {
 public:
  EaseBlock(const FactorMatrix& weights, std::span<const Request> requests) : weights_(weights) {
    for (const Request& request : requests) histories_.push_back(distinct_items(request.history));
  }
  void score(IndexRange items, float* tile) override {
    for (const auto& history : histories_) {
      std::fill(tile, tile + items.size(), 0.0F);
      for (const uint32_t seen : history) {
        const float* weights = weights_.row(seen) + items.begin;
        for (size_t i = 0; i < items.size(); ++i) tile[i] += weights[i];
      }
      tile += items.size();
    }
  }

 private:
  const FactorMatrix& weights_;
  std::vector<std::vector<uint32_t>> histories_;
};

// Lower triangle (in column-major terms) of X^T X + lambda I.
template <typename Real>
std::vector<Real> regularised_gram(const BinaryMatrix& by_user, const BinaryMatrix& by_item, double regularisation) {
  const size_t n = by_item.row_count();
  std::vector<Real> gram(n * n, Real{0});
  for_each_piece(n, 16, [&](size_t, IndexRange range) {
    for (size_t item = range.begin; item < range.end; ++item) {
      Real* column = gram.data() + item * n;
      for (const uint32_t user : by_item.row(item)) {
        for (const uint32_t other : by_user.row(user)) column[other] += Real{1};
      }
      column[item] += static_cast<Real>(regularisation);
    }
  });
  return gram;
}

// Adds the inner products of the rows of `side` to the lower triangle.
template <typename Real>
void add_inner_products(const FactorMatrix& side, std::vector<Real>& gram) {
  const size_t n = side.rows;
  for_each_piece(n, 16, [&](size_t, IndexRange range) {
    for (size_t column = range.begin; column < range.end; ++column) {
      for (size_t row = column; row < n; ++row) {
        Real sum{0};
        for (size_t d = 0; d < side.dimension; ++d) sum += Real{side.row(row)[d]} * Real{side.row(column)[d]};
        gram[column * n + row] += sum;
      }
    }
  });
}

template <typename Real>
FactorMatrix solve(const BinaryMatrix& by_user, const BinaryMatrix& by_item, double regularisation,
                   const FactorMatrix* side) {
  const size_t n = by_item.row_count();
  std::vector<Real> matrix = regularised_gram<Real>(by_user, by_item, regularisation);
  if (side != nullptr) add_inner_products(*side, matrix);
  int info = 0;
  cholesky(static_cast<int>(n), matrix.data(), &info);
  if (info == 0) invert_from_cholesky(static_cast<int>(n), matrix.data(), &info);
  if (info != 0) {
    throw ConfigError(
        fmt::format("ease: the item matrix is not positive definite (LAPACK says {}); raise "
                    "'regularisation', now {}",
                    info, regularisation));
  }
  FactorMatrix weights{n, n, std::vector<float>(n * n)};
  // The inverse stands in the lower triangle, column by column: P(i, j) with i >= j is matrix[j * n + i].
  for_each_piece(n, 64, [&](size_t, IndexRange range) {
    for (size_t i = range.begin; i < range.end; ++i) {
      for (size_t j = 0; j < n; ++j) {
        const Real inverse = i >= j ? matrix[j * n + i] : matrix[i * n + j];
        weights.row(i)[j] = i == j ? 0.0F : static_cast<float>(-inverse / matrix[j * n + j]);
      }
    }
  });
  return weights;
}

}  // namespace

FactorMatrix ease_weights(const Interactions& interactions, double regularisation, const FactorMatrix* side) {
  // One thread for the factorisation: the order of its sums, and with it the last digits, must not depend on the
  // machine.
  openblas_set_num_threads(1);
  const BinaryMatrix by_user = distinct_items_by_user(interactions);
  const BinaryMatrix by_item = transpose(by_user, interactions.item_count());
  return interactions.item_count() <= kDoublePrecisionLimit ? solve<double>(by_user, by_item, regularisation, side)
                                                            : solve<float>(by_user, by_item, regularisation, side);
}

std::unique_ptr<ScoredBlock> make_ease_block(const FactorMatrix& weights, std::span<const Request> requests) {
  return std::make_unique<EaseBlock>(weights, requests);
}

void EaseBaseline::fit(const TrainingData& data) {
  item_count_ = data.interactions->item_count();
  weights_ = ease_weights(*data.interactions, parameters().real("regularisation"), nullptr);
}

std::unique_ptr<ScoredBlock> EaseBaseline::prepare(std::span<const Request> requests) const {
  return make_ease_block(weights_, requests);
}

}  // namespace recgauge::reference_models
