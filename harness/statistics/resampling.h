// The engine below bootstrap and permutation tests: weighted sums of many columns under many random weightings, as
// blocked matrix products. A unit's weight in a resample is a function of seed, resample and the unit's key alone, so
// neither the number of threads nor the cut into shards changes a digit.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/statistics/interval.h"

namespace recgauge::statistics {

enum class Weighting : uint8_t {
  poisson,      ///< Poisson(1) counts: the bootstrap of independent units (Oza & Russell 2001; Chamandy et al. 2012)
  random_sign,  ///< +1 or -1 with equal chance: the sign-flip permutation of paired differences
};

/// Sums over units of weight(resample, unit) * column(unit): result[resample * columns + column]. Columns are as long
/// as `keys`; units with equal keys (one cluster) share their weights. Poisson probabilities are rounded to 2^-16.
std::vector<double> resampled_sums(std::span<const std::span<const double>> columns, std::span<const uint64_t> keys,
                                   size_t resamples, Weighting weighting, uint64_t seed);

/// The bootstrap's percentile interval: of the values that are defined, in order, those at (1 -+ confidence) / 2 of the
/// way, rounded to the nearest. Nothing for fewer than two.
std::optional<Interval> percentile_interval(std::vector<double> values, double confidence, const std::string& method);

}  // namespace recgauge::statistics
