#include "harness/system/random.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace recgauge;

TEST_CASE("the generator is SplitMix64: published first outputs for seed 1234567") {
  // Reference values of Vigna's splitmix64.c, as listed at rosettacode.org "Pseudo-random numbers/Splitmix64".
  RandomStream stream(1234567);
  CHECK(stream() == 6457827717110365317ULL);
  CHECK(stream() == 3203168211198807973ULL);
  CHECK(stream() == 9817491932198370423ULL);
  CHECK(stream() == 4593380528125082431ULL);
  CHECK(stream() == 16408922859458223821ULL);
}

TEST_CASE("streams of different paths and purposes differ, and equal paths agree") {
  CHECK(derive_seed(1, {2, 3}) == derive_seed(1, {2, 3}));
  CHECK(derive_seed(1, {2, 3}) != derive_seed(1, {3, 2}));
  CHECK(derive_seed(1, {2}) != derive_seed(2, {1}));
  CHECK(derive_seed(1, "split") != derive_seed(1, "world"));
}

TEST_CASE("normal and gamma draws have their textbook mean and variance") {
  RandomStream stream(7);
  constexpr int kDraws = 200000;
  const auto moments = [&](auto draw) {
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < kDraws; ++i) {
      const double x = draw();
      sum += x;
      squares += x * x;
    }
    const double mean = sum / kDraws;
    return std::pair(mean, squares / kDraws - mean * mean);
  };
  const auto [normal_mean, normal_variance] = moments([&] { return stream.normal(); });
  CHECK(std::abs(normal_mean) < 0.01);
  CHECK(std::abs(normal_variance - 1) < 0.02);
  for (const double shape : {0.3, 1.0, 4.5}) {
    const auto [mean, variance] = moments([&] { return stream.gamma(shape); });
    CHECK(std::abs(mean - shape) < 0.02 * (1 + shape));
    CHECK(std::abs(variance - shape) < 0.05 * (1 + shape));
  }
}
