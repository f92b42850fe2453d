// Fake users on a rated data set that is written out, so that popular, disliked and neighbouring items are known.
#include "suites/manipulation/fake_profiles.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "suites/manipulation/targets.h"
#include "tests/scripted/small_data.h"

using namespace recgauge;
using namespace recgauge::suites::manipulation;
using doctest::Approx;

namespace {

constexpr size_t kUsers = 40;
constexpr size_t kItems = 40;

// Item i has 40 - i ratings: by users 0 to 39 - i. Item 3 is rated 1, item 4 is rated 2, all others 3 to 5.
std::vector<scripted::Row> rated_rows(bool graded) {
  std::vector<scripted::Row> rows;
  for (uint32_t user = 0; user < kUsers; ++user) {
    for (uint32_t item = 0; item + user < kItems; ++item) {
      const float value = item == 3 ? 1.0F : item == 4 ? 2.0F : 3.0F + static_cast<float>((user + item) % 3);
      rows.push_back({user, item, graded ? value : 1.0F});
    }
  }
  return rows;
}

struct Bench {
  explicit Bench(bool graded = true) : dataset(scripted::dataset_of(rated_rows(graded), kUsers, kItems)) {
    LabelColumn& labels = dataset.catalogue.labels.emplace_back();
    labels.name = "category";
    labels.offsets.push_back(0);
    for (uint32_t item = 0; item < kItems; ++item) {
      labels.codes.push_back(labels.values.intern(item % 2 == 0 ? "even" : "odd"));
      labels.offsets.push_back(item + 1);
    }
  }
  AttackerKnowledge knowledge() const { return {dataset.interactions, dataset.catalogue}; }

  Dataset dataset;
};

ProfileOrder order_of(Attack attack, Goal goal, size_t profiles = 20, size_t filler = 10) {
  return {attack, goal, profiles, filler, scripted::items_of({30, 33}), 7};
}

using Profiles = std::map<uint32_t, std::map<uint32_t, float>>;  // by user, rating by item

Profiles by_user(const std::vector<Interaction>& rows) {
  Profiles profiles;
  for (const Interaction& row : rows) {
    const auto [unused, is_new] =
        profiles[static_cast<uint32_t>(row.user)].emplace(static_cast<uint32_t>(row.item), row.value);
    CHECK(is_new);  // no item twice
  }
  return profiles;
}

}  // namespace

TEST_CASE("attackers know the scale, the popular, the disliked and the neighbouring items") {
  const Bench bench;
  const AttackerKnowledge knowledge = bench.knowledge();
  CHECK(knowledge.scale().graded);
  CHECK(knowledge.scale().lowest == 1.0F);
  CHECK(knowledge.scale().highest == 5.0F);
  CHECK(knowledge.scale().step == 1.0F);
  CHECK(knowledge.scale().nearest(3.4) == 3.0F);
  CHECK(knowledge.scale().nearest(9.0) == 5.0F);
  CHECK(knowledge.by_popularity().front() == ItemId{0});
  CHECK(knowledge.disliked().front() == ItemId{3});
  CHECK(knowledge.disliked()[1] == ItemId{4});
  CHECK(knowledge.mean_rating_of(ItemId{3}) == 1.0);
  CHECK(knowledge.median_history() == 21);  // lengths 1 to 40, the upper middle
  CHECK(knowledge.same_label(ItemId{30}, 3) == scripted::items_of({0, 2, 4}));
  RandomStream stream(1);
  // Item 38 is had by users 0 and 1, who have all items up to 38.
  for (int i = 0; i < 50; ++i) CHECK(knowledge.companion(ItemId{38}, stream) != ItemId{38});
}

TEST_CASE("every profile holds the targets and its filler, each item once, rated on the data's scale") {
  const Bench bench;
  const AttackerKnowledge knowledge = bench.knowledge();
  for (const Attack attack : kAttacks) {
    for (const Goal goal : {Goal::push, Goal::nuke}) {
      CAPTURE(to_string(attack));
      CAPTURE(to_string(goal));
      const auto rows = make_profiles(knowledge, order_of(attack, goal));
      const Profiles profiles = by_user(rows);
      CHECK(profiles.size() == 20);
      CHECK(profiles.begin()->first == kUsers);
      for (const auto& [user, ratings] : profiles) {
        CHECK(ratings.size() == 12);
        CHECK(ratings.at(30) == (goal == Goal::push ? 5.0F : 1.0F));
        CHECK(ratings.at(33) == (goal == Goal::push ? 5.0F : 1.0F));
        for (const auto& [item, value] : ratings) {
          CHECK(value >= 1.0F);
          CHECK(value <= 5.0F);
          CHECK(value == static_cast<float>(static_cast<int>(value)));
        }
      }
    }
  }
}

