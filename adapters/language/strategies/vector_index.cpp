#include "adapters/language/strategies/vector_index.h"

#ifdef __SANITIZE_ADDRESS__
// With it, hnswlib looks up to three bytes beyond a full list of neighbours for what to fetch early.
#define NO_MANUAL_VECTORIZATION
#endif
#include <hnswlib/hnswlib.h>

#include <algorithm>

namespace recgauge::adapters {

struct VectorIndex::Graph {
  Graph(const reference_models::FactorMatrix& items, const IndexOptions& options)
      : space(items.dimension),
        graph(&space, std::max<size_t>(items.rows, 1), options.links, options.search_width,
              static_cast<size_t>(options.seed)) {
    graph.setEf(options.search_width);
    for (size_t item = 0; item < items.rows; ++item) graph.addPoint(items.row(item), item);
  }

  hnswlib::InnerProductSpace space;
  hnswlib::HierarchicalNSW<float> graph;
};

VectorIndex::VectorIndex(const reference_models::FactorMatrix& items, const IndexOptions& options)
    : graph_(std::make_unique<Graph>(items, options)) {}
VectorIndex::~VectorIndex() = default;

std::vector<Neighbour> VectorIndex::nearest(const float* vector, size_t k) const {
  auto queue = graph_->graph.searchKnn(vector, k);
  std::vector<Neighbour> found;
  for (; !queue.empty(); queue.pop()) {
    // The library's distance is 1 minus the product.
    found.push_back({ItemId{static_cast<uint32_t>(queue.top().second)}, 1.0F - queue.top().first});
  }
  std::sort(found.begin(), found.end(), [](const Neighbour& a, const Neighbour& b) {
    return a.product != b.product ? a.product > b.product : index(a.item) < index(b.item);
  });
  return found;
}

}  // namespace recgauge::adapters
