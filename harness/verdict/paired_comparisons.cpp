#include "harness/verdict/paired_comparisons.h"

#include <fmt/format.h>

#include <cassert>
#include <limits>
#include <span>

#include "harness/statistics/tests_of_difference.h"

namespace recgauge {

void finish_paired_comparisons(const std::vector<std::vector<double>>& differences,
                               const PairedComparisonOptions& options, std::vector<Comparison>& comparisons) {
  assert(differences.size() == comparisons.size());
  std::vector<statistics::Column> columns;
  std::vector<std::span<const double>> spans;
  for (const auto& difference : differences) {
    columns.push_back({difference, {}});
    spans.emplace_back(difference);
  }
  const auto estimates = statistics::bootstrap(columns, {}, options.bootstrap);
  const auto tests = statistics::paired_permutation_tests(spans, options.sign_flips, options.seed);
  std::vector<double> p_values;
  for (const auto& test : tests) p_values.push_back(test.p_value.value_or(std::numeric_limits<double>::quiet_NaN()));
  const std::vector<double> adjusted = statistics::adjust(p_values, statistics::Correction::holm);
  for (size_t i = 0; i < comparisons.size(); ++i) {
    Comparison& comparison = comparisons[i];
    comparison.difference = estimates[i].value;
    comparison.interval = estimates[i].interval;
    comparison.n = estimates[i].n;
    comparison.p_value = tests[i].p_value;
    if (tests[i].p_value) comparison.p_adjusted = adjusted[i];
    if (!tests[i].p_value)
      comparison.undefined_reason = fmt::format("fewer than two {} have both values", options.units);
    comparison.test = fmt::format("paired sign-flip permutation, {}",
                                  tests[i].exact ? fmt::format("exact over all 2^{} flips", tests[i].n)
                                                 : fmt::format("{} flips", options.sign_flips));
    comparison.correction = fmt::format("Holm over {} comparisons", comparisons.size());
    comparison.effect_size = statistics::effect_size(differences[i]);
    const statistics::WinTieLoss counts = statistics::win_tie_loss(differences[i]);
    comparison.wins = counts.wins;
    comparison.ties = counts.ties;
    comparison.losses = counts.losses;
  }
}

}  // namespace recgauge