TEST_CASE("selected items are those that the attack is named after") {
  const Bench bench;
  const AttackerKnowledge knowledge = bench.knowledge();
  for (const auto& [user, ratings] : by_user(make_profiles(knowledge, order_of(Attack::bandwagon, Goal::push)))) {
    CHECK(ratings.at(0) == 5.0F);
  }
  for (const auto& [user, ratings] :
       by_user(make_profiles(knowledge, order_of(Attack::reverse_bandwagon, Goal::nuke)))) {
    CHECK(ratings.at(3) == 1.0F);
  }
  size_t segments = 0;
  for (const auto& [user, ratings] : by_user(make_profiles(knowledge, order_of(Attack::segment, Goal::push)))) {
    // Targets 30 (even) and 33 (odd) in turn: the five most popular of the kind at the top, the others at the bottom.
    const uint32_t first = user % 2 == 0 ? 0 : 1;
    for (uint32_t i = 0; i < 5; ++i) segments += ratings.at(first + 2 * i) == 5.0F ? 1 : 0;
    CHECK(std::count_if(ratings.begin(), ratings.end(), [](const auto& r) { return r.second == 1.0F; }) == 5);
  }
  CHECK(segments == 100);
  for (const auto& [user, ratings] : by_user(make_profiles(knowledge, order_of(Attack::love_hate, Goal::nuke)))) {
    CHECK(std::count_if(ratings.begin(), ratings.end(), [](const auto& r) { return r.second == 5.0F; }) == 10);
  }
}

TEST_CASE("average fakes rate items by their means, random ones do not") {
  const Bench bench;
  const AttackerKnowledge knowledge = bench.knowledge();
  const auto mean_of_item_3 = [&](Attack attack) {
    double sum = 0.0;
    double n = 0.0;
    for (const auto& [user, ratings] : by_user(make_profiles(knowledge, order_of(attack, Goal::push, 2000)))) {
      const auto found = ratings.find(3);
      if (found == ratings.end()) continue;
      sum += found->second;
      ++n;
    }
    CHECK(n > 400);  // 10 of 38 items each: one in four has it
    return sum / n;
  };
  CHECK(mean_of_item_3(Attack::average) < 2.0);  // its mean is 1, and ratings end there
  CHECK(mean_of_item_3(Attack::random) == Approx(knowledge.scale().mean).epsilon(0.05));
}

TEST_CASE("profiles depend on the seed alone, and lie within the data's time") {
  const Bench bench;
  const AttackerKnowledge knowledge = bench.knowledge();
  ProfileOrder order = order_of(Attack::random, Goal::push);
  const auto same = [](const std::vector<Interaction>& a, const std::vector<Interaction>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Interaction& x, const Interaction& y) {
      return x.user == y.user && x.item == y.item && x.value == y.value && x.timestamp == y.timestamp;
    });
  };
  const auto first = make_profiles(knowledge, order);
  CHECK(same(first, make_profiles(knowledge, order)));
  order.seed = 8;
  CHECK_FALSE(same(first, make_profiles(knowledge, order)));
  const int64_t last = static_cast<int64_t>(bench.dataset.interactions.size()) - 1;
  for (const Interaction& row : first) {
    CHECK(row.timestamp <= last);
    CHECK(row.timestamp >= last - last / 10 - 1);
  }
}

TEST_CASE("in data without grades a nuke leaves its targets out, and a push is an interaction like any other") {
  const Bench bench(false);
  const AttackerKnowledge knowledge = bench.knowledge();
  CHECK_FALSE(knowledge.scale().graded);
  CHECK(knowledge.disliked().empty());
  for (const auto& [user, ratings] : by_user(make_profiles(knowledge, order_of(Attack::love_hate, Goal::nuke)))) {
    CHECK(ratings.size() == 10);
    CHECK(ratings.count(30) == 0);
    for (const auto& [item, value] : ratings) CHECK(value == 1.0F);
  }
  for (const auto& [user, ratings] : by_user(make_profiles(knowledge, order_of(Attack::random, Goal::push)))) {
    CHECK(ratings.size() == 12);
    CHECK(ratings.at(30) == 1.0F);
  }
}

TEST_CASE("bystanders have the histories of real users") {
  const Bench bench;
  const AttackerKnowledge knowledge = bench.knowledge();
  std::set<std::vector<std::pair<uint32_t, float>>> real;
  const auto sorted = [](const std::map<uint32_t, float>& ratings) {
    return std::vector<std::pair<uint32_t, float>>(ratings.begin(), ratings.end());
  };
  for (const auto& [user, ratings] : by_user(bench.dataset.interactions.to_rows())) real.insert(sorted(ratings));
  const Profiles copies = by_user(make_bystanders(knowledge, 30, 5));
  CHECK(copies.size() == 30);
  for (const auto& [user, ratings] : copies) CHECK(real.count(sorted(ratings)) == 1);
}

TEST_CASE("targets are drawn in equal parts from three strata, to be demoted from the most popular tenth") {
  const Bench bench;
  const AttackerKnowledge knowledge = bench.knowledge();
  const auto targets = draw_targets(knowledge, Goal::push, 9, 3);
  REQUIRE(targets.size() == 9);
  std::set<ItemId> distinct;
  for (const Target& target : targets) {
    distinct.insert(target.item);
    // Item i has rank i: popular ones are 4 to 11, middle ones 12 to 25, the tail 26 to 39.
    const size_t rank = index(target.item);
    CHECK(target.stratum == (rank < 12 ? 0U : rank < 26 ? 1U : 2U));
    CHECK(rank >= 4);
  }
  CHECK(distinct.size() == 9);
  CHECK(std::count_if(targets.begin(), targets.end(), [](const Target& t) { return t.stratum == 2; }) == 3);
  const auto nuked = draw_targets(knowledge, Goal::nuke, 9, 3);
  CHECK(nuked.size() == 4);
  for (const Target& target : nuked) CHECK(index(target.item) < 4);
}
