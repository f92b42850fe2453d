// The model of Cascade-DR against the same regressions worked by another program (reference/cascade_dr.py).
#include "harness/off_policy/slate_model.h"

#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "harness/off_policy/slates.h"

using namespace recgauge::off_policy;
using Json = nlohmann::json;

namespace {

Json reference() {
  std::ifstream file(RECGAUGE_SOURCE_DIR "/tests/harness/off_policy/reference/cascade_dr.json");
  return Json::parse(file);
}

template <typename T>
std::vector<T> flat(const Json& rows) {
  std::vector<T> values;
  for (const Json& row : rows) {
    for (const Json& value : row) values.push_back(value.get<T>());
  }
  return values;
}

double furthest(const std::vector<double>& a, const std::vector<double>& b) {
  REQUIRE(a.size() == b.size());
  double distance = 0.0;
  for (size_t i = 0; i < a.size(); ++i) distance = std::max(distance, std::abs(a[i] - b[i]));
  return distance;
}

}  // namespace

TEST_CASE("Cascade-DR of a log, model and all, is what another program works out") {
  const Json json = reference();
  const Json& log = json["log"];
  const size_t length = json["length"];
  const size_t item_count = json["items"];
  const auto items = flat<uint32_t>(log["items"]);
  const auto rewards = flat<double>(log["rewards"]);
  const auto propensities = flat<double>(log["propensities"]);
  const auto contexts = flat<double>(log["contexts"]);
  const auto units = log["units"].get<std::vector<uint64_t>>();
  std::vector<double> policy;
  std::vector<double> evaluated;
  std::vector<uint64_t> ends;
  std::vector<uint32_t> candidates;
  for (const Json& list : log["policy"]) {
    for (uint32_t item = 0; item < item_count; ++item) candidates.push_back(item);
    ends.push_back(candidates.size());
    for (const Json& place : list) {
      evaluated.push_back(place[items[evaluated.size()]]);
      for (const Json& chance : place) policy.push_back(chance);
    }
  }
  RewardModelOptions options;
  options.folds = json["folds"];
  options.seed = json["seed"];
  options.ridge = json["ridge"];
  const SlatePredictions model = cross_fitted_slate_model(
      {length, item_count, items, rewards, ends, candidates, policy, contexts, contexts.size() / ends.size(), units},
      options);
  CHECK(furthest(model.predicted, flat<double>(json["predicted"])) < 1e-9);
  CHECK(furthest(model.expected, flat<double>(json["expected"])) < 1e-9);
  const SlateRounds rounds{length, rewards, propensities, evaluated, {}, {}, {}, model.predicted, model.expected};
  double sum = 0.0;
  for (const double value : slate_values(rounds, SlateEstimatorKind::cascade_doubly_robust)) sum += value;
  CHECK(std::abs(sum / static_cast<double>(ends.size()) - json["value"].get<double>()) < 1e-9);
}

TEST_CASE("candidates that differ from list to list; fewer lists than folds give zeros") {
  // Two places; every list shows its two candidates, and the policy takes the first for sure, then the second.
  const std::vector<uint32_t> items{0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2};
  const std::vector<double> rewards{5, 0, 5, 0, 5, 0, 5, 0, 5, 0, 5, 0};
  const std::vector<uint64_t> ends{2, 4, 6, 8, 10, 12};
  std::vector<double> policy;
  for (int list = 0; list < 6; ++list) policy.insert(policy.end(), {1, 0, 0, 1});
  RewardModelOptions options;
  options.ridge = 1e-9;
  const SlateModelData data{2, 3, items, rewards, ends, items, policy, {}, 0, {}};
  const SlatePredictions model = cross_fitted_slate_model(data, options);
  for (size_t list = 0; list < 6; ++list) {
    CHECK(model.expected[2 * list] == doctest::Approx(5.0).epsilon(1e-4));
    CHECK(model.predicted[2 * list] == doctest::Approx(5.0).epsilon(1e-4));
    CHECK(std::abs(model.expected[2 * list + 1]) < 1e-3);
  }
  options.folds = 7;
  CHECK(cross_fitted_slate_model(data, options).predicted == std::vector<double>(12, 0.0));
}
