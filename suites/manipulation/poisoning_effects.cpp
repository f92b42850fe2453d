#include "suites/manipulation/poisoning_effects.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace recgauge::suites::manipulation {
namespace {

// What one repetition's attacks with one goal are held against.
struct Baselines {
  std::vector<Target> targets;
  std::vector<uint8_t> eligible;
  TargetReadings before;
  std::map<size_t, TargetReadings> sham;  // by index of the size
};

class Effects {
 public:
  Effects(const PoisoningPlan& plan, const Assessing& assessing, const std::string& system)
      : plan_(plan), assessing_(assessing), system_(system) {}

  std::vector<AttackEffect> all() {
    for (const Poisoning& poisoning : plan_.poisonings()) {
      if (!poisoning.sham) add(poisoning);
    }
    return std::move(effects_);
  }

 private:
  void add(const Poisoning& attack) {
    Baselines& base = baselines(attack);
    const TargetReadings after = read(attack.name(), base.targets);
    if (after.requests == 0) return;
    const TargetReadings& sham = sham_of(attack, base);
    AttackEffect& effect = effect_of(attack);
    effect.requests += after.requests + sham.requests;
    effect.usable += after.usable + sham.usable;
    for (size_t t = 0; t < base.targets.size(); ++t) {
      effect.targets.push_back(compare(base, sham, after, t));
    }
    if (effect.accuracy_change.empty()) effect.accuracy_change.assign(plan_.users().size(), 0.0);
    const double share = 1.0 / static_cast<double>(assessing_.config.repetitions);
    for (size_t u = 0; u < plan_.users().size(); ++u) {
      effect.accuracy_change[u] += share * (after.accuracy[u] - sham.accuracy[u]);
    }
  }

  TargetReadings read(const std::string& probe, const std::vector<Target>& targets) const {
    return read_targets(assessing_, system_, probe, plan_.users(), items_of(targets));
  }

  Baselines& baselines(const Poisoning& attack) {
    const auto [found, is_new] = baselines_.try_emplace({attack.repetition, attack.goal});
    Baselines& base = found->second;
    if (is_new) {
      base.targets = plan_.targets(attack.goal, attack.repetition);
      base.eligible = eligible(assessing_.context, plan_.users(), items_of(base.targets), attack.goal);
      base.before = read(kRankingProbe, base.targets);
    }
    return base;
  }

  const TargetReadings& sham_of(const Poisoning& attack, Baselines& base) const {
    const auto found = base.sham.find(attack.size_index);
    if (found != base.sham.end()) return found->second;
    Poisoning sham = attack;
    sham.sham = true;
    return base.sham.emplace(attack.size_index, read(sham.name(), base.targets)).first->second;
  }

  AttackEffect& effect_of(const Poisoning& attack) {
    for (AttackEffect& effect : effects_) {
      if (effect.attack.slice() == attack.slice()) return effect;
    }
    return effects_.emplace_back(AttackEffect{attack, {}, {}, 0, 0});
  }

  TargetEffect compare(const Baselines& base, const TargetReadings& sham, const TargetReadings& after, size_t t) const {
    const uint32_t k = assessing_.config.k;
    TargetEffect sum;
    double users = 0.0;
    double scored = 0.0;
    for (size_t u = 0; u < plan_.users().size(); ++u) {
      if (base.eligible[u * base.targets.size() + t] == 0) continue;
      if (!base.before.answered(u) || !after.answered(u) || !sham.answered(u)) continue;
      ++users;
      sum.hit_before += base.before.rank(u, t) <= k ? 1.0 : 0.0;
      sum.hit_after += after.rank(u, t) <= k ? 1.0 : 0.0;
      sum.hit_sham += sham.rank(u, t) <= k ? 1.0 : 0.0;
      sum.rank_change += static_cast<double>(base.before.rank(u, t)) - static_cast<double>(after.rank(u, t));
      const double change = after.score(u, t) - base.before.score(u, t);
      if (std::isnan(change)) continue;
      sum.score_change += change;
      ++scored;
    }
    // 0 / 0 is NaN: undefined for this target.
    return {base.targets[t].stratum, sum.hit_before / users,  sum.hit_after / users,
            sum.hit_sham / users,    sum.rank_change / users, sum.score_change / scored};
  }

  const PoisoningPlan& plan_;
  const Assessing& assessing_;
  const std::string& system_;
  std::map<std::pair<uint32_t, Goal>, Baselines> baselines_;
  std::vector<AttackEffect> effects_;
};

}  // namespace

std::vector<AttackEffect> effects_on(const PoisoningPlan& plan, const Assessing& assessing, const std::string& system) {
  return Effects(plan, assessing, system).all();
}

}  // namespace recgauge::suites::manipulation
