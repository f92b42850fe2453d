// Approximate nearest neighbours by a hierarchical graph (HNSW, Malkov & Yashunin 2018; the library is hnswlib).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "harness/data/ids.h"
#include "reference_models/scoring/factor_scores.h"

namespace recgauge::adapters {

struct IndexOptions {
  uint32_t links = 16;
  uint32_t search_width = 100;
  uint64_t seed = 0;
};

struct Neighbour {
  ItemId item{};
  float product = 0.0F;
};

class VectorIndex {
 public:
  VectorIndex(const reference_models::FactorMatrix& items, const IndexOptions& options);
  ~VectorIndex();
  VectorIndex(const VectorIndex&) = delete;
  VectorIndex& operator=(const VectorIndex&) = delete;

  /// About the k items of the largest inner product, best first; lower ids first among equals.
  std::vector<Neighbour> nearest(const float* vector, size_t k) const;

 private:
  struct Graph;
  std::unique_ptr<Graph> graph_;
};

}  // namespace recgauge::adapters
