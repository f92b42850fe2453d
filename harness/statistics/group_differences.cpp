#include "harness/statistics/group_differences.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "harness/system/parallel.h"
#include "harness/system/random.h"

namespace recgauge::statistics {
namespace {

constexpr size_t kPermutationsPerPiece = 64;
// Sums of the same values in another order differ in the last digits; they must count as equal.
constexpr double kTolerance = 1e-12;

/// Units in order of stratum, and where each stratum ends.
struct Strata {
  std::vector<uint32_t> of_unit;
  std::vector<uint32_t> order;
  std::vector<size_t> ends;

  Strata(std::span<const uint32_t> given, size_t units) : of_unit(given.begin(), given.end()), order(units) {
    of_unit.resize(units, 0);
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return of_unit[a] < of_unit[b]; });
    ends.resize(units == 0 ? 0 : *std::max_element(of_unit.begin(), of_unit.end()) + 1, 0);
    for (const uint32_t stratum : of_unit) ++ends[stratum];
    std::partial_sum(ends.begin(), ends.end(), ends.begin());
  }

  size_t count() const { return ends.size(); }
  size_t begin(size_t stratum) const { return stratum == 0 ? 0 : ends[stratum - 1]; }
  double size(size_t stratum) const { return static_cast<double>(ends[stratum] - begin(stratum)); }
};

/// Deviations of all columns from their stratum means, a row a unit; 0 where undefined.
class Deviations {
 public:
  Deviations(std::span<const std::span<const double>> columns, const Strata& strata)
      : columns_(columns), width_(columns.size()), rows_(strata.of_unit.size() * width_, 0.0) {
    variances_.resize(strata.count() * width_, 0.0);
    for (size_t c = 0; c < width_; ++c) {
      for (size_t s = 0; s < strata.count(); ++s) centre(c, s, strata);
    }
  }

  const double* row(size_t unit) const { return rows_.data() + unit * width_; }
  size_t width() const { return width_; }
  bool defined(size_t column, size_t unit) const { return !std::isnan(columns_[column][unit]); }
  /// Variance of the deviations of a stratum, undefined units as 0.
  double variance(size_t stratum, size_t column) const { return variances_[stratum * width_ + column]; }

 private:
  void centre(size_t column, size_t stratum, const Strata& strata) {
    const std::span<const uint32_t> units(strata.order.data() + strata.begin(stratum),
                                          strata.ends[stratum] - strata.begin(stratum));
    double sum = 0.0;
    double count = 0.0;
    for (const uint32_t unit : units) {
      if (!defined(column, unit)) continue;
      sum += columns_[column][unit];
      ++count;
    }
    double squares = 0.0;
    for (const uint32_t unit : units) {
      if (!defined(column, unit)) continue;
      const double deviation = columns_[column][unit] - sum / count;
      rows_[unit * width_ + column] = deviation;
      squares += deviation * deviation;
    }
    if (units.size() > 1) {
      variances_[stratum * width_ + column] = squares / (static_cast<double>(units.size()) - 1.0);
    }
  }

  std::span<const std::span<const double>> columns_;
  size_t width_;
  std::vector<double> rows_;
  std::vector<double> variances_;  // by stratum, then column
};

/// A cell's units by stratum: all, and those for which a column is defined.
struct CellCounts {
  std::vector<double> in_cell;
  std::vector<double> in_stratum;
};

class GroupTests {
 public:
  GroupTests(std::span<const std::span<const double>> columns, std::span<const Partition> partitions,
             std::span<const uint32_t> strata, const GroupTestOptions& options)
      : partitions_(partitions),
        options_(options),
        units_(columns.empty() ? 0 : columns.front().size()),
        strata_(strata, units_),
        deviations_(columns, strata_),
        width_(columns.size()) {
    for (const Partition& partition : partitions_) {
      offsets_.push_back(cells_);
      cells_ += partition.cell_count;
    }
    scale_.resize(cells_ * width_, 0.0);
  }

  std::vector<std::vector<PartitionTest>> run() {
    std::vector<std::vector<PartitionTest>> results(partitions_.size(), std::vector<PartitionTest>(width_));
    const std::vector<double> observed = sums(strata_.order);
    for (size_t p = 0; p < partitions_.size(); ++p) {
      for (size_t c = 0; c < width_; ++c) results[p][c] = estimate(p, c, observed);
    }
    const std::vector<std::vector<double>> largest = permute();
    for (size_t p = 0; p < partitions_.size(); ++p) {
      for (size_t c = 0; c < width_; ++c) judge(largest[p * width_ + c], results[p][c]);
    }
    return results;
  }

