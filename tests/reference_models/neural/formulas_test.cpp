// Losses, optimiser, schedule and diffusion against numbers worked by hand and against finite differences.

#include <cmath>
#include <numbers>

#include "reference_models/neural/adam.h"
#include "reference_models/neural/attention.h"
#include "reference_models/neural/auto_encoder.h"
#include "reference_models/neural/diffusion.h"
#include "reference_models/neural/sequence_losses.h"
#include "reference_models/neural/softmax_loss.h"
#include "tests/reference_models/neural/doctest_after_torch.h"

using namespace recgauge;
using namespace recgauge::reference_models;

namespace {

double value(const torch::Tensor& tensor) { return tensor.item<double>(); }

bool near(double a, double b, double tolerance = 1e-5) { return std::abs(a - b) < tolerance; }

torch::Tensor whole(const std::vector<int64_t>& values) { return to_tensor(values, torch::kCPU); }

// Largest difference between the gradient of `loss` and central differences, over all elements of `at` (double).
double gradient_error(const std::function<torch::Tensor(const torch::Tensor&)>& loss, torch::Tensor at) {
  constexpr double kStep = 1e-5;
  torch::Tensor variable = at.clone().requires_grad_(true);
  loss(variable).backward();
  const torch::Tensor gradient = variable.grad().contiguous().view(-1);
  double worst = 0.0;
  for (int64_t i = 0; i < at.numel(); ++i) {
    torch::Tensor up = at.clone();
    torch::Tensor down = at.clone();
    up.view(-1)[i] += kStep;
    down.view(-1)[i] -= kStep;
    const double slope = (value(loss(up)) - value(loss(down))) / (2 * kStep);
    worst = std::max(worst, std::abs(slope - value(gradient[i])));
  }
  return worst;
}

}  // namespace

TEST_CASE("softmax loss: by hand, and its gradient by differences") {
  // Row 0 has logits ln 1, ln 2, ln 5 and items 1 and 2: -(ln 2/8 + ln 5/8). Row 1 has equal logits and item 0: ln 3.
  const torch::Tensor logits =
      torch::tensor({std::log(1.0), std::log(2.0), std::log(5.0), 0.0, 0.0, 0.0}, torch::kFloat64).view({2, 3});
  const auto loss = [](const torch::Tensor& x) {
    return softmax_loss(x, whole({0, 0, 1}), whole({1, 2, 0}), torch::tensor({2.0, 1.0}, torch::kFloat64));
  };
  CHECK(near(value(loss(logits)), (-std::log(2.0 / 8) - std::log(5.0 / 8) + std::log(3.0)) / 2, 1e-12));
  torch::manual_seed(1);
  CHECK(gradient_error(loss, torch::randn({2, 3}, torch::kFloat64)) < 1e-8);
  const auto twice = [&](const torch::Tensor& x) { return loss(x) * 2.0 + x.sum(); };
  CHECK(gradient_error(twice, torch::randn({2, 3}, torch::kFloat64)) < 1e-8);
  const torch::Tensor random = torch::randn({4, 7}, torch::kFloat64);
  const torch::Tensor targets = whole({3, 0, 6, 3});
  CHECK(near(value(softmax_loss(random, targets)), value(torch::nll_loss(torch::log_softmax(random, 1), targets)),
             1e-12));
}

TEST_CASE("Adam: two steps by hand, with decoupled decay") {
  torch::Tensor weight = torch::tensor({1.0F}).requires_grad_(true);
  Adam adam({weight}, 0.1);
  double m = 0, v = 0, w = 1;
  for (int t = 1; t <= 2; ++t) {
    adam.zero_gradients();
    (weight * weight).sum().backward();
    adam.step(0.01);
    const double g = 2 * w;
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    w = w * (1 - 0.01 * 0.1) - 0.01 * (m / (1 - std::pow(0.9, t))) / (std::sqrt(v / (1 - std::pow(0.999, t))) + 1e-8);
    CHECK(near(value(weight), w, 1e-6));
  }
}

