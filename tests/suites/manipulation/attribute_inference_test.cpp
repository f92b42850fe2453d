// Guessing attributes: a classifier whose answers can be worked out, lists that give all away, and lists that tell
// nothing.
#include "suites/manipulation/attribute_inference.h"

#include <doctest/doctest.h>

#include <numeric>

#include "tests/scripted/small_data.h"
#include "tests/scripted/world_bench.h"

using namespace recgauge;
using namespace recgauge::scripted;
using namespace recgauge::suites::manipulation;

TEST_CASE("naive Bayes guesses from the other folds alone") {
  // Class 0 sees item 0, class 1 sees item 1; the last case looks like class 0, but is of class 1.
  const std::vector<SeenItems> cases{
      {items_of({0}), 0}, {items_of({0}), 0}, {items_of({1}), 1}, {items_of({1}), 1}, {items_of({0}), 1}};
  const std::vector<uint32_t> folds{0, 1, 0, 1, 1};
  // Fold 0 is guessed from cases 1, 3 and 4. For item 0: class 0 has (1+1)(1+1)/(1+2) = 1.33, class 1 has
  // (2+1)(1+1)/(2+2) = 1.5: case 0 is taken for class 1. Item 1: class 0 (2)(1/3) = .67, class 1 (3)(2/4) = 1.5: right.
  // Fold 1 is guessed from cases 0 and 2: item 0 is class 0, item 1 class 1; case 4 is wrong.
  CHECK(guessed_right(cases, folds, 2, 2) == std::vector<double>{0, 1, 1, 1, 0});
  // Fold 0 from 1, 3, 4: class 1. Fold 1 from 0, 2: a tie, the first class.
  CHECK(majority_right(cases, folds, 2) == std::vector<double>{0, 1, 1, 0, 0});
}

TEST_CASE("lists made for a group give the group away, those of popularity and chance do not") {
  PreparedData data = small_world(4, {});
  suites::ManipulationConfig config;
  config.poisoning = false;
  config.pollution_users = config.stability_users = config.queries = 1;
  config.resamples = 200;
  const Entrant telling{"telling",
                        [](const PreparedData& world) -> std::unique_ptr<reference_models::ScoreModel> {
                          // Shows an item whose number is even to group A alone.
                          std::vector<Row> rows;
                          const CategoricalColumn& group = *world.dataset().users.find_attribute("group");
                          for (uint32_t user = 0; user < world.dataset().users.size(); ++user) {
                            for (uint32_t i = 0; i < 60; ++i) rows.push_back({user, 2 * i + group.codes[user] % 2});
                          }
                          return std::make_unique<reference_models::Oracle>(std::make_shared<const Interactions>(
                              interactions_of(rows, world.dataset().users.size(), world.dataset().catalogue.size())));
                        },
                        1};
  const SuiteResult result =
      assess_suite_on_world(data, 4, std::make_unique<suites::ManipulationSuite>(config),
                            {telling, baseline("popularity", "popularity"), baseline("random", "random")});
  const auto value = [&](const std::string& system, const std::string& label) {
    for (const Measurement& m : result.measurements) {
      if (m.id == "manipulation/" + system + "/" + label + "@10/attribute=group") return *m.value;
    }
    throw std::out_of_range(system + label);
  };
  CHECK(value("telling", "attribute_guessed") > 0.99);
  CHECK(value("telling", "attribute_majority") > 0.5);
  CHECK(value("telling", "attribute_majority") < 0.7);
  CHECK(find_finding(result, "telling-gives-away-group") != nullptr);
  CHECK(find_finding(result, "random-gives-away-group") == nullptr);
  CHECK(value("random", "attribute_inference_gain") < 0.05);
  CHECK(find_finding(result, "telling-gives-away-region") == nullptr);  // drawn apart from the group
}
