#include "suites/manipulation/attribute_inference.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/statistics/tests_of_difference.h"
#include "harness/system/random.h"
#include "suites/manipulation/threat_model.h"

namespace recgauge::suites::manipulation {
namespace {

constexpr uint32_t kFolds = 5;
constexpr size_t kFewestUsers = 50;
constexpr uint32_t kMostValues = 24;
constexpr double kAlpha = 0.05;
constexpr size_t kSignFlips = 9999;

/// Counts of one fold's training part.
struct Counts {
  std::vector<double> cases;  // by class
  std::vector<double> items;  // by class, then item
  std::vector<double> total;  // by class

  Counts(uint32_t classes, size_t item_count) : cases(classes), items(classes * item_count), total(classes) {}
};

Counts count_outside(std::span<const SeenItems> cases, std::span<const uint32_t> folds, uint32_t fold, uint32_t classes,
                     size_t item_count) {
  Counts counts(classes, item_count);
  for (size_t i = 0; i < cases.size(); ++i) {
    if (folds[i] == fold) continue;
    ++counts.cases[cases[i].value];
    for (const ItemId item : cases[i].items) {
      ++counts.items[cases[i].value * item_count + index(item)];
      ++counts.total[cases[i].value];
    }
  }
  return counts;
}

uint32_t most_likely(const Counts& counts, const SeenItems& seen, size_t item_count) {
  uint32_t best = 0;
  double best_score = -std::numeric_limits<double>::infinity();
  for (uint32_t value = 0; value < counts.cases.size(); ++value) {
    double score = std::log(counts.cases[value] + 1.0);
    const double total = counts.total[value] + static_cast<double>(item_count);
    for (const ItemId item : seen.items) {
      score += std::log((counts.items[value * item_count + index(item)] + 1.0) / total);
    }
    if (score > best_score) {
      best_score = score;
      best = value;
    }
  }
  return best;
}

/// One attribute on one system.
struct Guessed {
  const AssessedSystem* system = nullptr;
  std::string attribute;
  std::vector<double> right;
  std::vector<double> majority;
  std::vector<double> gain;
};

class AttributeInference {
 public:
  explicit AttributeInference(const Assessing& assessing)
      : assessing_(assessing), seed_(derive_seed(assessing.context.seed, "attribute inference")) {}

  void run() {
    for (const CategoricalColumn& column : assessing_.context.dataset->users.attributes) {
      if (column.values.size() < 2 || column.values.size() > kMostValues) continue;
      for (const AssessedSystem& system : assessing_.systems) guess(column, system);
    }
    if (guessed_.empty()) return;
    test();
    for (size_t i = 0; i < guessed_.size(); ++i) report(guessed_[i], adjusted_[i]);
    add_threat(assessing_.result, "attributes from lists", "the attribute of four users in five, with their lists",
               "sees a user's list", "one list a user", "an attribute that the user did not tell");
  }

 private:
  void guess(const CategoricalColumn& column, const AssessedSystem& system) {
    std::vector<SeenItems> cases;
    std::vector<uint32_t> folds;
    const size_t items = assessing_.context.dataset->catalogue.size();
    const auto& users = assessing_.context.split->test_users;
    assessing_.run.store->for_each({system.name, kRankingProbe}, [&](Observation&& observation) {
      if (observation.response.outcome != Outcome::ok || observation.sequence >= users.size()) return;
      const UserId user = users[observation.sequence];
      if (column.codes[index(user)] == CategoricalColumn::kMissing) return;
      std::vector<ItemId> seen = std::move(observation.response.items);
      seen.resize(std::min<size_t>(seen.size(), assessing_.config.k));
      std::erase_if(seen, [&](ItemId item) { return index(item) >= items; });
      cases.push_back({std::move(seen), column.codes[index(user)]});
      folds.push_back(static_cast<uint32_t>(derive_seed(seed_, {index(user)}) % kFolds));
    });
    if (cases.size() < kFewestUsers) return;
    Guessed guessed{&system, column.name, {}, {}, {}};
    const auto classes = static_cast<uint32_t>(column.values.size());
    guessed.right = guessed_right(cases, folds, classes, items);
    guessed.majority = majority_right(cases, folds, classes);
    for (size_t i = 0; i < cases.size(); ++i) guessed.gain.push_back(guessed.right[i] - guessed.majority[i]);
    guessed_.push_back(std::move(guessed));
  }

