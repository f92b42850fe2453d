// Unfairness of predicted ratings, on predictions whose errors are written out.
#include <doctest/doctest.h>

#include <functional>

#include "harness/system/error.h"
#include "harness/system/random.h"
#include "tests/suites/bias/bias_run.h"

using namespace recgauge;
using namespace recgauge::scripted;
using doctest::Approx;

namespace {

constexpr uint32_t kUsers = 120;
constexpr uint32_t kItems = 4;

float rating_of(uint32_t user, uint32_t item) { return static_cast<float>(1 + (user / 2 + item) % 5); }

// Everybody rates all four items; even users are in group "even".
BiasRun make_run() {
  std::vector<Row> train;
  std::vector<Row> test;
  for (uint32_t u = 0; u < kUsers; ++u) {
    train.push_back({u, kItems, static_cast<float>(1 + u % 5)});
    for (uint32_t i = 0; i < kItems; ++i) test.push_back({u, i, rating_of(u, i)});
  }
  BiasRun run(train, test, kUsers, kItems + 1, 3);
  std::vector<std::string> parity;
  for (uint32_t u = 0; u < kUsers; ++u) parity.push_back(u % 2 == 0 ? "even" : "odd");
  run.add_attribute("parity", parity);
  return run;
}

BiasSystem predicting(const std::function<double(uint32_t user, uint32_t item)>& error) {
  BiasSystem system{"predictor", SystemRole::candidate, std::vector<Response>(kUsers), std::vector<Response>(kUsers)};
  for (uint32_t u = 0; u < kUsers; ++u) {
    system.answers[u].items = items_of({0, 1, 2});
    for (uint32_t i = kItems; i-- > 0;) {  // in whatever order
      system.ratings[u].items.push_back(ItemId{i});
      system.ratings[u].scores.push_back(double{rating_of(u, i)} + error(u, i));
    }
  }
  return system;
}

suites::BiasConfig config_of(const std::string& system = "predictor") {
  suites::BiasConfig config;
  config.primary = "ndcg@3";
  config.metrics = {};
  config.permutations = 999;
  config.resamples = 200;
  config.strata = 1;
  config.predicted_ratings = {system};
  return config;
}

// Even users are predicted half a star too low for items 0 and 1, odd ones a quarter too high for item 0.
double planted(uint32_t user, uint32_t item) {
  if (user % 2 == 0) return item < 2 ? -0.5 : 0.0;
  return item == 0 ? 0.25 : 0.0;
}

double noise(uint32_t user, uint32_t item) { return RandomStream(derive_seed(3, {user, item})).uniform() - 0.5; }

}  // namespace

TEST_CASE("each test user's own test items are asked for, whatever was seen") {
  const BiasRun run = make_run();
  const Probe probe = suites::predicted_ratings_probe(run.context());
  REQUIRE(probe.requests->size() == kUsers);
  const Request request = probe.requests->at(7);
  CHECK(request.user == UserId{7});
  CHECK(request.k == kItems);
  CHECK(request.exclusions.empty());
  CHECK(std::ranges::equal(*request.candidates, items_of({0, 1, 2, 3})));
}

TEST_CASE("planted errors: the four kinds are those worked out by hand") {
  const SuiteResult result = make_run().assess(config_of(), {predicting(planted)});
  // By item, even minus odd: value .75 .5 0 0, absolute .25 .5 0 0, under .5 .5 0 0, over .25 0 0 0.
  const auto value = [&](const std::string& kind, const char* cell) {
    return *measurement(result, "bias/predictor/" + kind + "/parity=" + cell).value;
  };
  for (const char* cell : {"even", "odd"}) {
    CHECK(value("value_unfairness", cell) == Approx(1.25 / 4).epsilon(1e-9));
    CHECK(value("absolute_unfairness", cell) == Approx(0.75 / 4).epsilon(1e-9));
    CHECK(value("underestimation_unfairness", cell) == Approx(1.0 / 4).epsilon(1e-9));
    CHECK(value("overestimation_unfairness", cell) == Approx(0.25 / 4).epsilon(1e-9));
    CHECK(value("value_unfairness_by_chance", cell) < 0.1);
  }
  const Finding* found = finding(result, "bias/predictor-value_unfairness-parity=even");
  REQUIRE(found != nullptr);
  CHECK(found->status == FindingStatus::supported);
  CHECK(found->severity >= Severity::medium);
  CHECK(measurement(result, found->measurements.at(0)).interval->low > 0.2);
  CHECK(measurement(result, found->measurements.at(1)).interval->high < 0.2);
}

