#include "suites/bias/predicted_ratings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "harness/metrics/rating_unfairness.h"
#include "harness/system/error.h"
#include "harness/system/parallel.h"
#include "harness/system/random.h"
#include "harness/verdict/report_parts.h"
#include "suites/bias/gap_report.h"

namespace recgauge::suites {
namespace {

constexpr uint32_t kFolds = 20;
constexpr uint32_t kMostPermutations = 999;
// Scores further from the scale than it is long are no ratings.
constexpr double kSmallestShareOnScale = 0.9;
constexpr double kHighShare = 0.2;
constexpr double kMediumShare = 0.1;

constexpr size_t kKinds = 4;
using Kinds = std::array<double, kKinds>;
constexpr std::array<const char*, kKinds> kKindNames{"value_unfairness", "absolute_unfairness",
                                                     "underestimation_unfairness", "overestimation_unfairness"};
constexpr std::array<const char*, kKinds> kKindWords{"errs in another direction", "errs by another size",
                                                     "underestimates differently", "overestimates differently"};

class RatingRequests : public RequestList {
 public:
  explicit RatingRequests(const SuiteContext& context) : split_(context.split) {
    offsets_.push_back(0);
    for (const UserId user : split_->test_users) {
      const auto items = split_->test->items(user);
      items_.insert(items_.end(), items.begin(), items.end());
      const auto begin = items_.begin() + static_cast<ptrdiff_t>(offsets_.back());
      std::sort(begin, items_.end());
      items_.erase(std::unique(begin, items_.end()), items_.end());
      offsets_.push_back(items_.size());
    }
  }

  size_t size() const override { return split_->test_users.size(); }

  Request at(size_t i) const override {
    const auto items = std::span(items_).subspan(offsets_[i], offsets_[i + 1] - offsets_[i]);
    Request request = history_request(*split_, split_->test_users[i], static_cast<uint32_t>(items.size()));
    request.candidates = items;
    request.exclusions = {};
    return request;
  }

 private:
  std::shared_ptr<const Split> split_;
  std::vector<ItemId> items_;
  std::vector<size_t> offsets_;  // by test user
};

std::pair<float, float> scale_of(const SuiteContext& context) {
  const auto values = context.dataset->interactions.all_values();
  if (values.empty()) return {0.0F, 0.0F};
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return {*low, *high};
}

struct Rating {
  uint32_t position = 0;  // in Split::test_users
  uint32_t item = 0;      // numbered over the rated items
  double predicted = 0.0;
  double actual = 0.0;
};

struct RatingTable {
  std::vector<Rating> ratings;
  uint32_t items = 0;
  uint64_t asked = 0;
  uint64_t on_scale = 0;
  double low = std::numeric_limits<double>::infinity();  // of the scores
  double high = -std::numeric_limits<double>::infinity();
};

RatingTable read_ratings(const RatingsReport& report, const std::string& system) {
  const Split& split = *report.context.split;
  const auto [least, most] = scale_of(report.context);
  RatingTable table;
  for (const UserId user : split.test_users) table.asked += split.test->row_size(user);
  std::vector<uint32_t> number_of(report.context.dataset->catalogue.size(), UINT32_MAX);
  report.run.store->for_each({system, kRatingsProbe}, [&](Observation&& observation) {
    const Response& response = observation.response;
    if (response.outcome != Outcome::ok || observation.sequence >= split.test_users.size()) return;
    if (response.scores.size() != response.items.size()) return;
    const UserId user = split.test_users[observation.sequence];
    const auto items = split.test->items(user);
    const auto values = split.test->values(user);
    for (size_t i = 0; i < items.size(); ++i) {
      const auto found = std::find(response.items.begin(), response.items.end(), items[i]);
      if (found == response.items.end()) continue;
      const double predicted = response.scores[static_cast<size_t>(found - response.items.begin())];
      if (!std::isfinite(predicted)) continue;
      uint32_t& number = number_of[index(items[i])];
      if (number == UINT32_MAX) number = table.items++;
      table.ratings.push_back({static_cast<uint32_t>(observation.sequence), number, predicted, values[i]});
      const double beyond = std::max(double{least} - predicted, predicted - double{most});
      table.on_scale += beyond <= double{most} - double{least} ? 1 : 0;
      table.low = std::min(table.low, predicted);
      table.high = std::max(table.high, predicted);
    }
  });
  return table;
}

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

struct CellUnfairness {
  size_t grouping = 0;
  size_t cell = 0;
  size_t kind = 0;
  statistics::Estimate estimate;
  statistics::Estimate by_chance;    // mean over permutations, with the middle of them
  std::optional<double> p_adjusted;  // for all cells and kinds of the system
};

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
        for (size_t kind = 0; kind < kKinds; ++kind) found.push_back({g, cell, kind, {}, {}, std::nullopt});
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
  static void test(const std::vector<double>& values, const std::vector<std::vector<double>>& chance,
                   std::vector<CellUnfairness>& found) {
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
    for (size_t i = 0; i < found.size(); ++i) {
      if (!found[i].estimate.value || !found[i].by_chance.value) continue;
      const double own = distance(values, i);
      const auto extreme = std::count_if(furthest.begin(), furthest.end(), [&](double x) { return x >= own; });
      found[i].p_adjusted = static_cast<double>(1 + extreme) / static_cast<double>(1 + furthest.size());
    }
  }