 private:
  size_t at(size_t partition, size_t cell, size_t column) const {
    return (offsets_[partition] + cell) * width_ + column;
  }

  // Sums of deviations by cell when the unit that stands at a place of the strata's order is replaced by that of
  // `order`.
  std::vector<double> sums(const std::vector<uint32_t>& order) const {
    std::vector<double> result(cells_ * width_, 0.0);
    for (size_t place = 0; place < units_; ++place) {
      const double* row = deviations_.row(order[place]);
      for (size_t p = 0; p < partitions_.size(); ++p) {
        const uint32_t cell = partitions_[p].cell_of_unit[strata_.order[place]];
        if (cell == kNoCell) continue;
        double* into = result.data() + at(p, cell, 0);
        for (size_t c = 0; c < width_; ++c) into[c] += row[c];
      }
    }
    return result;
  }

  CellCounts count(size_t partition, size_t cell, std::optional<size_t> column) const {
    CellCounts counts{std::vector<double>(strata_.count(), 0.0), std::vector<double>(strata_.count(), 0.0)};
    for (size_t unit = 0; unit < units_; ++unit) {
      if (column && !deviations_.defined(*column, unit)) continue;
      counts.in_stratum[strata_.of_unit[unit]] += 1.0;
      counts.in_cell[strata_.of_unit[unit]] += partitions_[partition].cell_of_unit[unit] == cell ? 1.0 : 0.0;
    }
    return counts;
  }

  PartitionTest estimate(size_t p, size_t c, const std::vector<double>& observed) {
    PartitionTest test;
    for (size_t cell = 0; cell < partitions_[p].cell_count; ++cell) {
      const CellCounts all = count(p, cell, std::nullopt);
      const CellCounts defined = count(p, cell, c);
      double variance = 0.0;
      double weight = 0.0;
      for (size_t s = 0; s < strata_.count(); ++s) {
        if (all.in_stratum[s] > 0) {
          variance += deviations_.variance(s, c) * all.in_cell[s] * (1.0 - all.in_cell[s] / all.in_stratum[s]);
        }
        if (defined.in_stratum[s] > 0)
          weight += defined.in_cell[s] * (1.0 - defined.in_cell[s] / defined.in_stratum[s]);
      }
      CellDifference& result = test.cells.emplace_back();
      result.n = static_cast<uint64_t>(std::accumulate(defined.in_cell.begin(), defined.in_cell.end(), 0.0));
      const double sum = observed[at(p, cell, c)];
      result.difference = weight > 0 ? sum / weight : std::numeric_limits<double>::quiet_NaN();
      if (!(variance > 0) || !(weight > 0)) continue;
      scale_[at(p, cell, c)] = 1.0 / std::sqrt(variance);
      result.t_statistic = sum * scale_[at(p, cell, c)];
      // With few units the robust error is too small; the permutations' own keeps interval and p-value in agreement.
      result.standard_error =
          std::max(std::sqrt(variance) / weight, robust_error(p, cell, c, result.difference, weight, defined));
    }
    return test;
  }

  double robust_error(size_t p, size_t cell, size_t c, double difference, double weight,
                      const CellCounts& defined) const {
    double squares = 0.0;
    for (size_t unit = 0; unit < units_; ++unit) {
      if (!deviations_.defined(c, unit)) continue;
      const size_t s = strata_.of_unit[unit];
      const double member = partitions_[p].cell_of_unit[unit] == cell ? 1.0 : 0.0;
      const double x = member - defined.in_cell[s] / defined.in_stratum[s];
      const double error = deviations_.row(unit)[c] - difference * x;
      squares += x * x * error * error;
    }
    return std::sqrt(squares) / weight;
  }

  // By partition and column: the largest statistic of each permutation, ascending.
  std::vector<std::vector<double>> permute() const {
    std::vector<std::vector<double>> largest(partitions_.size() * width_,
                                             std::vector<double>(options_.permutations, 0.0));
    for_each_piece(options_.permutations, kPermutationsPerPiece, [&](size_t, IndexRange range) {
      for (size_t r = range.begin; r < range.end; ++r) {
        const std::vector<double> permuted = sums(shuffled(r));
        for (size_t p = 0; p < partitions_.size(); ++p) {
          for (size_t c = 0; c < width_; ++c) largest[p * width_ + c][r] = largest_statistic(p, c, permuted);
        }
      }
    });
    for (auto& column : largest) std::sort(column.begin(), column.end());
    return largest;
  }

