// The mean of a metric over users, which never hides how many users had no value.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

namespace recgauge::metrics {

struct MeanResult {
  double value = std::numeric_limits<double>::quiet_NaN();  ///< NaN if no user had a value
  uint64_t n = 0;
  uint64_t n_undefined = 0;
};

/// Sum of values over sum of weights: the plain mean with weight 1, the micro average with each user's own denominator.
/// Merge parts in a fixed order to get the same last digit whatever the number of threads.
class MeanAccumulator {
 public:
  /// Adds one user; NaN is counted as undefined and otherwise left out.
  void update(double value, double weight = 1.0) {
    if (std::isnan(value)) {
      ++n_undefined_;
      return;
    }
    sum_ += value;
    weight_ += weight;
    ++n_;
  }
  void merge(const MeanAccumulator& other) {
    sum_ += other.sum_;
    weight_ += other.weight_;
    n_ += other.n_;
    n_undefined_ += other.n_undefined_;
  }
  MeanResult result() const {
    return {weight_ > 0 ? sum_ / weight_ : std::numeric_limits<double>::quiet_NaN(), n_, n_undefined_};
  }

 private:
  double sum_ = 0.0;
  double weight_ = 0.0;
  uint64_t n_ = 0;
  uint64_t n_undefined_ = 0;
};

}  // namespace recgauge::metrics
