#include "suites/manipulation/poisoning_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "harness/statistics/tests_of_difference.h"
#include "suites/manipulation/poisoning_effects.h"

namespace recgauge::suites::manipulation {
namespace {

constexpr double kAlpha = 0.05;
constexpr size_t kSignFlips = 99999;
constexpr const char* kClusters = "targets and repetitions";

struct TestedAttack {
  const AssessedSystem* system = nullptr;
  AttackEffect effect;
  statistics::Estimate gain;
  statistics::Estimate after;
  statistics::Estimate sham;
  statistics::Estimate before;
  double p_adjusted = std::nan("");
  bool usable = false;

  bool is_shown() const { return usable && gain.value && p_adjusted <= kAlpha; }
  double size() const { return gain.value.value_or(0.0); }
};

class PoisoningReport {
 public:
  PoisoningReport(const PoisoningPlan& plan, const Assessing& assessing)
      : plan_(plan), assessing_(assessing), config_(assessing.config), result_(assessing.result) {}

  void run() {
    for (const AssessedSystem& system : assessing_.systems) collect(system);
    test();
    for (const TestedAttack& attack : attacks_) measure(attack);
    for (const AssessedSystem& system : assessing_.systems) conclude(system);
    add_threats();
    add_response_figure();
    add_strata_figure();
  }

 private:
  void collect(const AssessedSystem& system) {
    std::vector<AttackEffect> effects = effects_on(plan_, assessing_, system.name);
    if (effects.empty()) {
      add_not_measured(result_, system.name + "-poisoning",
                       fmt::format("{} was not attacked with fake users: it does not learn here.", system.name),
                       "Fake users need a system that this program trains.");
    }
    for (AttackEffect& effect : effects) {
      const auto estimate = [&](auto value) {
        return mean_by_cluster(by_target(effect, value), config_.confidence, kClusters);
      };
      TestedAttack tested;
      tested.system = &system;
      tested.usable = enough(config_, effect.usable, effect.requests);
      tested.gain = estimate([&](const TargetEffect& t) { return gain_of(t, effect.attack.goal); });
      tested.after = estimate([](const TargetEffect& t) { return t.hit_after; });
      tested.sham = estimate([](const TargetEffect& t) { return t.hit_sham; });
      tested.before = estimate([](const TargetEffect& t) { return t.hit_before; });
      tested.effect = std::move(effect);
      attacks_.push_back(std::move(tested));
    }
  }

  void test() {
    std::vector<double> p_values;
    for (const TestedAttack& attack : attacks_) {
      const std::vector<double> gains =
          by_target(attack.effect, [&](const TargetEffect& t) { return gain_of(t, attack.effect.attack.goal); });
      const std::span<const double> column(gains);
      const auto test = statistics::paired_permutation_tests(
          std::span(&column, 1), kSignFlips,
          derive_seed(assessing_.context.seed, attack.system->name + attack.effect.attack.slice()));
      p_values.push_back(attack.usable ? test.front().p_value.value_or(std::nan("")) : std::nan(""));
    }
    const std::vector<double> adjusted = statistics::adjust(p_values, statistics::Correction::holm);
    for (size_t i = 0; i < attacks_.size(); ++i) attacks_[i].p_adjusted = adjusted[i];
  }

  std::string at_k(const char* name) const { return fmt::format("{}@{}", name, config_.k); }

