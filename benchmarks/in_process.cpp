// Cost of asking each baseline in this process, by Google Benchmark: wall and CPU time of a call over batch sizes,
// history lengths, sizes of the catalogue and threads, with the allocations of a call, the first call after training
// and resident memory. Complexities are fitted by the library. in_process --benchmark_filter=ease
#include <benchmark/benchmark.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <map>
#include <new>

#include "adapters/in_process/in_process_recommender.h"
#include "harness/data/world/world.h"
#include "harness/system/machine.h"
#include "harness/system/parallel.h"
#include "reference_models/baselines/baselines.h"

namespace {

std::atomic<size_t> allocations = 0;

void* counted(size_t size, size_t alignment) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  void* memory = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

// Counts what C++ allocates. OpenBLAS has buffers of its own that are not counted.
void* operator new(size_t size) { return counted(size, alignof(std::max_align_t)); }
void* operator new(size_t size, std::align_val_t alignment) { return counted(size, static_cast<size_t>(alignment)); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept { std::free(memory); }

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

struct Question {
  uint32_t items = 1000;
  size_t batch = 1;
  size_t history = 0;  // 0: all of it
  size_t threads = 1;
};

void ask(benchmark::State& state, const std::string& kind, const Question& question) {
  const ThreadLimit limit(question.threads);
  const Dataset& data = dataset_of(question.items);
  const auto system = fitted(kind, data);
  const std::vector<Request> requests = requests_of(data, question.batch, question.history);
  const auto begun = std::chrono::steady_clock::now();
  benchmark::DoNotOptimize(system->recommend(requests).data());
  const std::chrono::duration<double, std::micro> first = std::chrono::steady_clock::now() - begun;
  const size_t before = allocations;
  for (auto _ : state) benchmark::DoNotOptimize(system->recommend(requests).data());
  state.counters["allocations"] =
      static_cast<double>(allocations - before) / static_cast<double>(std::max<int64_t>(1, state.iterations()));
  state.counters["first_us"] = first.count();
  state.counters["resident_MiB"] = static_cast<double>(resident_bytes()) / (1 << 20);
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(question.batch));
  state.SetComplexityN(state.range(0));
}

void add(const std::string& kind, const char* by, std::initializer_list<int64_t> sizes,
         const std::function<void(benchmark::State&, int64_t)>& body) {
  auto* benchmark = benchmark::RegisterBenchmark((kind + "/" + by).c_str(),
                                                 [body](benchmark::State& state) { body(state, state.range(0)); });
  for (const int64_t size : sizes) benchmark->Arg(size);
  benchmark->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMicrosecond);
  if (std::string_view(by) != "threads") benchmark->Complexity();
}

}  // namespace

int main(int argc, char** argv) {
  for (const auto& model : reference_models::baseline_kinds()) {
    const std::string kind = model.name;
    add(kind, "batch", {1, 8, 64, 512},
        [kind](benchmark::State& state, int64_t size) { ask(state, kind, {.batch = static_cast<size_t>(size)}); });
    add(kind, "history", {2, 8, 32},
        [kind](benchmark::State& state, int64_t size) { ask(state, kind, {.history = static_cast<size_t>(size)}); });
    add(kind, "items", {500, 1000, 2000},
        [kind](benchmark::State& state, int64_t size) { ask(state, kind, {.items = static_cast<uint32_t>(size)}); });
    add(kind, "threads", {1, 2, 4}, [kind](benchmark::State& state, int64_t size) {
      ask(state, kind, {.batch = 4096, .threads = static_cast<size_t>(size)});
    });
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
