#include "suites/discrepancy/resampled_means.h"

#include <cmath>

#include "harness/statistics/resampling.h"
#include "harness/statistics/tests_of_difference.h"

namespace recgauge::suites {

ResampledMeans resampled_means(const std::vector<const std::vector<double>*>& columns, std::span<const UserId> users,
                               size_t resamples, uint64_t seed) {
  std::vector<uint64_t> keys;
  for (const UserId user : users) keys.push_back(index(user));
  std::vector<std::vector<double>> kept;
  for (const auto* column : columns) {
    std::vector<double> filled(users.size());
    std::vector<double> defined(users.size());
    for (size_t i = 0; i < users.size(); ++i) {
      defined[i] = std::isnan((*column)[i]) ? 0.0 : 1.0;
      filled[i] = std::isnan((*column)[i]) ? 0.0 : (*column)[i];
    }
    kept.push_back(std::move(filled));
    kept.push_back(std::move(defined));
  }
  const std::vector<std::span<const double>> spans(kept.begin(), kept.end());
  const auto sums = statistics::resampled_sums(spans, keys, resamples, statistics::Weighting::poisson, seed);
  ResampledMeans result;
  for (const auto* column : columns) result.means.push_back(statistics::moments(*column).mean);
  for (size_t r = 0; r < resamples; ++r) {
    auto& row = result.resampled.emplace_back();
    const double* sum = sums.data() + r * spans.size();
    for (size_t c = 0; c < columns.size(); ++c) row.push_back(sum[2 * c] / sum[2 * c + 1]);
  }
  return result;
}

}  // namespace recgauge::suites
