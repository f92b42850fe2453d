// Searches draw what they may, in the same order every time, find a planted best, and go on where they stopped.
#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <set>

#include "harness/system/error.h"
#include "harness/system/whole_file.h"
#include "reference_models/scoring/factor_scores.h"
#include "reference_models/scoring/known_rows.h"
#include "reference_models/tuning/parameter_search.h"
#include "tests/scripted/small_data.h"
#include "tests/scripted/temporary_folder.h"

using namespace recgauge;
using namespace recgauge::reference_models;

namespace {

// Ranks the item whose number is nearest to `centre` first.
const ModelKind& kind() {
  using Type = ParameterSpec::Type;
  static const ModelKind kKind{"centred",
                               "",
                               "",
                               {{"centre", Type::real, "0", -100, 100, {}, ""},
                                {"width", Type::whole, "5", 1, 1000, {}, ""},
                                {"way", Type::choice, "up", 0, 0, {"up", "down"}, ""}}};
  return kKind;
}

class Centred : public ScoreModel {
 public:
  Centred(const ParameterValues& values, size_t& fits) : parameters_(kind(), values), fits_(fits) {}
  RecommenderInfo info() const override { return {}; }
  void fit(const TrainingData& data) override {
    ++fits_;
    if (parameters_.real("centre") > 50) throw ConfigError("training diverged");
    items_ = data.interactions->item_count();
  }
  size_t item_count() const override { return items_; }
  std::unique_ptr<ScoredBlock> prepare(std::span<const Request> requests) const override {
    FactorMatrix scores{requests.size(), items_, std::vector<float>(requests.size() * items_)};
    for (size_t row = 0; row < requests.size(); ++row) {
      for (size_t item = 0; item < items_; ++item) {
        scores.row(row)[item] = -std::abs(static_cast<float>(item) - static_cast<float>(parameters_.real("centre")));
      }
    }
    return std::make_unique<KnownRows>(std::move(scores));
  }

 private:
  ModelParameters parameters_;
  size_t& fits_;
  size_t items_ = 0;
};

ConfigNode node(const std::string& yaml) { return parse_config_text(yaml, "c.yaml"); }

SearchConfig search(const std::string& yaml) {
  SearchConfig config;
  ConfigReader::read_struct(node(yaml), "search", config);
  return config;
}

void check_refused(const std::string& yaml, const std::string& why, const ParameterValues& fixed = {}) {
  CHECK_THROWS_WITH_AS(SearchSpace(search(yaml), kind(), fixed), doctest::Contains(why.c_str()), ConfigError);
}

// Users saw item 0; item 30 validates.
struct Bench {
  Interactions train = scripted::interactions_of({{0, 0}, {1, 0}, {2, 0}}, 3, 60);
  Interactions validation = scripted::interactions_of({{0, 30}, {1, 30}, {2, 30}}, 3, 60);
  scripted::TemporaryFolder folder;
  size_t fits = 0;
  double now = 0.0;

  std::filesystem::path path() const { return folder.path() / "trials.json"; }
  TrainingData data() const { return {nullptr, &train, &validation, 3}; }
  SearchTask task(std::vector<ParameterValues> trials) {
    return {"mine",
            &kind(),
            std::move(trials),
            0.0,
            [this](const ParameterValues& values) { return std::make_unique<Centred>(values, fits); },
            [this] { return now += 40.0; }};
  }
};

std::vector<ParameterValues> centres(const std::vector<std::string>& values) {
  std::vector<ParameterValues> trials;
  for (const std::string& value : values) trials.push_back({{"centre", value}});
  return trials;
}

}  // namespace

TEST_CASE("a grid has every combination, the last parameter fastest, with what is fixed") {
  const SearchSpace space(search("{method: grid, parameters: {centre: [1, 2], width: [3, 4]}}"), kind(),
                          {{"way", "down"}});
  const std::vector<ParameterValues> expected{{{"centre", "1"}, {"way", "down"}, {"width", "3"}},
                                              {{"centre", "1"}, {"way", "down"}, {"width", "4"}},
                                              {{"centre", "2"}, {"way", "down"}, {"width", "3"}},
                                              {{"centre", "2"}, {"way", "down"}, {"width", "4"}}};
  CHECK(space.trials(1) == expected);
  CHECK(space.trials(2) == expected);
}

