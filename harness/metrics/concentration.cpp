#include "harness/metrics/concentration.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace recgauge::metrics {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

double sum_of(std::span<const uint32_t> counts) {
  return static_cast<double>(std::accumulate(counts.begin(), counts.end(), uint64_t{0}));
}

}  // namespace

size_t distinct_items(std::span<const uint32_t> counts) {
  return static_cast<size_t>(std::count_if(counts.begin(), counts.end(), [](uint32_t count) { return count > 0; }));
}

double coverage(std::span<const uint32_t> counts) {
  return static_cast<double>(distinct_items(counts)) / static_cast<double>(counts.size());
}

double gini(std::span<const uint32_t> counts, GiniNormaliser normaliser) {
  // Items never listed come first in ascending order and add nothing, so that only the others need sorting.
  std::vector<uint32_t> listed;
  std::copy_if(counts.begin(), counts.end(), std::back_inserter(listed), [](uint32_t count) { return count > 0; });
  std::sort(listed.begin(), listed.end());
  const double n = static_cast<double>(counts.size());
  const double divisor = normaliser == GiniNormaliser::n ? n : n - 1.0;
  if (listed.empty() || !(divisor > 0)) return kUndefined;
  double sum = 0.0;
  double j = n - static_cast<double>(listed.size());
  for (const uint32_t count : listed) sum += (2.0 * ++j - n - 1.0) * static_cast<double>(count);
  return sum / (sum_of(listed) * divisor);
}

double entropy(std::span<const uint32_t> counts, EntropyUnit unit) {
  const double total = sum_of(counts);
  if (!(total > 0)) return kUndefined;
  double sum = 0.0;
  for (const uint32_t count : counts) {
    if (count > 0) sum += static_cast<double>(count) * std::log(static_cast<double>(count));
  }
  const double nats = std::max(0.0, std::log(total) - sum / total);
  return unit == EntropyUnit::nats ? nats : nats / std::log(2.0);
}

}  // namespace recgauge::metrics
