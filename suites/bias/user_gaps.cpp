#include "suites/bias/user_gaps.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/statistics/power.h"
#include "harness/statistics/resampling.h"
#include "harness/system/random.h"

namespace recgauge::suites {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();
constexpr double kPower = 0.8;

template <typename T>
std::vector<T> select(const std::vector<T>& values, const std::vector<size_t>& positions) {
  std::vector<T> selected;
  if (values.empty()) return selected;
  for (const size_t position : positions) selected.push_back(values[position]);
  return selected;
}

std::vector<size_t> members(const UserGrouping& grouping, uint32_t cell) {
  std::vector<size_t> positions;
  for (size_t i = 0; i < grouping.cell_of_user.size(); ++i) {
    if (grouping.cell_of_user[i] == cell) positions.push_back(i);
  }
  return positions;
}

// Where the cells' values are extreme in each resample.
class Spread {
 public:
  void add(const std::vector<double>& cells) {
    const auto [low, high] = std::minmax_element(cells.begin(), cells.end());
    gaps_.push_back(*high - *low);
    ratios_.push_back(*high > 0 ? std::max(0.0, *low) / *high : kUndefined);
  }
  const std::vector<double>& gaps() const { return gaps_; }
  const std::vector<double>& ratios() const { return ratios_; }

 private:
  std::vector<double> gaps_;
  std::vector<double> ratios_;
};

/// All tests of one grouping on the metrics and systems that it is looked at for.
class GroupingGaps {
 public:
  GroupingGaps(const GapSettings& settings, const std::vector<UserColumns>& systems, size_t grouping)
      : settings_(settings), systems_(systems), grouping_(settings.groupings[grouping]), index_(grouping) {}

  std::vector<GapResult> run() {
    const size_t metrics = grouping_.crossed > 1 ? 1 : settings_.metrics.size();
    for (size_t s = 0; s < systems_.size(); ++s) {
      for (size_t m = 0; m < metrics; ++m) add(s, m);
    }
    add_cells();
    add_spreads();
    return std::move(results_);
  }

 private:
  const UserColumn& column_of(const GapResult& result) const { return systems_[result.system].columns[result.metric]; }

  void add(size_t system, size_t metric) {
    GapResult& result = results_.emplace_back();
    result.system = system;
    result.metric = metric;
    result.grouping = index_;
    result.cells.resize(grouping_.cells.size());
  }

  // All columns of one cell in one call of the bootstrap.
  void add_cells() {
    for (uint32_t cell = 0; cell < grouping_.cells.size(); ++cell) {
      const std::vector<size_t> positions = members(grouping_, cell);
      std::vector<std::vector<double>> selected;
      std::vector<statistics::Column> inputs;
      for (const GapResult& result : results_) {
        selected.push_back(select(column_of(result).values, positions));
        selected.push_back(select(column_of(result).denominators, positions));
      }
      for (size_t i = 0; i < results_.size(); ++i) inputs.push_back({selected[2 * i], selected[2 * i + 1]});
      const auto estimates = statistics::bootstrap(inputs, select(settings_.user_keys, positions),
                                                   bootstrap_options(settings_.config, settings_.seed));
      for (size_t i = 0; i < results_.size(); ++i) {
        results_[i].cells[cell].estimate = estimates[i];
        shift(results_[i].cells[cell].estimate, column_of(results_[i]).offset);
      }
    }
  }

  static void shift(statistics::Estimate& estimate, double offset) {
    if (estimate.value) *estimate.value += offset;
    if (estimate.interval) estimate.interval->low += offset;
    if (estimate.interval) estimate.interval->high += offset;
  }

  // Largest gap and smallest ratio of the cells, each resample giving all cells at once.
  void add_spreads() {
    std::vector<std::vector<double>> parts;  // numerator and denominator by result, then cell
    for (const GapResult& result : results_) {
      const UserColumn& column = column_of(result);
      for (uint32_t cell = 0; cell < grouping_.cells.size(); ++cell) add_parts(column, cell, parts);
    }
    const std::vector<std::span<const double>> spans(parts.begin(), parts.end());
    const auto sums =
        statistics::resampled_sums(spans, settings_.user_keys, settings_.config.resamples,
                                   statistics::Weighting::poisson, derive_seed(settings_.seed, "bias bootstrap"));
    for (size_t i = 0; i < results_.size(); ++i) {
      Spread spread;
      for (size_t r = 0; r < settings_.config.resamples; ++r) {
        add_resample(sums.data() + r * parts.size(), i, spread);
      }
      finish(results_[i], spread);
    }
  }

  void add_parts(const UserColumn& column, uint32_t cell, std::vector<std::vector<double>>& parts) const {
    std::vector<double> numerator(column.values.size(), 0.0);
    std::vector<double> denominator(column.values.size(), 0.0);
    for (size_t u = 0; u < column.values.size(); ++u) {
      if (grouping_.cell_of_user[u] != cell || std::isnan(column.values[u])) continue;
      numerator[u] = column.values[u];
      denominator[u] = column.denominators.empty() ? 1.0 : column.denominators[u];
    }
    parts.push_back(std::move(numerator));
    parts.push_back(std::move(denominator));
  }

  void add_resample(const double* sums, size_t result, Spread& spread) const {
    const size_t cells = grouping_.cells.size();
    std::vector<double> values;
    for (size_t cell = 0; cell < cells; ++cell) {
      const double* part = sums + 2 * (result * cells + cell);
      if (!(part[1] > 0)) return;  // a cell that this resample has emptied
      values.push_back(part[0] / part[1] + column_of(results_[result]).offset);
    }
    spread.add(values);
  }

