#include "harness/metrics/popularity.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace recgauge::metrics {

double self_information(uint32_t training_count, uint64_t user_count) {
  return std::log2(static_cast<double>(user_count) / std::max(1.0, static_cast<double>(training_count)));
}

double popularity_complement(uint32_t training_count, uint64_t user_count) {
  return 1.0 - static_cast<double>(training_count) / static_cast<double>(user_count);
}

double free_discovery(uint32_t training_count, uint64_t interaction_count) {
  return std::log2(static_cast<double>(interaction_count) / std::max(1.0, static_cast<double>(training_count)));
}

std::vector<uint8_t> head_items(std::span<const uint32_t> training_counts, double share) {
  std::vector<uint32_t> order(training_counts.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&](uint32_t a, uint32_t b) { return training_counts[a] > training_counts[b]; });
  const auto total = std::accumulate(training_counts.begin(), training_counts.end(), uint64_t{0});
  std::vector<uint8_t> is_head(training_counts.size(), 0);
  uint64_t sum = 0;
  for (const uint32_t item : order) {
    if (static_cast<double>(sum) >= share * static_cast<double>(total)) break;
    is_head[item] = 1;
    sum += training_counts[item];
  }
  return is_head;
}

}  // namespace recgauge::metrics
