#include "reference_models/neural/item_clusters.h"

#include <algorithm>

#include "harness/system/random.h"

namespace recgauge::reference_models {
namespace {

constexpr int kSubspaceIterations = 6;
constexpr int kMostLloydIterations = 100;

// points x centres.
torch::Tensor squared_distances(const torch::Tensor& points, const torch::Tensor& centres) {
  return (points.square().sum(1, true) - 2.0 * torch::mm(points, centres.t()) + centres.square().sum(1).unsqueeze(0))
      .clamp_min(0.0);
}

size_t draw_by_weight(const torch::Tensor& weights, RandomStream& stream) {
  const torch::Tensor sums = weights.cumsum(0);
  const double at = stream.uniform() * sums[-1].item<double>();
  const double* begin = sums.data_ptr<double>();
  const double* end = begin + sums.numel();
  return static_cast<size_t>(std::min(std::upper_bound(begin, end, at), end - 1) - begin);
}

torch::Tensor first_centres(const torch::Tensor& points, size_t count, RandomStream& stream) {
  std::vector<int64_t> chosen{static_cast<int64_t>(stream.below(static_cast<uint64_t>(points.size(0))))};
  torch::Tensor nearest = squared_distances(points, points.narrow(0, chosen[0], 1)).squeeze(1);
  while (chosen.size() < count) {
    const bool all_equal = nearest.sum().item<double>() <= 0.0;
    const auto next =
        all_equal ? static_cast<int64_t>(chosen.size()) : static_cast<int64_t>(draw_by_weight(nearest, stream));
    chosen.push_back(next);
    nearest = torch::minimum(nearest, squared_distances(points, points.narrow(0, next, 1)).squeeze(1));
  }
  return points.index_select(0, torch::tensor(chosen, torch::kInt64)).clone();
}

// An empty cluster takes the point that is farthest from its own centre and not alone there.
void fill_empty(torch::Tensor& cluster, const torch::Tensor& distances, size_t count) {
  torch::Tensor far = distances.gather(1, cluster.unsqueeze(1)).squeeze(1).clone();
  for (;;) {
    const torch::Tensor sizes = torch::bincount(cluster, {}, static_cast<int64_t>(count));
    const torch::Tensor empty = (sizes == 0).nonzero();
    if (empty.numel() == 0) return;
    const torch::Tensor alone = sizes.index_select(0, cluster) <= 1;
    const int64_t taken = far.masked_fill(alone, -1.0).argmax().item<int64_t>();
    cluster[taken] = empty[0][0];
    far[taken] = 0.0;
  }
}

torch::Tensor means_of(const torch::Tensor& points, const torch::Tensor& cluster, size_t count) {
  const auto clusters = static_cast<int64_t>(count);
  const torch::Tensor sums = torch::zeros({clusters, points.size(1)}, points.options()).index_add_(0, cluster, points);
  return sums / torch::bincount(cluster, {}, clusters).to(points.scalar_type()).unsqueeze(1);
}

}  // namespace

torch::Tensor spectral_item_vectors(const ItemBags& rows, int64_t item_count, int64_t width) {
  const torch::NoGradGuard no_gradients;
  const BagTensors bags = to_tensors(rows, torch::kCPU);
  const auto row_count = static_cast<int64_t>(rows.size());
  const auto to_rows = [&](const torch::Tensor& by_item) {
    return torch::zeros({row_count, by_item.size(1)}).index_add_(0, bags.rows, by_item.index_select(0, bags.items));
  };
  const auto to_items = [&](const torch::Tensor& by_row) {
    return torch::zeros({item_count, by_row.size(1)}).index_add_(0, bags.items, by_row.index_select(0, bags.rows));
  };
  torch::Tensor basis = torch::randn({item_count, std::min({width, item_count, row_count})});
  for (int i = 0; i < kSubspaceIterations; ++i) {
    basis = std::get<0>(torch::linalg_qr(to_items(to_rows(basis))));
  }
  return to_items(std::get<0>(torch::linalg_qr(to_rows(basis))));
}

std::vector<int64_t> k_means(const torch::Tensor& points, size_t count, uint64_t seed) {
  const torch::NoGradGuard no_gradients;
  const torch::Tensor exact = points.to(torch::kFloat64).contiguous();
  RandomStream stream(seed);
  torch::Tensor centres = first_centres(exact, count, stream);
  torch::Tensor cluster;
  for (int i = 0; i < kMostLloydIterations; ++i) {
    const torch::Tensor distances = squared_distances(exact, centres);
    torch::Tensor next = distances.argmin(1);
    fill_empty(next, distances, count);
    if (cluster.defined() && torch::equal(next, cluster)) break;
    cluster = next;
    centres = means_of(exact, cluster, count);
  }
  return {cluster.data_ptr<int64_t>(), cluster.data_ptr<int64_t>() + cluster.numel()};
}

}  // namespace recgauge::reference_models
