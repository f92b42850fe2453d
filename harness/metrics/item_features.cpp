#include "harness/metrics/item_features.h"

#include <algorithm>
#include <cmath>

namespace recgauge::metrics {

ItemFeatures ItemFeatures::from_categories(const LabelColumn& categories) {
  ItemFeatures features;
  features.dimension_ = categories.values.size();
  for (size_t item = 0; item + 1 < categories.offsets.size(); ++item) {
    const auto codes = categories.row(item);
    const auto begin = static_cast<std::ptrdiff_t>(features.coordinates_.size());
    features.coordinates_.insert(features.coordinates_.end(), codes.begin(), codes.end());
    std::sort(features.coordinates_.begin() + begin, features.coordinates_.end());
    features.coordinates_.erase(std::unique(features.coordinates_.begin() + begin, features.coordinates_.end()),
                                features.coordinates_.end());
    const double count = static_cast<double>(features.coordinates_.size()) - static_cast<double>(begin);
    features.weights_.resize(features.coordinates_.size(), 1.0 / std::sqrt(count));
    features.offsets_.push_back(features.coordinates_.size());
  }
  return features;
}

ItemFeatures ItemFeatures::from_vectors(std::span<const float> vectors, size_t dimension) {
  ItemFeatures features;
  features.dimension_ = dimension;
  for (size_t begin = 0; begin + dimension <= vectors.size(); begin += dimension) {
    double squares = 0.0;
    for (size_t d = 0; d < dimension; ++d) squares += static_cast<double>(vectors[begin + d]) * vectors[begin + d];
    for (size_t d = 0; d < dimension && squares > 0; ++d) {
      features.coordinates_.push_back(static_cast<uint32_t>(d));
      features.weights_.push_back(static_cast<double>(vectors[begin + d]) / std::sqrt(squares));
    }
    features.offsets_.push_back(features.coordinates_.size());
  }
  return features;
}

void ItemFeatures::add_to(std::span<double> sum, size_t item, double factor) const {
  const auto where = coordinates(item);
  const auto what = weights(item);
  for (size_t i = 0; i < where.size(); ++i) sum[where[i]] += factor * what[i];
}

double ItemFeatures::dot(std::span<const double> with, size_t item) const {
  const auto where = coordinates(item);
  const auto what = weights(item);
  double sum = 0.0;
  for (size_t i = 0; i < where.size(); ++i) sum += with[where[i]] * what[i];
  return sum;
}

double jaccard(std::span<const uint32_t> a, std::span<const uint32_t> b) {
  size_t shared = 0;
  for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    shared += a[i] == b[j] ? 1 : 0;
    const bool step_a = a[i] <= b[j];
    const bool step_b = b[j] <= a[i];
    i += step_a ? 1 : 0;
    j += step_b ? 1 : 0;
  }
  return static_cast<double>(shared) / static_cast<double>(a.size() + b.size() - shared);
}

}  // namespace recgauge::metrics
