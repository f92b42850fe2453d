// Cost of intervals: 1,000 resamples over 138,000 users (the size of MovieLens 20M) and 20 metrics, against the
// straightforward way, which draws users with replacement and adds up their rows.
#include "harness/statistics/bootstrap.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <vector>

#include "harness/statistics/tests_of_difference.h"
#include "harness/system/parallel.h"
#include "harness/system/random.h"

namespace {

using namespace recgauge;
using namespace recgauge::statistics;

constexpr size_t kUsers = 138000;
constexpr size_t kMetrics = 20;
constexpr size_t kResamples = 1000;

using Columns = std::vector<std::vector<double>>;

const Columns& columns() {
  static const Columns kColumns = [] {
    Columns result(kMetrics, std::vector<double>(kUsers));
    RandomStream random(1);
    for (auto& column : result) {
      for (double& value : column) value = random.uniform();
    }
    return result;
  }();
  return kColumns;
}

void weighted_product(benchmark::State& state) {
  const ThreadLimit limit(static_cast<size_t>(state.range(0)));
  std::vector<Column> wanted;
  for (const auto& column : columns()) wanted.push_back({column, {}});
  BootstrapOptions options;
  options.resamples = kResamples;
  for (auto _ : state) {
    const std::vector<Estimate> estimates = bootstrap(wanted, {}, options);
    state.counters["low"] = estimates[0].interval->low;
    state.counters["high"] = estimates[0].interval->high;
  }
}

void permutation_tests(benchmark::State& state) {
  const ThreadLimit limit(static_cast<size_t>(state.range(0)));
  Columns differences = columns();
  for (auto& column : differences) {
    for (double& value : column) value -= 0.5;
  }
  const std::vector<std::span<const double>> spans(differences.begin(), differences.end());
  for (auto _ : state) {
    state.counters["p"] = *paired_permutation_tests(spans, kResamples, 1)[0].p_value;
  }
}

void draw_with_replacement(benchmark::State& state) {
  std::vector<double> rows(kUsers * kMetrics);
  for (size_t metric = 0; metric < kMetrics; ++metric) {
    for (size_t user = 0; user < kUsers; ++user) rows[user * kMetrics + metric] = columns()[metric][user];
  }
  for (auto _ : state) {
    RandomStream random(1);
    std::vector<double> means;
    for (size_t resample = 0; resample < kResamples; ++resample) {
      double sums[kMetrics] = {};
      for (size_t draw = 0; draw < kUsers; ++draw) {
        const double* row = rows.data() + random.below(kUsers) * kMetrics;
        for (size_t metric = 0; metric < kMetrics; ++metric) sums[metric] += row[metric];
      }
      benchmark::DoNotOptimize(sums);
      means.push_back(sums[0] / static_cast<double>(kUsers));
    }
    std::sort(means.begin(), means.end());
    state.counters["low"] = means[kResamples / 40];
    state.counters["high"] = means[kResamples - kResamples / 40];
  }
}

BENCHMARK(weighted_product)->Arg(1)->Arg(2)->ArgName("threads")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(permutation_tests)->Arg(1)->Arg(2)->ArgName("threads")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(draw_with_replacement)->Unit(benchmark::kMillisecond)->Iterations(1);

}  // namespace