  void measure(const TestedAttack& attack) {
    const AttackEffect& effect = attack.effect;
    const std::string reason =
        attack.usable ? "" : fmt::format("only {} of {} requests were answered usably", effect.usable, effect.requests);
    const auto add = [&](const std::string& label, const statistics::Estimate& estimate, const char* unit,
                         Direction direction) {
      result_.measurements.push_back(measurement_of(
          kSuite, {attack.system->name, label, label, effect.attack.slice(), unit, direction}, estimate, reason));
    };
    const auto estimate = [&](auto value) {
      return mean_by_cluster(by_target(effect, value), config_.confidence, kClusters);
    };
    const double sign = effect.attack.goal == Goal::push ? 1.0 : -1.0;
    add(at_k("target_hit_ratio"), attack.after, "share", Direction::neutral);
    add(at_k("target_hit_ratio_untreated"), attack.before, "share", Direction::neutral);
    add(at_k("target_hit_ratio_bystanders"), attack.sham, "share", Direction::neutral);
    add(at_k("attack_gain"), attack.gain, "share", Direction::lower_is_better);
    add("rank_shift", estimate([&](const TargetEffect& t) { return sign * t.rank_change; }), "places",
        Direction::lower_is_better);
    add("prediction_shift", estimate([](const TargetEffect& t) { return t.score_change; }), "score",
        Direction::neutral);
    add(fmt::format("collateral_change[ndcg@{}]", config_.k),
        mean_by_user(effect.accuracy_change, assessing_, derive_seed(assessing_.context.seed, effect.attack.slice())),
        "", Direction::neutral);
  }

  const TestedAttack* strongest(const AssessedSystem& system, bool wanted) const {
    const TestedAttack* best = nullptr;
    for (const TestedAttack& attack : attacks_) {
      if (attack.system != &system || !attack.is_shown() || (attack.size() > 0) != wanted) continue;
      if (best == nullptr || std::abs(attack.size()) > std::abs(best->size())) best = &attack;
    }
    return best;
  }

  bool was_attacked(const AssessedSystem& system) const {
    return std::any_of(attacks_.begin(), attacks_.end(), [&](const auto& attack) { return attack.system == &system; });
  }

  void conclude(const AssessedSystem& system) {
    if (!was_attacked(system)) return;
    const TestedAttack* best = strongest(system, true);
    if (best != nullptr) {
      add_success(*best);
    } else {
      add_no_success(system);
    }
    const TestedAttack* backfired = strongest(system, false);
    if (backfired != nullptr && backfired->effect.attack.goal == Goal::nuke) add_backfire(*backfired);
  }

  std::string lists_with_target(const TestedAttack& attack) const {
    return fmt::format(
        "a target stands in the first {} places of {} of other people's lists [{}, {}], instead of {} with "
        "as many harmless new users and {} without any",
        config_.k, percent(attack.after.value.value_or(0)),
        attack.after.interval ? percent(std::max(0.0, attack.after.interval->low)) : "",
        attack.after.interval ? percent(std::min(1.0, attack.after.interval->high)) : "",
        percent(attack.sham.value.value_or(0)), percent(attack.before.value.value_or(0)));
  }

  std::string evidence_of(const TestedAttack& attack) const {
    return fmt::format(
        "Gain over harmless users {} (share of lists), adjusted p {:.4f} by sign flips over {} targets and "
        "repetitions, "
        "Holm over {} attacks. {}",
        with_interval(attack.size(), attack.gain.interval), attack.p_adjusted, attack.gain.n, attacks_.size(),
        sentence(plan_.threat(attack.effect.attack)));
  }

  Finding finding_on(const TestedAttack& attack, const char* what, Severity severity, std::string claim) const {
    Finding finding = finding_of(kSuite, attack.system->name + what, severity, std::move(claim), evidence_of(attack));
    finding.measurements.push_back(
        fmt::format("manipulation/{}/{}/{}", attack.system->name, at_k("attack_gain"), attack.effect.attack.slice()));
    finding.evidence.push_back({attack.system->name, attack.effect.attack.name(), {}});
    return finding;
  }

  void add_success(const TestedAttack& attack) {
    const bool push = attack.effect.attack.goal == Goal::push;
    result_.findings.push_back(
        finding_on(attack, "-poisoning", severity_of(attack.size(), attack.system->role),
                   fmt::format("{} can be made to {} chosen items: with {:.4g} % fake users ({}) {}.",
                               attack.system->name, push ? "show" : "hide", 100.0 * attack.effect.attack.size,
                               to_string(attack.effect.attack.attack), lists_with_target(attack))));
  }

