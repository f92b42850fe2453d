#include "reference_models/baselines/baselines.h"

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>

#include "harness/data/loaders/data_source.h"
#include "harness/data/splits/split.h"
#include "harness/metrics/ranking_evaluator.h"
#include "reference_models/scoring/top_k.h"

using namespace recgauge;
using namespace recgauge::reference_models;

namespace {

Interactions interactions(const std::vector<std::vector<uint32_t>>& rows, size_t items) {
  std::vector<Interaction> all;
  for (uint32_t user = 0; user < rows.size(); ++user) {
    for (uint32_t i = 0; i < rows[user].size(); ++i) all.push_back({UserId{user}, ItemId{rows[user][i]}, 1.0F, i});
  }
  return Interactions::from_rows(std::move(all), rows.size(), items);
}

std::unique_ptr<ScoreModel> fitted(const std::string& kind, const Interactions& train,
                                   const std::map<std::string, std::string>& parameters = {}) {
  auto model = make_baseline(kind, parameters);
  model->fit({nullptr, &train, nullptr, 7});
  return model;
}

std::vector<float> scores(const ScoreModel& model, const std::vector<ItemId>& history, uint32_t user = 0) {
  Request request;
  request.user = UserId{user};
  request.history = history;
  std::vector<float> tile(model.item_count());
  model.prepare(std::span(&request, 1))->score({0, tile.size()}, tile.data());
  return tile;
}

bool near(double a, double b, double tolerance = 1e-5) { return std::abs(a - b) < tolerance; }

// Users 0-3 over items 0-2: {0,1}, {0,1}, {1,2}, {0}.
const std::vector<std::vector<uint32_t>> kSmall{{0, 1}, {0, 1}, {1, 2}, {0}};

struct Accuracy {
  double recall10, recall20, ndcg10, ndcg20;
};

Accuracy evaluate(const ScoreModel& model, const Split& split) {
  std::vector<Request> requests;
  for (const UserId user : split.test_users) {
    Request request;
    request.user = user;
    request.k = 20;
    request.history = split.history->items(user);
    request.exclusions = request.history;
    requests.push_back(request);
  }
  TopKOptions options;
  options.tie_order = TieOrder::item_id;
  const auto responses = top_k(model, requests, options);
  metrics::RankingEvaluator evaluator({metrics::parse_metric("recall@10"), metrics::parse_metric("recall@20"),
                                       metrics::parse_metric("ndcg@10"), metrics::parse_metric("ndcg@20")},
                                      model.item_count());
  std::vector<double> sum(4, 0.0);
  std::vector<double> values(4);
  for (size_t i = 0; i < requests.size(); ++i) {
    evaluator.evaluate({responses[i].items, split.test->items(requests[i].user), {}, 0}, values);
    for (size_t m = 0; m < 4; ++m) sum[m] += values[m] / static_cast<double>(requests.size());
  }
  return {sum[0], sum[1], sum[2], sum[3]};
}

}  // namespace

TEST_CASE("popularity counts, random is uniform, both ignore the history") {
  const Interactions train = interactions(kSmall, 4);
  CHECK(scores(*fitted("popularity", train), {}) == std::vector<float>{3, 3, 1, 0});
  const auto random = fitted("random", train);
  CHECK(scores(*random, {}, 1) != scores(*random, {}, 2));
  for (const float score : scores(*random, {}, 1)) CHECK((score >= 0 && score < 1));
}

TEST_CASE("markov: smoothed shares of what followed the last item, by hand") {
  // Transitions: 0->1 twice, 1->2 once. Shares of 7 interactions: 3/7, 3/7, 1/7.
  const Interactions train = interactions(kSmall, 3);
  const auto after0 = scores(*fitted("markov", train, {{"smoothing", "1"}}), {ItemId{2}, ItemId{0}});
  CHECK(near(after0[0], (3. / 7) / 3));
  CHECK(near(after0[1], (2 + 3. / 7) / 3));
  CHECK(near(after0[2], (1. / 7) / 3));
  const auto cold = scores(*fitted("markov", train, {{"smoothing", "0"}}), {});
  CHECK(near(cold[0], 3. / 7));
}

TEST_CASE("item_knn: cosine and Jaccard with shrinkage, by hand") {
  // Users of item 0: {0,1,3}, of 1: {0,1,2}, of 2: {2}. Together: (0,1) 2, (1,2) 1.
  const Interactions train = interactions(kSmall, 3);
  const auto cosine = scores(*fitted("item_knn", train, {{"shrinkage", "0"}}), {ItemId{1}});
  CHECK(near(cosine[0], 2. / 3));
  CHECK(near(cosine[2], 1 / std::sqrt(3.0)));
  CHECK(cosine[1] == 0.0F);
  const auto jaccard =
      scores(*fitted("item_knn", train, {{"shrinkage", "1"}, {"similarity", "jaccard"}}), {ItemId{1}, ItemId{1}});
  CHECK(near(jaccard[0], 2. / 5));
  CHECK(near(jaccard[2], 1. / 4));
  const auto one = scores(*fitted("item_knn", train, {{"shrinkage", "0"}, {"neighbours", "1"}}), {ItemId{2}});
  CHECK(near(one[1], 0));  // item 1's only neighbour is item 0
}

