// Cost of the embedded world: a data set of a million interactions, and a million lists shown to simulated users.
#include "harness/data/world/world.h"

#include <benchmark/benchmark.h>

#include "harness/system/parallel.h"

namespace {

using namespace recgauge;
using namespace recgauge::world;

WorldConfig a_million_interactions() {
  WorldConfig config;
  config.users = 20000;
  config.items = 5000;
  config.mean_interactions = 50;
  return config;
}

void generate_dataset(benchmark::State& state) {
  const ThreadLimit limit(static_cast<size_t>(state.range(0)));
  const World world(a_million_interactions());
  size_t interactions = 0;
  for (auto _ : state) {
    const Dataset dataset = world.generate_dataset();
    interactions = dataset.interactions.size();
  }
  state.counters["interactions"] = static_cast<double>(interactions);
}

void log_impressions(benchmark::State& state) {
  const World world(a_million_interactions());
  for (auto _ : state) benchmark::DoNotOptimize(world.log_impressions(10000, 10).data());
  state.SetItemsProcessed(state.iterations() * 10000);
}

BENCHMARK(generate_dataset)->Arg(1)->Arg(2)->ArgName("threads")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(log_impressions)->Unit(benchmark::kMillisecond);

}  // namespace