TEST_CASE("errors that have nothing to do with the group are no finding, though no measure is 0") {
  const SuiteResult result = make_run().assess(config_of(), {predicting(noise)});
  const Measurement& value = measurement(result, "bias/predictor/value_unfairness/parity=even");
  const Measurement& chance = measurement(result, "bias/predictor/value_unfairness_by_chance/parity=even");
  CHECK(*value.value > 0.0);
  CHECK(*value.value < chance.interval->high);
  REQUIRE(finding(result, "bias/predictor-ratings") != nullptr);
  CHECK(finding(result, "bias/predictor-ratings")->status == FindingStatus::not_supported);
  CHECK(finding(result, "bias/predictor-ratings")->detail.find("parity=even (n = 60)") != std::string::npos);
  CHECK(finding(result, "bias/predictor-ratings")->detail.find("called from 0.") != std::string::npos);
  CHECK(finding(result, "bias/predictor-value_unfairness-parity=even") == nullptr);
}

TEST_CASE("an item that only one group rated does not count") {
  std::vector<Row> train;
  std::vector<Row> test;
  for (uint32_t u = 0; u < kUsers; ++u) {
    train.push_back({u, kItems, static_cast<float>(1 + u % 5)});
    test.push_back({u, u % 2, 3.0F});
  }
  BiasRun run(train, test, kUsers, kItems + 1, 3);
  std::vector<std::string> parity;
  for (uint32_t u = 0; u < kUsers; ++u) parity.push_back(u % 2 == 0 ? "even" : "odd");
  run.add_attribute("parity", parity);
  const SuiteResult result = run.assess(config_of(), {predicting(planted)});
  const Measurement& value = measurement(result, "bias/predictor/value_unfairness/parity=even");
  CHECK_FALSE(value.value);
  CHECK(value.undefined_reason.find("no item was rated by the group and by others") != std::string::npos);
}

TEST_CASE("what is no rating is not measured, and that is said") {
  const BiasRun run = make_run();
  BiasSystem silent = predicting(planted);
  for (Response& response : silent.ratings) response.scores.clear();
  const Finding* found = nullptr;
  SuiteResult result = run.assess(config_of(), {silent});
  found = finding(result, "bias/predictor-ratings");
  REQUIRE(found != nullptr);
  CHECK(found->status == FindingStatus::not_measured);
  CHECK(found->claim.find("0 of 480 were given") != std::string::npos);

  result = run.assess(config_of(), {predicting([](uint32_t, uint32_t) { return 40.0; })});
  found = finding(result, "bias/predictor-ratings");
  REQUIRE(found != nullptr);
  CHECK(found->claim.find("are no predicted ratings: they run from 41 to 45, ratings from 1 to 5") !=
        std::string::npos);

  result = run.assess(config_of("somebody"), {predicting(planted)});
  CHECK(finding(result, "bias/somebody-ratings")->claim.find("no such system") != std::string::npos);
}

TEST_CASE("data without ratings is refused with the remedy") {
  const BiasRun run({{0, 0}, {1, 1}}, {{0, 1}, {1, 0}}, 2, 3, 3);
  CHECK_THROWS_WITH_AS(suites::predicted_ratings_probe(run.context()), doctest::Contains("name the column of ratings"),
                       ConfigError);
}