TEST_CASE("draws begin with what is written, keep to their bounds, do not repeat and belong to the seed") {
  const SearchSpace space(search("{trials: 2001, parameters: {centre: {low: 0.01, high: 1, scale: log}, width: {low: "
                                 "1, high: 1000}, way: [up, down]}}"),
                          kind(), {});
  const auto trials = space.trials(5);
  REQUIRE(trials.size() == 2001);
  CHECK(trials[0].empty());
  CHECK(space.trials(5) == trials);
  CHECK(space.trials(6) != trials);
  CHECK(std::set<ParameterValues>(trials.begin(), trials.end()).size() == trials.size());
  size_t low_half = 0, up = 0, narrow = 0;
  for (size_t i = 1; i < trials.size(); ++i) {
    const ModelParameters checked(kind(), trials[i]);
    CHECK((checked.real("centre") >= 0.01 && checked.real("centre") <= 1));
    low_half += checked.real("centre") < 0.1 ? 1 : 0;
    narrow += checked.whole("width") <= 500 ? 1 : 0;
    up += checked.choice("way") == "up" ? 1 : 0;
  }
  for (const size_t half : {low_half, narrow, up})
    CHECK(std::abs(static_cast<double>(half) - 1000) < 90);  // 4 deviations
  CHECK(SearchSpace(search("{trials: 50, parameters: {way: [up, down]}}"), kind(), {}).trials(1).size() == 3);
}

TEST_CASE("what cannot be searched is named with its place") {
  check_refused("{parameters: {}}", "names nothing to try");
  check_refused("{trials: 3}", "names nothing to try");
  check_refused("{parameters: {center: [1]}}", "did you mean 'centre'?");
  check_refused("{parameters: {centre: [1, x]}}", "c.yaml:1:27: parameter 'centre' of centred: expected a number");
  check_refused("{parameters: {centre: [101]}}", "outside of");
  check_refused("{parameters: {centre: []}}", "lists no value");
  check_refused("{parameters: {centre: 3}}", "a list of values");
  check_refused("{parameters: {centre: {low: 2, high: 1}}}", "a low below its high");
  check_refused("{parameters: {centre: {low: 0, high: 1, scale: log}}}", "a positive low");
  check_refused("{parameters: {centre: {low: 0, high: 1000}}}", "outside of");
  check_refused("{parameters: {centre: {low: 0}}}", "lacks the key 'high'");
  check_refused("{parameters: {way: {low: 0, high: 1}}}", "is a choice");
  check_refused("{parameters: {centre: [1]}}", "keep one", {{"centre", "2"}});
  check_refused("{method: grid, parameters: {centre: {low: 0, high: 1}}}", "must list its values");
  check_refused("{method: grid, trials: 3, parameters: {centre: [1, 2], width: [1, 2]}}", "4 combinations");
}

TEST_CASE("the planted best is found, failures are kept, and the earliest of equals counts") {
  Bench bench;
  TrialFile file(bench.path());
  const auto trials = search_parameters(bench.task(centres({"0", "60", "30", "33", "30.1"})), bench.data(), file);
  REQUIRE(trials.size() == 5);
  CHECK(trials[0].value == 0.0);  // item 30 is not among the first ten
  CHECK(!trials[1].value);
  CHECK(trials[1].failure == "training diverged");
  CHECK(trials[2].value == 1.0);
  CHECK(*trials[3].value > 0.0);
  CHECK(*trials[3].value < 1.0);
  CHECK(best_trial(trials) == &trials[2]);
  CHECK(best_trial({trials[1]}) == nullptr);
}

TEST_CASE("a search that was interrupted goes on, and measures nothing twice") {
  Bench bench;
  {
    TrialFile file(bench.path());
    search_parameters(bench.task(centres({"0", "33"})), bench.data(), file);
  }
  TrialFile again(bench.path());
  const auto trials = search_parameters(bench.task(centres({"0", "33", "30"})), bench.data(), again);
  CHECK(bench.fits == 3);
  Bench fresh;
  TrialFile whole(fresh.path());
  const auto undisturbed = search_parameters(fresh.task(centres({"0", "33", "30"})), fresh.data(), whole);
  for (size_t i = 0; i < 3; ++i) CHECK(trials[i].value == undisturbed[i].value);
  TrainingData other = bench.data();
  other.seed = 4;
  search_parameters(bench.task(centres({"0"})), other, again);
  CHECK(bench.fits == 4);  // another seed is another trial
  std::ofstream(bench.path()) << "{\"trials\": [{}]}";
  CHECK_THROWS_WITH_AS(TrialFile(bench.path()), doctest::Contains("is no list of trials; remove it"), DataError);
}

TEST_CASE("when time is up no trial begins, but the first always does") {
  Bench bench;
  TrialFile file(bench.path());
  SearchTask task = bench.task(centres({"0", "1", "2", "3", "4"}));
  task.minutes = 2.0;  // the clock moves 40 s with every look at it: trials begin at 40, 120 and 200 s
  CHECK(search_parameters(task, bench.data(), file).size() == 2);
  task.minutes = 0.001;
  task.trials = centres({"7", "8"});
  CHECK(search_parameters(task, bench.data(), file).size() == 1);
}