  void finish(GapResult& result, const Spread& resampled) const {
    std::vector<double> values;
    for (const CellResult& cell : result.cells) {
      if (!cell.estimate.value) return;
      values.push_back(*cell.estimate.value);
      result.gap.n += cell.estimate.n;
      result.gap.n_undefined += cell.estimate.n_undefined;
    }
    result.ratio.n = result.gap.n;
    Spread observed;
    observed.add(values);
    result.gap.value = observed.gaps().front();
    const auto interval_of = [this](std::vector<double> draws) {
      return statistics::percentile_interval(
          std::move(draws), settings_.config.confidence,
          "bootstrap percentile, " + std::to_string(settings_.config.resamples) + " resamples over users");
    };
    result.gap.interval = interval_of(resampled.gaps());
    // A ratio of shares or means; a metric that may be negative has none.
    if (column_of(result).offset != 0.0 || std::isnan(observed.ratios().front())) return;
    result.ratio.value = observed.ratios().front();
    result.ratio.interval = interval_of(resampled.ratios());
  }

  const GapSettings& settings_;
  const std::vector<UserColumns>& systems_;
  const UserGrouping& grouping_;
  size_t index_;
  std::vector<GapResult> results_;
};

// How much worse than the rest a cell is, in standard errors; for metrics without a better side, how different.
double badness(const statistics::CellDifference& cell, Direction direction) {
  const double t = cell.t_statistic.value_or(0.0);
  if (direction == Direction::neutral) return std::abs(t);
  return direction == Direction::higher_is_better ? -t : t;
}

void test_gaps(const GapSettings& settings, const std::vector<UserColumns>& systems, std::vector<GapResult>& results) {
  std::vector<std::vector<double>> comparable;
  for (const UserColumns& system : systems) {
    for (const UserColumn& column : system.columns) comparable.push_back(column.comparable());
  }
  const std::vector<std::span<const double>> columns(comparable.begin(), comparable.end());
  std::vector<statistics::Partition> partitions;
  for (const UserGrouping& grouping : settings.groupings) partitions.push_back(grouping.partition());
  const statistics::GroupTestOptions options{settings.config.permutations, settings.config.confidence,
                                             derive_seed(settings.seed, "bias permutation")};
  const auto tests = statistics::group_difference_tests(columns, partitions, settings.strata, options);
  for (GapResult& result : results) {
    const auto& test = tests[result.grouping][result.system * settings.metrics.size() + result.metric];
    result.p_value = test.p_value;
    const Direction direction = settings.metrics[result.metric].direction;
    for (size_t c = 0; c < result.cells.size(); ++c) {
      result.cells[c].against_rest = test.cells[c];
      if (badness(test.cells[c], direction) > badness(test.cells[result.worst], direction)) result.worst = c;
      if (badness(test.cells[c], Direction::neutral) > badness(test.cells[result.leading], Direction::neutral)) {
        result.leading = c;
      }
    }
  }
}

void correct(const BiasConfig& config, std::vector<GapResult>& results) {
  std::vector<double> p_values;
  for (const GapResult& result : results) p_values.push_back(result.p_value.value_or(kUndefined));
  const std::vector<double> adjusted = statistics::adjust(p_values, config.correction);
  const auto tests =
      static_cast<double>(std::count_if(p_values.begin(), p_values.end(), [](double p) { return !std::isnan(p); }));
  for (size_t i = 0; i < results.size(); ++i) {
    if (!results[i].p_value) continue;
    results[i].p_adjusted = adjusted[i];
    const double level = (1.0 - config.confidence) / tests / static_cast<double>(results[i].cells.size());
    for (CellResult& cell : results[i].cells) {
      cell.p_adjusted = std::min(1.0, cell.against_rest.p_value * tests);
      const uint64_t n = results[i].gap.n;
      cell.detectable = statistics::detectable_effect(
          cell.against_rest.standard_error * std::sqrt(static_cast<double>(n)), level, kPower, n);
    }
  }
}

void shrink(std::vector<GapResult>& results) {
  for (GapResult& result : results) {
    std::vector<double> means;
    std::vector<double> variances;
    for (const CellResult& cell : result.cells) {
      if (!cell.estimate.value) return;
      means.push_back(*cell.estimate.value);
      variances.push_back(cell.against_rest.standard_error * cell.against_rest.standard_error);
    }
    const statistics::ShrunkenMeans shrunken = statistics::shrink_means(means, variances);
    for (size_t c = 0; c < result.cells.size(); ++c) result.cells[c].shrunken = shrunken.values[c];
  }
}

}  // namespace

statistics::BootstrapOptions bootstrap_options(const BiasConfig& config, uint64_t seed) {
  statistics::BootstrapOptions options;
  options.resamples = config.resamples;
  options.confidence = config.confidence;
  options.seed = derive_seed(seed, "bias bootstrap");
  return options;
}

std::vector<GapResult> find_gaps(const GapSettings& settings, const std::vector<UserColumns>& systems) {
  std::vector<GapResult> results;
  if (systems.empty()) return results;
  for (size_t grouping = 0; grouping < settings.groupings.size(); ++grouping) {
    auto of_grouping = GroupingGaps(settings, systems, grouping).run();
    std::move(of_grouping.begin(), of_grouping.end(), std::back_inserter(results));
  }
  test_gaps(settings, systems, results);
  correct(settings.config, results);
  shrink(results);
  for (GapResult& result : results) {
    const UserColumn& column = systems[result.system].columns[result.metric];
    double sum = 0.0;
    double weight = 0.0;
    for (size_t u = 0; u < column.values.size(); ++u) {
      if (std::isnan(column.values[u])) continue;
      sum += column.values[u];
      weight += column.denominators.empty() ? 1.0 : column.denominators[u];
    }
    if (weight > 0) result.overall = sum / weight + column.offset;
  }
  return results;
}

}  // namespace recgauge::suites
