// Where the lists of two systems differ, and the users who show it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

#include "harness/comparison/answers.h"
#include "harness/metrics/rank_biased_overlap.h"
#include "harness/statistics/one_sided.h"

namespace recgauge {
namespace {

constexpr double kPersistence = 0.9;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// One side of the comparison.
struct Side {
  const SystemOfRun& system;
  const JudgedRun& run;
  const StoredAnswers& answers;
  std::vector<double> values{};  ///< of the metric by sequence; empty if not kept
};

double shared_items(std::span<const ItemId> a, std::span<const ItemId> b) {
  return static_cast<double>(std::count_if(a.begin(), a.end(), [&](ItemId item) {
    return item != kOutOfCatalogue && std::find(b.begin(), b.end(), item) != b.end();
  }));
}

void set_mean(const std::vector<double>& values, double confidence, std::optional<double>& mean,
              std::optional<statistics::Interval>& interval) {
  const statistics::Moments moments = statistics::moments(values);
  if (moments.n == 0) return;
  mean = moments.mean;
  if (const auto estimate = statistics::estimated_mean(values)) {
    const double side = 0.5 + 0.5 * confidence;
    interval = statistics::Interval{std::max(0.0, lower_bound(*estimate, side)),
                                    std::min(1.0, upper_bound(*estimate, side)), confidence, "Student's t over users"};
  }
}

std::optional<double> defined(const std::vector<double>& values, size_t at) {
  if (at >= values.size() || std::isnan(values[at])) return std::nullopt;
  return values[at];
}

class ListComparison {
 public:
  ListComparison(Side ours, Side theirs, const ChosenMeasure& metric, const ComparisonOptions& options)
      : ours_(std::move(ours)), theirs_(std::move(theirs)), metric_(metric), options_(options) {}

  void measure(Disagreement& result) {
    const size_t size = std::max(ours_.answers.lengths.size(), theirs_.answers.lengths.size());
    overlap_.assign(size, kNone);
    biased_.assign(size, kNone);
    size_t equal = 0;
    for (size_t i = 0; i < size; ++i) {
      const bool both = ours_.answers.has(i) && theirs_.answers.has(i);
      if (!both) result.one_sided += ours_.answers.has(i) || theirs_.answers.has(i) ? 1 : 0;
      if (both) equal += measure_user(i) ? 1 : 0;
      result.n += both ? 1 : 0;
    }
    set_mean(biased_, options_.confidence, result.rank_biased_overlap, result.rank_biased_overlap_interval);
    set_mean(overlap_, options_.confidence, result.overlap, result.overlap_interval);
    if (result.n > 0) result.equal_lists = static_cast<double>(equal) / static_cast<double>(result.n);
  }

  void add_examples(Disagreement& result) {
    read_values();
    const double sign = metric_.direction == Direction::lower_is_better ? -1.0 : 1.0;
    const auto gain = [&](size_t i) { return sign * difference(i); };
    choose(result, "the lists differ the most", [&](size_t i) {
      return std::isnan(biased_[i]) || biased_[i] == 1.0 ? kNone : -biased_[i] + 1e-6 * std::abs(zero_if_none(gain(i)));
    });
    choose(result, metric_.label + ": ahead of the reference by the most",
           [&](size_t i) { return gain(i) > 0.0 ? gain(i) : kNone; });
    choose(result, metric_.label + ": behind the reference by the most",
           [&](size_t i) { return gain(i) < 0.0 ? -gain(i) : kNone; });
  }

 private:
  static double zero_if_none(double value) { return std::isnan(value) ? 0.0 : value; }

  // Whether the lists are equal.
  bool measure_user(size_t i) {
    const auto a = ours_.answers.list(i);
    const auto b = theirs_.answers.list(i);
    biased_[i] = metrics::rank_biased_overlap(a, b, kPersistence, ours_.answers.k);
    const size_t longer = std::max(a.size(), b.size());
    if (longer > 0) overlap_[i] = shared_items(a, b) / static_cast<double>(longer);
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
  }

  // Users stand in the order of the requests: both come from the list of test users.
  void read_values() {
    for (Side* side : {&ours_, &theirs_}) {
      const auto values = side->run.observations->unit_values(metric_.suite, side->system.named.name, metric_.metric);
      if (values) side->values = *values;
    }
  }

  double difference(size_t i) const {
    const auto a = defined(ours_.values, i);
    const auto b = defined(theirs_.values, i);
    return a && b ? *a - *b : kNone;
  }

  template <typename Score>
  void choose(Disagreement& result, const std::string& reason, const Score& score) {
    std::vector<std::pair<double, size_t>> ranked;
    for (size_t i = 0; i < biased_.size(); ++i) {
      const double value = std::isnan(biased_[i]) ? kNone : score(i);
      if (!std::isnan(value) && shown_.count(i) == 0) ranked.emplace_back(-value, i);
    }
    const size_t count = std::min(options_.examples, ranked.size());
    std::partial_sort(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(count), ranked.end());
    for (size_t i = 0; i < count; ++i) add_example(result, ranked[i].second, reason);
  }

  void add_example(Disagreement& result, size_t i, const std::string& reason) {
    shown_.insert(i);
    ExampleUser example;
    example.reason = reason;
    example.request = i;
    example.rank_biased_overlap = biased_[i];
    example.overlap = overlap_[i];
    example.value = defined(ours_.values, i);
    example.reference_value = defined(theirs_.values, i);
    example.list = listed(ours_, ours_.answers.list(i), theirs_.answers.list(i));
    example.reference_list = listed(theirs_, theirs_.answers.list(i), ours_.answers.list(i));
    result.examples.push_back(std::move(example));
  }

  static std::vector<ListedItem> listed(const Side& side, std::span<const ItemId> items,
                                        std::span<const ItemId> others) {
    std::vector<ListedItem> list;
    for (const ItemId item : items) {
      ListedItem entry;
      entry.in_both = item != kOutOfCatalogue && std::find(others.begin(), others.end(), item) != others.end();
      if (item == kOutOfCatalogue) {
        entry.name = "not in the catalogue";
      } else if (const auto label = side.run.observations->item_label(item)) {
        entry.name = label->name;
        entry.title = label->title;
      } else {
        entry.name = fmt::format("item {}", static_cast<uint32_t>(item));
      }
      list.push_back(std::move(entry));
    }
    return list;
  }

  Side ours_;
  Side theirs_;
  const ChosenMeasure& metric_;
  const ComparisonOptions& options_;
  std::vector<double> overlap_;  ///< by sequence; NaN without both lists
  std::vector<double> biased_;
  std::set<size_t> shown_;
};

}  // namespace

Disagreement disagreement_of(const SystemOfRun& system, const JudgedRun& run, const StoredAnswers& answers,
                             const SystemOfRun& reference, const JudgedRun& reference_run,
                             const StoredAnswers& reference_answers, const ChosenMeasure& metric,
                             const ComparisonOptions& options) {
  Disagreement result;
  result.system = system.named.id;
  result.probe = answers.probe;
  result.k = answers.k;
  result.metric = metric.label;
  if (!answers.problem.empty() || !reference_answers.problem.empty()) {
    result.not_measured_reason =
        !answers.problem.empty() ? answers.problem : "for the reference: " + reference_answers.problem;
    return result;
  }
  ListComparison lists({system, run, answers}, {reference, reference_run, reference_answers}, metric, options);
  lists.measure(result);
  lists.add_examples(result);
  return result;
}

}  // namespace recgauge
