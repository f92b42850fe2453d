#include "suites/discrepancy/feedback_loop.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "harness/system/error.h"
#include "suites/discrepancy/deployment.h"

namespace recgauge::suites {
namespace {

constexpr size_t kUsersAJudge = 3;
constexpr size_t kTriesAPlace = 100;
constexpr const char* kTwinTreatment = "exposure log";

std::string own_treatment(uint32_t round) { return round == 0 ? "" : fmt::format("own log, round {}", round); }

// A user of one round: asks, looks, chooses; what is learnt from it is the next round's training.
class LoopUser : public SimulatedUser {
 public:
  LoopUser(Trajectory trajectory, uint32_t lists) : trajectory_(std::move(trajectory)), lists_(lists) {}

  std::optional<Turn> next(const Response* last) override {
    if (last != nullptr) trajectory_.show(*last);
    if (asked_++ == lists_) return std::nullopt;
    Turn turn;
    turn.request = trajectory_.request();
    return turn;
  }

 private:
  Trajectory trajectory_;
  uint32_t lists_;
  uint32_t asked_ = 0;
};

class LoopRound : public SimulatedPopulation {
 public:
  LoopRound(std::shared_ptr<const FeedbackLoop> loop, uint32_t round, LoopChoices before)
      : loop_(std::move(loop)), round_(round), before_(std::move(before)) {}

  size_t size() const override { return loop_->users().size(); }
  std::unique_ptr<SimulatedUser> make(size_t i) const override {
    return std::make_unique<LoopUser>(loop_->trajectory(i, round_, before_), loop_->config().lists);
  }
  std::shared_ptr<const SimulatedPopulation> after(const ObservationStore& store,
                                                   const std::string& system) const override {
    if (round_ == 1) return nullptr;
    return std::make_shared<LoopRound>(loop_, round_, loop_->own_choices(store, system, round_ - 1));
  }

 private:
  std::shared_ptr<const FeedbackLoop> loop_;
  uint32_t round_;
  LoopChoices before_;
};

class OwnLog : public InteractionsFromAnswers {
 public:
  OwnLog(std::shared_ptr<const FeedbackLoop> loop, uint32_t rounds) : loop_(std::move(loop)), rounds_(rounds) {}
  std::shared_ptr<const Interactions> make(const ObservationStore& store, const std::string& system) const override {
    return loop_->log_of(loop_->own_choices(store, system, rounds_));
  }

 private:
  std::shared_ptr<const FeedbackLoop> loop_;
  uint32_t rounds_;
};

class JudgesLists : public RequestList {
 public:
  JudgesLists(std::shared_ptr<const Split> split, std::vector<UserId> users, uint32_t k)
      : split_(std::move(split)), users_(std::move(users)), k_(k) {}
  size_t size() const override { return users_.size(); }
  Request at(size_t i) const override { return history_request(*split_, users_[i], k_); }

