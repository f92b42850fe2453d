#include "reference_models/scoring/top_k.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "reference_models/scoring/factor_scores.h"
#include "tests/scripted/property.h"

using namespace recgauge;
using namespace recgauge::reference_models;

namespace {

// Scores given as a table: row = user id.
class TableModel : public ScoreModel {
 public:
  explicit TableModel(std::vector<std::vector<float>> scores) : scores_(std::move(scores)) {}
  RecommenderInfo info() const override { return {}; }
  void fit(const TrainingData&) override {}
  size_t item_count() const override { return scores_.front().size(); }
  std::unique_ptr<ScoredBlock> prepare(std::span<const Request> requests) const override {
    class Block : public ScoredBlock {
     public:
      Block(const std::vector<std::vector<float>>& scores, std::span<const Request> requests)
          : scores_(scores), requests_(requests) {}
      void score(IndexRange items, float* tile) override {
        for (const Request& request : requests_) {
          const auto& row = scores_[index(request.user)];
          tile = std::copy(row.begin() + static_cast<ptrdiff_t>(items.begin),
                           row.begin() + static_cast<ptrdiff_t>(items.end), tile);
        }
      }

     private:
      const std::vector<std::vector<float>>& scores_;
      std::span<const Request> requests_;
    };
    return std::make_unique<Block>(scores_, requests);
  }

 private:
  std::vector<std::vector<float>> scores_;
};

Request ask(uint32_t user, uint32_t k) {
  Request request;
  request.user = UserId{user};
  request.k = k;
  return request;
}

}  // namespace

TEST_CASE("the list equals a full sort, whatever masks, candidates, ties, tiles and threads") {
  scripted::check_property("against a brute-force sort with ties by item id", [] {
    const auto items = *rc::gen::inRange<size_t>(1, 300);
    const auto levels = *rc::gen::inRange<int>(1, 40);  // few levels make many ties
    const auto k = *rc::gen::inRange<uint32_t>(1, 40);
    std::vector<std::vector<float>> scores(3, std::vector<float>(items));
    for (auto& row : scores) {
      for (float& score : row) score = static_cast<float>(*rc::gen::inRange(-levels, levels));
    }
    std::vector<ItemId> excluded;
    std::vector<ItemId> candidates;
    for (uint32_t item = 0; item < items; ++item) {
      if (*rc::gen::inRange(0, 5) == 0) excluded.push_back(ItemId{item});
      if (*rc::gen::inRange(0, 3) > 0) candidates.push_back(ItemId{item});
    }
    std::reverse(excluded.begin(), excluded.end());
    const bool restricted = *rc::gen::arbitrary<bool>();
    std::vector<Request> requests;
    for (uint32_t user = 0; user < 3; ++user) {
      requests.push_back(ask(user, k));
      requests.back().exclusions = excluded;
      if (restricted) requests.back().candidates = std::span<const ItemId>(candidates);
    }
    TopKOptions options;
    options.tie_order = TieOrder::item_id;
    options.items_per_tile = *rc::gen::inRange<size_t>(1, 200);
    options.requests_per_block = *rc::gen::inRange<size_t>(1, 4);
    const auto responses = top_k(TableModel(scores), requests, options);

    for (uint32_t user = 0; user < 3; ++user) {
      std::vector<uint32_t> expected;
      for (uint32_t item = 0; item < items; ++item) {
        const bool masked = std::find(excluded.begin(), excluded.end(), ItemId{item}) != excluded.end();
        const bool offered = std::find(candidates.begin(), candidates.end(), ItemId{item}) != candidates.end();
        if (!masked && (offered || !restricted)) expected.push_back(item);
      }
      std::stable_sort(expected.begin(), expected.end(),
                       [&](uint32_t a, uint32_t b) { return scores[user][a] > scores[user][b]; });
      const size_t length = std::min<size_t>(k, expected.size());
      size_t tied = 0;
      for (size_t i = length; i < expected.size(); ++i) {
        tied += length > 0 && scores[user][expected[i]] == scores[user][expected[length - 1]] ? 1 : 0;
      }
      RC_ASSERT(responses[user].items.size() == length);
      RC_ASSERT(responses[user].tied_beyond == tied);
      for (size_t i = 0; i < length; ++i) {
        RC_ASSERT(responses[user].items[i] == ItemId{expected[i]});
        RC_ASSERT(responses[user].scores[i] == static_cast<double>(scores[user][expected[i]]));
      }
    }
  });
}