  void test() {
    std::vector<double> p_values;
    for (const Guessed& guessed : guessed_) {
      const std::span<const double> column(guessed.gain);
      const auto test = statistics::paired_permutation_tests(
          std::span(&column, 1), kSignFlips, derive_seed(seed_, guessed.system->name + guessed.attribute));
      p_values.push_back(test.front().p_value.value_or(std::nan("")));
    }
    adjusted_ = statistics::adjust(p_values, statistics::Correction::holm);
  }

  void report(const Guessed& guessed, double p_adjusted) {
    const std::string slice = "attribute=" + guessed.attribute;
    const auto add = [&](const char* name, const std::vector<double>& values, Direction direction) {
      const std::string label = fmt::format("{}@{}", name, assessing_.config.k);
      statistics::Estimate estimate = mean_by_user(values, assessing_, derive_seed(seed_, label + slice));
      assessing_.result.measurements.push_back(
          measurement_of(kSuite, {guessed.system->name, label, label, slice, "share", direction}, estimate, ""));
      return estimate;
    };
    add("attribute_guessed", guessed.right, Direction::neutral);
    add("attribute_majority", guessed.majority, Direction::neutral);
    const statistics::Estimate gain = add("attribute_inference_gain", guessed.gain, Direction::lower_is_better);
    if (!gain.value || *gain.value <= 0 || !(p_adjusted <= kAlpha)) return;
    Finding finding = finding_of(
        kSuite, fmt::format("{}-gives-away-{}", guessed.system->name, guessed.attribute),
        severity_of(*gain.value, guessed.system->role),
        fmt::format("{}'s lists give away '{}': guessed rightly from {} items for {} of users, {} by the most frequent "
                    "value.",
                    guessed.system->name, guessed.attribute, assessing_.config.k,
                    percent(statistics::mean_of_defined(guessed.right)),
                    percent(statistics::mean_of_defined(guessed.majority))),
        fmt::format(
            "Gain {}, adjusted p {:.4f} by sign flips over {} users, Holm over {} tests. Lists that fit people say "
            "something about them: what matters is who sees the lists.",
            with_interval(*gain.value, gain.interval), p_adjusted, gain.n, guessed_.size()));
    finding.measurements.push_back(fmt::format("manipulation/{}/attribute_inference_gain@{}/{}", guessed.system->name,
                                               assessing_.config.k, slice));
    assessing_.result.findings.push_back(std::move(finding));
  }

  const Assessing& assessing_;
  uint64_t seed_;
  std::vector<Guessed> guessed_;
  std::vector<double> adjusted_;
};

}  // namespace

std::vector<double> guessed_right(std::span<const SeenItems> cases, std::span<const uint32_t> folds, uint32_t classes,
                                  size_t item_count) {
  std::vector<double> right(cases.size());
  const uint32_t fold_count = folds.empty() ? 0 : *std::max_element(folds.begin(), folds.end()) + 1;
  for (uint32_t fold = 0; fold < fold_count; ++fold) {
    const Counts counts = count_outside(cases, folds, fold, classes, item_count);
    for (size_t i = 0; i < cases.size(); ++i) {
      if (folds[i] == fold) right[i] = most_likely(counts, cases[i], item_count) == cases[i].value ? 1.0 : 0.0;
    }
  }
  return right;
}

std::vector<double> majority_right(std::span<const SeenItems> cases, std::span<const uint32_t> folds,
                                   uint32_t classes) {
  std::vector<SeenItems> blind;
  for (const SeenItems& one : cases) blind.push_back({{}, one.value});
  return guessed_right(blind, folds, classes, 1);
}

void add_attribute_inference(const Assessing& assessing) { AttributeInference(assessing).run(); }

}  // namespace recgauge::suites::manipulation
