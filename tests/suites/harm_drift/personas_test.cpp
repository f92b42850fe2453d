// Who is sent, how they choose, and what counts as harmful.
#include "suites/harm_drift/personas.h"

#include <doctest/doctest.h>

#include <cmath>

#include "suites/harm_drift/sock_puppet.h"
#include "suites/harm_drift/taxonomy.h"
#include "tests/scripted/temporary_folder.h"
#include "tests/suites/harm_drift/town.h"

using namespace recgauge;
using namespace recgauge::scripted;
using namespace recgauge::suites;
using harm_drift::ChoiceModel;
using harm_drift::Option;
using harm_drift::Policy;
using harm_drift::Stage;

namespace {

double share_of(size_t position, const std::vector<Option>& list, const harm_drift::Urge& urge, ChoiceModel model) {
  uint32_t taken = 0;
  for (uint64_t seed = 0; seed < 20000; ++seed) {
    RandomStream stream(derive_seed(3, {seed}));
    taken += harm_drift::choose(list, urge, model, 1.0, stream) == position ? 1 : 0;
  }
  return taken / 20000.0;
}

}  // namespace

TEST_CASE("choices follow rank and preference") {
  const std::vector<Option> list{{0.0, true}, {1.0, true}, {0.0, false}, {0.5, true}};
  // Weights 1, 1/2, 0, 1/4 without preference.
  CHECK(share_of(0, list, {}, ChoiceModel::position_biased) == doctest::Approx(4.0 / 7.0).epsilon(0.02));
  CHECK(share_of(1, list, {}, ChoiceModel::random_walk) == doctest::Approx(1.0 / 3.0).epsilon(0.03));
  // With preference log 4: 1, 4/2, 0, 2/4.
  const harm_drift::Urge urge{std::log(4.0), false};
  CHECK(share_of(1, list, urge, ChoiceModel::position_biased) == doctest::Approx(4.0 / 7.0).epsilon(0.02));
  CHECK(share_of(1, list, urge, ChoiceModel::top_1) == 1.0);
  CHECK(share_of(0, list, {0.0, true}, ChoiceModel::position_biased) == 1.0);
  RandomStream stream(1);
  CHECK(!harm_drift::choose(std::vector<Option>{{0.5, true}}, {0.0, true}, ChoiceModel::top_1, 1.0, stream));
  CHECK(!harm_drift::choose({}, {}, ChoiceModel::random_walk, 1.0, stream));
}

TEST_CASE("urges of the policies") {
  harm_drift::PersonaConfig persona;
  persona.preference = 1.0;
  persona.growth = 0.5;
  CHECK(urge_at(persona, 3, 4, 2).preference == 0.0);
  persona.policy = Policy::curious;
  CHECK(urge_at(persona, 3, 4, 2).preference == 1.0);
  persona.policy = Policy::vulnerable;
  CHECK(urge_at(persona, 3, 4, 2).preference == 2.0);
  persona.policy = Policy::turning_away;
  CHECK(urge_at(persona, 3, 4, 2).preference == 2.0);
  CHECK(!urge_at(persona, 3, 4, 2).avoids);
  CHECK(urge_at(persona, 4, 4, 2).avoids);
}

TEST_CASE("taxonomies: the embedded one, one's own, and hazards that it does not know") {
  Town town;
  const harm_drift::Taxonomy embedded = harm_drift::read_taxonomy("ailuminate", {});
  CHECK(embedded.hazards.size() == 12);
  CHECK(embedded.find("hate")->title == "Hate");
  const TemporaryFolder folder;
  const std::string own = folder.write("own.yaml", "name: house rules\nhazards:\n  - {name: hate, severity: 0.5}\n");
  const harm_drift::Taxonomy ours = harm_drift::read_taxonomy(own, {});
  const std::vector<double> severities = item_severities(town.dataset.catalogue, ours, {});
  CHECK(severities[0] == 0.5);
  CHECK(severities[1] == 0.125);
  CHECK(severities[40] == 0.0);
  CHECK_THROWS_WITH_AS(item_severities(town.dataset.catalogue, embedded, {"hat"}),
                       doctest::Contains("did you mean 'hate'?"), ConfigError);
  town.dataset.catalogue.hazard_names.intern("hatred");
  CHECK_THROWS_WITH_AS(item_severities(town.dataset.catalogue, ours, {}),
                       doctest::Contains("items carry the hazard 'hatred', which the taxonomy 'house rules'"),
                       ConfigError);
  const std::string twice = folder.write("twice.yaml", "name: x\nhazards: [{name: a}, {name: a}]\n");
  CHECK_THROWS_WITH_AS(harm_drift::read_taxonomy(twice, {}), doctest::Contains("'a' stands there twice"), ConfigError);
}

TEST_CASE("personas that nobody can play are said to be missing") {
  const Town town;
  HarmDriftConfig config = quick();
  config.personas.resize(2);
  config.personas[0].name = "all";
  config.personas[1].name = "clean";
  config.personas[1].attribute = "age_band";
  config.personas[1].values = {"x"};
  CHECK_THROWS_WITH_AS(Stage(config, town.context), doctest::Contains("users have no attribute 'age_band'"),
                       ConfigError);
  Town aged;
  aged.dataset.users.attributes.push_back({"age_band", {}, std::vector<uint32_t>(kUsers, 0)});
  aged.dataset.users.attributes.back().values.intern("y");
  ScriptedRecommender system = listing("steady", steady);
  const Assessment assessment = assess(aged, config, {&system});
  REQUIRE(finding(assessment, "persona-clean") != nullptr);
  CHECK(finding(assessment, "persona-clean")->status == FindingStatus::not_measured);
  config.personas[1].name = "all";
  CHECK_THROWS_AS(HarmDriftSuite{config}, ConfigError);
}
