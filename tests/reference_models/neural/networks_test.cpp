// T-DiffRec's weights, L-DiffRec's clusters and codes, HSTU's layer and IRGAN's losses against sums written out here,
// and TIGER's writing against its reading.

#include <cmath>
#include <set>

#include "harness/system/error.h"
#include "reference_models/neural/hstu.h"
#include "reference_models/neural/irgan.h"
#include "reference_models/neural/item_clusters.h"
#include "reference_models/neural/latent_diffrec.h"
#include "reference_models/neural/tiger_network.h"
#include "tests/reference_models/neural/doctest_after_torch.h"
#include "tests/reference_models/neural/neural_bench.h"

using namespace recgauge;
using namespace recgauge::reference_models;

namespace {

double value(const torch::Tensor& tensor) { return tensor.item<double>(); }

bool near(double a, double b, double tolerance = 1e-5) { return std::abs(a - b) < tolerance; }

double silu(double x) { return x / (1.0 + std::exp(-x)); }

using Rows = std::vector<std::vector<double>>;

Rows rows_of(const torch::Tensor& tensor) {
  Rows rows(static_cast<size_t>(tensor.size(0)), std::vector<double>(static_cast<size_t>(tensor.size(1))));
  for (size_t i = 0; i < rows.size(); ++i) {
    for (size_t j = 0; j < rows[i].size(); ++j) {
      rows[i][j] = value(tensor[static_cast<int64_t>(i)][static_cast<int64_t>(j)]);
    }
  }
  return rows;
}

std::vector<double> normalised(const std::vector<double>& x) {
  double mean = 0, variance = 0;
  for (const double v : x) mean += v / static_cast<double>(x.size());
  for (const double v : x) variance += (v - mean) * (v - mean) / static_cast<double>(x.size());
  std::vector<double> y;
  for (const double v : x) y.push_back((v - mean) / std::sqrt(variance + 1e-6));
  return y;
}

std::vector<double> times_matrix(const std::vector<double>& x, const Rows& matrix) {
  std::vector<double> y(matrix[0].size());
  for (size_t i = 0; i < x.size(); ++i) {
    for (size_t j = 0; j < y.size(); ++j) y[j] += x[i] * matrix[i][j];
  }
  return y;
}

// A layer of one head on one row, as its definition reads.
Rows layer_by_hand(const Rows& x, const Rows& input, const std::vector<double>& place_bias,
                   const std::vector<double>& time_bias, const std::vector<int64_t>& seconds, const Rows& output,
                   size_t length) {
  const size_t width = x[0].size();
  Rows parts;
  for (const auto& token : x) {
    parts.push_back(times_matrix(normalised(token), input));
    for (double& v : parts.back()) v = silu(v);
  }
  Rows result;
  for (size_t i = 0; i < x.size(); ++i) {
    std::vector<double> seen(width);
    for (size_t j = 0; j <= i; ++j) {
      double score = place_bias[length - 1 + j - i];
      const double apart = std::max(1.0, std::abs(static_cast<double>(seconds[i] - seconds[j])));
      score += time_bias[static_cast<size_t>(std::log(apart) / 0.301)];
      for (size_t d = 0; d < width; ++d) score += parts[i][2 * width + d] * parts[j][3 * width + d];
      for (size_t d = 0; d < width; ++d) {
        seen[d] += silu(score) / static_cast<double>(length) * parts[j][width + d];
      }
    }
    const std::vector<double> steady = normalised(seen);
    std::vector<double> gated;
    for (size_t d = 0; d < width; ++d) gated.push_back(parts[i][d] * steady[d]);
    result.push_back(x[i]);
    for (size_t d = 0; d < width; ++d) {
      for (size_t e = 0; e < width; ++e) result.back()[d] += output[d][e] * gated[e];
    }
  }
  return result;
}

}  // namespace

TEST_CASE("items of a history weigh evenly from the oldest to the newest, and what stands twice as its last") {
  ItemBags bags;
  bags.add(std::vector<ItemId>{ItemId{7}, ItemId{3}, ItemId{5}}, 0.1);
  bags.add(std::vector<ItemId>{ItemId{2}}, 0.1);
  bags.add(std::vector<ItemId>{ItemId{4}, ItemId{1}, ItemId{4}}, 0.5);
  CHECK(bags.items == std::vector<int64_t>{3, 5, 7, 2, 1, 4});
  const std::vector<double> expected{0.55, 1.0, 0.1, 0.1, 0.75, 1.0};
  for (size_t i = 0; i < expected.size(); ++i) CHECK(near(bags.weights[i], expected[i], 1e-6));
  const torch::Tensor dense = to_dense(to_tensors(select(bags, std::vector<uint32_t>{2, 0}), torch::kCPU), 8);
  CHECK(near(value(dense[0][1]), 0.75));
  CHECK(near(value(dense[1][7]), 0.1));
  CHECK(near(value(dense.sum()), 0.75 + 1.0 + 0.55 + 1.0 + 0.1));
}

