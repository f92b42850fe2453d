// Two studies in the simulated world: which offline metric best predicts the order of deployed models, and how often
// the discrepancy suite's "overstated offline" is raised for a clean twin and for a model that memorised test items.
// Prints the tables; fails if false alarms exceed the stated alpha.
#include <fmt/format.h>

#include <cstdlib>

#include "harness/statistics/proportions.h"
#include "harness/statistics/tests_of_difference.h"
#include "tests/suites/discrepancy/world_bench.h"

using namespace recgauge;
using namespace recgauge::scripted;

namespace {

constexpr double kAlpha = 0.05;

std::vector<Entrant> twelve_models() {
  return {baseline("random", "random"),
          baseline("popularity", "popularity"),
          baseline("markov", "markov"),
          baseline("markov-smooth", "markov", {{"smoothing", "1000"}}),
          baseline("knn-20", "item_knn", {{"neighbours", "20"}}),
          baseline("knn-100", "item_knn"),
          baseline("knn-jaccard", "item_knn", {{"similarity", "jaccard"}}),
          baseline("ease-100", "ease", {{"regularisation", "100"}}),
          baseline("ease-1000", "ease", {{"regularisation", "1000"}}),
          baseline("ials-8", "ials", {{"dimension", "8"}}),
          baseline("ials-32", "ials", {{"dimension", "32"}}),
          baseline("ials-64", "ials", {{"dimension", "64"}})};
}

const std::vector<std::string> kMetrics{"ndcg@10", "recall@10", "mrr@10", "map@10", "ndcg@20", "recall@20"};

void print_validity(uint64_t seeds, double series_strength) {
  suites::DiscrepancyConfig settings;
  settings.offline_metrics = kMetrics;
  settings.resamples = 200;
  settings.sign_flips = 99;
  std::map<std::string, std::vector<double>> taus;
  std::map<std::string, std::vector<double>> rhos;
  for (uint64_t seed = 1; seed <= seeds; ++seed) {
    WorldSize size{800, 400, 30};
    size.series_strength = series_strength;
    const SuiteResult result = assess_on_world(small_world(seed, size), seed, settings, twelve_models());
    for (const Measurement& m : result.measurements) {
      if (m.system != "all systems" || !m.value) continue;
      (m.label.starts_with("kendall") ? taus : rhos)[m.label.substr(m.label.find('['))].push_back(*m.value);
    }
  }
  for (const auto& [metric, values] : taus) {
    const auto interval = [&](const std::vector<double>& x) {
      const statistics::Moments m = statistics::moments(x);
      const double error = m.deviation / std::sqrt(static_cast<double>(m.n));
      return fmt::format("{:.3f} ({:.3f} to {:.3f})", m.mean, m.mean - 2.093 * error, m.mean + 2.093 * error);
    };
    fmt::print("| {:.2f} | {} | {} | {} |\n", series_strength, metric.substr(1, metric.size() - 2), interval(values),
               interval(rhos[metric]));
    std::fflush(stdout);
  }
}

bool is_flagged(uint64_t seed, double share) {
  suites::DiscrepancyConfig settings;
  settings.offline_metrics = {"ndcg@10"};
  settings.resamples = 100;
  settings.sign_flips = 999;
  const std::map<std::string, std::string> small{{"dimension", "16"}};
  const SuiteResult result =
      assess_on_world(small_world(seed, {500, 300, 30}), seed, settings,
                      {baseline("model", "ials", small), memoriser("copy", "ials", share, small, 2)});
  return find_finding(result, "overstated-copy") != nullptr;
}

}  // namespace

int main(int argc, char** argv) {
  const uint64_t validity_seeds = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 20;
  const uint64_t seeds = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 200;
  fmt::print("| series strength | offline metric | tau_b with deployed clicks | Spearman |\n|---|---|---|---|\n");
  for (const double strength : {0.25, 0.0}) print_validity(validity_seeds, strength);
  bool calibrated = true;
  fmt::print("\n| share of users memorised | flagged | 95 % interval |\n|---|---|---|\n");
  for (const double share : {0.0, 0.05, 0.1, 0.2}) {
    uint64_t flagged = 0;
    for (uint64_t seed = 1; seed <= seeds; ++seed) flagged += is_flagged(seed, share) ? 1 : 0;
    const auto interval = statistics::wilson_interval(flagged, seeds, 0.95);
    fmt::print("| {:.2f} | {:.3f} | {:.3f} to {:.3f} |\n", share,
               static_cast<double>(flagged) / static_cast<double>(seeds), interval->low, interval->high);
    std::fflush(stdout);
    if (share == 0.0 && interval->low > kAlpha) calibrated = false;
  }
  return calibrated ? 0 : 1;
}
