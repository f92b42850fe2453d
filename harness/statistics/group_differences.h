// Do groups of units differ? One test for all cells of a partition, whose p-values and intervals may be read for the
// worst cell without paying again for having looked for it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "harness/statistics/interval.h"

namespace recgauge::statistics {

/// Stands for a unit that is in no cell; it still counts to the rest of every cell.
inline constexpr uint32_t kNoCell = 0xFFFFFFFFU;

/// Cells of one grouping of the units, by unit.
struct Partition {
  std::span<const uint32_t> cell_of_unit;
  size_t cell_count = 0;
};

/// One cell against all other units of its stratum.
struct CellDifference {
  uint64_t n = 0;         ///< defined units of the cell
  double difference = 0;  ///< mean of the cell minus mean of the rest within strata; NaN if there is no rest
  double standard_error = 0;
  double p_value = 1;                 ///< two-sided, adjusted for all cells of the partition (max-T)
  std::optional<Interval> interval;   ///< simultaneous over the cells
  std::optional<double> t_statistic;  ///< nothing if the values do not vary
};

struct PartitionTest {
  std::vector<CellDifference> cells;
  std::optional<double>
      p_value;  ///< that no cell differs: the smallest of the cells'; nothing for fewer than two cells
};

struct GroupTestOptions {
  size_t permutations = 9999;
  double confidence = 0.95;
  uint64_t seed = 0;
};

/// Tests every column (NaN = undefined for the unit) on every partition: result[partition][column]. The difference of a
/// cell is the coefficient of its indicator with strata as fixed effects; units are permuted within strata, all columns
/// and partitions under the same permutations. A cell's statistic is its sum of deviations from the stratum means over
/// the standard deviation that permutations give that sum; p-values hold the largest of the partition against it
/// (Westfall & Young 1993, single step; Phipson & Smyth 2010 for the count). Intervals are difference +- c e with c the
/// quantile of that largest statistic and e the larger of the error
/// under permutation and the heteroscedasticity-robust one (White 1980). Exact for "the
/// partition tells nothing within strata". `stratum_of_unit` counts from 0; empty for one stratum.
std::vector<std::vector<PartitionTest>> group_difference_tests(std::span<const std::span<const double>> columns,
                                                               std::span<const Partition> partitions,
                                                               std::span<const uint32_t> stratum_of_unit,
                                                               const GroupTestOptions& options);

/// Means of groups drawn towards their common mean, by as much as their errors explain of their spread.
struct ShrunkenMeans {
  double common = 0.0;         ///< mean weighted by 1 / (variance + spread)
  double spread = 0.0;         ///< estimated variance of the true means, 0 or more
  std::vector<double> values;  ///< common + spread / (spread + variance) * (mean - common)
};

/// Empirical-Bayes estimates (normal-normal model, spread by DerSimonian & Laird 1986) from group means and the
/// variances of their errors. A variance of 0 keeps its mean. Empty for no groups.
ShrunkenMeans shrink_means(std::span<const double> means, std::span<const double> variances);

}  // namespace recgauge::statistics