TEST_CASE("temporal weights change what DiffRec learns and answers, and a minimum of 1 is no weight") {
  const Interactions train = rings(40, 20, 8);
  const auto scores = [&](const Parameters& more) {
    auto model = make_neural("diffrec", quick("diffrec", more));
    model->fit({nullptr, &train, nullptr, 7});
    return scores_of(*model, {ItemId{3}, ItemId{4}, ItemId{5}});
  };
  const auto plain = scores({{"epochs", "3"}});
  CHECK(scores({{"epochs", "3"}, {"temporal", "yes"}, {"weight_minimum", "1"}}) == plain);
  CHECK(scores({{"epochs", "3"}, {"temporal", "yes"}}) != plain);
}

TEST_CASE("item vectors have the inner products of the items' columns") {
  torch::manual_seed(4);
  ItemBags bags;
  bags.add(std::vector<ItemId>{ItemId{0}, ItemId{1}});
  bags.add(std::vector<ItemId>{ItemId{1}, ItemId{2}});
  bags.add(std::vector<ItemId>{ItemId{0}, ItemId{1}, ItemId{2}, ItemId{3}});
  const torch::Tensor vectors = spectral_item_vectors(bags, 4, 64);
  CHECK(vectors.size(1) == 3);
  const torch::Tensor products = torch::mm(vectors, vectors.t());
  // Of users shared: item 1 has three, 0 and 2 two each, 3 one.
  const double expected[4][4] = {{2, 2, 1, 1}, {2, 3, 2, 1}, {1, 2, 2, 1}, {1, 1, 1, 1}};
  for (int64_t i = 0; i < 4; ++i) {
    for (int64_t j = 0; j < 4; ++j) CHECK(near(value(products[i][j]), expected[i][j], 1e-4));
  }
}

TEST_CASE("planted clusters are found, and no cluster is empty even of equal points") {
  torch::manual_seed(2);
  const torch::Tensor centres = torch::tensor({0.0, 0.0, 9.0, 0.0, 0.0, 9.0}).view({3, 2});
  const torch::Tensor points = centres.repeat({20, 1}) + torch::randn({60, 2}) * 0.3;
  for (uint64_t seed = 0; seed < 10; ++seed) {
    const std::vector<int64_t> cluster = k_means(points, 3, seed);
    CHECK(k_means(points, 3, seed) == cluster);
    for (size_t i = 3; i < cluster.size(); ++i) CHECK(cluster[i] == cluster[i % 3]);
    CHECK(std::set<int64_t>(cluster.begin(), cluster.end()).size() == 3);
  }
  const std::vector<int64_t> equal = k_means(torch::ones({5, 2}), 4, 1);
  CHECK(std::set<int64_t>(equal.begin(), equal.end()).size() == 4);
}

TEST_CASE("a code is shared out by the clusters' sizes") {
  const std::vector<std::vector<int64_t>> clusters{{0, 1, 2, 3, 4, 5, 6}, {7}, {8, 9}};
  CHECK(code_widths(clusters, 10) == std::vector<int64_t>{7, 1, 2});
  CHECK(code_widths(clusters, 5) == std::vector<int64_t>{3, 1, 1});
  CHECK_THROWS_WITH_AS(code_widths({{0}, {1}, {2}}, 2), doctest::Contains("too narrow"), ConfigError);
}

TEST_CASE("the clustered coder: each part of the code comes from its items alone, by hand") {
  torch::manual_seed(6);
  ClusteredCoder coder({{0, 2}, {1}}, 3, 0.0);  // widths 2 and 1
  coder.eval();
  const torch::Tensor rows = torch::tensor({1.0F, 0.0F, 0.5F, 1.0F, 1.0F, 0.0F}).view({2, 3});
  const auto code = coder.encode(rows);
  const auto weights = coder.named_parameters();
  double divergence = 0;
  for (int64_t row = 0; row < 2; ++row) {
    const auto part = [&](const char* weight, int64_t output, std::vector<int64_t> items) {
      double sum = 0;
      for (size_t i = 0; i < items.size(); ++i) {
        sum += value(rows[row][items[i]]) * value(weights[weight][output][static_cast<int64_t>(i)]);
      }
      return std::tanh(sum);
    };
    const double means[3] = {part("encoder_weight0", 0, {0, 2}), part("encoder_weight0", 1, {0, 2}),
                             part("encoder_weight1", 0, {1})};
    const double logs[3] = {part("encoder_weight0", 2, {0, 2}), part("encoder_weight0", 3, {0, 2}),
                            part("encoder_weight1", 1, {1})};
    for (int64_t d = 0; d < 3; ++d) {
      CHECK(near(value(code.latent[row][d]), means[d]));
      divergence += 0.5 * (std::exp(logs[d]) + means[d] * means[d] - 1 - logs[d]) / 2;
    }
  }
  CHECK(near(value(code.divergence), divergence));
  CHECK(torch::allclose(coder.decode(code.latent), torch::mm(code.latent, coder.weight().t()), 1e-5, 1e-6));
  coder.train();
  CHECK(!torch::equal(coder.encode(rows).latent, code.latent));  // drawn
}

