// The search for items that open a back door, against doors of known width; and lists that change with one interaction.
#include "suites/manipulation/pollution.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "suites/manipulation/manipulation_suite.h"
#include "tests/scripted/world_bench.h"

using namespace recgauge;
using namespace recgauge::scripted;
using namespace recgauge::suites::manipulation;
using doctest::Approx;
using suites::ManipulationConfig;

namespace {

constexpr uint64_t kSeed = 9;

const PreparedData& small_data() {
  static const PreparedData kData = small_world(kSeed, {600, 300, 20, 0.25});
  return kData;
}

ManipulationConfig config_of(uint32_t users, uint32_t queries) {
  ManipulationConfig config;
  config.poisoning = false;
  config.pollution_users = users;
  config.stability_users = 60;
  config.queries = queries;
  config.resamples = 200;
  return suites::with_preset(config);
}

PollutionPopulation population_of(const ManipulationConfig& config) {
  return {config, small_data().suite_context(kSeed)};
}

/// Popularity with a door for every victim's target; a trigger is any item whose number ends in a digit below `tenths`.
Entrant door(const std::string& name, const ManipulationConfig& config, uint32_t tenths) {
  return {name,
          [config, tenths](const PreparedData& data) -> std::unique_ptr<reference_models::ScoreModel> {
            reference_models::BackDoor::Door door;
            door.promoted.assign(data.dataset().users.size(), kOutOfCatalogue);
            const PollutionPopulation population = population_of(config);
            for (const Victim& victim : population.victims()) {
              door.promoted[index(data.split->test_users[victim.position])] = victim.target;
            }
            for (uint32_t item = 0; item < data.dataset().catalogue.size(); ++item) {
              if (item % 10 < tenths) door.triggers.push_back(ItemId{item});
            }
            return std::make_unique<reference_models::BackDoor>(reference_models::make_baseline("popularity", {}),
                                                                std::move(door));
          },
          1};
}

SuiteResult assess(const ManipulationConfig& config, const std::vector<Entrant>& entrants) {
  return assess_suite_on_world(small_data(), kSeed, std::make_unique<suites::ManipulationSuite>(config), entrants);
}

const Measurement& measurement(const SuiteResult& result, const std::string& id) {
  for (const Measurement& m : result.measurements) {
    if (m.id == "manipulation/" + id) return m;
  }
  throw std::out_of_range(id);
}

Response list_of(std::vector<ItemId> items) {
  Response response;
  response.items = std::move(items);
  return response;
}

}  // namespace

TEST_CASE("every attacker asks first as it is, keeps to its questions, and asks again with the best that it found") {
  const ManipulationConfig config = config_of(10, 7);
  const PollutionPopulation population = population_of(config);
  REQUIRE(population.size() == 30);
  for (size_t i = 0; i < population.size(); ++i) {
    CAPTURE(i);
    const auto polluter = population.make_polluter(i);
    const Victim& victim = population.victims()[i / 3];
    std::vector<std::vector<ItemId>> histories;
    // The target comes as far forward as the last item's number says, so that some tries are better than others.
    std::optional<Turn> turn = polluter->next(nullptr);
    std::vector<uint32_t> ranks;
    while (turn) {
      const Request& request = turn->request;
      histories.emplace_back(request.history.begin(), request.history.end());
      for (const ItemId item : request.history) {
        CHECK(std::find(request.exclusions.begin(), request.exclusions.end(), item) != request.exclusions.end());
      }
      CHECK(request.history_times.size() == (request.history_times.empty() ? 0 : request.history.size()));
      std::vector<ItemId> list(index(histories.back().back()) % 20, ItemId{0});
      list.push_back(victim.target);
      ranks.push_back(static_cast<uint32_t>(list.size()));
      const Response answer = list_of(std::move(list));
      turn = polluter->next(&answer);
    }
    const PollutionRecord& record = polluter->record();
    const auto strategy = kStrategies[i % 3];
    const size_t searched = strategy == Strategy::benign ? 1 : 7;
    CHECK(histories.size() == searched + 2);
    CHECK(record.questions == histories.size());
    CHECK(record.unusable == 0);
    CHECK(record.rank_before == ranks.front());
    CHECK(record.rank_after == ranks.back());
    // What is asked for at the end is the best of what was tried; a greedy attacker's first question is another one.
    const size_t first = strategy == Strategy::greedy ? 2 : 1;
    const auto best = std::min_element(ranks.begin() + static_cast<ptrdiff_t>(first), ranks.end());
    CHECK(ranks.back() == *best);
    CHECK(record.added.size() <= 2);
    CHECK(histories.back().size() == histories.front().size() + record.added.size());
    if (strategy == Strategy::greedy) {
      CHECK(histories[1] == std::vector{victim.target});
      // Then what the system listed beside the target (here item 0, unless the user has it).
    }
  }
}

