#include "suites/discrepancy/deployment.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/system/random.h"
#include "suites/discrepancy/trajectory.h"

namespace recgauge::suites {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

Trajectory trajectory_of(const SuiteContext& context, const DeploymentSettings& settings, UserId user) {
  return {context, settings.shown, user, derive_seed(derive_seed(context.seed, "deployment choices"), {index(user)})};
}

class DeployedUser : public SimulatedUser {
 public:
  DeployedUser(const SuiteContext& context, const DeploymentSettings& settings, UserId user)
      : trajectory_(trajectory_of(context, settings, user)), steps_(settings.steps), user_(user) {}

  std::optional<Turn> next(const Response* last) override {
    Turn turn;
    if (last != nullptr) {
      const Trajectory::Shown shown = trajectory_.show(*last);
      if (shown.chosen) turn.feedback.push_back(consumed(shown, last->recommendation_id));
    }
    if (step_++ == steps_) return std::nullopt;
    turn.request = trajectory_.request();
    return turn;
  }

 private:
  FeedbackEvent consumed(const Trajectory::Shown& shown, const std::string& recommendation_id) const {
    FeedbackEvent event;
    event.user = user_;
    event.item = *shown.chosen;
    event.rank = shown.rank;
    event.recommendation_id = recommendation_id;
    event.event_id = "deployment-" + std::to_string(index(user_)) + "-" + std::to_string(step_);
    return event;
  }

  Trajectory trajectory_;
  uint32_t steps_;
  uint32_t step_ = 0;
  UserId user_;
};

class Deployment : public SimulatedPopulation {
 public:
  Deployment(const SuiteContext& context, const DeploymentSettings& settings)
      : context_(context), settings_(settings), users_(deployed_users(context, settings.users)) {}

  size_t size() const override { return users_.size(); }
  std::unique_ptr<SimulatedUser> make(size_t i) const override {
    return std::make_unique<DeployedUser>(context_, settings_, users_[i]);
  }

 private:
  SuiteContext context_;
  DeploymentSettings settings_;
  std::vector<UserId> users_;
};

}  // namespace

std::vector<UserId> deployed_users(const SuiteContext& context, uint32_t count) {
  std::vector<UserId> users = context.split->test_users;
  if (users.size() <= count) return users;
  RandomStream stream(derive_seed(context.seed, "deployed users"));
  shuffle(users, stream);
  users.resize(count);
  std::sort(users.begin(), users.end());
  return users;
}

Probe deployment_probe(const SuiteContext& context, const DeploymentSettings& settings) {
  return {kDeploymentProbe, "", nullptr, std::make_shared<Deployment>(context, settings), {}};
}

DeployedValues deployed_values(const Run& run, const SuiteContext& context, const DeploymentSettings& settings,
                               const std::string& system) {
  const std::vector<UserId> users = deployed_users(context, settings.users);
  DeployedValues values;
  values.expected_clicks.assign(users.size(), kUndefined);
  values.choices = values.expected_clicks;
  std::optional<Trajectory> trajectory;
  double clicks = 0.0;
  double choices = 0.0;
  run.store->for_each({system, kDeploymentProbe}, [&](Observation&& observation) {
    if (observation.sequence >= users.size()) return;
    if (observation.step == 0) {
      trajectory.emplace(trajectory_of(context, settings, users[observation.sequence]));
      clicks = choices = 0.0;
    }
    ++values.requests;
    values.usable += observation.response.outcome == Outcome::ok ? 1 : 0;
    const Trajectory::Shown shown = trajectory->show(observation.response);
    clicks += shown.expected_clicks;
    choices += std::isnan(shown.expected_clicks) ? kUndefined : shown.chosen ? 1.0 : 0.0;
    if (observation.step + 1 != settings.steps) return;
    values.expected_clicks[observation.sequence] = clicks / settings.steps;
    values.choices[observation.sequence] = choices / settings.steps;
  });
  return values;
}

}  // namespace recgauge::suites
