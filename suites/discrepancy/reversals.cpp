// Pairs of systems that change places between offline and online.
#include <cmath>

#include "harness/statistics/tests_of_difference.h"
#include "harness/system/random.h"
#include "suites/discrepancy/validity.h"

namespace recgauge::suites {
namespace {

constexpr double kAlpha = 0.05;

}  // namespace

std::vector<double> differences_of(const std::vector<double>& first, const std::vector<double>& second) {
  std::vector<double> result(first.size());
  for (size_t i = 0; i < first.size(); ++i) result[i] = first[i] - second[i];
  return result;
}

std::vector<Reversal> reversals(const ValidityInput& input) {
  std::vector<std::pair<size_t, size_t>> pairs;
  std::vector<std::vector<double>> offline;
  std::vector<std::vector<double>> online;
  for (size_t a = 0; a < input.systems.size(); ++a) {
    for (size_t b = a + 1; b < input.systems.size(); ++b) {
      if (!input.systems[a].usable || !input.systems[b].usable) continue;
      pairs.emplace_back(a, b);
      offline.push_back(differences_of(input.systems[a].offline.by_metric[0], input.systems[b].offline.by_metric[0]));
      online.push_back(
          differences_of(input.systems[a].online.expected_clicks, input.systems[b].online.expected_clicks));
    }
  }
  const auto adjusted = [&](const std::vector<std::vector<double>>& differences, const char* purpose) {
    const std::vector<std::span<const double>> spans(differences.begin(), differences.end());
    std::vector<double> p_values;
    for (const auto& test : statistics::paired_permutation_tests(spans, input.config.sign_flips,
                                                                 derive_seed(input.context.seed, purpose))) {
      p_values.push_back(test.p_value.value_or(std::nan("")));
    }
    return statistics::adjust(p_values, statistics::Correction::holm);
  };
  const auto p_offline = adjusted(offline, "reversals offline");
  const auto p_online = adjusted(online, "deployment permutation");
  std::vector<Reversal> found;
  for (size_t i = 0; i < pairs.size(); ++i) {
    const double off = statistics::moments(offline[i]).mean;
    const double on = statistics::moments(online[i]).mean;
    if (!(p_offline[i] <= kAlpha) || !(p_online[i] <= kAlpha) || off * on >= 0) continue;
    const bool first = off > 0;
    found.push_back({first ? pairs[i].first : pairs[i].second, first ? pairs[i].second : pairs[i].first, std::abs(off),
                     -std::abs(on)});
  }
  return found;
}

}  // namespace recgauge::suites
