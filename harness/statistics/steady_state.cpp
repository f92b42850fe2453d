#include "harness/statistics/steady_state.h"

#include <vector>

namespace recgauge::statistics {
namespace {

constexpr size_t kBatch = 5;
constexpr size_t kShortest = 50;

std::vector<double> batch_means(std::span<const double> series) {
  std::vector<double> means;
  for (size_t begin = 0; begin + kBatch <= series.size(); begin += kBatch) {
    double sum = 0.0;
    for (size_t i = 0; i < kBatch; ++i) sum += series[begin + i];
    means.push_back(sum / static_cast<double>(kBatch));
  }
  return means;
}

}  // namespace

SteadyState steady_state(std::span<const double> series) {
  if (series.size() < kShortest) return {};
  const std::vector<double> means = batch_means(series);
  // From the end, so that each cut costs one step (Welford's recurrence backwards).
  double mean = 0.0;
  double squares = 0.0;
  double smallest = 0.0;
  size_t cut = means.size();
  size_t left = 0;
  const size_t last_cut = means.size() - kBatch;  // a mean of fewer says nothing
  for (size_t i = means.size(); i-- > 0;) {
    ++left;
    const double step = means[i] - mean;
    mean += step / static_cast<double>(left);
    squares += step * (means[i] - mean);
    if (i > last_cut) continue;
    const double error = squares / static_cast<double>(left * left);
    if (cut == means.size() || error <= smallest) {
      smallest = error;
      cut = i;
    }
  }
  if (cut * 2 >= means.size()) return {0, false};
  return {cut * kBatch, true};
}

}  // namespace recgauge::statistics