  void add_backfire(const TestedAttack& attack) {
    result_.findings.push_back(
        finding_on(attack, "-poisoning-backfires", Severity::info,
                   fmt::format("{} takes the low ratings of fake users for interest: the attack that was to hide items "
                               "promotes them; {}.",
                               attack.system->name, lists_with_target(attack))));
  }

  // The smallest adjusted p-value that sign flips over so few targets can give.
  double smallest_p(const AssessedSystem& system) const {
    double smallest = 1.0;
    for (const TestedAttack& attack : attacks_) {
      if (attack.system != &system) continue;
      const double exact = std::exp2(1.0 - static_cast<double>(attack.gain.n));
      smallest = std::min(smallest, std::max(exact, 1.0 / static_cast<double>(kSignFlips + 1)));
    }
    return smallest * static_cast<double>(attacks_.size());
  }

  void add_no_success(const AssessedSystem& system) {
    if (smallest_p(system) > kAlpha) {
      add_not_measured(
          result_, system.name + "-poisoning",
          fmt::format("Whether fake users lead {} cannot be decided: {} attacks of this run are too many for "
                      "{} targets.",
                      system.name, attacks_.size(), config_.targets * config_.repetitions),
          "Raise suites.manipulation.targets or repetitions, or try fewer attacks.");
      return;
    }
    double widest = 0.0;
    for (const TestedAttack& attack : attacks_) {
      if (attack.system == &system && attack.gain.interval) widest = std::max(widest, attack.gain.interval->high);
    }
    Finding finding = finding_of(
        kSuite, system.name + "-poisoning", Severity::info,
        fmt::format("No attack with fake users is shown to change {}'s lists more than harmless users do.",
                    system.name),
        fmt::format(
            "Gains up to {} of lists are not excluded by the intervals. Tested by sign flips over targets, Holm "
            "over {} attacks of the run.",
            percent(widest), attacks_.size()));
    finding.status = FindingStatus::not_supported;
    result_.findings.push_back(std::move(finding));
  }

  std::string at_most() const {
    const auto& sizes = config_.attack_sizes;
    if (sizes.size() < 2) return "";
    return fmt::format("; up to {:.4g} %", 100.0 * *std::max_element(sizes.begin(), sizes.end()));
  }

  void add_threats() {
    std::set<std::string> told;
    for (const Poisoning& poisoning : plan_.poisonings()) {
      const std::string kind = fmt::format("{} {}", to_string(poisoning.attack), to_string(poisoning.goal));
      if (poisoning.sham || !told.insert(kind).second) continue;
      // The smallest budget stands for all sizes of an attack.
      const ThreatModel threat = plan_.threat(poisoning);
      add_threat(result_, "fake users: " + kind, threat.knowledge, threat.access, threat.budget + at_most(),
                 threat.goal);
    }
  }

  void add_response_figure() {
    if (attacks_.empty()) return;
    const bool is_curve = config_.attack_sizes.size() > 1;
    Figure figure;
    figure.id = "manipulation/attack-response";
    figure.title = fmt::format("Targets in the first {} places, by number of fake users", config_.k);
    figure.caption = fmt::format(
        "Share of real users' lists that hold a target, mean over {} targets and repetitions with Student's interval. "
        "Bystanders are as many harmless users; what they do is the noise of training again.",
        attacks_.front().effect.targets.size());
    figure.kind = is_curve ? "line" : "interval";
    const char* share = "share of lists";
    if (is_curve) {
      figure.encoding = {{"x", "fake users, % of real ones"}, {"y", share}, {"color", "attack"}, {"facet", "system"}};
    } else {
      figure.encoding = {{"y", "attack"}, {"x", share}, {"facet", "system"}};
    }
    figure.encoding["low"] = "low";
    figure.encoding["high"] = "high";
    figure.columns = {"system", "attack", "fake users, % of real ones", "filler", share, "low", "high", "n"};
    for (const TestedAttack& attack : attacks_) add_response_rows(attack, figure);
    result_.figures.push_back(std::move(figure));
  }

