#include "harness/off_policy/reward_model.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include "harness/system/parallel.h"
#include "harness/system/random.h"

namespace recgauge::off_policy {
namespace {

constexpr size_t kRoundsPerPiece = 4096;
constexpr double kSmallStep = 1e-8;

double logistic(double x) { return 1.0 / (1.0 + std::exp(-x)); }

// Gradient and negative Hessian of the log-likelihood over some rounds.
struct Derivatives {
  Eigen::VectorXd gradient;
  Eigen::MatrixXd information;
};

class Regression {
 public:
  Regression(const RewardData& data, const RewardModelOptions& options, std::span<const uint32_t> folds)
      : data_(data), options_(options), folds_(folds) {
    is_share_ = std::all_of(data.rewards.begin(), data.rewards.end(), [](double r) { return r >= 0.0 && r <= 1.0; });
    width_ = 1 + data.action_count + data.position_count + data.context_count;
  }

  /// Fits on all rounds outside of `fold`.
  void fit(uint32_t fold) {
    coefficients_ = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(width_));
    for (uint32_t step = 0; step < options_.most_steps; ++step) {
      const Derivatives d = derivatives(fold);
      const Eigen::VectorXd move = d.information.ldlt().solve(d.gradient);
      coefficients_ += move;
      if (!is_share_ || move.cwiseAbs().maxCoeff() < kSmallStep) break;
    }
  }

  void predict(size_t round, std::span<double> by_action) const {
    const double shared = shared_part(round);
    for (size_t a = 0; a < by_action.size(); ++a) {
      const double score = shared + coefficient(1 + a);
      by_action[a] = is_share_ ? logistic(score) : score;
    }
  }

 private:
  double coefficient(size_t i) const { return coefficients_[static_cast<Eigen::Index>(i)]; }
  size_t position_at(size_t round) const {
    return 1 + data_.action_count + (data_.positions.empty() ? 0 : data_.positions[round]);
  }
  const double* context(size_t round) const { return data_.contexts.data() + round * data_.context_count; }

  double shared_part(size_t round) const {
    double score = coefficient(0) + coefficient(position_at(round));
    const size_t first = 1 + data_.action_count + data_.position_count;
    for (size_t c = 0; c < data_.context_count; ++c) score += coefficient(first + c) * context(round)[c];
    return score;
  }

  Eigen::VectorXd features(size_t round) const {
    Eigen::VectorXd x = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(width_));
    x[0] = 1.0;
    x[static_cast<Eigen::Index>(1 + data_.actions[round])] = 1.0;
    x[static_cast<Eigen::Index>(position_at(round))] = 1.0;
    const size_t first = 1 + data_.action_count + data_.position_count;
    for (size_t c = 0; c < data_.context_count; ++c) x[static_cast<Eigen::Index>(first + c)] = context(round)[c];
    return x;
  }

  Derivatives derivatives(uint32_t fold) const {
    const auto size = static_cast<Eigen::Index>(width_);
    std::vector<Derivatives> parts(piece_count(data_.rewards.size(), kRoundsPerPiece));
    for_each_piece(data_.rewards.size(), kRoundsPerPiece, [&](size_t piece, IndexRange range) {
      Eigen::MatrixXd weighted(size, static_cast<Eigen::Index>(range.size()));
      Eigen::VectorXd gradient = Eigen::VectorXd::Zero(size);
      Eigen::Index used = 0;
      for (size_t i = range.begin; i < range.end; ++i) {
        if (folds_[i] == fold) continue;
        const Eigen::VectorXd x = features(i);
        const double score = shared_part(i) + coefficient(1 + data_.actions[i]);
        const double expected = is_share_ ? logistic(score) : score;
        const double variance = is_share_ ? std::max(1e-10, expected * (1.0 - expected)) : 1.0;
        gradient += (data_.rewards[i] - expected) * x;
        weighted.col(used++) = std::sqrt(variance) * x;
      }
      parts[piece].gradient = std::move(gradient);
      parts[piece].information = weighted.leftCols(used) * weighted.leftCols(used).transpose();
    });
    Eigen::VectorXd penalty = Eigen::VectorXd::Constant(size, options_.ridge);
    penalty[0] = 1e-9;
    Derivatives sum{-penalty.cwiseProduct(coefficients_), penalty.asDiagonal()};
    for (const Derivatives& part : parts) {
      sum.gradient += part.gradient;
      sum.information += part.information;
    }
    return sum;
  }

  const RewardData& data_;
  const RewardModelOptions& options_;
  std::span<const uint32_t> folds_;
  bool is_share_ = true;
  size_t width_ = 0;
  Eigen::VectorXd coefficients_;
};

}  // namespace

std::vector<double> cross_fitted_rewards(const RewardData& data, const RewardModelOptions& options) {
  const size_t rounds = data.rewards.size();
  assert(data.contexts.size() == rounds * data.context_count);
  std::vector<double> predicted(rounds * data.action_count);
  if (rounds < std::max(2U, options.folds) || options.folds < 2) {
    const double sum = std::accumulate(data.rewards.begin(), data.rewards.end(), 0.0);
    std::fill(predicted.begin(), predicted.end(), rounds == 0 ? 0.0 : sum / static_cast<double>(rounds));
    return predicted;
  }
  const std::vector<uint32_t> folds = reward_folds(rounds, data.units, options);
  Regression regression(data, options, folds);
  for (uint32_t fold = 0; fold < options.folds; ++fold) {
    regression.fit(fold);
    for_each_piece(rounds, kRoundsPerPiece, [&](size_t, IndexRange range) {
      for (size_t i = range.begin; i < range.end; ++i) {
        if (folds[i] != fold) continue;
        regression.predict(i, std::span(predicted).subspan(i * data.action_count, data.action_count));
      }
    });
  }
  return predicted;
}

std::vector<double> fitted_rewards(const RewardData& data, std::span<const uint8_t> is_fitted,
                                   const RewardModelOptions& options) {
  const std::vector<uint32_t> left_out(is_fitted.begin(), is_fitted.end());
  Regression regression(data, options, left_out);
  regression.fit(0);
  std::vector<double> predicted(data.rewards.size() * data.action_count);
  for_each_piece(data.rewards.size(), kRoundsPerPiece, [&](size_t, IndexRange range) {
    for (size_t i = range.begin; i < range.end; ++i) {
      regression.predict(i, std::span(predicted).subspan(i * data.action_count, data.action_count));
    }
  });
  return predicted;
}

std::vector<uint32_t> reward_folds(size_t rounds, std::span<const uint64_t> units, const RewardModelOptions& options) {
  std::vector<uint32_t> folds(rounds);
  for (size_t i = 0; i < rounds; ++i) {
    const uint64_t unit = units.empty() ? i : units[i];
    folds[i] = static_cast<uint32_t>(derive_seed(options.seed, {unit}) % options.folds);
  }
  return folds;
}

}  // namespace recgauge::off_policy
