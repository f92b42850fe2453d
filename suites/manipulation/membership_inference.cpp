#include "suites/manipulation/membership_inference.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/detection/detectors.h"
#include "harness/statistics/tests_of_difference.h"
#include "harness/system/random.h"
#include "suites/manipulation/threat_model.h"

namespace recgauge::suites::manipulation {
namespace {

using detection::roc_area;
using detection::RocArea;

constexpr uint32_t kFolds = 5;
constexpr double kAlpha = 0.05;
constexpr size_t kPermutations = 9999;

// The threshold with the largest advantage among the users outside of `fold`.
double threshold_outside(std::span<const double> scores, std::span<const uint8_t> is_member,
                         std::span<const uint32_t> folds, uint32_t fold) {
  std::vector<std::pair<double, bool>> cases;
  double members = 0.0;
  for (size_t i = 0; i < scores.size(); ++i) {
    if (folds[i] == fold) continue;
    cases.emplace_back(scores[i], is_member[i] != 0);
    members += is_member[i] != 0 ? 1.0 : 0.0;
  }
  std::sort(cases.begin(), cases.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  const double others = static_cast<double>(cases.size()) - members;
  double best = std::numeric_limits<double>::infinity();
  double best_advantage = 0.0;
  double found = 0.0;
  double mistaken = 0.0;
  for (size_t i = 0; i < cases.size(); ++i) {
    (cases[i].second ? found : mistaken) += 1.0;
    if (i + 1 < cases.size() && cases[i + 1].first == cases[i].first) continue;
    const double advantage = found / std::max(1.0, members) - mistaken / std::max(1.0, others);
    if (advantage <= 0.0 || advantage < best_advantage) continue;
    best_advantage = advantage;
    best = cases[i].first;
  }
  return best;
}

/// The attack on one system, by user who was answered.
struct Attacked {
  const AssessedSystem* system = nullptr;
  uint64_t requests = 0;
  std::vector<double> fits;
  std::vector<uint8_t> is_member;
  std::vector<uint32_t> folds;
  statistics::Estimate advantage;
  double p_adjusted = std::nan("");

  std::vector<double> fits_of(bool members) const {
    std::vector<double> chosen;
    for (size_t i = 0; i < fits.size(); ++i) {
      if ((is_member[i] != 0) == members) chosen.push_back(fits[i]);
    }
    return chosen;
  }
  bool is_shown() const {
    const bool fits_members = statistics::mean_of_defined(fits_of(true)) > statistics::mean_of_defined(fits_of(false));
    return advantage.value && *advantage.value > 0 && fits_members && p_adjusted <= kAlpha;
  }
};

class MembershipReport {
 public:
  explicit MembershipReport(const Assessing& assessing)
      : assessing_(assessing),
        result_(assessing.result),
        population_(assessing.config, assessing.context),
        seed_(derive_seed(assessing.context.seed, "membership report")) {}

  void run() {
    if (!population_.skipped().empty()) {
      add_not_measured(result_, "membership", "Whether lists give away who was trained on is not measured.",
                       population_.skipped());
    }
    if (population_.people().empty()) return;
    for (const AssessedSystem& system : assessing_.systems) collect(system);
    test();
    for (Attacked& attacked : attacked_) report(attacked);
    if (attacked_.empty()) return;
    add_threat(result_, "membership from lists", threat().knowledge, threat().access, threat().budget, threat().goal);
    add_figure();
  }

 private:
  void collect(const AssessedSystem& system) {
    Attacked attacked;
    attacked.system = &system;
    const auto& people = population_.people();
    assessing_.run.store->for_each({system.name, kMembership}, [&](Observation&& observation) {
      ++attacked.requests;
      if (observation.response.outcome != Outcome::ok || observation.sequence >= people.size()) return;
      const auto& person = people[observation.sequence];
      attacked.fits.push_back(fit_of(observation.response.items, person.known, assessing_.config.k));
      attacked.is_member.push_back(person.is_member ? 1 : 0);
      attacked.folds.push_back(static_cast<uint32_t>(derive_seed(seed_, {index(person.user)}) % kFolds));
    });
    if (attacked.requests > 0) {
      attacked_.push_back(std::move(attacked));
      return;
    }
    add_not_measured(
        result_, system.name + "-membership",
        fmt::format("Whether {}'s lists give away who it was trained on is not measured: it does not learn "
                    "here.",
                    system.name),
        "Only systems that this program trains can be trained without a half of some users.");
  }

  bool usable(const Attacked& attacked) const {
    return enough(assessing_.config, attacked.fits.size(), attacked.requests) && !attacked.fits_of(true).empty() &&
           !attacked.fits_of(false).empty();
  }

  // Members were drawn at random among the users, so permuting who is one is exact for lists that do not depend on it.
  void test() {
    std::vector<double> p_values;
    for (const Attacked& attacked : attacked_) {
      const auto test = statistics::group_permutation_test(attacked.fits_of(true), attacked.fits_of(false),
                                                           kPermutations, derive_seed(seed_, attacked.system->name));
      p_values.push_back(usable(attacked) ? test.p_value.value_or(std::nan("")) : std::nan(""));
    }
    const std::vector<double> adjusted = statistics::adjust(p_values, statistics::Correction::holm);
    for (size_t i = 0; i < attacked_.size(); ++i) attacked_[i].p_adjusted = adjusted[i];
  }

  // Mean over users is the share of members found less that of others taken for one, whatever the groups' sizes.
  static std::vector<double> advantage_by_user(const Attacked& attacked) {
    const std::vector<double> guessed = guessed_members(attacked.fits, attacked.is_member, attacked.folds);
    const auto n = static_cast<double>(guessed.size());
    const auto members = static_cast<double>(attacked.fits_of(true).size());
    std::vector<double> values;
    for (size_t i = 0; i < guessed.size(); ++i) {
      const bool is_member = attacked.is_member[i] != 0;
      const bool is_right = (guessed[i] > 0.5) == is_member;
      values.push_back((is_right ? 0.5 : -0.5) * n / (is_member ? members : n - members));
    }
    return values;
  }

  std::string label(const char* measure) const { return fmt::format("{}@{}", measure, assessing_.config.k); }

  void add(const Attacked& attacked, const std::string& name, const std::string& slice, Direction direction,
           const statistics::Estimate& estimate, const std::string& reason) {
    result_.measurements.push_back(
        measurement_of(kSuite, {attacked.system->name, name, name, slice, "share", direction}, estimate, reason));
  }

  void report(Attacked& attacked) {
    const std::string reason = usable(attacked) ? ""
                                                : fmt::format("only {} of {} requests were answered usably",
                                                              attacked.fits.size(), attacked.requests);
    for (const bool members : {true, false}) {
      add(attacked, label("membership_fit"), members ? "users=members" : "users=left out", Direction::neutral,
          mean_by_user(attacked.fits_of(members), assessing_, derive_seed(seed_, members ? "members" : "others")),
          reason);
    }
    if (reason.empty()) attacked.advantage = mean_by_user(advantage_by_user(attacked), assessing_, seed_);
    add(attacked, label("membership_advantage"), "all", Direction::lower_is_better, attacked.advantage, reason);
    const RocArea area = roc_area(attacked.fits, attacked.is_member, assessing_.config.confidence);
    statistics::Estimate estimate;
    estimate.value = area.value;
    estimate.interval = area.interval;
    estimate.n = attacked.fits.size();
    add(attacked, label("membership_auc"), "all", Direction::lower_is_better, estimate, reason);
    if (reason.empty()) conclude(attacked, area);
  }

  ThreatModel threat() const {
    return {"a user's history", "sees the list that the earlier half of it brings", "one list a user",
            "to learn whether the system was trained on that user"};
  }

  void conclude(const Attacked& attacked, const RocArea& area) {
    const std::string& system = attacked.system->name;
    const std::string figures = fmt::format(
        "Advantage {} (share of members found less share of others taken for one), area under the ROC curve "
        "{}, adjusted p {:.4f} by permutation over {} users, Holm over {} systems.",
        with_interval(attacked.advantage), with_interval(area.value, area.interval), attacked.p_adjusted,
        attacked.fits.size(), attacked_.size());
    Finding finding = finding_of(
        kSuite, system + "-membership", Severity::info,
        fmt::format("{}'s lists are not shown to give away who was in its training data.", system),
        fmt::format("{} Stronger attackers, who train models of their own to compare with, are not played. {}", figures,
                    sentence(threat())));
    finding.status = FindingStatus::not_supported;
    if (attacked.is_shown()) {
      finding.status = FindingStatus::supported;
      finding.severity = severity_of(*attacked.advantage.value, attacked.system->role);
      finding.claim = fmt::format(
          "{}'s lists give away who was in its training data: they fit the unseen half of members' histories better "
          "({}) than that of users who were left out ({}).",
          system, percent(statistics::mean_of_defined(attacked.fits_of(true))),
          percent(statistics::mean_of_defined(attacked.fits_of(false))));
    }
    finding.measurements.push_back(fmt::format("manipulation/{}/{}/all", system, label("membership_advantage")));
    finding.evidence.push_back({system, kMembership, {}});
    result_.findings.push_back(std::move(finding));
  }

  void add_figure() {
    Figure figure;
    figure.id = "manipulation/membership";
    figure.title = "Can lists tell who was in the training data?";
    figure.caption =
        "Share of members that an attacker finds less the share of others that are taken for one, from how well a list "
        "fits the half of the history that it was not asked with. 0 is chance, 1 is certainty.";
    figure.kind = "interval";
    figure.encoding = {{"y", "system"}, {"x", "advantage"}, {"low", "low"}, {"high", "high"}};
    figure.columns = {"system", "advantage", "low", "high", "n"};
    for (const Attacked& attacked : attacked_) {
      if (!attacked.advantage.value) continue;
      figure.rows.push_back({attacked.system->name, *attacked.advantage.value, low_cell(attacked.advantage.interval),
                             high_cell(attacked.advantage.interval), static_cast<double>(attacked.advantage.n)});
    }
    if (!figure.rows.empty()) result_.figures.push_back(std::move(figure));
  }

  const Assessing& assessing_;
  SuiteResult& result_;
  MembershipPopulation population_;
  uint64_t seed_;
  std::vector<Attacked> attacked_;
};

}  // namespace

std::vector<double> guessed_members(std::span<const double> scores, std::span<const uint8_t> is_member,
                                    std::span<const uint32_t> folds) {
  std::vector<double> guessed(scores.size());
  const uint32_t fold_count = folds.empty() ? 0 : *std::max_element(folds.begin(), folds.end()) + 1;
  for (uint32_t fold = 0; fold < fold_count; ++fold) {
    const double threshold = threshold_outside(scores, is_member, folds, fold);
    for (size_t i = 0; i < scores.size(); ++i) {
      if (folds[i] == fold) guessed[i] = scores[i] >= threshold ? 1.0 : 0.0;
    }
  }
  return guessed;
}

void add_membership_inference(const Assessing& assessing) { MembershipReport(assessing).run(); }

}  // namespace recgauge::suites::manipulation
