#include "suites/manipulation/poisoning_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace recgauge::suites::manipulation {
namespace {

constexpr size_t kFewestItems = 30;

class SomeRequests : public RequestList {
 public:
  SomeRequests(std::shared_ptr<const RequestList> all, std::vector<uint32_t> positions)
      : all_(std::move(all)), positions_(std::move(positions)) {}
  size_t size() const override { return positions_.size(); }
  Request at(size_t i) const override { return all_->at(positions_[i]); }

 private:
  std::shared_ptr<const RequestList> all_;
  std::vector<uint32_t> positions_;
};

std::vector<Goal> goals_of(AttackGoals goals, Attack attack) {
  if (goals == AttackGoals::push) return {Goal::push};
  if (goals == AttackGoals::nuke) return {Goal::nuke};
  return {natural_goal(attack)};
}

std::vector<Poisoning> list_poisonings(const ManipulationConfig& config) {
  std::vector<Poisoning> list;
  for (uint32_t repetition = 0; repetition < config.repetitions; ++repetition) {
    for (size_t s = 0; s < config.attack_sizes.size(); ++s) {
      Poisoning poisoning{true, Attack::random, Goal::push, s, config.attack_sizes[s], 1.0, repetition};
      list.push_back(poisoning);
      poisoning.sham = false;
      for (const std::string& name : config.attacks) {
        poisoning.attack = *attack_of(name);
        for (const Goal goal : goals_of(config.goals, poisoning.attack)) {
          poisoning.goal = goal;
          for (const double filler : config.filler_sizes) {
            poisoning.filler = filler;
            list.push_back(poisoning);
          }
        }
      }
    }
  }
  return list;
}

std::string reason_to_skip(const ManipulationConfig& config, const Interactions& train) {
  if (train.size() > config.most_interactions) {
    return fmt::format(
        "the training data have {} interactions, more than suites.manipulation.most_interactions ({}); every attack "
        "trains all systems again: raise it to poison them",
        train.size(), config.most_interactions);
  }
  const std::vector<uint32_t> counts = train.item_counts();
  const auto known = static_cast<size_t>(std::count_if(counts.begin(), counts.end(), [](uint32_t c) { return c > 0; }));
  if (known < kFewestItems) return fmt::format("only {} items have interactions; there is no choice of targets", known);
  return "";
}

}  // namespace

std::string Poisoning::slice() const {
  const std::string who = sham ? "bystanders" : fmt::format("{} {}", to_string(attack), to_string(goal));
  return fmt::format("attack={}, size={:.4g} %{}", who, 100.0 * size,
                     sham || filler == 1.0 ? "" : fmt::format(", filler={:.4g}", filler));
}

std::string Poisoning::name() const { return fmt::format("poisoned: {}, repetition {}", slice(), repetition + 1); }

PoisoningPlan::PoisoningPlan(const ManipulationConfig& config, const SuiteContext& context)
    : config_(config), context_(context), seed_(derive_seed(context.seed, "poisoning")) {
  if (!config.poisoning) return;
  skipped_ = reason_to_skip(config, *context.split->train);
  if (!skipped_.empty()) return;
  knowledge_ = std::make_shared<const AttackerKnowledge>(*context.split->train, context.dataset->catalogue);
  for (uint32_t user = 0; user < knowledge_->train().user_count(); ++user) {
    real_users_ += knowledge_->train().row_size(UserId{user}) > 0 ? 1 : 0;
  }
  poisonings_ = list_poisonings(config);
  users_ = draw_positions(context.split->test_users.size(), config.users, derive_seed(seed_, "users"));
}

std::vector<Target> PoisoningPlan::targets(Goal goal, uint32_t repetition) const {
  return draw_targets(*knowledge_, goal, config_.targets,
                      derive_seed(seed_, {static_cast<uint64_t>(goal), repetition}));
}

size_t PoisoningPlan::fake_users(const Poisoning& poisoning) const {
  return std::max<size_t>(1, static_cast<size_t>(std::lround(poisoning.size * static_cast<double>(real_users_))));
}

size_t PoisoningPlan::filler_items(const Poisoning& poisoning) const {
  return std::max<size_t>(
      1, static_cast<size_t>(std::lround(poisoning.filler * static_cast<double>(knowledge_->median_history()))));
}

std::vector<Interaction> PoisoningPlan::fake_rows(const Poisoning& poisoning) const {
  const uint64_t seed = derive_seed(seed_, poisoning.name());
  if (poisoning.sham) return make_bystanders(*knowledge_, fake_users(poisoning), seed);
  return make_profiles(*knowledge_, {poisoning.attack, poisoning.goal, fake_users(poisoning), filler_items(poisoning),
                                     items_of(targets(poisoning.goal, poisoning.repetition)), seed});
}

ThreatModel PoisoningPlan::threat(const Poisoning& poisoning) const {
  const size_t items = items_of(targets(poisoning.goal, poisoning.repetition)).size();
  return {
      knowledge_of(poisoning.attack), "registers users and lets them act; sees nothing of the model",
      fmt::format("{} fake users ({:.4g} % of the real ones), {} items each beside {} targets", fake_users(poisoning),
                  100.0 * poisoning.size, filler_items(poisoning), items),
      poisoning.goal == Goal::push ? "the targets in other people's lists" : "the targets out of other people's lists"};
}

std::vector<Treatment> PoisoningPlan::treatments() const {
  std::vector<Treatment> treatments;
  if (poisonings_.empty()) return treatments;
  const Interactions& train = knowledge_->train();
  for (const Poisoning& poisoning : poisonings_) {
    std::vector<Interaction> rows = train.to_rows();
    const std::vector<Interaction> fake = fake_rows(poisoning);
    rows.insert(rows.end(), fake.begin(), fake.end());
    const size_t users = train.user_count() + fake_users(poisoning);
    treatments.push_back({poisoning.name(), "fake users among the real ones: " + poisoning.slice(),
                          std::make_shared<const Interactions>(Interactions::from_rows(
                              std::move(rows), users, train.item_count(), train.time_meaning()))});
  }
  return treatments;
}

std::vector<Probe> PoisoningPlan::probes() const {
  std::vector<Probe> probes;
  if (poisonings_.empty()) return probes;
  const auto requests = requests_at(context_, users_);
  for (const Poisoning& poisoning : poisonings_) {
    probes.push_back({poisoning.name(), poisoning.name(), requests, nullptr, {}});
  }
  return probes;
}

std::vector<uint32_t> draw_positions(size_t size, size_t count, uint64_t seed) {
  std::vector<uint32_t> positions(size);
  std::iota(positions.begin(), positions.end(), 0U);
  if (size <= count) return positions;
  RandomStream stream(seed);
  shuffle(positions, stream);
  positions.resize(count);
  std::sort(positions.begin(), positions.end());
  return positions;
}

std::shared_ptr<const RequestList> requests_at(const SuiteContext& context, const std::vector<uint32_t>& positions) {
  return std::make_shared<SomeRequests>(ranking_probe(context).requests, positions);
}

}  // namespace recgauge::suites::manipulation
