#include "harness/data/world/world.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "harness/system/error.h"
#include "harness/system/parallel.h"

using namespace recgauge;
using namespace recgauge::world;

namespace {

double share(const World& world, const Dataset& data, auto&& user_filter, auto&& item_filter) {
  double hits = 0;
  double total = 0;
  for (uint32_t user = 0; user < world.config().users; ++user) {
    if (!user_filter(user)) continue;
    for (const ItemId item : data.interactions.items(UserId{user})) {
      total += 1;
      hits += item_filter(static_cast<uint32_t>(item)) ? 1 : 0;
    }
  }
  return hits / total;
}

}  // namespace

TEST_CASE("the default world has the planted sizes, no pair twice, times in order within its days") {
  const World world{WorldConfig{}};
  const Dataset data = world.generate_dataset();
  CHECK(data.users.size() == 2000);
  CHECK(data.catalogue.size() == 1000);
  const double mean = static_cast<double>(data.interactions.size()) / 2000;
  CHECK(mean > 40);
  CHECK(mean < 60);
  for (uint32_t user = 0; user < 2000; ++user) {
    const auto items = data.interactions.items(UserId{user});
    CHECK(items.size() >= 8);
    CHECK(std::set<ItemId>(items.begin(), items.end()).size() == items.size());
    CHECK(data.interactions.times(UserId{user}).back() < 365 * 86400);
  }
  const CategoricalColumn& group = *data.users.find_attribute("group");
  const auto in_b = std::count(group.codes.begin(), group.codes.end(), group.values.find("B"));
  CHECK(std::abs(static_cast<double>(in_b) - 800) < 90);  // binomial(2000, 0.4): deviation 22
}

TEST_CASE("one seed gives one world, on one thread and on many; another seed another") {
  WorldConfig config;
  config.users = 500;
  const std::string hash = World(config).generate_dataset().content_hash();
  {
    const ThreadLimit one(1);
    CHECK(World(config).generate_dataset().content_hash() == hash);
  }
  config.seed = 2;
  CHECK(World(config).generate_dataset().content_hash() != hash);
}

TEST_CASE("popularity is heavy-tailed as planted, and flat when planted flat") {
  const auto top_tenth = [](double exponent) {
    WorldConfig config;
    config.popularity_exponent = exponent;
    config.fine_taste_strength = 0;
    config.quality_strength = 0;
    config.series_strength = 0;
    config.minimum_interactions = 8;
    config.mean_interactions = 15;
    const Dataset data = World(config).generate_dataset();
    std::vector<uint32_t> counts = data.interactions.item_counts();
    std::sort(counts.rbegin(), counts.rend());
    double top = 0;
    for (size_t i = 0; i < counts.size() / 10; ++i) top += counts[i];
    return top / static_cast<double>(data.interactions.size());
  };
  CHECK(top_tenth(1.0) > 0.4);
  CHECK(top_tenth(0.0) < 0.2);
}

TEST_CASE("groups taste apart by the planted gap, and alike without one") {
  const auto lean = [](double gap) {
    WorldConfig config;
    config.group_taste_gap = gap;
    const World world(config);
    const Dataset data = world.generate_dataset();
    const auto even = [&](uint32_t item) { return world.category_of(item) % 2 == 0; };
    return share(
               world, data, [&](uint32_t u) { return world.group_of(u) == 0; }, even) -
           share(
               world, data, [&](uint32_t u) { return world.group_of(u) == 1; }, even);
  };
  CHECK(lean(0.8) > 0.5);
  CHECK(std::abs(lean(0.0)) < 0.06);
}

TEST_CASE("hazards: the configured share of items, severities in range, pulled towards by susceptible users only") {
  WorldConfig config;
  config.users = 4000;
  config.drift_rate = 0.05;
  config.susceptible_share = 0.5;
  config.susceptibility = 8;
  const World world(config);
  const Dataset data = world.generate_dataset();
  double hazardous = 0;
  for (uint32_t item = 0; item < config.items; ++item) {
    const auto labels = data.catalogue.hazards_of(ItemId{item});
    CHECK(labels.size() == (world.is_hazardous(item) ? 1U : 0U));
    for (const Hazard& hazard : labels) CHECK((hazard.severity >= 0.1F && hazard.severity <= 1.0F));
    hazardous += world.is_hazardous(item) ? 1 : 0;
  }
  // 3 of 12 categories (0.17 x 12, rounded up) with a rate of 0.6.
  CHECK(std::abs(hazardous / config.items - 0.15) < 0.04);
  const auto harmful = [&](uint32_t item) { return world.is_hazardous(item); };
  const double pulled = share(
      world, data, [&](uint32_t u) { return world.is_susceptible(u); }, harmful);
  const double steady = share(
      world, data, [&](uint32_t u) { return !world.is_susceptible(u); }, harmful);
  CHECK(pulled > 1.15 * steady);
}

