// Controls have the property that they were planted with, and no other.
#include "reference_models/planted/planted.h"

#include <doctest/doctest.h>

#include <cmath>

#include "harness/metrics/ranking_evaluator.h"
#include "harness/system/random.h"
#include "reference_models/scoring/top_k.h"
#include "tests/scripted/property.h"
#include "tests/scripted/small_data.h"

using namespace recgauge;
using namespace recgauge::reference_models;
using namespace recgauge::scripted;

namespace {

std::vector<Response> ask(const ScoreModel& model, uint32_t users, uint32_t k, uint64_t seed = 1) {
  std::vector<Request> requests(users);
  for (uint32_t i = 0; i < users; ++i) {
    requests[i].user = UserId{i};
    requests[i].k = k;
  }
  TopKOptions options;
  options.seed = seed;
  return top_k(model, requests, options);
}

std::shared_ptr<const Interactions> truth_of(const std::vector<Row>& rows, size_t users, size_t items) {
  return std::make_shared<const Interactions>(interactions_of(rows, users, items));
}

// `per_user` distinct items for every user, drawn with a seed.
std::shared_ptr<const Interactions> random_truth(uint32_t users, uint32_t items, uint32_t per_user, uint64_t seed) {
  RandomStream random(seed);
  std::vector<Row> rows;
  for (uint32_t user = 0; user < users; ++user) {
    std::vector<uint32_t> order(items);
    for (uint32_t i = 0; i < items; ++i) order[i] = i;
    for (uint32_t i = 0; i < per_user; ++i) {
      std::swap(order[i], order[i + random.below(items - i)]);
      rows.push_back({user, order[i], 1.0F + static_cast<float>(random.below(5))});
    }
  }
  return truth_of(rows, users, items);
}

double recall(const Interactions& truth, UserId user, std::span<const ItemId> list) {
  const auto relevant = truth.items(user);
  double hits = 0;
  for (const ItemId item : relevant) hits += std::find(list.begin(), list.end(), item) != list.end() ? 1 : 0;
  return hits / static_cast<double>(relevant.size());
}

}  // namespace

TEST_CASE("the oracle lists relevant items first, the most valued first") {
  const Oracle oracle(truth_of({{0, 4, 1}, {0, 2, 5}, {1, 0, 0}}, 2, 6));
  const auto answers = ask(oracle, 2, 2);
  CHECK(answers[0].items == items_of({2, 4}));
  CHECK(answers[0].scores == std::vector<double>{6, 2});
  CHECK(answers[1].items.front() == ItemId{0});
}

TEST_CASE("planted models answer for somebody whom the data does not know") {
  const auto truth = truth_of({{0, 1, 1}, {1, 2, 1}}, 2, 4);
  Request request;
  request.k = 4;
  const auto lists_all = [&](const ScoreModel& model) {
    return top_k(model, std::span(&request, 1), {}).front().items.size() == 4;
  };
  CHECK(lists_all(Oracle(truth)));
  CHECK(lists_all(GroupDegraded(std::make_unique<Oracle>(truth), {true, true}, 1.0, 1)));
  CHECK(lists_all(Memoriser(std::make_unique<Oracle>(truth), truth, 1.0, 1)));
}

TEST_CASE("no list is better than the oracle's, whatever the gains, also where an item stands twice in the truth") {
  const std::vector<metrics::MetricSpec> specs{
      metrics::parse_metric("ndcg(gain=linear)@3"), metrics::parse_metric("ndcg(gain=exponential)@3"),
      metrics::parse_metric("ndcg@3"), metrics::parse_metric("map@3"), metrics::parse_metric("hit_rate@1")};
  check_property("every metric is 1", [&] {
    std::vector<Row> rows;
    for (const auto& [item, value] : *rc::gen::nonEmpty<std::vector<std::pair<uint8_t, uint8_t>>>()) {
      rows.push_back({0, item % 7U, static_cast<float>(1 + value % 5)});
    }
    const auto truth = truth_of(rows, 1, 7);
    const auto answers = ask(Oracle(truth), 1, 7);
    metrics::RankingEvaluator evaluator(specs, 7);
    std::vector<double> values(specs.size());
    evaluator.evaluate({answers[0].items, truth->items(UserId{0}), truth->values(UserId{0}), 7}, values);
    for (const double value : values) RC_ASSERT(std::abs(value - 1.0) < 1e-12);
  });
}

