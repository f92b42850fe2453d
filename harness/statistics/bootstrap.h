// Estimates with bootstrap intervals, for many metrics over the same units at once.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/statistics/interval.h"

namespace recgauge::statistics {

/// A metric's values by unit; NaN where undefined for the unit. The estimate is sum(values) / sum(denominators) over
/// the units that are defined; no denominators stand for 1 each, which makes it the mean. Where there are offsets,
/// which must not be NaN, their mean over the defined units is added.
struct Column {
  std::span<const double> values;
  std::span<const double> denominators;
  std::span<const double> offsets = {};
};

struct Estimate {
  std::optional<double> value;       ///< nothing if no unit is defined
  std::optional<Interval> interval;  ///< nothing for fewer than two defined units
  uint64_t n = 0;                    ///< defined units
  uint64_t n_undefined = 0;
};

enum class BootstrapMethod : uint8_t { percentile, bca };

struct BootstrapOptions {
  size_t resamples = 1000;
  double confidence = 0.95;
  BootstrapMethod method = BootstrapMethod::bca;
  uint64_t seed = 0;
  std::string unit_name = "users";  ///< for the name of the interval
};

/// Estimates all columns over the same resamples. `keys` identify units (or the clusters that units belong to: units of
/// a cluster are resampled together); empty keys stand for the unit's position. Percentile intervals, or bias-corrected
/// and accelerated ones (Efron 1987) with the acceleration from the jackknife's closed form. All values equal: the
/// interval is that point. Columns must have equal lengths.
std::vector<Estimate> bootstrap(std::span<const Column> columns, std::span<const uint64_t> keys,
                                const BootstrapOptions& options);

/// Interval from values of a statistic with one of G groups of units left out each time (delete-a-group jackknife, Kott
/// 2001): value +- t(G - 1) * sqrt((G - 1) / G * sum (left_out - mean)^2). For statistics of sets, such as coverage, on
/// which the bootstrap is biased because a resample holds fewer distinct units. Nothing for fewer than two groups.
std::optional<Interval> group_jackknife(double value, std::span<const double> left_out, double confidence);

}  // namespace recgauge::statistics
