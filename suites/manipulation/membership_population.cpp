#include <fmt/format.h>

#include <algorithm>

#include "harness/data/selection.h"
#include "harness/metrics/discounted_gain.h"
#include "harness/system/random.h"
#include "suites/manipulation/membership_inference.h"
#include "suites/manipulation/poisoning_plan.h"

namespace recgauge::suites::manipulation {
namespace {

constexpr size_t kFewestInteractions = 4;
constexpr size_t kFewestUsers = 40;

bool has(std::span<const ItemId> items, ItemId item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

std::span<const ItemId> earlier_half(std::span<const ItemId> history) { return history.first(history.size() / 2); }

std::vector<ItemId> new_in_later_half(std::span<const ItemId> history) {
  const auto shown = earlier_half(history);
  std::vector<ItemId> known;
  for (const ItemId item : history.subspan(shown.size())) {
    if (!has(shown, item)) known.push_back(item);
  }
  std::sort(known.begin(), known.end());
  known.erase(std::unique(known.begin(), known.end()), known.end());
  return known;
}

class EarlierHalves : public RequestList {
 public:
  EarlierHalves(const ManipulationConfig& config, const SuiteContext& context)
      : train_(context.split->train), population_(config, context), k_(config.k) {}

  size_t size() const override { return population_.people().size(); }

  Request at(size_t i) const override {
    const MembershipPopulation::Person& person = population_.people()[i];
    Request request;
    request.user = person.user;
    request.history = population_.shown(person);
    request.history_values = train_->values(person.user).first(request.history.size());
    request.history_times = train_->times(person.user).first(request.history.size());
    request.exclusions = request.history;
    request.k = k_;
    return request;
  }

 private:
  std::shared_ptr<const Interactions> train_;
  MembershipPopulation population_;
  uint32_t k_;
};

}  // namespace

MembershipPopulation::MembershipPopulation(const ManipulationConfig& config, const SuiteContext& context)
    : train_(*context.split->train) {
  if (!config.membership) return;
  if (train_.size() > config.most_interactions) {
    skipped_ = fmt::format(
        "the training data have {} interactions, more than suites.manipulation.most_interactions ({}); all systems "
        "would be trained again: raise it",
        train_.size(), config.most_interactions);
    return;
  }
  std::vector<Person> usable;
  for (uint32_t user = 0; user < train_.user_count(); ++user) {
    const auto history = train_.items(UserId{user});
    if (history.size() < kFewestInteractions) continue;
    std::vector<ItemId> known = new_in_later_half(history);
    if (!known.empty()) usable.push_back({UserId{user}, true, std::move(known)});
  }
  if (usable.size() < kFewestUsers) {
    skipped_ = fmt::format("only {} users have {} training interactions or more; {} are needed", usable.size(),
                           kFewestInteractions, kFewestUsers);
    return;
  }
  const uint64_t seed = derive_seed(context.seed, "membership");
  for (const uint32_t position : draw_positions(usable.size(), config.membership_users, seed)) {
    people_.push_back(std::move(usable[position]));
  }
  for (const uint32_t other : draw_positions(people_.size(), people_.size() / 2, derive_seed(seed, "others"))) {
    people_[other].is_member = false;
  }
}

std::span<const ItemId> MembershipPopulation::shown(const Person& person) const {
  return earlier_half(train_.items(person.user));
}

std::shared_ptr<const Interactions> MembershipPopulation::without_others() const {
  std::vector<UserId> others;
  for (const Person& person : people_) {
    if (!person.is_member) others.push_back(person.user);
  }
  return std::make_shared<const Interactions>(without_users(train_, others));
}

double fit_of(std::span<const ItemId> list, std::span<const ItemId> known, uint32_t k) {
  double gain = 0.0;
  double ideal = 0.0;
  for (uint32_t position = 0; position < k; ++position) {
    const double weight = metrics::discount_of_position(position, metrics::Discount::log2);
    const bool is_known = position < list.size() && std::binary_search(known.begin(), known.end(), list[position]) &&
                          !has(list.first(position), list[position]);
    if (is_known) gain += weight;
    if (position < known.size()) ideal += weight;
  }
  return ideal > 0.0 ? gain / ideal : 0.0;
}

std::vector<Probe> membership_probes(const ManipulationConfig& config, const SuiteContext& context) {
  auto requests = std::make_shared<const EarlierHalves>(config, context);
  if (requests->size() == 0) return {};
  return {{kMembership, kMembership, std::move(requests), nullptr, {}}};
}

std::vector<Treatment> membership_treatments(const ManipulationConfig& config, const SuiteContext& context) {
  const MembershipPopulation population(config, context);
  if (population.people().empty()) return {};
  return {{kMembership, "trained without a random half of some users, whose lists are compared with the others'",
           population.without_others()}};
}

}  // namespace recgauge::suites::manipulation