TEST_CASE("substituted items take the places of the last ones") {
  ManipulationConfig config = config_of(4, 2);
  config.pollution_place = suites::PollutionPlace::substitute;
  const PollutionPopulation population = population_of(config);
  const auto polluter = population.make_polluter(0);
  auto turn = polluter->next(nullptr);
  const std::vector<ItemId> clean(turn->request.history.begin(), turn->request.history.end());
  const Response empty = list_of({});
  turn = polluter->next(&empty);
  const auto history = turn->request.history;
  REQUIRE(history.size() == clean.size());
  CHECK(std::equal(clean.begin(), clean.end() - 2, history.begin()));
  CHECK(history.back() != clean.back());
}

TEST_CASE("victims do not have their targets, which come from all strata") {
  const PollutionPopulation population = population_of(config_of(60, 4));
  const Split& split = *small_data().split;
  std::set<ItemId> targets;
  for (const Victim& victim : population.victims()) {
    const auto history = split.history->items(split.test_users[victim.position]);
    CHECK(std::find(history.begin(), history.end(), victim.target) == history.end());
    targets.insert(victim.target);
  }
  CHECK(population.victims().size() == 60);
  CHECK(targets.size() > 20);
}

TEST_CASE("a search finds a back door as often as its width says") {
  const ManipulationConfig config = config_of(200, 5);
  const SuiteResult result = assess(config, {door("ajar", config, 1), door("shut", config, 0)});
  // Five sets of two random items, a tenth of which are triggers: found with chance 1 - 0.9^10 = 0.651 at least; the
  // user's own last items may open the door too.
  const Measurement& found = measurement(result, "ajar/polluted_hit_ratio@10/strategy=random search");
  CHECK(found.interval->high > 0.651);
  CHECK(*found.value < 0.85);
  // One set: 1 - 0.9^2 = 0.19, plus targets that are popular anyway.
  const double anyway = *measurement(result, "shut/polluted_hit_ratio@10/strategy=benign").value;
  const Measurement& benign = measurement(result, "ajar/polluted_hit_ratio@10/strategy=benign");
  CHECK(*benign.value == Approx(anyway + (1.0 - anyway) * 0.19).epsilon(0.35));
  CHECK(measurement(result, "ajar/pollution_gain@10/strategy=random search").interval->low > 0.2);
  CHECK(find_finding(result, "ajar-pollution")->status == FindingStatus::supported);
  CHECK(find_finding(result, "ajar-pollution")->detail.find("Attacker: knows the items' names") != std::string::npos);
  // Popularity does not read the history: nothing is gained but by items that leave the list.
  CHECK(find_finding(result, "shut-pollution")->status == FindingStatus::not_supported);
}

TEST_CASE("lists that hang on the last item do not survive its change, those of popularity do; noise is told apart") {
  const ManipulationConfig config = config_of(3, 2);
  const Entrant shaken{"shaken",
                       [](const PreparedData&) -> std::unique_ptr<reference_models::ScoreModel> {
                         return std::make_unique<reference_models::Unsteady>(
                             std::make_unique<reference_models::ConstantScorer>(), 1.0, 4);
                       },
                       1};
  const SuiteResult result =
      assess(config, {baseline("popularity", "popularity"), baseline("knn", "item_knn"), shaken});
  const auto overlap = [&](const std::string& system, const std::string& history) {
    return measurement(result, system + "/rank_list_stability[rbo]@10/history=" + history);
  };
  CHECK(*overlap("popularity", "asked again").value == 1.0);
  CHECK(*overlap("popularity", "one interaction changed").value == 1.0);
  CHECK(*overlap("knn", "asked again").value == 1.0);
  CHECK(*overlap("knn", "one interaction changed").value < 0.95);
  CHECK(*overlap("knn", "one interaction changed").value > 0.3);
  // Ten of 300 items at random, twice: nearly nothing in common.
  CHECK(*overlap("shaken", "asked again").value < 0.1);
  CHECK(*measurement(result, "shaken/rank_list_stability[jaccard]@10/history=asked again").value < 0.1);
  // It is the noise that moves them, not the change.
  CHECK(find_finding(result, "shaken-stability") == nullptr);
}
