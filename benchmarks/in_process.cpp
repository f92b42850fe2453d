// Cost of asking each baseline in this process, by Google Benchmark: wall and CPU time of a call over batch sizes,
// history lengths and sizes of the catalogue. Complexities are fitted by the library. in_process
// --benchmark_filter=ease
#include <benchmark/benchmark.h>

#include <map>

#include "adapters/in_process/in_process_recommender.h"
#include "harness/data/world/world.h"
#include "reference_models/baselines/baselines.h"

namespace {

using namespace recgauge;

/// A world of so many items, made once.
const Dataset& dataset_of(uint32_t items) {
  static std::map<uint32_t, Dataset> kept;
  if (kept.find(items) == kept.end()) {
    world::WorldConfig config;
    config.users = 2000;
    config.items = items;
    config.mean_interactions = 60;
    kept.emplace(items, world::World(config).generate_dataset());
  }
  return kept.at(items);
}

std::unique_ptr<adapters::InProcessRecommender> fitted(const std::string& kind, const Dataset& data) {
  auto system = std::make_unique<adapters::InProcessRecommender>(kind, reference_models::make_baseline(kind, {}),
                                                                 reference_models::TopKOptions{});
  system->fit({&data, &data.interactions, nullptr, 7});
  return system;
}

std::vector<Request> requests_of(const Dataset& data, size_t count, size_t history) {
  std::vector<Request> requests;
  for (uint32_t user = 0; requests.size() < count; user = (user + 1) % 2000) {
    Request request;
    request.user = UserId{user};
    request.history = data.interactions.items(request.user);
    if (history > 0) request.history = request.history.last(std::min(history, request.history.size()));
    request.exclusions = request.history;
    requests.push_back(request);
  }
  return requests;
}

void ask(benchmark::State& state, const std::string& kind, uint32_t items, size_t batch, size_t history, int64_t size) {
  const Dataset& data = dataset_of(items);
  const auto system = fitted(kind, data);
  const std::vector<Request> requests = requests_of(data, batch, history);
  for (auto _ : state) benchmark::DoNotOptimize(system->recommend(requests).data());
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(batch));
  state.SetComplexityN(size);
}

void add(const std::string& kind, const char* by, std::initializer_list<int64_t> sizes,
         const std::function<void(benchmark::State&, int64_t)>& body) {
  auto* benchmark = benchmark::RegisterBenchmark((kind + "/" + by).c_str(),
                                                 [body](benchmark::State& state) { body(state, state.range(0)); });
  for (const int64_t size : sizes) benchmark->Arg(size);
  benchmark->MeasureProcessCPUTime()->UseRealTime()->Complexity()->Unit(benchmark::kMicrosecond);
}

}  // namespace

int main(int argc, char** argv) {
  for (const auto& model : reference_models::baseline_kinds()) {
    const std::string kind = model.name;
    add(kind, "batch", {1, 8, 64, 512},
        [kind](benchmark::State& state, int64_t size) { ask(state, kind, 1000, static_cast<size_t>(size), 0, size); });
    add(kind, "history", {2, 8, 32},
        [kind](benchmark::State& state, int64_t size) { ask(state, kind, 1000, 1, static_cast<size_t>(size), size); });
    add(kind, "items", {500, 1000, 2000},
        [kind](benchmark::State& state, int64_t size) { ask(state, kind, static_cast<uint32_t>(size), 1, 0, size); });
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
