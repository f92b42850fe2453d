// A reference model as a system under test: its name, its training and its lists come through unchanged.
#include "adapters/in_process/in_process_recommender.h"

#include <doctest/doctest.h>

#include <cmath>

#include "reference_models/baselines/baselines.h"
#include "tests/scripted/small_data.h"

using namespace recgauge;
using namespace recgauge::scripted;
using adapters::InProcessRecommender;
using reference_models::TieOrder;
using reference_models::TopKOptions;

namespace {

InProcessRecommender popularity(TieOrder tie_order = TieOrder::item_id) {
  TopKOptions options;
  options.tie_order = tie_order;
  return InProcessRecommender("mine", reference_models::make_baseline("popularity", {}), options);
}

Request request(uint32_t k, std::span<const ItemId> exclusions = {}) {
  Request result;
  result.user = UserId{0};
  result.k = k;
  result.exclusions = exclusions;
  return result;
}

// Item 2 three times, item 0 twice, items 1 and 3 once, item 4 never.
const Interactions& counts() {
  static const Interactions kCounts = interactions_of({{0, 2}, {1, 2}, {2, 2}, {0, 0}, {1, 0}, {0, 1}, {0, 3}}, 3, 5);
  return kCounts;
}

}  // namespace

TEST_CASE("the name is the run's, kind and parameters are the model's, the order of ties is told") {
  const RecommenderInfo info = popularity().info();
  CHECK(info.name == "mine");
  CHECK(info.kind == "popularity");
  CHECK(info.parameters.at("tie_order") == "item_id");
  CHECK(popularity(TieOrder::random_by_seed).info().parameters.at("tie_order") == "random_by_seed");
}

TEST_CASE("a system can be trained, and training again forgets what was learnt before") {
  InProcessRecommender system = popularity();
  REQUIRE(system.trainable() != nullptr);
  CHECK(system.feedback() == nullptr);
  TrainingData data;
  data.interactions = &counts();
  system.trainable()->fit(data);
  const std::vector<Request> requests{request(3)};
  CHECK(system.recommend(requests)[0].items == items_of({2, 0, 1}));
  const Interactions other = interactions_of({{0, 4}, {1, 4}, {0, 3}}, 3, 5);
  data.interactions = &other;
  system.trainable()->fit(data);
  CHECK(system.recommend(requests)[0].items == items_of({4, 3, 0}));
}

TEST_CASE("exclusions, candidates and lengths are kept, and an answer does not depend on its batch") {
  InProcessRecommender system = popularity();
  TrainingData data;
  data.interactions = &counts();
  system.fit(data);
  const auto seen = items_of({3, 2});
  const auto pool = items_of({1, 3, 4});
  std::vector<Request> requests{request(2), request(9, seen), request(2), request(2), request(0)};
  requests[2].candidates = pool;
  requests[3].candidates = std::span<const ItemId>();
  const auto answers = system.recommend(requests);
  REQUIRE(answers.size() == 5);
  CHECK(answers[0].items == items_of({2, 0}));
  CHECK(answers[0].scores == std::vector<double>{3, 2});
  CHECK(answers[1].items == items_of({0, 1, 4}));
  CHECK(answers[2].items == items_of({1, 3}));
  CHECK(answers[3].items.empty());
  CHECK(answers[4].items.empty());
  for (size_t i = 0; i < requests.size(); ++i) {
    CHECK(answers[i].outcome == Outcome::ok);
    const auto alone = system.recommend(std::span(requests).subspan(i, 1));
    CHECK(alone[0].items == answers[i].items);
    CHECK(alone[0].tied_beyond == answers[i].tied_beyond);
  }
  CHECK(system.recommend({}).empty());
}

TEST_CASE("a model whose scores are no numbers is malformed for those users, and nothing is thrown") {
  class Broken : public reference_models::ScoreModel {
   public:
    RecommenderInfo info() const override { return {}; }
    void fit(const TrainingData&) override {}
    size_t item_count() const override { return 3; }
    std::unique_ptr<reference_models::ScoredBlock> prepare(std::span<const Request> requests) const override {
      class Block : public reference_models::ScoredBlock {
       public:
        explicit Block(std::span<const Request> requests) : requests_(requests) {}
        void score(IndexRange items, float* tile) override {
          for (const Request& request : requests_) {
            for (size_t i = 0; i < items.size(); ++i) *tile++ = index(request.user) == 1 ? std::nanf("") : 1.0F;
          }
        }

       private:
        std::span<const Request> requests_;
      };
      return std::make_unique<Block>(requests);
    }
  };
  InProcessRecommender system("broken", std::make_unique<Broken>(), {});
  std::vector<Request> requests{request(2), request(2)};
  requests[1].user = UserId{1};
  const auto answers = system.recommend(requests);
  CHECK(answers[0].outcome == Outcome::ok);
  CHECK(answers[1].outcome == Outcome::malformed);
  CHECK_FALSE(answers[1].failure.empty());
}