  void add_response_rows(const TestedAttack& attack, Figure& figure) const {
    const Poisoning& poisoning = attack.effect.attack;
    const auto row = [&](const std::string& name, double size, const statistics::Estimate& estimate) {
      if (!attack.usable || !estimate.value) return;
      figure.rows.push_back({attack.system->name, name, 100.0 * size, poisoning.filler, *estimate.value,
                             low_cell(estimate.interval), high_cell(estimate.interval),
                             static_cast<double>(estimate.n)});
    };
    const bool is_first = &attack == &first_of(attack);
    const std::string goal = std::string(to_string(poisoning.goal));
    const std::string filler = poisoning.filler == 1.0 ? "" : fmt::format(", filler {:.4g}", poisoning.filler);
    if (is_first && poisoning.size_index == 0) row(goal + " targets, no fake users", 0.0, attack.before);
    if (is_first) row(goal + " targets, bystanders", poisoning.size, attack.sham);
    row(fmt::format("{} {}{}", to_string(poisoning.attack), goal, filler), poisoning.size, attack.after);
  }

  // The first attack on the same system with the same goal and size: the one that brings the controls along.
  const TestedAttack& first_of(const TestedAttack& attack) const {
    return *std::find_if(attacks_.begin(), attacks_.end(), [&](const TestedAttack& other) {
      return other.system == attack.system && other.effect.attack.goal == attack.effect.attack.goal &&
             other.effect.attack.size_index == attack.effect.attack.size_index;
    });
  }

  void add_strata_figure() {
    if (attacks_.empty()) return;
    Figure figure;
    figure.id = "manipulation/gain-by-popularity";
    figure.title = fmt::format("Gain in the first {} places by popularity of the target", config_.k);
    figure.caption =
        "Share of lists won over harmless users, at the largest attack size; negative where the attack backfires.";
    figure.kind = "heatmap";
    figure.encoding = {{"x", "targets"}, {"y", "attack"}, {"color", "gain"}, {"facet", "system"}};
    figure.columns = {"system", "attack", "targets", "gain", "n"};
    for (const TestedAttack& attack : attacks_) {
      if (attack.usable && attack.effect.attack.size_index + 1 == config_.attack_sizes.size()) {
        add_strata_rows(attack, figure);
      }
    }
    result_.figures.push_back(std::move(figure));
  }

  void add_strata_rows(const TestedAttack& attack, Figure& figure) const {
    const Poisoning& poisoning = attack.effect.attack;
    std::set<uint32_t> strata;
    for (const TargetEffect& target : attack.effect.targets) strata.insert(target.stratum);
    for (const uint32_t stratum : strata) {
      std::vector<double> gains;
      for (const TargetEffect& target : attack.effect.targets) {
        if (target.stratum == stratum) gains.push_back(gain_of(target, poisoning.goal));
      }
      const double mean = statistics::mean_of_defined(gains);
      const std::string filler = poisoning.filler == 1.0 ? "" : fmt::format(", filler {:.4g}", poisoning.filler);
      figure.rows.push_back(
          {attack.system->name, fmt::format("{} {}{}", to_string(poisoning.attack), to_string(poisoning.goal), filler),
           std::string(stratum_name(stratum)), cell_of(std::isnan(mean) ? std::nullopt : std::optional(mean)),
           static_cast<double>(gains.size())});
    }
  }

  const PoisoningPlan& plan_;
  const Assessing& assessing_;
  const ManipulationConfig& config_;
  SuiteResult& result_;
  std::vector<TestedAttack> attacks_;
};

}  // namespace

void add_poisoning(const PoisoningPlan& plan, const Assessing& assessing) {
  if (!plan.skipped().empty()) {
    add_not_measured(assessing.result, "poisoning", "Attacks with fake users are not measured.", plan.skipped());
  }
  if (!plan.poisonings().empty()) PoisoningReport(plan, assessing).run();
}

}  // namespace recgauge::suites::manipulation
