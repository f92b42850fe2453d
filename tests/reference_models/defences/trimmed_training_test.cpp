// Robust training: who is left out, and that a model behaves as if they had not been there.
#include "reference_models/defences/trimmed_training.h"

#include <doctest/doctest.h>

#include "reference_models/baselines/baselines.h"
#include "reference_models/scoring/top_k.h"
#include "tests/scripted/small_data.h"

using namespace recgauge;
using namespace recgauge::reference_models;

namespace {

// Nine users with two items each, and a tenth who has ten.
Interactions population() {
  std::vector<scripted::Row> rows;
  for (uint32_t user = 0; user < 9; ++user) {
    rows.push_back({user, user % 3});
    rows.push_back({user, 3 + user % 3});
  }
  for (uint32_t item = 0; item < 10; ++item) rows.push_back({9, 6 + item});
  return scripted::interactions_of(rows, 11, 16);  // user 10 has nothing
}

std::vector<float> popularity_of(const ParameterValues& parameters) {
  const Interactions all = population();
  TrainingData data;
  data.interactions = &all;
  const auto model = make_trimmed(parameters, [](const ParameterValues& own) { return make_baseline("popularity", own); });
  model->fit(data);
  const Request request;
  std::vector<float> scores(16);
  model->prepare(std::span(&request, 1))->score({0, 16}, scores.data());
  return scores;
}

}  // namespace

TEST_CASE("users above the quantile of suspicion are left out, ties with it are not") {
  using detection::Detector;
  // Lengths 2 and 10, mean 28 / 11: distances .545 nine times and 7.45 once.
  CHECK(suspects(population(), Detector::length_variance, 0.9, 1) == std::vector<UserId>{UserId{9}});
  CHECK(suspects(population(), Detector::length_variance, 0.5, 1) == std::vector<UserId>{UserId{9}});
  CHECK(suspects(population(), Detector::length_variance, 1.0, 1).empty());
  CHECK(suspects(population(), Detector::rdma, 0.5, 1).empty());  // all values are equal: nobody deviates
  CHECK(suspects(scripted::interactions_of({}, 3, 3), Detector::wda, 0.9, 1).empty());
}

TEST_CASE("a robust model learns as if suspects had not been there") {
  const std::vector<float> plain = popularity_of({});
  const std::vector<float> robust = popularity_of({{"trim_detector", "length_variance"}, {"trim_quantile", "0.9"}});
  for (size_t item = 0; item < 6; ++item) CHECK(robust[item] == plain[item]);
  for (size_t item = 6; item < 16; ++item) {
    CHECK(plain[item] > 0.0F);
    CHECK(robust[item] == 0.0F);
  }
  CHECK(popularity_of({{"trim_detector", "none"}, {"trim_quantile", "0.5"}}) == plain);
}

TEST_CASE("what is said of it is checked, told and kept apart from the model's own parameters") {
  const auto make = [](const ParameterValues& own) { return make_baseline("item_knn", own); };
  CHECK_THROWS_WITH_AS(make_trimmed({{"trim_detector", "rmda"}}, make), doctest::Contains("trim_detector"),
                       ConfigError);
  CHECK_THROWS_WITH_AS(make_trimmed({{"trim_quantile", "0.2"}}, make), doctest::Contains("trim_quantile"), ConfigError);
  const auto info = make_trimmed({{"trim_detector", "wda"}, {"neighbours", "7"}}, make)->info();
  CHECK(info.kind == "item_knn");
  CHECK(info.parameters.at("trim_detector") == "wda");
  CHECK(info.parameters.at("trim_quantile") == "0.95");
  CHECK(info.parameters.at("neighbours") == "7");
  CHECK_FALSE(make_trimmed({}, make)->info().parameters.contains("trim_detector"));
  CHECK(with_trimming({"popularity", "", "", {}}).parameters.size() == 2);
}

TEST_CASE("a cap bounds what one similarity counts") {
  // Items 0 and 1 go together in both of their users: similarity 2 / (2 + 0) = 1. Item 2 is with 0 once: 1 / sqrt(2).
  const Interactions all = scripted::interactions_of({{0, 0}, {0, 1}, {1, 0}, {1, 1}, {1, 2}}, 2, 3);
  const auto scores = [&](const std::string& cap) {
    TrainingData data;
    data.interactions = &all;
    const auto model = make_baseline("item_knn", {{"shrinkage", "0"}, {"similarity_cap", cap}});
    model->fit(data);
    const std::vector<ItemId> history = scripted::items_of({0});
    Request request;
    request.history = history;
    std::vector<float> row(3);
    model->prepare(std::span(&request, 1))->score({0, 3}, row.data());
    return row;
  };
  CHECK(scores("1")[1] == doctest::Approx(1.0));
  CHECK(scores("1")[2] == doctest::Approx(0.707107));
  CHECK(scores("0.8")[1] == doctest::Approx(0.8));
  CHECK(scores("0.8")[2] == doctest::Approx(0.707107));
  CHECK(scores("0.5")[1] == doctest::Approx(0.5));
  CHECK(scores("0.5")[2] == doctest::Approx(0.5));
}
