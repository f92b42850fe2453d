#include "reports/load/load_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/system/text.h"
#include "reports/csv/csv_report.h"

namespace recgauge::reports {
namespace {

constexpr double kTicksPerHalfDistance = 5.0;

double standard_deviation(std::span<const double> values, double mean) {
  double squares = 0.0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / static_cast<double>(values.size()));
}

// How far it is to the next percentile: a fifth of a half of what is left, as often as it has halved.
double step_from(double percentile) {
  const double halvings = std::floor(std::log2(100.0 / (100.0 - percentile))) + 1.0;
  return 100.0 / (kTicksPerHalfDistance * std::exp2(halvings));
}

std::string time_cell(std::chrono::nanoseconds time) {
  return time.count() == 0 ? "" : fmt::format("{}", time.count());
}

}  // namespace

std::string to_hdr_text(std::span<const double> milliseconds) {
  if (milliseconds.empty()) return "";
  std::vector<double> sorted(milliseconds.begin(), milliseconds.end());
  std::sort(sorted.begin(), sorted.end());
  const auto n = static_cast<double>(sorted.size());
  std::string text =
      fmt::format("{:>12} {:>14} {:>10} {:>14}\n\n", "Value", "Percentile", "TotalCount", "1/(1-Percentile)");
  size_t count = 0;
  for (double percentile = 0.0; count < sorted.size(); percentile += step_from(percentile)) {
    const auto rank = static_cast<size_t>(std::max(1.0, std::ceil(percentile / 100.0 * n - 1e-9)));
    const double value = sorted[std::min(rank, sorted.size()) - 1];
    count = static_cast<size_t>(std::upper_bound(sorted.begin(), sorted.end(), value) - sorted.begin());
    text += fmt::format("{:12.3f} {:2.12f} {:10} {:14.2f}\n", value, percentile / 100.0, count,
                        1.0 / (1.0 - percentile / 100.0));
  }
  text += fmt::format("{:12.3f} {:2.12f} {:10}\n", sorted.back(), 1.0, sorted.size());
  double mean = 0.0;
  for (const double value : sorted) mean += value / n;
  text += fmt::format("#[Mean    = {:12.3f}, StdDeviation   = {:12.3f}]\n", mean, standard_deviation(sorted, mean));
  text += fmt::format("#[Max     = {:12.3f}, Total count    = {:12}]\n", sorted.back(), sorted.size());
  return text;
}

std::vector<double> latencies_of(std::span<const RecordedLoad> loads) {
  std::vector<double> latencies;
  for (const RecordedLoad& load : loads) {
    for (const LoadSample& sample : load.trial.samples) {
      if (sample.outcome != Outcome::ok && sample.outcome != Outcome::timeout) continue;
      latencies.push_back(std::chrono::duration<double, std::milli>(sample.received - sample.intended).count());
    }
  }
  return latencies;
}

std::string samples_header() {
  return "system,load,trial,rate,request,outcome,intended_ns,sent_ns,first_byte_ns,received_ns,new_connection\r\n";
}

std::string samples_rows(const ObservationKey& key, std::span<const RecordedLoad> loads) {
  std::string text;
  for (size_t trial = 0; trial < loads.size(); ++trial) {
    const std::vector<LoadSample>& samples = loads[trial].trial.samples;
    for (size_t i = 0; i < samples.size(); ++i) {
      const LoadSample& sample = samples[i];
      text += fmt::format("{},{},{},{},{},{},{},{},{},{},{}\r\n", csv_cell(key.system), csv_cell(key.probe), trial,
                          loads[trial].trial.rate, i, to_string(sample.outcome), sample.intended.count(),
                          time_cell(sample.sent), time_cell(sample.first_byte), sample.received.count(),
                          sample.fresh ? 1 : 0);
    }
  }
  return text;
}

}  // namespace recgauge::reports