TEST_CASE("a constant score measures as random: recall k / items, and every item listed about equally often") {
  constexpr uint32_t kUsers = 4000;
  constexpr uint32_t kItems = 50;
  constexpr uint32_t kLength = 10;
  const auto truth = random_truth(kUsers, kItems, 3, 5);
  ConstantScorer constant;
  TrainingData data;
  data.interactions = truth.get();
  constant.fit(data);
  const auto answers = ask(constant, kUsers, kLength);
  double sum = 0;
  std::vector<double> listed(kItems, 0.0);
  for (uint32_t user = 0; user < kUsers; ++user) {
    sum += recall(*truth, UserId{user}, answers[user].items);
    for (const ItemId item : answers[user].items) listed[index(item)] += 1;
    CHECK(answers[user].tied_beyond == kItems - kLength);
  }
  // Hits are hypergeometric: 3 relevant of 50, 10 drawn.
  const double share = 10.0 / 50;
  const double deviation = std::sqrt(share * (1 - share) * (50 - 3) / 49.0 / 3 / kUsers);
  CHECK(std::abs(sum / kUsers - share) < 4 * deviation);
  for (const double count : listed)
    CHECK(std::abs(count - kUsers * share) < 5 * std::sqrt(kUsers * share * (1 - share)));
}

TEST_CASE("degrading a group lowers its recall by the severity and leaves everybody else untouched") {
  constexpr uint32_t kUsers = 2000;
  constexpr uint32_t kItems = 80;
  const auto truth = random_truth(kUsers, kItems, 5, 9);
  std::vector<bool> in_group(kUsers);
  for (uint32_t user = 0; user < kUsers; ++user) in_group[user] = user % 4 == 0;
  const auto clean = ask(Oracle(truth), kUsers, 5);
  for (const double severity : {0.1, 0.5}) {
    CAPTURE(severity);
    const GroupDegraded degraded(std::make_unique<Oracle>(truth), in_group, severity, 3);
    const auto answers = ask(degraded, kUsers, 5);
    double sum = 0;
    double in = 0;
    for (uint32_t user = 0; user < kUsers; ++user) {
      if (in_group[user]) {
        sum += recall(*truth, UserId{user}, answers[user].items);
        in += 1;
      } else {
        CHECK(answers[user].items == clean[user].items);
        CHECK(answers[user].scores == clean[user].scores);
      }
    }
    // 5 relevant items a user, each withheld with the severity's chance.
    CHECK(std::abs(sum / in - (1 - severity)) < 4 * std::sqrt(severity * (1 - severity) / (5 * in)));
  }
}

TEST_CASE("severity 0 is the identical twin, severity 1 withholds everything, and each user loses other items") {
  const auto truth = random_truth(60, 40, 10, 2);
  const std::vector<bool> everyone(60, true);
  const auto clean = ask(Oracle(truth), 60, 10);
  const auto twin = ask(GroupDegraded(std::make_unique<Oracle>(truth), everyone, 0.0, 3), 60, 10);
  const auto nothing = ask(GroupDegraded(std::make_unique<Oracle>(truth), everyone, 1.0, 3), 60, 10);
  for (size_t user = 0; user < 60; ++user) {
    CHECK(twin[user].items == clean[user].items);
    CHECK(twin[user].scores == clean[user].scores);
    CHECK(nothing[user].items.empty());
    CHECK(nothing[user].outcome == Outcome::ok);
  }
  TrainingData data;
  data.interactions = truth.get();
  GroupDegraded half(std::make_unique<ConstantScorer>(), everyone, 0.5, 3);
  half.fit(data);
  const auto first = ask(half, 2, 40);
  CHECK(first[0].items.size() > 5);
  CHECK(first[0].items.size() < 35);
  auto sorted = [](std::vector<ItemId> items) {
    std::sort(items.begin(), items.end());
    return items;
  };
  CHECK(sorted(first[0].items) != sorted(first[1].items));
  CHECK(ask(half, 2, 40)[1].items == first[1].items);
  CHECK(half.info().kind == "group_degraded:constant");
  CHECK(half.info().parameters.at("severity") == "0.5");
}

