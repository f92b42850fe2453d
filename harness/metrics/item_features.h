// What makes two items alike: the categories they share, or the angle between their vectors. Both are brought to one
// form, sparse rows of unit length, so that sums of cosines over all pairs need only one pass over the items.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "harness/data/dataset.h"

namespace recgauge::metrics {

/// Rows of unit length, one an item; an item of which nothing is known has an empty row.
class ItemFeatures {
 public:
  /// Row of an item with c distinct categories: 1 / sqrt(c) at each of them.
  static ItemFeatures from_categories(const LabelColumn& categories);
  /// `vectors` is row-major, `dimension` numbers an item. An all-zero row counts as unknown.
  static ItemFeatures from_vectors(std::span<const float> vectors, size_t dimension);

  size_t item_count() const { return offsets_.size() - 1; }
  size_t dimension() const { return dimension_; }
  bool known(size_t item) const { return offsets_[item + 1] > offsets_[item]; }
  /// Distinct coordinates of the item, ascending; for categories these are its categories.
  std::span<const uint32_t> coordinates(size_t item) const { return row(coordinates_, item); }
  std::span<const double> weights(size_t item) const { return row(weights_, item); }

  /// Adds factor times the item's row to `sum`, which has length dimension().
  void add_to(std::span<double> sum, size_t item, double factor = 1.0) const;
  double dot(std::span<const double> with, size_t item) const;

 private:
  template <typename T>
  std::span<const T> row(const std::vector<T>& column, size_t item) const {
    return std::span<const T>(column).subspan(offsets_[item], offsets_[item + 1] - offsets_[item]);
  }

  size_t dimension_ = 0;
  std::vector<size_t> offsets_{0};
  std::vector<uint32_t> coordinates_;
  std::vector<double> weights_;
};

/// Size of the intersection over size of the union of two ascending sequences, of which one is not empty.
double jaccard(std::span<const uint32_t> a, std::span<const uint32_t> b);

}  // namespace recgauge::metrics