TEST_CASE("HSTU: buckets of time by hand") {
  // log(2) / 0.301 = 2.3, log(60) / 0.301 = 13.6, log(86400) / 0.301 = 37.8, log(1e18) / 0.301 = 137.7
  const torch::Tensor seconds =
      torch::tensor(std::vector<int64_t>{0, 1, -1, 2, 60, -86400, 1000000000000000000}, torch::kInt64);
  const torch::Tensor expected = torch::tensor(std::vector<int64_t>{0, 0, 0, 2, 13, 37, 128}, torch::kInt64);
  CHECK(torch::equal(time_bucket(seconds), expected));
}

TEST_CASE("HSTU: a layer as its definition reads, with places and times") {
  torch::manual_seed(8);
  TransformerShape shape;
  shape.width = 2;
  shape.length = 4;
  shape.heads = 1;
  HstuLayer layer(shape, true);
  layer.eval();
  {
    const torch::NoGradGuard no_gradients;
    for (torch::Tensor& parameter : layer.parameters()) parameter.normal_();
  }
  const std::vector<int64_t> row{0, 1, 2};
  const std::vector<int64_t> seconds{100, 160, 86560};
  SequenceBatch batch = make_batch({row}, torch::kCPU);
  set_times(batch, {seconds}, torch::kCPU);
  const torch::Tensor x = torch::randn({3, 2});
  const auto weights = layer.named_parameters();
  {
    const torch::NoGradGuard no_gradients;
    weights["output_bias"].zero_();
  }
  const Rows places = rows_of(weights["position_bias"].unsqueeze(0));
  const Rows times = rows_of(weights["time_bias"].unsqueeze(0));
  const Rows expected = layer_by_hand(rows_of(x), rows_of(weights["input"]), places[0], times[0], seconds,
                                      rows_of(weights["output_weight"]), 4);
  const torch::Tensor given = layer.forward(x, batch);
  for (int64_t i = 0; i < 3; ++i) {
    for (int64_t d = 0; d < 2; ++d) {
      CHECK(near(value(given[i][d]), expected[static_cast<size_t>(i)][static_cast<size_t>(d)], 1e-4));
    }
  }
}

TEST_CASE("HSTU: a state depends on no later item and on no other row") {
  torch::manual_seed(9);
  TransformerShape shape;
  shape.items = 6;
  shape.width = 4;
  shape.length = 5;
  shape.blocks = 2;
  shape.heads = 2;
  HstuNetwork network(shape, true);
  network.eval();
  const std::vector<int64_t> first{1, 2, 3}, changed{1, 2, 5}, other{4, 0, 1, 2, 3};
  const std::vector<int64_t> seconds{5, 50, 500}, more{1, 2, 3, 4, 5};
  const auto states = [&](const std::vector<std::span<const int64_t>>& rows,
                          const std::vector<std::span<const int64_t>>& times) {
    SequenceBatch batch = make_batch(rows, torch::kCPU);
    set_times(batch, times, torch::kCPU);
    return network.forward(batch);
  };
  const torch::Tensor alone = states({first}, {seconds});
  CHECK(torch::allclose(states({first, other}, {seconds, more}).narrow(0, 0, 3), alone, 1e-5, 1e-6));
  const torch::Tensor later = states({changed}, {seconds});
  CHECK(torch::equal(later.narrow(0, 0, 2), alone.narrow(0, 0, 2)));
  CHECK(!torch::allclose(later[2], alone[2]));
  CHECK(torch::allclose(alone.norm(2, 1), torch::ones({3})));
}

