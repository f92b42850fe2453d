// Vectors of items from a file, and a user's vector out of them: what a vector database is asked with.
#pragma once

#include <filesystem>
#include <span>
#include <unordered_map>
#include <vector>

#include "harness/data/dataset.h"

namespace recgauge::adapters {

class ItemVectors {
 public:
  /// JSON Lines, {"item": "i1", "vector": [0.1, …]}, all of one length; items outside of the catalogue are passed over.
  /// Throws DataError with file and line.
  static ItemVectors read(const std::filesystem::path& file, const Dataset& dataset);

  /// Mean of the vectors of the items that have one, scaled to length 1; empty where none has, or the mean is zero.
  std::vector<double> mean_of(std::span<const ItemId> items) const;

  size_t dimension() const { return dimension_; }

 private:
  std::unordered_map<uint32_t, std::vector<float>> vectors_;
  size_t dimension_ = 0;
};

}  // namespace recgauge::adapters
