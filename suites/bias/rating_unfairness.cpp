#include "suites/bias/rating_unfairness.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "harness/metrics/rating_unfairness.h"
#include "harness/system/parallel.h"
#include "harness/system/random.h"

namespace recgauge::suites {
namespace {

constexpr uint32_t kFolds = 20;
constexpr uint32_t kMostPermutations = 999;

using Kinds = std::array<double, kUnfairnessKinds>;

// Sums of one cell's ratings of one item.
struct ItemSum {
  double predicted = 0.0;
  double actual = 0.0;
  double count = 0.0;

  metrics::ItemMeans means() const { return {predicted / count, actual / count}; }  // 0 / 0 is NaN, as it should be
};

// The four kinds for every cell against all other users with a rating, who may be in no cell. `fold` is left out.
std::vector<Kinds> unfairness_of(const RatingTable& table, std::span<const uint32_t> cell_of_user, size_t cells,
                                 uint32_t fold = UINT32_MAX) {
  std::vector<ItemSum> sums(table.items * (cells + 1));
  for (const Rating& rating : table.ratings) {
    if (rating.position % kFolds == fold) continue;
    const size_t cell = std::min<size_t>(cell_of_user[rating.position], cells);
    ItemSum& sum = sums[cell * table.items + rating.item];
    sum.predicted += rating.predicted;
    sum.actual += rating.actual;
    ++sum.count;
  }
  std::vector<Kinds> result;
  std::vector<metrics::ItemMeans> group(table.items);
  std::vector<metrics::ItemMeans> others(table.items);
  for (size_t cell = 0; cell < cells; ++cell) {
    for (size_t item = 0; item < table.items; ++item) {
      ItemSum rest;
      for (size_t other = 0; other <= cells; ++other) {
        const ItemSum& sum = sums[other * table.items + item];
        if (other == cell) continue;
        rest.predicted += sum.predicted;
        rest.actual += sum.actual;
        rest.count += sum.count;
      }
      group[item] = sums[cell * table.items + item].means();
      others[item] = rest.means();
    }
    const metrics::RatingUnfairness found = metrics::rating_unfairness(group, others);
    result.push_back({found.value, found.absolute, found.under, found.over});
  }
  return result;
}

// Positions of users with a rating, by length of history.
std::vector<std::vector<uint32_t>> bands_of(const RatingsReport& report, const RatingTable& table) {
  const std::vector<uint32_t> strata = history_strata(report.context, report.config.strata);
  std::vector<uint8_t> rated(strata.size());
  for (const Rating& rating : table.ratings) rated[rating.position] = 1;
  std::vector<std::vector<uint32_t>> bands;
  for (uint32_t position = 0; position < strata.size(); ++position) {
    if (rated[position] == 0) continue;
    if (strata[position] >= bands.size()) bands.resize(strata[position] + 1);
    bands[strata[position]].push_back(position);
  }
  return bands;
}

double quantile_of(std::vector<double>& values, double share) {
  const auto at = values.begin() + static_cast<ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

class SystemUnfairness {
 public:
  SystemUnfairness(const RatingsReport& report, const RatingTable& table)
      : report_(report), table_(table), bands_(bands_of(report, table)) {}

  std::vector<CellUnfairness> find() const {
    std::vector<CellUnfairness> found;
    for (size_t g = 0; g < report_.groupings.size(); ++g) {
      for (size_t cell = 0; cell < report_.groupings[g].cells.size(); ++cell) {
        for (size_t kind = 0; kind < kUnfairnessKinds; ++kind) found.push_back({g, cell, kind, {}, {}, {}, {}});
      }
    }
    const std::vector<double> values = all_kinds(identity(), UINT32_MAX);
    std::vector<std::vector<double>> without;
    for (uint32_t fold = 0; fold < kFolds; ++fold) without.push_back(all_kinds(identity(), fold));
    std::vector<std::vector<double>> chance(std::min(report_.config.permutations, kMostPermutations));
    for_each_piece(chance.size(), 16, [&](size_t, IndexRange range) {
      for (size_t p = range.begin; p < range.end; ++p) chance[p] = all_kinds(permuted(p), UINT32_MAX);
    });
    for (size_t i = 0; i < found.size(); ++i) describe(found[i], values[i], column(without, i), column(chance, i));
    test(values, chance, found);
    return found;
  }

 private:
  std::vector<uint32_t> identity() const {
    std::vector<uint32_t> positions(report_.context.split->test_users.size());
    std::iota(positions.begin(), positions.end(), 0U);
    return positions;
  }

  // Users take each other's places, within bands.
  std::vector<uint32_t> permuted(size_t permutation) const {
    std::vector<uint32_t> places = identity();
    RandomStream stream(derive_seed(report_.context.seed, {derive_seed(0, kRatingsProbe), permutation}));
    for (const std::vector<uint32_t>& band : bands_) {
      std::vector<uint32_t> drawn = band;
      shuffle(drawn, stream);
      for (size_t i = 0; i < band.size(); ++i) places[band[i]] = drawn[i];
    }
    return places;
  }

  // Every kind of every cell of every grouping, where each user is in the cells of the user at the given place.
  std::vector<double> all_kinds(const std::vector<uint32_t>& places, uint32_t fold) const {
    std::vector<double> result;
    std::vector<uint32_t> cell_of_user(places.size());
    for (const UserGrouping& grouping : report_.groupings) {
      for (size_t i = 0; i < places.size(); ++i) cell_of_user[i] = grouping.cell_of_user[places[i]];
      for (const Kinds& kinds : unfairness_of(table_, cell_of_user, grouping.cells.size(), fold)) {
        result.insert(result.end(), kinds.begin(), kinds.end());
      }
    }
    return result;
  }

  static std::vector<double> column(const std::vector<std::vector<double>>& rows, size_t at) {
    std::vector<double> values;
    for (const std::vector<double>& row : rows) {
      if (!std::isnan(row[at])) values.push_back(row[at]);
    }
    return values;
  }

  void describe(CellUnfairness& one, double value, const std::vector<double>& left, std::vector<double> drawn) const {
    if (std::isnan(value)) return;
    one.estimate.value = value;
    one.estimate.n = table_.ratings.size();
    if (left.size() == kFolds) {
      one.estimate.interval = statistics::group_jackknife(value, left, report_.config.confidence);
      one.estimate.interval->low = std::max(0.0, one.estimate.interval->low);
    }
    if (drawn.empty()) return;
    one.by_chance.value = statistics::mean_of_defined(drawn);
    one.by_chance.n = drawn.size();
    const double tail = (1.0 - report_.config.confidence) / 2.0;
    const double low = quantile_of(drawn, tail);
    one.by_chance.interval = statistics::Interval{low, quantile_of(drawn, 1.0 - tail), report_.config.confidence,
                                                  fmt::format("{} permutations of users", drawn.size())};
  }

  // Max-T (Westfall & Young 1993): how far each value lies above chance, in deviations of the permutations, against the
  // furthest of a permutation.
  void test(const std::vector<double>& values, const std::vector<std::vector<double>>& chance,
            std::vector<CellUnfairness>& found) const {
    std::vector<statistics::Moments> moments;
    for (size_t i = 0; i < values.size(); ++i) moments.push_back(statistics::moments(column(chance, i)));
    const auto distance = [&](const std::vector<double>& row, size_t i) {
      const double above = row[i] - moments[i].mean;
      // Sums that differ in their last digits only are the same.
      return moments[i].deviation > 1e-9 && !std::isnan(above) ? above / moments[i].deviation : 0.0;
    };
    std::vector<double> furthest;
    for (const std::vector<double>& row : chance) {
      double most = 0.0;
      for (size_t i = 0; i < row.size(); ++i) most = std::max(most, distance(row, i));
      furthest.push_back(most);
    }
    std::sort(furthest.rbegin(), furthest.rend());
    const auto systems = static_cast<double>(report_.config.predicted_ratings.size());
    const auto draws = static_cast<double>(1 + furthest.size());
    // So many permutations may reach as far as a value that is significant.
    const double allowed = std::floor((1.0 - report_.config.confidence) / systems * draws) - 1.0;
    for (size_t i = 0; i < found.size(); ++i) {
      if (!found[i].estimate.value || !found[i].by_chance.value) continue;
      const double own = distance(values, i);
      const auto extreme = std::count_if(furthest.begin(), furthest.end(), [&](double x) { return x >= own; });
      found[i].p_adjusted = std::min(1.0, systems * static_cast<double>(1 + extreme) / draws);
      if (allowed < 0.0) continue;
      found[i].called_from = moments[i].mean + moments[i].deviation * furthest[static_cast<size_t>(allowed)];
    }
  }

  const RatingsReport& report_;
  const RatingTable& table_;
  std::vector<std::vector<uint32_t>> bands_;
};

}  // namespace

std::vector<CellUnfairness> find_unfairness(const RatingsReport& report, const RatingTable& table) {
  return SystemUnfairness(report, table).find();
}

}  // namespace recgauge::suites