  std::vector<uint32_t> shuffled(size_t permutation) const {
    RandomStream stream(derive_seed(options_.seed, {permutation}));
    std::vector<uint32_t> order = strata_.order;
    for (size_t s = 0; s < strata_.count(); ++s) {
      const size_t begin = strata_.begin(s);
      for (size_t i = strata_.ends[s]; i > begin + 1; --i) {
        std::swap(order[i - 1], order[begin + stream.below(i - begin)]);
      }
    }
    return order;
  }

  double largest_statistic(size_t p, size_t c, const std::vector<double>& permuted) const {
    double largest = 0.0;
    for (size_t cell = 0; cell < partitions_[p].cell_count; ++cell) {
      const size_t i = at(p, cell, c);
      largest = std::max(largest, std::abs(permuted[i]) * scale_[i]);
    }
    return largest;
  }

  void judge(const std::vector<double>& largest, PartitionTest& test) const {
    const double permutations = static_cast<double>(largest.size());
    const size_t rank =
        std::min(largest.size() - 1, static_cast<size_t>(std::ceil(options_.confidence * (permutations + 1.0))) - 1);
    for (CellDifference& cell : test.cells) {
      if (!cell.t_statistic) continue;
      const double observed = std::abs(*cell.t_statistic) * (1.0 - kTolerance);
      const auto extreme = largest.end() - std::lower_bound(largest.begin(), largest.end(), observed);
      cell.p_value = (1.0 + static_cast<double>(extreme)) / (1.0 + permutations);
      const double reach = largest[rank] * cell.standard_error;
      cell.interval = {
          cell.difference - reach, cell.difference + reach, options_.confidence,
          fmt::format("simultaneous over {} cells, max-T of {} permutations", test.cells.size(), largest.size())};
      test.p_value = std::min(test.p_value.value_or(1.0), cell.p_value);
    }
    if (test.cells.size() < 2) test.p_value.reset();
  }

  std::span<const Partition> partitions_;
  const GroupTestOptions& options_;
  size_t units_;
  Strata strata_;
  Deviations deviations_;
  size_t width_;
  std::vector<size_t> offsets_;
  size_t cells_ = 0;
  std::vector<double> scale_;  // by cell and column: 1 / standard deviation under permutation, 0 if nothing varies
};

}  // namespace

std::vector<std::vector<PartitionTest>> group_difference_tests(std::span<const std::span<const double>> columns,
                                                               std::span<const Partition> partitions,
                                                               std::span<const uint32_t> stratum_of_unit,
                                                               const GroupTestOptions& options) {
  return GroupTests(columns, partitions, stratum_of_unit, options).run();
}

ShrunkenMeans shrink_means(std::span<const double> means, std::span<const double> variances) {
  ShrunkenMeans result;
  result.values.assign(means.begin(), means.end());
  const bool exact = std::any_of(variances.begin(), variances.end(), [](double v) { return !(v > 0); });
  if (means.size() < 2 || exact) return result;
  const auto weighted_mean = [&](double spread, double& weights) {
    double sum = 0.0;
    weights = 0.0;
    for (size_t g = 0; g < means.size(); ++g) {
      sum += means[g] / (variances[g] + spread);
      weights += 1.0 / (variances[g] + spread);
    }
    return sum / weights;
  };
  double weights = 0.0;
  const double fixed = weighted_mean(0.0, weights);
  double heterogeneity = 0.0;
  double squares = 0.0;
  for (size_t g = 0; g < means.size(); ++g) {
    heterogeneity += (means[g] - fixed) * (means[g] - fixed) / variances[g];
    squares += 1.0 / (variances[g] * variances[g]);
  }
  const double degrees = static_cast<double>(means.size()) - 1.0;
  result.spread = std::max(0.0, (heterogeneity - degrees) / (weights - squares / weights));
  result.common = weighted_mean(result.spread, weights);
  for (size_t g = 0; g < means.size(); ++g) {
    result.values[g] = result.common + result.spread / (result.spread + variances[g]) * (means[g] - result.common);
  }
  return result;
}

}  // namespace recgauge::statistics