TEST_CASE("IRGAN: scores, squares and the policy gradient by hand") {
  Factorisation model(2, 3, 2, 0.05);
  {
    const torch::NoGradGuard no_gradients;
    model.user_factors.copy_(torch::tensor({1.0F, 2.0F, -1.0F, 0.0F}).view({2, 2}));
    model.item_factors.copy_(torch::tensor({0.0F, 1.0F, 2.0F, 0.0F, 1.0F, 1.0F}).view({3, 2}));
    model.item_bias.copy_(torch::tensor({0.5F, 0.0F, -1.0F}));
  }
  const torch::Tensor users = torch::tensor(std::vector<int64_t>{0, 1}, torch::kInt64);
  const torch::Tensor items = torch::tensor(std::vector<int64_t>{0, 2}, torch::kInt64);
  CHECK(torch::equal(model.scores(users), torch::tensor({2.5F, 2.0F, 2.0F, 0.5F, -2.0F, -2.0F}).view({2, 3})));
  CHECK(torch::equal(model.scores(users, items), torch::tensor({2.5F, -2.0F})));
  CHECK(near(value(model.half_squares(users, items)), 0.5 * ((5 + 1 + 0.25) + (1 + 2 + 1)) / 2));
  // d/d logit_k of -log softmax_j * r is (softmax_k - [j = k]) r: the chance of what is rewarded rises.
  torch::Tensor logits = torch::tensor({0.0F, std::log(3.0F)}).requires_grad_(true);
  const torch::Tensor log_chances = torch::log_softmax(logits, 0);
  const torch::Tensor drawn = torch::tensor(std::vector<int64_t>{0, 1}, torch::kInt64);
  const torch::Tensor rewards = torch::tensor({0.8F, -0.4F});
  const torch::Tensor loss = policy_loss(log_chances.index_select(0, drawn), rewards);
  CHECK(near(value(loss), -(std::log(0.25) * 0.8 - std::log(0.75) * 0.4) / 2));
  loss.backward();
  CHECK(near(value(logits.grad()[0]), ((0.25 - 1) * 0.8 + 0.25 * -0.4) / 2));
  CHECK(near(value(logits.grad()[1]), (0.75 * 0.8 + (0.75 - 1) * -0.4) / 2));
}

TEST_CASE("IRGAN: pre-training, then rounds of discriminator and generator") {
  const ModelKind& kind = *find_neural_kind("irgan");
  const Irgan model(
      kind,
      ModelParameters(kind, {{"pretrain_epochs", "2"}, {"discriminator_epochs", "2"}, {"generator_epochs", "1"}}));
  using Phase = IrganPhase;
  const Phase expected[] = {Phase::pretraining, Phase::pretraining,   Phase::discriminator, Phase::discriminator,
                            Phase::generator,   Phase::discriminator, Phase::discriminator, Phase::generator};
  for (size_t epoch = 0; epoch < std::size(expected); ++epoch) CHECK(model.phase_of(epoch) == expected[epoch]);
}

TEST_CASE("IRGAN scores users without training by the items' biases") {
  const Interactions train = rings(40, 20, 8);
  auto model = make_neural("irgan", quick("irgan", {{"epochs", "4"}}));
  model->fit({nullptr, &train, nullptr, 7});
  Request request;  // of nobody
  std::vector<float> scores(20);
  model->prepare(std::span(&request, 1))->score({0, 20}, scores.data());
  for (const float score : scores) CHECK(std::isfinite(score));
  request.user = UserId{1};
  std::vector<float> known(20);
  model->prepare(std::span(&request, 1))->score({0, 20}, known.data());
  CHECK(known != scores);
}

TEST_CASE("TIGER writes on from a text as if it had read everything anew") {
  torch::manual_seed(5);
  TransformerShape shape;
  shape.items = 12;
  shape.width = 8;
  shape.length = 9;
  shape.blocks = 2;
  shape.heads = 2;
  shape.dropout = 0.3;
  TigerNetwork network(shape);
  network.eval();
  const torch::NoGradGuard no_gradients;
  const auto read = [&](const std::vector<int64_t>& text) {
    const SequenceBatch batch = make_batch({std::span(text)}, torch::kCPU);
    return network.forward(batch).index_select(0, batch.last);
  };
  const std::vector<int64_t> begun{11, 3, 4, 9, 1};
  TigerText text(network, begun);
  CHECK(torch::allclose(text.state(), read(begun), 1e-5, 1e-6));
  torch::Tensor states = text.write({0, 0, 0}, {7, 2, 5});
  CHECK(torch::allclose(states[1], read({11, 3, 4, 9, 1, 2})[0], 1e-5, 1e-6));
  // The second and third go on, the third twice.
  states = text.write({2, 1, 2}, {0, 6, 8});
  CHECK(torch::allclose(states[0], read({11, 3, 4, 9, 1, 5, 0})[0], 1e-5, 1e-6));
  CHECK(torch::allclose(states[1], read({11, 3, 4, 9, 1, 2, 6})[0], 1e-5, 1e-6));
  states = text.write({1, 2}, {10, 4});
  CHECK(torch::allclose(states[0], read({11, 3, 4, 9, 1, 2, 6, 10})[0], 1e-5, 1e-6));
  CHECK(torch::allclose(states[1], read({11, 3, 4, 9, 1, 5, 8, 4})[0], 1e-5, 1e-6));
}
