// Click models of the world: expected clicks by hand, and clicks drawn as often as expected.
#include "harness/data/world/browsing.h"

#include <doctest/doctest.h>

#include <cmath>

#include "harness/system/error.h"

using namespace recgauge;
using namespace recgauge::world;

namespace {

WorldConfig config_of(ClickModel model) {
  WorldConfig config;
  config.users = 1;
  config.items = 40;
  config.mean_interactions = 8;
  config.click_model = model;
  config.satisfaction = 0.6;
  config.continuation = 0.7;
  return config;
}

// Means over many lists: clicks at each place, and of all.
std::vector<double> drawn(const WorldConfig& config, const std::vector<double>& attractions) {
  std::vector<double> clicks(attractions.size(), 0.0);
  RandomStream stream(5);
  constexpr int kLists = 200000;
  for (int i = 0; i < kLists; ++i) {
    Browser browser(config);
    for (size_t place = 0; place < attractions.size(); ++place) {
      clicks[place] += browser.clicks(attractions[place], stream) ? 1.0 / kLists : 0.0;
    }
  }
  return clicks;
}

}  // namespace

TEST_CASE("expected clicks of three places with attractiveness .5, .4, .8 are those by hand, and those drawn") {
  const std::vector<double> attractions{0.5, 0.4, 0.8};
  // Position-based: .5 + .4/2 + .8/3.
  // Cascade: .5, .5 x .4, .5 x .6 x .8.
  // Dynamic Bayesian: .5; examined .7 (1 - .5 x .6) = .49, x .4; examined .49 x .7 (1 - .4 x .6) = .26068, x .8.
  // User browsing: .5; after a click distance 1, else 2: (.5 + .5/2) .4 = .3; the third: last click at 2 (.3): 1; at 1
  // (.5 x .6 = .3): 1/2; none (.5 x .8 = .4): 1/3; (.3 + .15 + .4/3) .8.
  const std::vector<std::pair<ClickModel, std::vector<double>>> by_hand{
      {ClickModel::position_based, {0.5, 0.2, 0.8 / 3}},
      {ClickModel::cascade, {0.5, 0.2, 0.24}},
      {ClickModel::dynamic_bayesian, {0.5, 0.196, 0.208544}},
      {ClickModel::user_browsing, {0.5, 0.3, (0.45 + 0.4 / 3) * 0.8}}};
  for (const auto& [model, places] : by_hand) {
    CAPTURE(static_cast<int>(model));
    const WorldConfig config = config_of(model);
    CHECK(expected_clicks(config, attractions) == doctest::Approx(places[0] + places[1] + places[2]).epsilon(1e-12));
    const std::vector<double> found = drawn(config, attractions);
    for (size_t place = 0; place < 3; ++place) {
      CHECK(std::abs(found[place] - places[place]) < 4 * std::sqrt(0.25 / 200000));
    }
  }
}

TEST_CASE("the user takes what was clicked last, and nothing without a click") {
  RandomStream stream(3);
  const std::vector<double> none(5, 0.0);
  CHECK_FALSE(last_click(config_of(ClickModel::cascade), none, stream).has_value());
  const std::vector<double> sure(5, 1.0);
  CHECK(last_click(config_of(ClickModel::cascade), sure, stream) == 0);
  WorldConfig restless = config_of(ClickModel::dynamic_bayesian);
  restless.satisfaction = 0.0;
  restless.continuation = 1.0;
  CHECK(last_click(restless, sure, stream) == 4);
}

TEST_CASE("a world clicks by its model: under the cascade no impression has two clicks, else some have") {
  const auto several = [](ClickModel model) {
    size_t count = 0;
    for (const LoggedImpression& impression : World(config_of(model)).log_impressions(3000, 8)) {
      size_t clicks = 0;
      for (const uint8_t click : impression.clicks) clicks += click;
      count += clicks > 1 ? 1 : 0;
    }
    return count;
  };
  CHECK(several(ClickModel::cascade) == 0);
  CHECK(several(ClickModel::position_based) > 0);
  CHECK(several(ClickModel::user_browsing) > 0);
  CHECK(several(ClickModel::dynamic_bayesian) > 0);
}

TEST_CASE("a world that cannot be is refused by the key") {
  WorldConfig config;
  config.satisfaction = 1.5;
  CHECK_THROWS_WITH_AS(World{config}, doctest::Contains("data.world.satisfaction"), ConfigError);
}
