#include "reference_models/text/head_training.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "harness/system/random.h"

namespace recgauge::reference_models {
namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

constexpr int kNewtonSteps = 25;
constexpr double kSmallStep = 1e-8;

struct Pairs {
  Matrix features;  // pairs x (2 * dimension + 2)
  Vector labels;    // 1 for an item that the user has had, 0 for a drawn one
};

// Evenly spread over users and their rows, so that no user is favoured.
std::vector<std::pair<UserId, size_t>> chosen_positives(const Interactions& interactions, const HeadOptions& options,
                                                        uint64_t seed) {
  std::vector<std::pair<UserId, size_t>> positives;
  for (uint32_t user = 0; user < interactions.user_count(); ++user) {
    // Without its item a history of one is empty.
    const size_t size = interactions.row_size(UserId{user});
    for (size_t i = 0; size > 1 && i < size; ++i) positives.emplace_back(UserId{user}, i);
  }
  RandomStream stream(derive_seed(seed, "pairs of the prediction head"));
  shuffle(positives, stream);
  positives.resize(std::min<size_t>(positives.size(), options.most_pairs / (1 + options.negatives)));
  return positives;
}

void write_features(const float* user, const float* item, size_t dimension, float popularity, Matrix::RowXpr features) {
  for (size_t d = 0; d < dimension; ++d) {
    features(static_cast<Eigen::Index>(d)) = double{user[d]} * double{item[d]};
    features(static_cast<Eigen::Index>(dimension + d)) = item[d];
  }
  features(static_cast<Eigen::Index>(2 * dimension)) = popularity;
  features(static_cast<Eigen::Index>(2 * dimension + 1)) = 1.0;
}

ItemId drawn_item(std::span<const ItemId> history, size_t item_count, RandomStream& stream) {
  constexpr int kTries = 20;
  ItemId item{};
  for (int i = 0; i < kTries; ++i) {
    item = ItemId{static_cast<uint32_t>(stream.below(item_count))};
    if (std::find(history.begin(), history.end(), item) == history.end()) break;
  }
  return item;
}

Pairs make_pairs(const TrainingData& data, const FactorMatrix& items, const HeadOptions& options) {
  const auto positives = chosen_positives(*data.interactions, options, data.seed);
  const std::vector<float> popularity = log_counts(*data.interactions);
  const size_t group = 1 + options.negatives;
  Pairs pairs{
      Matrix(static_cast<Eigen::Index>(positives.size() * group), static_cast<Eigen::Index>(2 * items.dimension + 2)),
      Vector::Zero(static_cast<Eigen::Index>(positives.size() * group))};
  for (size_t p = 0; p < positives.size(); ++p) {
    const auto history = data.interactions->items(positives[p].first);
    std::vector<ItemId> others(history.begin(), history.end());
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(positives[p].second));
    Request request;
    request.history = others;
    const FactorMatrix user = history_vectors(std::span(&request, 1), items, options.half_life);
    RandomStream stream(derive_seed(data.seed, {index(positives[p].first), positives[p].second}));
    for (size_t n = 0; n < group; ++n) {
      const auto row = static_cast<Eigen::Index>(p * group + n);
      const ItemId item = n == 0 ? history[positives[p].second] : drawn_item(history, items.rows, stream);
      write_features(user.row(0), items.row(index(item)), items.dimension, popularity[index(item)],
                     pairs.features.row(row));
      if (n == 0) pairs.labels(row) = 1.0;
    }
  }
  return pairs;
}

Vector penalty(Eigen::Index size, double regularisation) {
  Vector diagonal = Vector::Constant(size, regularisation);
  diagonal(size - 1) = 1e-9;  // of the constant; not 0, so that a lone column can be solved for
  return diagonal;
}

Vector ridge(const Pairs& pairs, double regularisation) {
  const Vector targets = 2.0 * pairs.labels.array() - 1.0;
  Matrix gram = pairs.features.transpose() * pairs.features;
  gram.diagonal() += penalty(gram.rows(), regularisation);
  return gram.ldlt().solve(pairs.features.transpose() * targets);
}

Vector logistic(const Pairs& pairs, double regularisation) {
  Vector weights = Vector::Zero(pairs.features.cols());
  const Vector diagonal = penalty(weights.size(), regularisation);
  for (int step = 0; step < kNewtonSteps; ++step) {
    const Vector probabilities = (1.0 + (-(pairs.features * weights)).array().exp()).inverse();
    const Vector curvature = probabilities.array() * (1.0 - probabilities.array());
    Vector gradient = pairs.features.transpose() * (pairs.labels - probabilities);
    gradient -= diagonal.cwiseProduct(weights);
    Matrix hessian = pairs.features.transpose() * curvature.asDiagonal() * pairs.features;
    hessian.diagonal() += diagonal;
    const Vector change = hessian.ldlt().solve(gradient);
    weights += change;
    if (change.norm() < kSmallStep * (1.0 + weights.norm())) break;
  }
  return weights;
}

}  // namespace

std::vector<float> log_counts(const Interactions& interactions) {
  std::vector<float> logs;
  for (const uint32_t count : interactions.item_counts()) logs.push_back(std::log1p(static_cast<float>(count)));
  return logs;
}

HeadWeights train_head(const TrainingData& data, const FactorMatrix& items, const HeadOptions& options) {
  const Pairs pairs = make_pairs(data, items, options);
  const Vector weights =
      options.loss == HeadLoss::ridge ? ridge(pairs, options.regularisation) : logistic(pairs, options.regularisation);
  HeadWeights result;
  for (size_t d = 0; d < items.dimension; ++d) {
    result.product.push_back(static_cast<float>(weights(static_cast<Eigen::Index>(d))));
    result.item.push_back(static_cast<float>(weights(static_cast<Eigen::Index>(items.dimension + d))));
  }
  result.popularity = static_cast<float>(weights(static_cast<Eigen::Index>(2 * items.dimension)));
  return result;
}

}  // namespace recgauge::reference_models
