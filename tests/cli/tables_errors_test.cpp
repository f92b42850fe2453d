// What a configuration can name: unknown kinds, parameters and suites are answered with place and nearest name before
// any data is read.
#include <doctest/doctest.h>

#include <algorithm>

#include "cli/tables.h"
#include "harness/system/error.h"

using namespace recgauge;
using namespace recgauge::cli;

namespace {

RunConfig parse(const std::string& text) { return parse_run_config(text, "f.yaml"); }

void check_refused(const std::string& text, const std::string& message) {
  CAPTURE(text);
  CHECK_THROWS_WITH_AS(plan_systems(parse(text)), doctest::Contains(message.c_str()), ConfigError);
}

}  // namespace

TEST_CASE("unknown kinds and parameters of models are named with their place and the nearest name") {
  check_refused("models:\n  - kind: itemknn\n", "f.yaml:2:5: unknown kind 'itemknn'; did you mean 'item_knn'?");
  check_refused("models:\n  - kind: qqqqqqqqqqqqqqqqqqqq\n", "known are: random, popularity, markov");
  check_refused("baselines: []\nmodels:\n  - kind: ease\n    parameters: {regularization: 5}\n",
                "f.yaml:3:5: model 'ease': unknown parameter 'regularization' of ease; did you mean");
  check_refused("models:\n  - {kind: ease, name: m, parameters: [1]}\n", "f.yaml:2:39: parameters: expected a map");
  check_refused("models:\n  - {kind: ease, parameters: {regularisation: [1]}}\n",
                "parameters.regularisation: expected a single value, found a list");
  check_refused("models:\n  - {kind: ease, parameters: {regularisation: many}}\n",
                "f.yaml:2:5: model 'ease': parameter 'regularisation' of ease: expected a number, found 'many'");
  check_refused("models:\n  - {kind: ease, parameters: {regularisation: -1}}\n", "is outside of");
  check_refused("baselines: []\nmodels:\n  - {kind: ials, parameters: {dimension: 2.5}}\n",
                "expected a whole number, found '2.5'");
  check_refused("baselines: [esae]\n", "'esae' is no baseline; known are:");
  check_refused("baselines: []\ncontrols: false\n", "nothing to evaluate");
}

TEST_CASE("models come first, then baselines, then controls, each with its role") {
  const auto systems = plan_systems(parse("models:\n  - {kind: ease, name: mine}\nbaselines: [random, popularity]\n"));
  std::vector<std::pair<std::string, SystemRole>> found;
  for (const PlannedSystem& system : systems) found.emplace_back(system.config.name, system.role);
  CHECK(found == std::vector<std::pair<std::string, SystemRole>>{{"mine", SystemRole::candidate},
                                                                 {"random", SystemRole::baseline},
                                                                 {"popularity", SystemRole::baseline},
                                                                 {"oracle", SystemRole::control},
                                                                 {"constant", SystemRole::control}});
  CHECK(plan_systems(parse("controls: false\nbaselines: [random]\n")).size() == 1);
}

TEST_CASE("unknown suites and their settings are named with their place") {
  const auto refused = [](const std::string& text, const std::string& message) {
    CAPTURE(text);
    CHECK_THROWS_WITH_AS(make_suites(parse(text)), doctest::Contains(message.c_str()), ConfigError);
  };
  refused("suites:\n  acuracy: {}\n", "unknown key 'acuracy' in suites; did you mean 'accuracy'?");
  refused("suites:\n  accuracy:\n    cutofs: [5]\n",
          "f.yaml:3:5: unknown key 'cutofs' in suites.accuracy; did you mean 'cutoffs'?");
  refused("suites: {accuracy: {cutoffs: [0]}}\n", "suites.accuracy.cutoffs[0]: 0 is below");
  refused("suites: {accuracy: {primary: ndgc@10}}\n", "f.yaml:1:");
  refused("suites: {accuracy: {primary: ndgc@10}}\n", "did you mean 'ndcg'");
  refused("suites: {accuracy: {cutoffs: []}}\n", "cutoffs is empty");
  refused("suites: {accuracy: 5}\n", "suites.accuracy: expected a map of keys, found a single value");
  const auto always = std::count_if(suite_table().begin(), suite_table().end(),
                                    [](const SuiteEntry& suite) { return suite.runs == RunsWhen::always; });
  CHECK(static_cast<long>(make_suites(parse("")).size()) == always);
  CHECK(make_suites(parse("suites: {accuracy: }\n")).size() == 1);
}

TEST_CASE("the effective configuration holds the settings of the suites, defaults spelt out") {
  const auto json = full_effective_config(parse("suites: {accuracy: {cutoffs: [7], primary: recall@7}}\n"));
  CHECK(json.at("suites").at("accuracy").at("cutoffs") == nlohmann::ordered_json{7});
  CHECK(json.at("suites").at("accuracy").at("confidence") == 0.95);
  std::string every;
  for (const SuiteEntry& suite : suite_table()) {
    if (suite.runs == RunsWhen::always) every += (every.empty() ? "" : ", ") + suite.name + ": ";
  }
  CHECK(full_effective_config(parse("")).dump() == full_effective_config(parse("suites: {" + every + "}\n")).dump());
  const std::string text = json.dump();
  CHECK(full_effective_config(parse(text)).dump() == text);
}