TEST_CASE("learning rate: warm-up, constant, half a cosine") {
  TrainingOptions options;
  options.learning_rate = 0.4;
  options.warmup_steps = 4;
  CHECK(near(learning_rate_at(options, 0, 100), 0.1));
  CHECK(near(learning_rate_at(options, 3, 100), 0.4));
  CHECK(near(learning_rate_at(options, 99, 100), 0.4));
  options.schedule = LearningRateSchedule::cosine;
  CHECK(near(learning_rate_at(options, 4, 104), 0.4));
  CHECK(near(learning_rate_at(options, 54, 104), 0.2));
  CHECK(near(learning_rate_at(options, 104, 104), 0.0));
}

TEST_CASE("losses over sampled negatives, by hand") {
  const torch::Tensor positive = torch::tensor({1.0, -2.0}, torch::kFloat64);
  const torch::Tensor negatives = torch::tensor({0.0, 2.0, 1.0, -1.0}, torch::kFloat64).view({2, 2});
  const auto s = [](double x) { return 1.0 / (1.0 + std::exp(-x)); };
  const double plain =
      -(std::log(s(1)) + std::log(s(0)) + std::log(s(-2)) + std::log(s(-2)) + std::log(s(-1)) + std::log(s(1))) / 2;
  CHECK(near(value(binary_loss(positive, negatives, 1.0)), plain, 1e-12));
  const double half = plain + 0.5 * (std::log(s(1)) + std::log(s(-2))) / 2;
  CHECK(near(value(binary_loss(positive, negatives, 0.5)), half, 1e-12));
  CHECK(near(gbce_beta(1, 101, 0.0), 1.0));
  CHECK(near(gbce_beta(1, 101, 1.0), 0.01));
  CHECK(near(gbce_beta(100, 101, 0.75), 1.0));

  const torch::Tensor usable = torch::tensor({1, 1, 1, 0}).view({2, 2}).to(torch::kBool);
  const double first = std::log(std::exp(1.0) + std::exp(0.0) + std::exp(2.0)) - 1.0;
  const double second = std::log(std::exp(-2.0) + std::exp(1.0)) + 2.0;
  CHECK(near(value(sampled_softmax_loss(positive, negatives, usable)), (first + second) / 2, 1e-12));

  const double w0 = 1 / (1 + std::exp(2.0));
  const double w1 = 1 - w0;
  const double max0 = -std::log(w0 * s(1) + w1 * s(-1)) + 0.3 * (w1 * 4);
  const double max1 = -std::log(s(-3)) + 0.3 * 1;
  CHECK(near(value(bpr_max_loss(positive, negatives, usable, 0.3)), (max0 + max1) / 2, 1e-10));
}

TEST_CASE("negatives are not in their row, and popular items are drawn by their share") {
  const std::vector<int64_t> row{0, 1, 2, 3};
  const auto drawn = draw_negatives({std::span<const int64_t>(row)}, std::vector<size_t>{500}, 2, 6, 9);
  REQUIRE(drawn.size() == 1000);
  for (const int64_t item : drawn) CHECK((item == 4 || item == 5));
  const std::vector<uint32_t> counts{0, 100, 25};
  const auto popular = PopularityDraw(counts, 0.5).draw(3000, 4);
  CHECK(std::count(popular.begin(), popular.end(), 0) == 0);
  CHECK(std::abs(static_cast<double>(std::count(popular.begin(), popular.end(), 1)) - 2000) < 110);  // 4 deviations
}

