// The path from factors to lists at the size of MovieLens 20M's catalogue: score, mask what was seen, exact top-100.
// Beside it stand the same in libtorch (if that was found) and the bare matrix product, which is what could at best be
// had. Blocks of several sizes are tried for the others, so that none loses for a poor one.
#include <benchmark/benchmark.h>
#include <cblas.h>

#ifdef RECGAUGE_BENCHMARK_TORCH
#include <torch/torch.h>
#endif

#include <limits>
#include <memory>
#include <set>
#include <vector>

#include "harness/system/random.h"
#include "reference_models/scoring/factor_scores.h"
#include "reference_models/scoring/top_k.h"

namespace {

using namespace recgauge;
using namespace recgauge::reference_models;

constexpr size_t kUsers = 4096;
constexpr size_t kItems = 20108;
constexpr size_t kDimension = 64;
constexpr size_t kSeen = 144;
constexpr uint32_t kListLength = 100;
constexpr int kThreads = 2;

FactorMatrix random_factors(size_t rows, uint64_t seed) {
  FactorMatrix factors{rows, kDimension, std::vector<float>(rows * kDimension)};
  RandomStream random(seed);
  for (float& value : factors.values) value = static_cast<float>(random.normal());
  return factors;
}

class FactorModel : public ScoreModel {
 public:
  RecommenderInfo info() const override { return {}; }
  void fit(const TrainingData&) override {}
  size_t item_count() const override { return items.rows; }
  std::unique_ptr<ScoredBlock> prepare(std::span<const Request> requests) const override {
    FactorMatrix block{requests.size(), kDimension, {}};
    for (const Request& request : requests) {
      const float* row = users.row(index(request.user));
      block.values.insert(block.values.end(), row, row + kDimension);
    }
    return std::make_unique<FactorBlock>(std::move(block), items);
  }

  FactorMatrix users = random_factors(kUsers, 1);
  FactorMatrix items = random_factors(kItems, 2);
};

struct Scene {
  FactorModel model;
  std::vector<std::vector<ItemId>> seen;
  std::vector<Request> requests;
};

const Scene& scene() {
  static const std::unique_ptr<Scene> kScene = [] {
    auto result = std::make_unique<Scene>();
    RandomStream random(3);
    for (size_t user = 0; user < kUsers; ++user) {
      std::set<ItemId> items;
      while (items.size() < kSeen) items.insert(ItemId(random.below(kItems)));
      result->seen.emplace_back(items.begin(), items.end());
    }
    for (size_t user = 0; user < kUsers; ++user) {
      Request request;
      request.user = UserId(static_cast<uint32_t>(user));
      request.k = kListLength;
      request.exclusions = result->seen[user];
      result->requests.push_back(request);
    }
    return result;
  }();
  return *kScene;
}

// 1 / users a second is seconds a user; GFLOP/s counts the product alone, whatever else is done.
void report(benchmark::State& state, double sum_of_items) {
  const double users = static_cast<double>(state.iterations()) * kUsers;
  state.counters["users/s"] = benchmark::Counter(users, benchmark::Counter::kIsRate);
  state.counters["GFLOP/s"] = benchmark::Counter(users * 2 * kItems * kDimension * 1e-9, benchmark::Counter::kIsRate);
  if (sum_of_items > 0) state.counters["checksum"] = sum_of_items;
}

void fused_top_k(benchmark::State& state) {
  const ThreadLimit limit(kThreads);
  double sum = 0.0;
  for (auto _ : state) {
    const std::vector<Response> responses = top_k(scene().model, scene().requests);
    sum = 0.0;
    for (const Response& response : responses) {
      for (const ItemId item : response.items) sum += static_cast<double>(index(item));
    }
  }
  report(state, sum);
}

void sgemm_alone(benchmark::State& state) {
  openblas_set_num_threads(kThreads);
  const auto rows = static_cast<size_t>(state.range(0));
  std::vector<float> scores(rows * kItems);
  const FactorModel& model = scene().model;
  for (auto _ : state) {
    for (size_t begin = 0; begin < kUsers; begin += rows) {
      cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, static_cast<blasint>(rows), kItems, kDimension, 1.0F,
                  model.users.row(begin), kDimension, model.items.values.data(), kDimension, 0.0F, scores.data(),
                  kItems);
    }
    benchmark::DoNotOptimize(scores.data());
    benchmark::ClobberMemory();
  }
  report(state, 0.0);
}

#ifdef RECGAUGE_BENCHMARK_TORCH
torch::Tensor tensor_of(const FactorMatrix& factors) {
  return torch::tensor(factors.values).reshape({static_cast<int64_t>(factors.rows), kDimension});
}

void libtorch_matmul_scatter_topk(benchmark::State& state) {
  openblas_set_num_threads(kThreads);
  torch::set_num_threads(kThreads);
  const torch::InferenceMode inference;
  const torch::Tensor users = tensor_of(scene().model.users);
  const torch::Tensor items = tensor_of(scene().model.items).t();
  std::vector<int64_t> seen_items;
  for (const auto& seen : scene().seen) {
    for (const ItemId item : seen) seen_items.push_back(static_cast<int64_t>(index(item)));
  }
  const torch::Tensor seen = torch::tensor(seen_items).reshape({kUsers, kSeen});
  double sum = 0.0;
  for (auto _ : state) {
    sum = 0.0;
    for (int64_t begin = 0; begin < static_cast<int64_t>(kUsers); begin += state.range(0)) {
      torch::Tensor scores = users.narrow(0, begin, state.range(0)).matmul(items);
      scores.scatter_(1, seen.narrow(0, begin, state.range(0)), -std::numeric_limits<float>::infinity());
      sum += std::get<1>(scores.topk(kListLength)).sum().item<double>();
    }
  }
  report(state, sum);
}
BENCHMARK(libtorch_matmul_scatter_topk)
    ->Arg(64)
    ->Arg(256)
    ->Arg(1024)
    ->Arg(4096)
    ->ArgName("rows")
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
#endif

BENCHMARK(fused_top_k)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(sgemm_alone)->Arg(256)->Arg(1024)->Arg(4096)->ArgName("rows")->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