TEST_CASE("ease equals the closed form worked with R's solve()") {
  // X <- rbind(c(1,1,0), c(1,1,0), c(0,1,1), c(1,0,0)); P <- solve(t(X) %*% X + diag(3)); B <- -P / diag(P)[col(P)]
  const Interactions train = interactions(kSmall, 3);
  const auto model = fitted("ease", train, {{"regularisation", "1"}});
  // G + I = [4 2 0; 2 4 1; 0 1 2]; its inverse is 1/20 [7 -4 2; -4 8 -4; 2 -4 12].
  const auto from0 = scores(*model, {ItemId{0}});
  CHECK(near(from0[0], 0));
  CHECK(near(from0[1], 4. / 8));
  CHECK(near(from0[2], -2. / 12));
  const auto from12 = scores(*model, {ItemId{1}, ItemId{2}});
  CHECK(near(from12[0], 4. / 7 - 2. / 7));
}

TEST_CASE("ials: at convergence a folded-in user solves the weighted normal equations") {
  // With one factor the objective is a scalar problem: for items' factors h, a user with history S has
  // w = sum_{S} h / (sum_{S} h^2 + a sum h^2 + penalty). Scores are w h, so score ratios give h and the equation is
  // checked.
  const Interactions train = interactions(kSmall, 3);
  const auto model = fitted("ials", train,
                            {{"dimension", "1"},
                             {"unobserved_weight", "0.5"},
                             {"regularisation", "0.1"},
                             {"iterations", "200"},
                             {"frequency_exponent", "0"}});
  const auto s0 = scores(*model, {ItemId{0}});
  const auto s1 = scores(*model, {ItemId{1}});
  const auto s01 = scores(*model, {ItemId{0}, ItemId{1}});
  // From s0[0] = h0^2 / (h0^2 + D), D = a sum h^2 + penalty: h0^2 / D = s0[0] / (1 - s0[0]).
  const double r0 = s0[0] / (1.0 - s0[0]);
  const double r1 = s1[1] / (1.0 - s1[1]);
  const double h1_over_h0 = s0[1] / s0[0];
  CHECK(near(r1 / r0, h1_over_h0 * h1_over_h0, 1e-4));
  const double expected = (1 + h1_over_h0) / (1 + h1_over_h0 * h1_over_h0 + 1 / r0);
  CHECK(near(s01[0], expected, 1e-4));
  for (const float score : scores(*model, {})) CHECK(score == 0.0F);
}

TEST_CASE("every baseline gives the same scores on one and on two threads, and lists its parameters") {
  std::vector<std::vector<uint32_t>> rows(600);
  for (uint32_t user = 0; user < rows.size(); ++user) {
    for (uint32_t i = 0; i < 12; ++i) rows[user].push_back((user * 7 + i * i * 13 + user % 5) % 211);
  }
  const Interactions train = interactions(rows, 211);
  const std::vector<ItemId> history{ItemId{3}, ItemId{50}, ItemId{120}};
  for (const ModelKind& kind : baseline_kinds()) {
    CAPTURE(kind.name);
    const auto many = scores(*fitted(kind.name, train), history);
    const ThreadLimit one(1);
    const auto model = fitted(kind.name, train);
    CHECK(scores(*model, history) == many);
    CHECK(model->info().parameters.size() == kind.parameters.size());
  }
}

TEST_CASE("wrong kinds and parameters are named") {
  CHECK_THROWS_WITH_AS(make_baseline("easy", {}), doctest::Contains("known are: random, popularity"), ConfigError);
  CHECK_THROWS_WITH_AS(make_baseline("ease", {{"regularization", "1"}}),
                       doctest::Contains("did you mean 'regularisation'"), ConfigError);
  CHECK_THROWS_WITH_AS(make_baseline("ials", {{"dimension", "0"}}), doctest::Contains("outside of [1, 4096]"),
                       ConfigError);
  CHECK_THROWS_WITH_AS(make_baseline("ials", {{"dimension", "1.5"}}), doctest::Contains("whole number"), ConfigError);
  CHECK_THROWS_WITH_AS(make_baseline("item_knn", {{"similarity", "dot"}}), doctest::Contains("cosine, jaccard"),
                       ConfigError);
}

TEST_CASE("DiffRec's ML-1M: most popular to the published protocol's digit, and better models above it") {
  const std::filesystem::path folder = std::filesystem::path(RECGAUGE_SHARED_DATA_DIR) / "diffrec-ml1m-clean";
  if (!std::filesystem::exists(folder)) {
    MESSAGE("skipped: the shared data set diffrec-ml1m-clean is not here");
    return;
  }
  DataSource source;
  source.format = DataFormat::diffrec;
  source.path = folder.string();
  const LoadedData loaded = load_data(source);
  const Split split = make_given_split(loaded.train, loaded.validation, loaded.test, SplitSpec{});
  const Accuracy popular = evaluate(*fitted("popularity", *split.train), split);
  CHECK(near(popular.recall10, .0535, .5e-4));
  CHECK(near(popular.recall20, .0993, .5e-4));
  CHECK(near(popular.ndcg10, .0587, .5e-4));
  CHECK(near(popular.ndcg20, .0721, .5e-4));
  const Accuracy ease = evaluate(*fitted("ease", *split.train), split);
  const Accuracy ials = evaluate(*fitted("ials", *split.train), split);
  const Accuracy knn = evaluate(*fitted("item_knn", *split.train), split);
  MESSAGE("R@10 / N@10: ease ", ease.recall10, " ", ease.ndcg10, ", ials ", ials.recall10, " ", ials.ndcg10,
          ", item_knn ", knn.recall10, " ", knn.ndcg10);
  CHECK(ease.recall10 > 1.5 * popular.recall10);
  CHECK(ials.recall10 > 1.5 * popular.recall10);
  CHECK(knn.recall10 > popular.recall10);
}