TEST_CASE("auto-encoder: sparse input equals the dense layer, and the loss is Mult-VAE's") {
  torch::manual_seed(3);
  AutoEncoderNetwork network({5, 4, 2, 0.5, true});
  network.eval();
  ItemBags bags;
  bags.add(std::vector<ItemId>{ItemId{4}, ItemId{0}, ItemId{4}});
  bags.add(std::vector<ItemId>{});
  const BagTensors tensors = to_tensors(bags, torch::kCPU);
  const auto weights = network.named_parameters();
  const torch::Tensor dense = to_dense(tensors, 5);
  CHECK(value(dense.sum()) == 2.0);
  const torch::Tensor hidden =
      torch::tanh(torch::mm(dense / std::sqrt(2.0), weights["input_weight"]) + weights["input_bias"]);
  const torch::Tensor code = torch::mm(hidden, weights["code_weight"]) + weights["code_bias"];
  const torch::Tensor mean = code.narrow(1, 0, 2);
  const torch::Tensor log_variance = code.narrow(1, 2, 2);
  const torch::Tensor last = torch::tanh(torch::mm(mean, weights["decoder_weight"]) + weights["decoder_bias"]);
  const auto output = network.encode(tensors);
  CHECK(torch::allclose(output.last_hidden, last, 1e-5, 1e-6));
  double divergence = 0;
  for (int64_t r = 0; r < 2; ++r) {
    for (int64_t j = 0; j < 2; ++j) {
      const double mu = value(mean[r][j]);
      const double variance = std::exp(value(log_variance[r][j]));
      divergence += 0.5 * (variance + mu * mu - 1 - std::log(variance)) / 2;
    }
  }
  CHECK(near(value(output.divergence), divergence));
}

TEST_CASE("diffusion: factors by hand for two steps") {
  const DiffusionProcess process(2, 0.5, 0.2, 0.4, FirstVariance::fixed);
  // Variances 0.1 and 0.2 give beta_1 = 1 - 0.8 / 0.9; beta_0 is fixed at 1e-5.
  const double b0 = 1e-5;
  const double b1 = 1 - 0.8 / 0.9;
  const double a0 = 1 - b0;
  const double a1 = a0 * (1 - b1);
  CHECK(near(process.start_factor(1), std::sqrt(a1), 1e-12));
  CHECK(near(process.noise_factor(1), std::sqrt(1 - a1), 1e-12));
  CHECK(near(process.mean_start_factor(0), 1.0, 1e-9));
  CHECK(near(process.mean_noisy_factor(0), 0.0, 1e-12));
  CHECK(near(process.mean_start_factor(1), b1 * std::sqrt(a0) / (1 - a1), 1e-12));
  CHECK(near(process.mean_noisy_factor(1), b0 * std::sqrt(1 - b1) / (1 - a1), 1e-12));
  CHECK(near(process.weight(1), a0 / (1 - a0) - a1 / (1 - a1), 1e-6));
  CHECK(process.weight(0) == 1.0);
  const DiffusionProcess scheduled(2, 0.5, 0.2, 0.4, FirstVariance::scheduled);
  CHECK(near(scheduled.start_factor(0), std::sqrt(0.9), 1e-12));
  CHECK(near(scheduled.start_factor(1), std::sqrt(0.8), 1e-12));
  const torch::Tensor embedding = step_embedding(whole({0, 2}), 5);
  CHECK(near(value(embedding[1][0]), std::cos(2.0)));
  CHECK(near(value(embedding[1][3]), std::sin(2.0 / 100)));
  CHECK(near(value(embedding[1][4]), 0.0));
}

TEST_CASE("attention: causal tokens see no future, both ways see all of their row and nothing of others") {
  torch::manual_seed(5);
  const std::vector<int64_t> long_row{1, 2, 3};
  const std::vector<int64_t> short_row{4};
  const SequenceBatch batch = make_batch({long_row, short_row}, torch::kCPU);
  CHECK(batch.length == 3);
  const torch::Tensor tokens = torch::randn({4, 4});
  CHECK(torch::equal(unpad(pad(tokens, batch), batch), tokens));
  for (const bool causal : {true, false}) {
    Attention attention(4, 2, 0.0, causal);
    const torch::Tensor seen = attention.apply(tokens, tokens, batch);
    torch::Tensor changed = tokens.clone();
    changed[2] += 1.0;
    const torch::Tensor after = attention.apply(changed, changed, batch);
    CHECK(torch::equal(after[0], seen[0]) == causal);
    CHECK(torch::equal(after[3], seen[3]));
    CHECK(!torch::equal(after[2], seen[2]));
  }
}
