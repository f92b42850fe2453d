// Implicit ALS: every row of factors is the exact solution of a small linear system, given the other side's factors.
#include <cblas.h>

#include <algorithm>
#include <cmath>

#include "harness/system/random.h"
#include "reference_models/baselines/item_columns.h"
#include "reference_models/baselines/lapack.h"
#include "reference_models/baselines/models.h"

namespace recgauge::reference_models {
namespace {

constexpr size_t kRowsPerPiece = 256;

struct Penalty {
  double regularisation;
  double unobserved_weight;
  double frequency_exponent;

  float of(size_t observed, size_t others) const {
    const double weight = static_cast<double>(observed) + unobserved_weight * static_cast<double>(others);
    return static_cast<float>(regularisation * std::pow(weight, frequency_exponent));
  }
};

// unobserved_weight * factors^T factors, summed over fixed pieces in order so that threads do not change it.
std::vector<float> weighted_gram(const FactorMatrix& factors, double weight) {
  const size_t d = factors.dimension;
  const size_t pieces = piece_count(factors.rows, kRowsPerPiece);
  std::vector<float> partial(pieces * d * d, 0.0F);
  for_each_piece(factors.rows, kRowsPerPiece, [&](size_t piece, IndexRange range) {
    const auto size = static_cast<blasint>(d);
    cblas_ssyrk(CblasRowMajor, CblasLower, CblasTrans, size, static_cast<blasint>(range.size()), 1.0F,
                factors.row(range.begin), size, 0.0F, partial.data() + piece * d * d, size);
  });
  std::vector<double> sum(d * d, 0.0);
  for (size_t piece = 0; piece < pieces; ++piece) {
    for (size_t i = 0; i < d * d; ++i) sum[i] += static_cast<double>(partial[piece * d * d + i]);
  }
  std::vector<float> gram(d * d);
  for (size_t i = 0; i < d * d; ++i) gram[i] = static_cast<float>(weight * sum[i]);
  return gram;
}

// Solves (gram + sum f f^T + penalty I) x = sum f over the observed rows f.
class RowSolver {
 public:
  RowSolver(const FactorMatrix& factors, const std::vector<float>& gram) : factors_(factors), gram_(gram) {}

  void solve(std::span<const uint32_t> observed, float penalty, float* solution) {
    const size_t d = factors_.dimension;
    const auto size = static_cast<blasint>(d);
    std::fill(solution, solution + d, 0.0F);
    if (observed.empty()) return;
    gathered_.resize(observed.size() * d);
    for (size_t i = 0; i < observed.size(); ++i) {
      std::copy_n(factors_.row(observed[i]), d, gathered_.data() + i * d);
      for (size_t j = 0; j < d; ++j) solution[j] += gathered_[i * d + j];
    }
    system_ = gram_;
    cblas_ssyrk(CblasRowMajor, CblasLower, CblasTrans, size, static_cast<blasint>(observed.size()), 1.0F,
                gathered_.data(), size, 1.0F, system_.data(), size);
    for (size_t j = 0; j < d; ++j) system_[j * d + j] += penalty;
    // Row-major lower is column-major upper.
    const int one = 1;
    int info = 0;
    spotrf_("U", &size, system_.data(), &size, &info);
    if (info == 0) spotrs_("U", &size, &one, system_.data(), &size, solution, &size, &info);
    if (info != 0) std::fill(solution, solution + d, 0.0F);
  }

 private:
  const FactorMatrix& factors_;
  const std::vector<float>& gram_;
  std::vector<float> gathered_;
  std::vector<float> system_;
};

FactorMatrix initial_factors(size_t rows, size_t dimension, double deviation, uint64_t seed) {
  FactorMatrix factors{rows, dimension, std::vector<float>(rows * dimension)};
  const double scale = deviation / std::sqrt(static_cast<double>(dimension));
  for_each_piece(rows, kRowsPerPiece, [&](size_t, IndexRange range) {
    for (size_t row = range.begin; row < range.end; ++row) {
      RandomStream stream(derive_seed(seed, {row}));
      for (size_t j = 0; j < dimension; ++j) factors.row(row)[j] = static_cast<float>(scale * stream.normal());
    }
  });
  return factors;
}

void solve_side(const BinaryMatrix& observed, const FactorMatrix& other, const Penalty& penalty, FactorMatrix& side) {
  const std::vector<float> gram = weighted_gram(other, penalty.unobserved_weight);
  for_each_piece(side.rows, kRowsPerPiece, [&](size_t, IndexRange range) {
    RowSolver solver(other, gram);
    for (size_t row = range.begin; row < range.end; ++row) {
      solver.solve(observed.row(row), penalty.of(observed.row(row).size(), other.rows), side.row(row));
    }
  });
}

Penalty penalty_of(const ModelParameters& parameters) {
  return {parameters.real("regularisation"), parameters.real("unobserved_weight"),
          parameters.real("frequency_exponent")};
}

}  // namespace

void IalsBaseline::fit(const TrainingData& data) {
  openblas_set_num_threads(1);
  item_count_ = data.interactions->item_count();
  const BinaryMatrix by_user = distinct_items_by_user(*data.interactions);
  const BinaryMatrix by_item = transpose(by_user, item_count_);
  const size_t dimension = parameters().whole("dimension");
  const double deviation = parameters().real("initial_deviation");
  const Penalty penalty = penalty_of(parameters());
  FactorMatrix users = initial_factors(by_user.row_count(), dimension, deviation, derive_seed(data.seed, "ials users"));
  items_ = initial_factors(item_count_, dimension, deviation, derive_seed(data.seed, "ials items"));
  for (size_t iteration = 0; iteration < parameters().whole("iterations"); ++iteration) {
    solve_side(by_user, items_, penalty, users);
    solve_side(by_item, users, penalty, items_);
  }
  gram_ = weighted_gram(items_, penalty.unobserved_weight);
}

std::unique_ptr<ScoredBlock> IalsBaseline::prepare(std::span<const Request> requests) const {
  const Penalty penalty = penalty_of(parameters());
  FactorMatrix folded{requests.size(), items_.dimension, std::vector<float>(requests.size() * items_.dimension)};
  RowSolver solver(items_, gram_);
  for (size_t i = 0; i < requests.size(); ++i) {
    const std::vector<uint32_t> history = distinct_items(requests[i].history);
    solver.solve(history, penalty.of(history.size(), items_.rows), folded.row(i));
  }
  return std::make_unique<FactorBlock>(std::move(folded), items_);
}

}  // namespace recgauge::reference_models
