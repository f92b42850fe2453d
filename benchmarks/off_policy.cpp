// Cost of off-policy evaluation with intervals: 1,000,000 rounds of 10 actions, five estimators, 100 resamples. Prints
// the peak memory too.
#include <benchmark/benchmark.h>

#include <array>

#include "harness/off_policy/estimators.h"
#include "harness/system/machine.h"
#include "harness/system/parallel.h"
#include "harness/system/random.h"

namespace {

using namespace recgauge;
using namespace recgauge::off_policy;

constexpr size_t kRounds = 1000000;
constexpr size_t kActions = 10;

struct Log {
  std::vector<uint32_t> actions = std::vector<uint32_t>(kRounds);
  std::vector<double> rewards = std::vector<double>(kRounds);
  std::vector<double> propensities = std::vector<double>(kRounds, 1.0 / kActions);
  std::vector<double> probabilities = std::vector<double>(kRounds * kActions);
  std::vector<double> predicted = std::vector<double>(kRounds * kActions);

  Log() {
    RandomStream random(1);
    for (size_t i = 0; i < kRounds; ++i) {
      actions[i] = static_cast<uint32_t>(random.below(kActions));
      rewards[i] = random.uniform() < 0.05 ? 1.0 : 0.0;
      double sum = 0.0;
      for (size_t a = 0; a < kActions; ++a) sum += probabilities[i * kActions + a] = 0.1 + random.uniform();
      for (size_t a = 0; a < kActions; ++a) {
        probabilities[i * kActions + a] /= sum;
        predicted[i * kActions + a] = 0.1 * random.uniform();
      }
    }
  }
};

void five_estimators(benchmark::State& state) {
  static const Log kLog;
  const ThreadLimit limit(static_cast<size_t>(state.range(0)));
  constexpr std::array<EstimatorSpec, 5> kSpecs{{{EstimatorKind::ips},
                                                 {EstimatorKind::snips},
                                                 {EstimatorKind::direct_method},
                                                 {EstimatorKind::doubly_robust},
                                                 {EstimatorKind::switch_doubly_robust, 1.5}}};
  statistics::BootstrapOptions options;
  options.resamples = 100;
  for (auto _ : state) {
    const RoundTerms terms = make_round_terms({kLog.actions, kLog.rewards, kLog.propensities},
                                              {kActions, kLog.probabilities, kLog.predicted});
    const auto estimates = estimate_values(terms, kSpecs, {}, options);
    state.counters["dr"] = *estimates[3].value;
    state.counters["low"] = estimates[3].interval->low;
  }
  state.counters["peak_MB"] = static_cast<double>(peak_resident_bytes()) / 1e6;
}

BENCHMARK(five_estimators)->Arg(1)->Arg(2)->ArgName("threads")->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
