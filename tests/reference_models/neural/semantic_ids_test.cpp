// Words of items: equal codes get one more, beginnings are ranges, beams stay in the catalogue, and the quantiser is
// its formula.
#include "reference_models/neural/semantic_ids.h"

#include <cmath>

#include "reference_models/neural/adam.h"
#include "reference_models/scoring/top_k.h"
#include "tests/reference_models/neural/doctest_after_torch.h"
#include "tests/reference_models/neural/neural_bench.h"

using namespace recgauge;
using namespace recgauge::reference_models;

namespace {

std::vector<int64_t> word_of(const SemanticIds& ids, size_t item) {
  const auto word = ids.word(item);
  return {word.begin(), word.end()};
}

}  // namespace

TEST_CASE("items of equal codes are told apart by a count") {
  const SemanticIds ids({{1, 0}, {0, 2}, {1, 0}, {1, 1}, {1, 0}});
  CHECK(ids.levels() == 3);
  CHECK(word_of(ids, 0) == std::vector<int64_t>{1, 0, 0});
  CHECK(word_of(ids, 2) == std::vector<int64_t>{1, 0, 1});
  CHECK(word_of(ids, 4) == std::vector<int64_t>{1, 0, 2});
  CHECK(word_of(ids, 3) == std::vector<int64_t>{1, 1, 0});
  CHECK(ids.size(0) == 2);
  CHECK(ids.size(1) == 3);
  CHECK(ids.size(2) == 3);
  CHECK(std::vector<uint32_t>(ids.order().begin(), ids.order().end()) == std::vector<uint32_t>{1, 0, 2, 4, 3});
}

TEST_CASE("branches are the codes that words go on with, and their items") {
  const SemanticIds ids({{1, 0}, {0, 2}, {1, 0}, {1, 1}, {1, 0}});
  const auto first = ids.branches({0, 5}, 0);
  REQUIRE(first.size() == 2);
  CHECK(first[0].code == 0);
  CHECK(first[1].code == 1);
  CHECK(first[1].range.begin == 1);
  CHECK(first[1].range.end == 5);
  const auto second = ids.branches(first[1].range, 1);
  REQUIRE(second.size() == 2);
  CHECK(second[0].range.end - second[0].range.begin == 3);
  const auto third = ids.branches(second[0].range, 2);
  REQUIRE(third.size() == 3);
  for (const auto& branch : third) CHECK(branch.range.end - branch.range.begin == 1);
}

TEST_CASE("the quantiser takes the nearest entry of what is left, and training rebuilds better") {
  torch::manual_seed(3);
  const torch::Tensor vectors = torch::randn({30, 6});
  RqVae quantiser(6, 16, 4, 2, 5);
  quantiser.start_codebooks(vectors, 1);
  const auto weights = quantiser.named_parameters();
  const torch::Tensor hidden = torch::relu(torch::mm(vectors, weights["first_weight"].t()) + weights["first_bias"]);
  torch::Tensor rest = (torch::mm(hidden, weights["last_weight"].t()) + weights["last_bias"]).detach();
  const torch::Tensor codes = quantiser.codes(vectors);
  for (int64_t level = 0; level < 2; ++level) {
    const torch::Tensor book = weights[level == 0 ? "codebook0" : "codebook1"].detach();
    for (int64_t row = 0; row < 30; ++row) {
      double best = 1e9;
      int64_t nearest = 0;
      for (int64_t entry = 0; entry < 5; ++entry) {
        const double distance = (rest[row] - book[entry]).square().sum().item<double>();
        if (distance < best) {
          best = distance;
          nearest = entry;
        }
      }
      CHECK(codes[row][level].item<int64_t>() == nearest);
    }
    rest = rest - book.index_select(0, codes.select(1, level));
  }
  Adam optimiser(quantiser.parameters(), 0.0);
  const double before = quantiser.loss(vectors).item<double>();
  for (int step = 0; step < 200; ++step) {
    optimiser.zero_gradients();
    quantiser.loss(vectors).backward();
    optimiser.step(0.01);
  }
  CHECK(quantiser.loss(vectors).item<double>() < 0.8 * before);
}

TEST_CASE(
    "beams write words of the catalogue alone, without what is excluded, and all of them where there are enough") {
  const Interactions train = rings(40, 20, 8);
  const auto asked = [&](const std::string& beams) {
    auto model = make_neural("tiger", quick("tiger", {{"epochs", "2"}, {"beams", beams}}));
    model->fit({nullptr, &train, nullptr, 7});
    const std::vector<ItemId> history{ItemId{3}, ItemId{4}};
    Request request;
    request.user = UserId{0};
    request.k = 20;
    request.history = request.exclusions = history;
    return top_k(*model, std::span(&request, 1))[0];
  };
  CHECK(asked("3").items.size() == 3);
  const Response all = asked("100");
  CHECK(all.items.size() == 18);
  // The chances of all words sum to 1 less those of words that no item has; the two excluded have their part as well.
  double sum = 0;
  for (const double score : all.scores) sum += std::exp(score);
  CHECK(sum > 0.0);
  CHECK(sum <= 1.0 + 1e-5);
  const Response few = asked("3");
  for (size_t i = 0; i < 3; ++i) CHECK(few.scores[i] <= all.scores[i] + 1e-5);
}
