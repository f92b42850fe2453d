// Means of many columns over the same resamples of users, for statistics of several systems at once.
#pragma once

#include <span>
#include <vector>

#include "harness/data/ids.h"

namespace recgauge::suites {

struct ResampledMeans {
  std::vector<double> means;                   ///< by column
  std::vector<std::vector<double>> resampled;  ///< by resample, then column
};

/// Means over all users and on resamples of them; a column's undefined (NaN) users count in neither sum, a resample
/// without any defined one gives NaN. A user's weight depends on seed, resample and user alone.
ResampledMeans resampled_means(const std::vector<const std::vector<double>*>& columns, std::span<const UserId> users,
                               size_t resamples, uint64_t seed);

}  // namespace recgauge::suites
