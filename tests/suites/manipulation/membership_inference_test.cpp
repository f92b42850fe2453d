// Membership from lists: an attack whose guesses can be worked out, a system that knows its training users by heart,
// and one that never saw those who are asked about.
#include "suites/manipulation/membership_inference.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "reference_models/planted/training_memory.h"
#include "tests/scripted/small_data.h"
#include "tests/scripted/world_bench.h"

using namespace recgauge;
using namespace recgauge::scripted;
using namespace recgauge::suites::manipulation;
using doctest::Approx;

namespace {

constexpr uint64_t kSeed = 6;

suites::ManipulationConfig small_config() {
  suites::ManipulationConfig config;
  config.poisoning = config.texts = false;
  config.pollution_users = config.stability_users = config.queries = 1;
  config.resamples = 500;
  return suites::with_preset(config);
}

const PreparedData& small_data() {
  static const PreparedData kData = small_world(kSeed, {});
  return kData;
}

std::vector<UserId> users_of(const MembershipPopulation& population) {
  std::vector<UserId> users;
  for (const auto& person : population.people()) users.push_back(person.user);
  return users;
}

// item_knn that knows nobody who is asked about, but has learnt a share of its users by heart.
Entrant remembering(const std::string& name, double share) {
  return {name,
          [=](const PreparedData& data) -> std::unique_ptr<reference_models::ScoreModel> {
            auto unaware = std::make_unique<reference_models::Unaware>(
                reference_models::make_baseline("item_knn", {}),
                users_of(MembershipPopulation(small_config(), data.suite_context(kSeed))));
            return std::make_unique<reference_models::TrainingMemoriser>(std::move(unaware), share, kSeed);
          },
          1};
}

// Of the members who were drawn, those whom it knows.
double known_share(double share) {
  double members = 0.0;
  double known = 0.0;
  const MembershipPopulation population(small_config(), small_data().suite_context(kSeed));
  for (const auto& person : population.people()) {
    if (!person.is_member) continue;
    ++members;
    known += RandomStream(derive_seed(kSeed, {index(person.user)})).uniform() < share ? 1.0 : 0.0;
  }
  return known / members;
}

SuiteResult assess(const std::vector<Entrant>& entrants) {
  return assess_suite_on_world(small_data(), kSeed, std::make_unique<suites::ManipulationSuite>(small_config()),
                               entrants);
}

}  // namespace

TEST_CASE("a list's fit is the normalised gain of what is known") {
  const std::vector<ItemId> list = items_of({5, 2, 9, 1});
  const std::vector<ItemId> known = items_of({1, 2, 7});
  // Place 2 is worth 1 / log2(3) = .63093, place 4 1 / log2(5) = .43068; three places are worth 2.13093 at most.
  CHECK(fit_of(list, known, 3) == Approx(0.63093 / 2.13093).epsilon(1e-4));
  CHECK(fit_of(list, known, 4) == Approx(1.06161 / 2.13093).epsilon(1e-4));
  CHECK(fit_of(items_of({7, 7, 7}), known, 3) == Approx(1.0 / 2.13093).epsilon(1e-4));  // once
  CHECK(fit_of(items_of({1, 2, 7}), known, 10) == 1.0);
  CHECK(fit_of({}, known, 10) == 0.0);
}

TEST_CASE("membership is guessed by the threshold of the other folds") {
  // Fold 0 takes .8 from users 2 to 4, where it finds the one member and no other: user 0 is found, user 1 is not.
  // Fold 1 takes .9 from users 0 and 1, which user 2 does not reach.
  const std::vector<double> scores{0.9, 0.1, 0.8, 0.2, 0.5};
  CHECK(guessed_members(scores, std::vector<uint8_t>{1, 0, 1, 0, 0}, std::vector<uint32_t>{0, 0, 1, 1, 1}) ==
        std::vector<double>{1, 0, 0, 0, 0});
  // Where members' lists fit worse, nobody is taken for one.
  CHECK(guessed_members(scores, std::vector<uint8_t>{0, 1, 0, 1, 1}, std::vector<uint32_t>{0, 0, 1, 1, 1}) ==
        std::vector<double>{0, 0, 0, 0, 0});
}

TEST_CASE("half of the users who are asked about are left out of the training, and nothing else changes") {
  const SuiteContext context = small_data().suite_context(kSeed);
  const MembershipPopulation population(small_config(), context);
  const Interactions& train = *context.split->train;
  REQUIRE(population.people().size() == 300);
  std::set<UserId> others;
  for (const auto& person : population.people()) {
    if (!person.is_member) others.insert(person.user);
    const auto shown = population.shown(person);
    CHECK(shown.size() == train.items(person.user).size() / 2);
    for (const ItemId item : person.known) CHECK(std::find(shown.begin(), shown.end(), item) == shown.end());
  }
  CHECK(others.size() == 150);
  const auto without = population.without_others();
  CHECK(without->user_count() == train.user_count());
  CHECK(without->item_count() == train.item_count());
  for (uint32_t user = 0; user < train.user_count(); ++user) {
    const auto before = train.items(UserId{user});
    const auto after = without->items(UserId{user});
    const auto expected = others.contains(UserId{user}) ? before.first(0) : before;
    CHECK(std::equal(expected.begin(), expected.end(), after.begin(), after.end()));
  }
}

TEST_CASE("who was trained on is found in the lists of a system that knows users by heart, in the planted share") {
  for (const double share : {1.0, 0.4}) {
    CAPTURE(share);
    const double known = known_share(share);
    const SuiteResult result = assess({remembering("planted", share)});
    const Measurement& advantage = *find_measurement(result, "planted", "membership_advantage@10");
    CHECK(advantage.n == 300);
    CHECK(advantage.interval->low <= known);
    CHECK(advantage.interval->high >= known);
    CHECK(*advantage.value == Approx(known).epsilon(0.1));
    const Finding* found = find_finding(result, "planted-membership");
    REQUIRE(found != nullptr);
    CHECK(found->status == FindingStatus::supported);
    CHECK(found->severity == Severity::high);
    CHECK(found->detail.find("Attacker: knows a user's history") != std::string::npos);
  }
}

TEST_CASE("a system that never saw those who are asked about gives nobody away") {
  const SuiteResult result = assess({remembering("unaware", 0.0), baseline("random", "random")});
  for (const char* system : {"unaware", "random"}) {
    CAPTURE(system);
    const Measurement& advantage = *find_measurement(result, system, "membership_advantage@10");
    CHECK(advantage.interval->low <= 0.0);
    CHECK(advantage.interval->high >= 0.0);
    const Measurement& area = *find_measurement(result, system, "membership_auc@10");
    CHECK(area.interval->low <= 0.5);
    CHECK(area.interval->high >= 0.5);
    CHECK(find_finding(result, std::string(system) + "-membership")->status == FindingStatus::not_supported);
  }
}

TEST_CASE("data that are too large or too few are not trained on again, and the reason says what to do") {
  suites::ManipulationConfig config = small_config();
  config.most_interactions = 100;
  const MembershipPopulation population(config, small_data().suite_context(kSeed));
  CHECK(population.people().empty());
  CHECK(population.skipped().find("most_interactions (100)") != std::string::npos);
  config.membership = false;
  CHECK(MembershipPopulation(config, small_data().suite_context(kSeed)).skipped().empty());
}
