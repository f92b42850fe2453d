// From TREC text to values: 20,000 queries of 100 documents each, parsed and evaluated on one thread, for runs in rank
// order and for shuffled ones.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "harness/metrics/trec.h"
#include "harness/system/random.h"

namespace {

using namespace recgauge;
using namespace recgauge::metrics;

constexpr size_t kQueries = 20000;
constexpr size_t kDepth = 100;
constexpr size_t kRelevant = 20;
constexpr uint64_t kDocuments = 500000;

struct Texts {
  std::string run;
  std::string qrels;
};

Texts make_texts(bool shuffled) {
  Texts texts;
  RandomStream random(7);
  for (size_t query = 0; query < kQueries; ++query) {
    // Distinct documents without a set: a random start and an odd stride.
    const uint64_t start = random.below(kDocuments);
    const uint64_t stride = 2 * random.below(1000) + 1;
    std::vector<std::string> lines;
    double score = 30.0;
    for (size_t rank = 0; rank < kDepth; ++rank) {
      score -= random.uniform() * 0.2;
      lines.push_back(fmt::format("q{} Q0 doc{} {} {:.6f} recgauge\n", query, (start + rank * stride) % kDocuments,
                                  rank + 1, score));
    }
    for (size_t i = kDepth; shuffled && i > 1; --i) std::swap(lines[i - 1], lines[random.below(i)]);
    for (const std::string& line : lines) texts.run += line;
    for (size_t i = 0; i < kRelevant; ++i) {
      const uint64_t step = i * 11;  // about half of them are retrieved
      texts.qrels += fmt::format("q{} 0 doc{} {}\n", query, (start + step * stride) % kDocuments, 1 + i % 3);
    }
  }
  return texts;
}

const Texts& texts(bool shuffled) {
  static const Texts kTexts[] = {make_texts(false), make_texts(true)};
  return kTexts[shuffled ? 1 : 0];
}

std::vector<TrecMeasure> measures() {
  const std::vector<std::string> names{"ndcg_cut", "recall", "map", "recip_rank"};
  return parse_trec_measures(names);
}

void parse_and_evaluate(benchmark::State& state) {
  const Texts& input = texts(state.range(0) != 0);
  const auto wanted = measures();
  for (auto _ : state) {
    const TrecText qrels = read_trec_qrels(input.qrels, "qrels");
    const TrecText run = read_trec_run(input.run, "run");
    const TrecEvaluation result = evaluate_trec(run, qrels, wanted);
    benchmark::DoNotOptimize(result.overall.data());
    state.counters["map"] = result.overall[18];
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * (input.run.size() + input.qrels.size())));
}

void parse_run(benchmark::State& state) {
  const Texts& input = texts(false);
  for (auto _ : state) benchmark::DoNotOptimize(read_trec_run(input.run, "run").documents.data());
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * input.run.size()));
}

BENCHMARK(parse_and_evaluate)->Arg(0)->Arg(1)->ArgName("shuffled")->Unit(benchmark::kMillisecond);
BENCHMARK(parse_run)->Unit(benchmark::kMillisecond);

}  // namespace