TEST_CASE("consuming moves tastes towards the item's category by the drift rate") {
  WorldConfig config;
  config.drift_rate = 0.1;
  config.hazardous_category_share = 0;
  const World world(config);
  UserState state = world.initial_state(3);
  const uint32_t item = 40;
  const float before = state.tastes[world.category_of(item)];
  const double liked = world.attractiveness(state, item);
  world.consume(state, item);
  CHECK(std::abs(state.tastes[world.category_of(item)] - (0.9F * before + 0.1F)) < 1e-6F);
  double total = 0;
  for (const float taste : state.tastes) total += static_cast<double>(taste);
  CHECK(std::abs(total - 1) < 1e-5);
  CHECK(world.attractiveness(state, item) > liked);
}

TEST_CASE("logged clicks recover the position bias, and propensities are those of drawing without replacement") {
  WorldConfig config;
  config.users = 300;
  config.items = 60;
  const World world(config);
  const auto log = world.log_impressions(200000, 5);
  std::vector<double> clicks(5, 0);
  std::vector<double> attraction(5, 0);
  double weight_sum = 0;
  for (const LoggedImpression& impression : log) {
    const UserState state = world.initial_state(impression.user);
    for (size_t position = 0; position < 5; ++position) {
      clicks[position] += impression.clicks[position];
      attraction[position] += world.attractiveness(state, impression.items[position]);
    }
    weight_sum += 1.0 / 60 / impression.propensities[0];
    CHECK(std::set<uint32_t>(impression.items.begin(), impression.items.end()).size() == 5);
  }
  // Clicks over attraction is examination: 1, 1/2, …, 1/5.
  for (size_t position = 0; position < 5; ++position) {
    CHECK(std::abs(clicks[position] / attraction[position] - 1.0 / static_cast<double>(position + 1)) < 0.02);
  }
  // E[uniform / propensity] = 1 for the first place.
  CHECK(std::abs(weight_sum / 200000 - 1) < 0.02);
}

TEST_CASE("choices follow examination times attractiveness") {
  const World world{WorldConfig{}};
  const UserState state = world.initial_state(5);
  const std::vector<ItemId> list{ItemId{10}, ItemId{20}, kOutOfCatalogue, ItemId{30}};
  std::vector<double> expected;
  double total = 0.3;
  for (size_t i = 0; i < list.size(); ++i) {
    const bool known = list[i] != kOutOfCatalogue;
    expected.push_back(known ? world.click_probability(state, static_cast<uint32_t>(list[i]), i) : 0.0);
    total += expected.back();
  }
  std::vector<double> counts(4, 0);
  RandomStream stream(1);
  for (int i = 0; i < 100000; ++i) {
    if (const auto chosen = world.choose(state, list, stream)) ++counts[*chosen];
  }
  for (size_t i = 0; i < 4; ++i) CHECK(std::abs(counts[i] / 100000 - expected[i] / total) < 0.006);
  CHECK(std::abs(world.expected_clicks(state, list) - (total - 0.3)) < 1e-12);
}

TEST_CASE("a series is followed as often as planted") {
  const auto followed = [](double strength) {
    WorldConfig config;
    config.series_strength = strength;
    config.users = 1000;
    const World world(config);
    const Dataset data = world.generate_dataset();
    double steps = 0;
    double successors = 0;
    for (uint32_t user = 0; user < config.users; ++user) {
      const auto items = data.interactions.items(UserId{user});
      for (size_t i = 1; i < items.size(); ++i) {
        ++steps;
        // Items of a category stand in series by ascending id: the successor is the next id of the same category.
        uint32_t next = static_cast<uint32_t>(items[i - 1]) + 1;
        while (next < config.items && world.category_of(next) != world.category_of(static_cast<uint32_t>(items[i - 1])))
          ++next;
        successors += static_cast<uint32_t>(items[i]) == next ? 1 : 0;
      }
    }
    return successors / steps;
  };
  CHECK(followed(0.5) > followed(0.0) + 0.2);
}

TEST_CASE("impossible worlds are refused by key") {
  WorldConfig config;
  config.group_share = 1.5;
  CHECK_THROWS_WITH_AS(World{config}, doctest::Contains("data.world.group_share"), ConfigError);
}
