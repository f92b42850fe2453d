#include "reference_models/text/latent_vectors.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "harness/system/random.h"

namespace recgauge::reference_models {
namespace {

using Matrix = Eigen::MatrixXd;

constexpr size_t kOversampling = 8;
constexpr int kPowerIterations = 4;

Matrix times(const TermMatrix& a, const Matrix& x) {
  Matrix y = Matrix::Zero(static_cast<Eigen::Index>(a.row_count()), x.cols());
  for (size_t row = 0; row < a.row_count(); ++row) {
    for (uint64_t i = a.offsets[row]; i < a.offsets[row + 1]; ++i) {
      y.row(static_cast<Eigen::Index>(row)) += double{a.weights[i]} * x.row(static_cast<Eigen::Index>(a.terms[i]));
    }
  }
  return y;
}

Matrix transposed_times(const TermMatrix& a, const Matrix& y) {
  Matrix x = Matrix::Zero(static_cast<Eigen::Index>(a.words.size()), y.cols());
  for (size_t row = 0; row < a.row_count(); ++row) {
    for (uint64_t i = a.offsets[row]; i < a.offsets[row + 1]; ++i) {
      x.row(static_cast<Eigen::Index>(a.terms[i])) += double{a.weights[i]} * y.row(static_cast<Eigen::Index>(row));
    }
  }
  return x;
}

Matrix orthonormal(const Matrix& y) {
  const Eigen::HouseholderQR<Matrix> decomposition(y);
  return decomposition.householderQ() * Matrix::Identity(y.rows(), std::min(y.rows(), y.cols()));
}

Matrix random_matrix(size_t rows, size_t columns, uint64_t seed) {
  RandomStream stream(derive_seed(seed, "randomised decomposition"));
  Matrix matrix(static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(columns));
  for (Eigen::Index column = 0; column < matrix.cols(); ++column) {
    for (Eigen::Index row = 0; row < matrix.rows(); ++row) matrix(row, column) = stream.normal();
  }
  return matrix;
}

}  // namespace

FactorMatrix latent_vectors(const TermMatrix& matrix, size_t dimension, uint64_t seed) {
  FactorMatrix vectors{matrix.row_count(), dimension, std::vector<float>(matrix.row_count() * dimension, 0.0F)};
  const size_t rank = std::min({dimension + kOversampling, matrix.row_count(), matrix.words.size()});
  if (rank == 0) return vectors;
  Matrix range = orthonormal(times(matrix, random_matrix(matrix.words.size(), rank, seed)));
  for (int i = 0; i < kPowerIterations; ++i) {
    range = orthonormal(times(matrix, orthonormal(transposed_times(matrix, range))));
  }
  const Matrix projected = transposed_times(matrix, range);
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(projected.transpose() * projected);
  const size_t kept = std::min<size_t>(dimension, rank);
  // Eigenvalues ascend.
  const Matrix basis = solver.eigenvectors().rowwise().reverse().leftCols(static_cast<Eigen::Index>(kept));
  const Matrix left = range * basis;
  for (size_t d = 0; d < kept; ++d) {
    const double value = std::sqrt(std::max(0.0, solver.eigenvalues()[static_cast<Eigen::Index>(rank - 1 - d)]));
    for (size_t row = 0; row < vectors.rows; ++row) {
      vectors.row(row)[d] =
          static_cast<float>(value * left(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(d)));
    }
  }
  return vectors;
}

void scale_rows_to_length_one(FactorMatrix& matrix) {
  for (size_t row = 0; row < matrix.rows; ++row) {
    float* values = matrix.row(row);
    double squares = 0.0;
    for (size_t d = 0; d < matrix.dimension; ++d) squares += double{values[d]} * double{values[d]};
    if (squares == 0.0) continue;
    for (size_t d = 0; d < matrix.dimension; ++d) values[d] = static_cast<float>(values[d] / std::sqrt(squares));
  }
}

}  // namespace recgauge::reference_models