 private:
  std::shared_ptr<const Split> split_;
  std::vector<UserId> users_;
  uint32_t k_;
};

}  // namespace

std::string feedback_loop_probe(uint32_t round) { return fmt::format("feedback loop, round {}", round); }
std::string own_lists_probe(uint32_t round) { return fmt::format("feedback lists, own log, round {}", round); }

FeedbackLoop::FeedbackLoop(const SuiteContext& context, const FeedbackLoopConfig& config, uint32_t shown)
    : context_(context), config_(config), shown_(shown), users_(deployed_users(context, config.users)) {
  std::vector<size_t> order(users_.size());
  std::iota(order.begin(), order.end(), size_t{0});
  RandomStream stream(derive_seed(context.seed, "feedback judges"));
  shuffle(order, stream);
  judges_.assign(order.begin(), order.begin() + static_cast<ptrdiff_t>(order.size() / kUsersAJudge));
  std::sort(judges_.begin(), judges_.end());
  is_judge_.assign(users_.size(), false);
  for (const size_t judge : judges_) is_judge_[judge] = true;
  for (const uint32_t count : context.split->train->item_counts()) {
    const double weight = config.exposure == TwinExposure::random ? 1.0 : static_cast<double>(count);
    cumulative_.push_back((cumulative_.empty() ? 0.0 : cumulative_.back()) + weight);
  }
}

std::vector<UserId> FeedbackLoop::judging_users() const {
  std::vector<UserId> users;
  for (const size_t judge : judges_) users.push_back(users_[judge]);
  return users;
}

Trajectory FeedbackLoop::trajectory(size_t user, uint32_t round, const LoopChoices& choices) const {
  const uint64_t seed = derive_seed(context_.seed, "feedback choices");
  Trajectory trajectory(context_, shown_, users_[user], derive_seed(seed, {index(users_[user]), round}));
  for (uint32_t before = 1; before < round; ++before) {
    for (const ItemId item : choices[before - 1][user]) trajectory.take(item);
  }
  return trajectory;
}

Trajectory FeedbackLoop::judge(size_t judge) const { return {context_, shown_, users_[judges_[judge]], 0}; }

LoopChoices FeedbackLoop::own_choices(const ObservationStore& store, const std::string& system, uint32_t rounds) const {
  LoopChoices choices;
  for (uint32_t round = 1; round <= rounds; ++round) {
    std::vector<std::vector<ItemId>> taken(users_.size());
    std::optional<Trajectory> user;
    store.for_each({system, feedback_loop_probe(round)}, [&](Observation&& observation) {
      if (observation.sequence >= users_.size()) return;
      if (observation.step == 0) user.emplace(trajectory(observation.sequence, round, choices));
      const Trajectory::Shown shown = user->show(observation.response);
      if (shown.chosen) taken[observation.sequence].push_back(*shown.chosen);
    });
    choices.push_back(std::move(taken));
  }
  return choices;
}

LoopChoices FeedbackLoop::twin_choices() const {
  const uint64_t seed = derive_seed(context_.seed, "feedback exposure");
  LoopChoices choices;
  for (uint32_t round = 1; round <= config_.rounds; ++round) {
    std::vector<std::vector<ItemId>> taken(users_.size());
    for (size_t i = 0; i < users_.size(); ++i) {
      Trajectory user = trajectory(i, round, choices);
      RandomStream stream(derive_seed(seed, {index(users_[i]), round}));
      for (uint32_t list = 0; list < config_.lists; ++list) {
        const Trajectory::Shown shown = user.show(exposure(user, stream));
        if (shown.chosen) taken[i].push_back(*shown.chosen);
      }
    }
    choices.push_back(std::move(taken));
  }
  return choices;
}

// Distinct items that the user does not have, drawn without any system; fewer where hardly any are left.
Response FeedbackLoop::exposure(const Trajectory& trajectory, RandomStream& stream) const {
  Response response;
  for (size_t tries = 0; tries < kTriesAPlace * shown_ && response.items.size() < shown_; ++tries) {
    const double point = stream.uniform() * cumulative_.back();
    const auto at = std::upper_bound(cumulative_.begin(), cumulative_.end(), point) - cumulative_.begin();
    const ItemId item{static_cast<uint32_t>(at)};
    const bool again = std::find(response.items.begin(), response.items.end(), item) != response.items.end();
    if (!again && !trajectory.has(item)) response.items.push_back(item);
  }
  return response;
}

std::shared_ptr<const Interactions> FeedbackLoop::log_of(const LoopChoices& choices) const {
  const Interactions& train = *context_.split->train;
  std::vector<Interaction> rows = train.to_rows();
  int64_t time = train.empty() ? 0 : *std::max_element(train.all_times().begin(), train.all_times().end());
  for (const auto& round : choices) {
    for (size_t user = 0; user < users_.size(); ++user) {
      if (is_judge_[user]) continue;
      for (const ItemId item : round[user]) rows.push_back({users_[user], item, 1.0F, ++time});
    }
  }
  return std::make_shared<const Interactions>(
      Interactions::from_rows(std::move(rows), train.user_count(), train.item_count(), train.time_meaning()));
}

std::vector<Treatment> feedback_treatments(const SuiteContext& context, const FeedbackLoopConfig& config,
                                           uint32_t shown) {
  if (config.rounds == 0) return {};
  if (context.world == nullptr) {
    throw ConfigError(
        "suites.discrepancy.feedback_loop needs the simulated world (data: {format: world}), whose users choose from "
        "the lists; set rounds: 0 on other data");
  }
  const auto loop = std::make_shared<const FeedbackLoop>(context, config, shown);
  std::vector<Treatment> treatments;
  for (uint32_t round = 1; round <= config.rounds; ++round) {
    Treatment treatment;
    treatment.name = own_treatment(round);
    treatment.description = fmt::format("trained on the log that its own lists filled in {} rounds", round);
    treatment.from_answers = std::make_shared<OwnLog>(loop, round);
    treatments.push_back(std::move(treatment));
  }
  treatments.push_back(
      {kTwinTreatment, "trained on a log that no system's lists have filled", loop->log_of(loop->twin_choices())});
  return treatments;
}

std::vector<Probe> feedback_probes(const SuiteContext& context, const FeedbackLoopConfig& config, uint32_t shown,
                                   uint32_t k) {
  if (config.rounds == 0 || context.world == nullptr) return {};
  const auto loop = std::make_shared<const FeedbackLoop>(context, config, shown);
  const auto lists = std::make_shared<JudgesLists>(context.split, loop->judging_users(), k);
  std::vector<Probe> probes;
  for (uint32_t round = 0; round <= config.rounds; ++round) {
    probes.push_back({own_lists_probe(round), own_treatment(round), lists, nullptr, {}});
    if (round == config.rounds) break;
    probes.push_back({feedback_loop_probe(round + 1),
                      own_treatment(round),
                      nullptr,
                      std::make_shared<LoopRound>(loop, round + 1, LoopChoices()),
                      {}});
  }
  probes.push_back({kTwinListsProbe, kTwinTreatment, lists, nullptr, {}});
  return probes;
}

}  // namespace recgauge::suites