  const RatingsReport& report_;
  const RatingTable& table_;
  std::vector<std::vector<uint32_t>> bands_;
};

double deviation_of(const RatingTable& table) {
  std::vector<double> values;
  for (const Rating& rating : table.ratings) values.push_back(rating.actual);
  return statistics::moments(values).deviation;
}

std::string id_of(const std::string& system, const char* label, const std::string& cell) {
  return fmt::format("bias/{}/{}/{}", system, label, cell);
}

void add_measurements(const RatingsReport& report, const std::string& system, const CellUnfairness& one,
                      SuiteResult& result) {
  const std::string& cell = report.groupings[one.grouping].cells[one.cell];
  const auto put = [&](const std::string& name, const statistics::Estimate& estimate) {
    result.measurements.push_back(measurement_of(
        "bias", {system, name + "(of=predicted_ratings)", name, cell, "rating", Direction::lower_is_better}, estimate,
        estimate.value ? "" : "no item was rated by the group and by others"));
  };
  put(kKindNames[one.kind], one.estimate);
  put(std::string(kKindNames[one.kind]) + "_by_chance", one.by_chance);
}

Finding unmeasured(const std::string& system, const std::string& claim, const std::string& detail) {
  Finding finding = finding_of("bias", system + "-ratings", Severity::low, claim, detail);
  finding.status = FindingStatus::not_measured;
  return finding;
}

// Of two groups without anybody else, the second says what the first has said.
bool says_the_same(const std::vector<CellUnfairness>& cells, size_t at) {
  return std::any_of(cells.begin(), cells.begin() + static_cast<ptrdiff_t>(at), [&](const CellUnfairness& earlier) {
    const CellUnfairness& one = cells[at];
    return earlier.grouping == one.grouping && earlier.kind == one.kind && earlier.estimate.value &&
           std::abs(*earlier.estimate.value - *one.estimate.value) < 1e-12;
  });
}

void add_findings(const RatingsReport& report, const AssessedSystem& system, const RatingTable& table,
                  const std::vector<CellUnfairness>& cells, SuiteResult& result) {
  const double deviation = deviation_of(table);
  size_t tests = 0;
  size_t found = 0;
  for (size_t i = 0; i < cells.size(); ++i) {
    const CellUnfairness& one = cells[i];
    if (!one.p_adjusted || says_the_same(cells, i)) continue;
    ++tests;
    const double p_adjusted =
        std::min(1.0, *one.p_adjusted * static_cast<double>(report.config.predicted_ratings.size()));
    if (p_adjusted > 1.0 - report.config.confidence) continue;
    ++found;
    const std::string& cell = report.groupings[one.grouping].cells[one.cell];
    const double share = (*one.estimate.value - *one.by_chance.value) / deviation;
    Finding finding = finding_of(
        "bias", fmt::format("{}-{}-{}", system.name, kKindNames[one.kind], cell),
        system.role == SystemRole::baseline ? Severity::low
        : share >= kHighShare               ? Severity::high
        : share >= kMediumShare             ? Severity::medium
                                            : Severity::low,
        fmt::format("{} {} for {} (n = {}): {} is {}, by chance {} (adjusted p = {:.4f}).", system.name,
                    kKindWords[one.kind], cell, report.groupings[one.grouping].sizes[one.cell], kKindNames[one.kind],
                    with_interval(one.estimate), with_interval(one.by_chance), p_adjusted),
        fmt::format("Mean over items of the difference between the group's and all other users' errors, in ratings, "
                    "whose standard deviation is {:.2f}. Chance is the same with users' groups permuted within bands "
                    "of history length; p-values are corrected over all tests of predicted ratings.",
                    deviation));
    std::replace(finding.id.begin(), finding.id.end(), ' ', '-');
    finding.measurements = {id_of(system.name, kKindNames[one.kind], cell),
                            id_of(system.name, fmt::format("{}_by_chance", kKindNames[one.kind]).c_str(), cell)};
    result.findings.push_back(std::move(finding));
  }
  if (tests == 0 || found > 0) return;
  Finding finding =
      finding_of("bias", system.name + "-ratings", Severity::info,
                 fmt::format("{}: none of {} tests shows that ratings are predicted worse for a group than chance "
                             "explains; that is no proof of equality.",
                             system.name, tests),
                 "");
  finding.status = FindingStatus::not_supported;
  result.findings.push_back(std::move(finding));
}

void add_system(const RatingsReport& report, const AssessedSystem& system, SuiteResult& result) {
  const RatingTable table = read_ratings(report, system.name);
  const auto answered = static_cast<double>(table.ratings.size());
  if (answered == 0.0 || answered < report.config.smallest_usable_share * static_cast<double>(table.asked)) {
    result.findings.push_back(unmeasured(system.name,
                                         fmt::format("{}'s predicted ratings are not measured: {} of {} were given.",
                                                     system.name, table.ratings.size(), table.asked),
                                         "A prediction is the score that the answer holds beside the item."));
    return;
  }
  if (static_cast<double>(table.on_scale) < kSmallestShareOnScale * answered) {
    const auto [least, most] = scale_of(report.context);
    result.findings.push_back(
        unmeasured(system.name,
                   fmt::format("{}'s scores are no predicted ratings: they run from {:.4g} to {:.4g}, ratings from "
                               "{:.4g} to {:.4g}.",
                               system.name, table.low, table.high, least, most),
                   "Leave the system out of suites.bias.predicted_ratings."));
    return;
  }
  const std::vector<CellUnfairness> cells = SystemUnfairness(report, table).find();
  for (const CellUnfairness& one : cells) add_measurements(report, system.name, one, result);
  add_findings(report, system, table, cells, result);
}

}  // namespace

Probe predicted_ratings_probe(const SuiteContext& context) {
  const auto [least, most] = scale_of(context);
  if (!(most > least)) {
    throw ConfigError(
        "suites.bias.predicted_ratings needs data with ratings, but all interactions have the same value; name the "
        "column of ratings, or leave predicted_ratings out");
  }
  return {kRatingsProbe, "", std::make_shared<RatingRequests>(context), nullptr, {}};
}

void add_predicted_ratings(const RatingsReport& report, SuiteResult& result) {
  for (const std::string& name : report.config.predicted_ratings) {
    const auto system = std::find_if(report.systems.begin(), report.systems.end(),
                                     [&](const AssessedSystem& one) { return one.name == name; });
    if (system == report.systems.end()) {
      result.findings.push_back(unmeasured(
          name, fmt::format("Predicted ratings of '{}' are not measured: the run has no such system.", name), ""));
      continue;
    }
    add_system(report, *system, result);
  }
}

}  // namespace recgauge::suites