TEST_CASE("a constant scorer lists items at random: every item about equally often, and threads do not matter") {
  constexpr uint32_t kUsers = 4000;
  constexpr uint32_t kItems = 50;
  const TableModel model(std::vector<std::vector<float>>(kUsers, std::vector<float>(kItems, 1.0F)));
  std::vector<Request> requests;
  for (uint32_t user = 0; user < kUsers; ++user) requests.push_back(ask(user, 5));
  const auto responses = top_k(model, requests);
  std::vector<int> counts(kItems, 0);
  for (const Response& response : responses) {
    CHECK(response.tied_beyond == kItems - 5);
    for (const ItemId item : response.items) ++counts[index(item)];
  }
  // Binomial(4000, 0.1): mean 400, standard deviation 19.
  for (const int count : counts) CHECK(std::abs(count - 400) < 95);
  const ThreadLimit one(1);
  const auto alone = top_k(model, requests);
  for (uint32_t user = 0; user < kUsers; ++user) CHECK(alone[user].items == responses[user].items);
}

TEST_CASE("not-a-number scores make the answer malformed; k = 0 and k above the catalogue are answered") {
  const float nan = std::nanf("");
  const TableModel model({{1.0F, nan, 3.0F}, {1.0F, 2.0F, 3.0F}});
  const std::vector<Request> requests{ask(0, 2), ask(1, 10), ask(1, 0)};
  const auto responses = top_k(model, requests);
  CHECK(responses[0].outcome == Outcome::malformed);
  CHECK(responses[1].items == std::vector<ItemId>{ItemId{2}, ItemId{1}, ItemId{0}});
  CHECK(responses[2].items.empty());
}

TEST_CASE("zeros of either sign tie, infinities are ordered, and minus infinity is never listed") {
  const float infinity = std::numeric_limits<float>::infinity();
  const float largest = std::numeric_limits<float>::max();
  const TableModel model({{-0.0F, 0.0F, -1.0F, -0.0F}, {-largest, -infinity, infinity, largest}});
  const std::vector<Request> requests{ask(0, 2), ask(1, 4)};
  TopKOptions options;
  options.tie_order = TieOrder::item_id;
  const auto responses = top_k(model, requests, options);
  CHECK(responses[0].items == std::vector<ItemId>{ItemId{0}, ItemId{1}});
  CHECK(responses[0].tied_beyond == 1);
  CHECK(responses[1].items == std::vector<ItemId>{ItemId{2}, ItemId{3}, ItemId{0}});
  CHECK(responses[1].scores.front() == static_cast<double>(infinity));
}

TEST_CASE("one score that is not a number among many makes the answer malformed") {
  for (const size_t place : {size_t{0}, size_t{77}, size_t{999}}) {
    std::vector<float> scores(1000);
    for (size_t item = 0; item < scores.size(); ++item) scores[item] = static_cast<float>(item % 313);
    scores[place] = -std::nanf("");
    const std::vector<Request> requests{ask(0, 3)};
    CHECK(top_k(TableModel({scores}), requests)[0].outcome == Outcome::malformed);
  }
}

TEST_CASE("factor scores are inner products plus bias") {
  const FactorMatrix items{3, 2, {1, 0, 0, 1, 2, -1}};
  const std::vector<float> bias{0.5F, 0, 0};
  FactorBlock block({2, 2, {1, 2, 3, 4}}, items, bias);
  float tile[4];
  block.score({1, 3}, tile);
  CHECK(std::vector<float>(tile, tile + 4) == std::vector<float>{2, 0, 4, 2});
  block.score({0, 1}, tile);
  CHECK(tile[0] == 1.5F);
  CHECK(tile[1] == 3.5F);
}
