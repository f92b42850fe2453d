#include "suites/bias/predicted_ratings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "harness/system/error.h"
#include "harness/verdict/report_parts.h"
#include "suites/bias/rating_unfairness.h"

namespace recgauge::suites {
namespace {

// Scores further from the scale than it is long are no ratings.
constexpr double kSmallestShareOnScale = 0.9;
constexpr double kHighShare = 0.2;
constexpr double kMediumShare = 0.1;

constexpr std::array<const char*, kUnfairnessKinds> kKindNames{
    "value_unfairness", "absolute_unfairness", "underestimation_unfairness", "overestimation_unfairness"};
constexpr std::array<const char*, kUnfairnessKinds> kKindWords{
    "errs in another direction", "errs by another size", "underestimates differently", "overestimates differently"};

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
  std::vector<std::string> looked_at;
  for (size_t i = 0; i < cells.size(); ++i) {
    const CellUnfairness& one = cells[i];
    if (!one.p_adjusted || says_the_same(cells, i)) continue;
    ++tests;
    const std::string& cell = report.groupings[one.grouping].cells[one.cell];
    if (*one.p_adjusted > 1.0 - report.config.confidence) {
      if (one.kind == 0) {
        looked_at.push_back(fmt::format("{} (n = {}) {}, by chance {:.4f}, called from {}", cell,
                                        report.groupings[one.grouping].sizes[one.cell], with_interval(one.estimate),
                                        *one.by_chance.value, with_interval(one.called_from, std::nullopt)));
      }
      continue;
    }
    ++found;
    const double share = (*one.estimate.value - *one.by_chance.value) / deviation;
    Finding finding = finding_of(
        "bias", fmt::format("{}-{}-{}", system.name, kKindNames[one.kind], cell),
        system.role == SystemRole::baseline ? Severity::low
        : share >= kHighShare               ? Severity::high
        : share >= kMediumShare             ? Severity::medium
                                            : Severity::low,
        fmt::format("{} {} for {} (n = {}): {} is {}, by chance {} (adjusted p = {:.4f}).", system.name,
                    kKindWords[one.kind], cell, report.groupings[one.grouping].sizes[one.cell], kKindNames[one.kind],
                    with_interval(one.estimate), with_interval(one.by_chance), *one.p_adjusted),
        fmt::format("Mean over items of the difference between the group's and all other users' errors, in ratings, "
                    "whose standard deviation is {:.2f}. Above {} it would have been called. Chance is the same with "
                    "users' groups permuted within bands "
                    "of history length; p-values are corrected over all tests of predicted ratings.",
                    deviation, with_interval(one.called_from, std::nullopt)));
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
                 fmt::format("value_unfairness: {}.", fmt::join(looked_at, "; ")));
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
  const std::vector<CellUnfairness> cells = find_unfairness(report, table);
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
