#include "suites/discrepancy/log_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "suites/discrepancy/report_parts.h"

namespace recgauge::suites {
namespace {

constexpr size_t kHistogramBins = 20;
constexpr size_t kReliabilityBins = 10;

}  // namespace

Figure forest(const std::string& log, std::span<const ForestRow> rows) {
  Figure figure;
  figure.id = "discrepancy/estimators-" + log;
  figure.title = fmt::format("What the policy would have earned, by estimator: {}", log);
  figure.caption =
      "Reward per round with interval. Intervals of estimators that trade bias for variance are widened to "
      "that of their unbiased counterpart.";
  figure.kind = "interval";
  figure.encoding = {{"y", "estimator"}, {"x", "value"}, {"low", "low"}, {"high", "high"}};
  figure.columns = {"estimator", "value", "low", "high", "n"};
  for (const ForestRow& row : rows) {
    figure.rows.push_back({row.name, cell_of(row.estimate.value), low_cell(row.estimate.interval),
                           high_cell(row.estimate.interval), static_cast<double>(row.estimate.n)});
  }
  return figure;
}

Figure weight_histogram(const std::string& log, std::span<const double> weights) {
  Figure figure;
  figure.id = "discrepancy/weights-" + log;
  figure.title = fmt::format("Importance weights: {}", log);
  figure.caption =
      "Rounds by weight; 1 is a round that both policies choose alike. A long tail to the right means that "
      "few rounds decide. Weights beyond the 99.9th percentile are in the last bar.";
  figure.kind = "bar";
  figure.encoding = {{"x", "weight"}, {"y", "rounds"}};
  figure.columns = {"weight", "rounds"};
  if (weights.empty()) return figure;
  std::vector<double> sorted(weights.begin(), weights.end());
  const auto at = sorted.begin() + static_cast<ptrdiff_t>(0.999 * static_cast<double>(sorted.size() - 1));
  std::nth_element(sorted.begin(), at, sorted.end());
  const double width = std::max(1e-12, *at) / kHistogramBins;
  std::vector<double> counts(kHistogramBins, 0.0);
  for (const double weight : weights) ++counts[static_cast<size_t>(std::min(kHistogramBins - 1.0, weight / width))];
  for (size_t bin = 0; bin < kHistogramBins; ++bin) {
    figure.rows.push_back({fmt::format("{:.2f}", (static_cast<double>(bin) + 0.5) * width), counts[bin]});
  }
  return figure;
}

Reliability reliability_of(std::span<const double> predicted, std::span<const double> observed) {
  std::vector<size_t> order(predicted.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return predicted[a] < predicted[b]; });
  Reliability result;
  const size_t bins = std::min(kReliabilityBins, order.size());
  for (size_t bin = 0; bin < bins; ++bin) {
    const size_t begin = bin * order.size() / bins;
    const size_t end = (bin + 1) * order.size() / bins;
    Reliability::Bin sums;
    sums.n = end - begin;
    for (size_t i = begin; i < end; ++i) {
      sums.predicted += predicted[order[i]] / static_cast<double>(sums.n);
      sums.observed += observed[order[i]] / static_cast<double>(sums.n);
    }
    result.expected_error +=
        std::abs(sums.predicted - sums.observed) * static_cast<double>(sums.n) / static_cast<double>(order.size());
    result.bins.push_back(sums);
  }
  return result;
}

Figure reliability_figure(const std::string& log, const Reliability& reliability) {
  Figure figure;
  figure.id = "discrepancy/reliability-" + log;
  figure.title = fmt::format("Predicted against observed reward: {}", log);
  figure.caption = fmt::format(
      "The reward model on rounds that it was not fitted on, in ten groups of equal size. A "
      "calibrated model lies on the diagonal; expected calibration error {:.5f}.",
      reliability.expected_error);
  figure.kind = "scatter";
  figure.encoding = {{"x", "predicted"}, {"y", "observed"}};
  figure.columns = {"predicted", "observed", "rounds"};
  for (const auto& bin : reliability.bins) {
    figure.rows.push_back({bin.predicted, bin.observed, static_cast<double>(bin.n)});
  }
  return figure;
}

}  // namespace recgauge::suites
