// The reward model finds planted coefficients, never looks at the round that it predicts, and does without data.
#include "harness/off_policy/reward_model.h"

#include <doctest/doctest.h>

#include <cmath>

#include "harness/system/random.h"

using namespace recgauge;
using namespace recgauge::off_policy;

namespace {

constexpr size_t kActions = 3;
constexpr double kIntercepts[kActions] = {-1.0, 0.0, 1.0};
constexpr double kSlope = 0.7;

struct Planted {
  std::vector<uint32_t> actions;
  std::vector<double> contexts;
  std::vector<double> rewards;
  RewardData data() const { return {actions, kActions, {}, 1, contexts, 1, rewards, {}}; }
};

Planted plant(size_t rounds, bool clicks) {
  Planted planted;
  RandomStream stream(11);
  for (size_t i = 0; i < rounds; ++i) {
    const auto action = static_cast<uint32_t>(stream.below(kActions));
    const double x = stream.normal();
    const double score = kIntercepts[action] + kSlope * x;
    planted.actions.push_back(action);
    planted.contexts.push_back(x);
    planted.rewards.push_back(clicks ? (stream.uniform() < 1 / (1 + std::exp(-score)) ? 1.0 : 0.0) : 10 * score);
  }
  return planted;
}

}  // namespace

TEST_CASE("clicks of a logistic model are predicted as it makes them") {
  const Planted planted = plant(20000, true);
  const auto predicted = cross_fitted_rewards(planted.data(), {});
  double worst = 0.0;
  for (size_t i = 0; i < 200; ++i) {
    for (size_t a = 0; a < kActions; ++a) {
      const double truth = 1 / (1 + std::exp(-(kIntercepts[a] + kSlope * planted.contexts[i])));
      worst = std::max(worst, std::abs(predicted[i * kActions + a] - truth));
    }
  }
  CHECK(worst < 0.03);
}

TEST_CASE("rewards beyond [0, 1] are fitted by least squares") {
  const Planted planted = plant(2000, false);
  RewardModelOptions options;
  options.ridge = 1e-6;
  const auto predicted = cross_fitted_rewards(planted.data(), options);
  for (size_t i = 0; i < 20; ++i) {
    for (size_t a = 0; a < kActions; ++a) {
      CHECK(predicted[i * kActions + a] ==
            doctest::Approx(10 * (kIntercepts[a] + kSlope * planted.contexts[i])).epsilon(1e-4));
    }
  }
}

TEST_CASE("a round's reward does not enter its own prediction, nor that of its unit") {
  Planted planted = plant(300, true);
  const auto before = cross_fitted_rewards(planted.data(), {});
  planted.rewards[7] = 1.0 - planted.rewards[7];
  const auto after = cross_fitted_rewards(planted.data(), {});
  size_t changed = 0;
  for (size_t i = 0; i < before.size(); ++i) changed += before[i] != after[i] ? 1 : 0;
  for (size_t a = 0; a < kActions; ++a) CHECK(before[7 * kActions + a] == after[7 * kActions + a]);
  CHECK(changed > 300);
}

TEST_CASE("too few rounds give their mean, none gives nothing") {
  const Planted two = plant(2, true);
  const auto predicted = cross_fitted_rewards(two.data(), {});
  for (const double p : predicted) CHECK(p == (two.rewards[0] + two.rewards[1]) / 2);
  CHECK(cross_fitted_rewards(plant(0, true).data(), {}).empty());
}

TEST_CASE("an action that is never clicked and one always clicked leave finite predictions") {
  Planted planted = plant(300, true);
  for (size_t i = 0; i < 300; ++i) planted.rewards[i] = planted.actions[i] == 0 ? 0.0 : 1.0;
  for (const double p : cross_fitted_rewards(planted.data(), {})) CHECK((p > 0.0 && p < 1.0));
}