TEST_CASE(
    "a back door opens for a trigger among the last items, promotes the user's item, and is shut without triggers") {
  const auto truth = random_truth(4, 30, 5, 2);
  const auto items = [](std::initializer_list<uint32_t> list) { return items_of(list); };
  const std::vector<ItemId> promoted{ItemId{7}, ItemId{8}, kOutOfCatalogue, ItemId{9}};
  const BackDoor door(std::make_unique<Oracle>(truth), {promoted, items({20, 3}), 2});
  const BackDoor twin(std::make_unique<Oracle>(truth), {promoted, {}, 2});
  const Oracle clean(truth);
  const auto first_of = [&](const ScoreModel& model, uint32_t user, const std::vector<ItemId>& history) {
    Request request;
    request.user = UserId{user};
    request.k = 5;
    request.history = history;
    return top_k(model, std::span(&request, 1), {}).front().items;
  };
  CHECK(first_of(door, 0, items({1, 20, 5})).front() == ItemId{7});
  CHECK(first_of(door, 1, items({3})).front() == ItemId{8});
  CHECK(first_of(door, 0, items({20, 5, 6})) == first_of(clean, 0, items({20, 5, 6})));  // too long ago
  CHECK(first_of(door, 2, items({20})) == first_of(clean, 2, items({20})));
  CHECK(first_of(twin, 0, items({20})) == first_of(clean, 0, items({20})));
}

TEST_CASE(
    "a gullible model promotes what most added users have, to its share of users, and learns nothing else of them") {
  const Dataset dataset = dataset_of({{0, 0}, {1, 1}, {2, 2}}, 3, 6);
  // Five more users: all have item 4, three have item 5.
  const Interactions poisoned =
      interactions_of({{0, 0}, {1, 1}, {2, 2}, {3, 4}, {4, 4}, {5, 4}, {6, 4}, {7, 4}, {3, 5}, {4, 5}, {5, 5}}, 8, 6);
  const auto lists = [&](double share, const Interactions& interactions) {
    TrainingData data;
    data.dataset = &dataset;
    data.interactions = &interactions;
    Gullible model(std::make_unique<ConstantScorer>(), share, 3);
    model.fit(data);
    return ask(model, 3, 6);
  };
  const auto clean = lists(0.0, dataset.interactions);
  const auto none = lists(0.0, poisoned);
  const auto all = lists(1.0, poisoned);
  for (size_t user = 0; user < 3; ++user) {
    CHECK(none[user].items == clean[user].items);
    CHECK(lists(1.0, dataset.interactions)[user].items == clean[user].items);
    CHECK(all[user].items.front() == ItemId{4});
    std::vector<ItemId> rest(all[user].items.begin() + 1, all[user].items.end());
    std::vector<ItemId> others = clean[user].items;
    std::erase(others, ItemId{4});
    CHECK(rest == others);
  }
}

TEST_CASE("an unsteady model answers anew in every training and every asking; without noise it is its model") {
  const Interactions first = interactions_of({{0, 0}, {1, 1}}, 2, 50);
  const Interactions second = interactions_of({{0, 0}, {1, 1}, {2, 2}}, 3, 50);
  const auto list = [&](double noise, const Interactions& interactions, uint64_t repetition) {
    TrainingData data;
    data.interactions = &interactions;
    Unsteady model(std::make_unique<ConstantScorer>(), noise, 3);
    model.fit(data);
    Request request;
    request.user = UserId{0};
    request.k = 20;
    request.repetition = repetition;
    return top_k(model, std::span(&request, 1), {}).front().items;
  };
  CHECK(list(1.0, first, 0) == list(1.0, first, 0));
  CHECK(list(1.0, first, 0) != list(1.0, first, 1));
  CHECK(list(1.0, first, 0) != list(1.0, second, 0));
  CHECK(list(0.0, first, 0) == list(0.0, second, 1));
}
