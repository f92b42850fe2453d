#include "harness/metrics/fair_test.h"

#include <algorithm>
#include <cmath>

namespace recgauge::metrics {
namespace {

constexpr double kLevelPrecision = 1e-6;

double log_choose(double n, double m) { return std::lgamma(n + 1.0) - std::lgamma(m + 1.0) - std::lgamma(n - m + 1.0); }

double binomial_probability(uint32_t m, uint32_t n, double p) {
  if (p <= 0.0 || p >= 1.0) return (p <= 0.0 ? m == 0 : m == n) ? 1.0 : 0.0;
  return std::exp(log_choose(n, m) + m * std::log(p) + (n - m) * std::log1p(-p));
}

}  // namespace

std::vector<uint32_t> fair_table(uint32_t k, double p, double alpha) {
  std::vector<uint32_t> table;
  for (uint32_t i = 1; i <= k; ++i) {
    uint32_t m = 0;
    for (double below = binomial_probability(0, i, p); below <= alpha && m < i;) {
      below += binomial_probability(++m, i, p);
    }
    table.push_back(m);
  }
  return table;
}

double fair_failure_probability(std::span<const uint32_t> table, double p) {
  // Entry m: chance of m protected items so far without a failed prefix.
  std::vector<double> alive(table.size() + 1, 0.0);
  alive[0] = 1.0;
  for (size_t i = 0; i < table.size(); ++i) {
    for (size_t m = i + 1; m > 0; --m) alive[m] = alive[m] * (1.0 - p) + alive[m - 1] * p;
    alive[0] *= 1.0 - p;
    std::fill_n(alive.begin(), table[i], 0.0);
  }
  double passed = 0.0;
  for (const double chance : alive) passed += chance;
  return std::max(0.0, 1.0 - passed);
}

double adjusted_fair_level(uint32_t k, double p, double alpha) {
  double low = 0.0;
  double high = alpha;
  if (fair_failure_probability(fair_table(k, p, alpha), p) <= alpha) return alpha;
  while (high - low > kLevelPrecision) {
    const double middle = 0.5 * (low + high);
    (fair_failure_probability(fair_table(k, p, middle), p) <= alpha ? low : high) = middle;
  }
  return low;
}

bool passes_fair_test(std::span<const uint8_t> is_protected, std::span<const uint32_t> table) {
  uint32_t count = 0;
  for (size_t i = 0; i < std::min(is_protected.size(), table.size()); ++i) {
    count += is_protected[i] != 0 ? 1 : 0;
    if (count < table[i]) return false;
  }
  return true;
}

}  // namespace recgauge::metrics
