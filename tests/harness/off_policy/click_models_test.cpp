// Click models find the parameters that simulated clicks were made with.
#include "harness/off_policy/click_models.h"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>

#include "harness/system/random.h"

using namespace recgauge;
using namespace recgauge::off_policy;

namespace {

constexpr size_t kLength = 4;
const std::vector<double> kAttractiveness{0.8, 0.6, 0.4, 0.3, 0.2, 0.1};
const std::vector<double> kSatisfaction{0.7, 0.3, 0.5, 0.6, 0.2, 0.4};

struct Clicks {
  std::vector<uint32_t> items;
  std::vector<uint8_t> clicks;
  ClickSessions sessions() const { return {kLength, kAttractiveness.size(), items, clicks}; }
};

// Random lists; `click` decides on one list from the top: (items, stream) -> clicks.
using ClickOn = std::function<std::vector<uint8_t>(const std::vector<uint32_t>&, RandomStream&)>;

Clicks simulate(size_t count, const ClickOn& click_on) {
  Clicks result;
  RandomStream stream(17);
  for (size_t s = 0; s < count; ++s) {
    std::vector<uint32_t> order{0, 1, 2, 3, 4, 5};
    shuffle(order, stream);
    order.resize(kLength);
    const std::vector<uint8_t> clicks = click_on(order, stream);
    result.items.insert(result.items.end(), order.begin(), order.end());
    result.clicks.insert(result.clicks.end(), clicks.begin(), clicks.end());
  }
  return result;
}

double worst(const std::vector<double>& found, const std::vector<double>& planted) {
  double distance = 0.0;
  for (size_t i = 0; i < planted.size(); ++i) distance = std::max(distance, std::abs(found[i] - planted[i]));
  return distance;
}

}  // namespace

TEST_CASE("the position-based model finds examination and attractiveness") {
  const std::vector<double> examination{1.0, 0.6, 0.4, 0.2};
  const Clicks clicks = simulate(60000, [&](const auto& items, RandomStream& stream) {
    std::vector<uint8_t> result;
    for (size_t k = 0; k < kLength; ++k) {
      result.push_back(stream.uniform() < examination[k] * kAttractiveness[items[k]] ? 1 : 0);
    }
    return result;
  });
  const PositionBasedModel model = fit_position_based(clicks.sessions(), {});
  CHECK(model.examination[0] == doctest::Approx(1.0));
  CHECK(worst(model.examination, examination) < 0.02);
  CHECK(worst(model.attractiveness, kAttractiveness) < 0.02);
}

TEST_CASE("the user browsing model finds examination after a click and without one") {
  const auto planted = [](size_t place, size_t last) {
    return last == 0 ? 1.0 - 0.15 * static_cast<double>(place) : 0.7 - 0.1 * static_cast<double>(place + 1 - last);
  };
  const Clicks clicks = simulate(120000, [&](const auto& items, RandomStream& stream) {
    std::vector<uint8_t> result;
    size_t last = 0;
    for (size_t k = 0; k < kLength; ++k) {
      const bool clicked = stream.uniform() < planted(k, last) * kAttractiveness[items[k]];
      result.push_back(clicked ? 1 : 0);
      if (clicked) last = k + 1;
    }
    return result;
  });
  const UserBrowsingModel model = fit_user_browsing(clicks.sessions(), {});
  for (size_t place = 0; place < kLength; ++place) {
    for (size_t last = 0; last <= place; ++last) {
      CAPTURE(place);
      CAPTURE(last);
      CHECK(std::abs(model.at(place, last) - planted(place, last)) < 0.04);
    }
  }
  CHECK(worst(model.attractiveness, kAttractiveness) < 0.03);
}

TEST_CASE("the cascade model counts what was seen down to the first click") {
  const Clicks clicks = simulate(60000, [&](const auto& items, RandomStream& stream) {
    std::vector<uint8_t> result(kLength, 0);
    for (size_t k = 0; k < kLength; ++k) {
      if (stream.uniform() >= kAttractiveness[items[k]]) continue;
      result[k] = 1;
      break;
    }
    return result;
  });
  CHECK(worst(fit_cascade(clicks.sessions()), kAttractiveness) < 0.02);
}

TEST_CASE("the dynamic Bayesian network finds attractiveness, satisfaction and continuation") {
  constexpr double kContinuation = 0.8;
  const Clicks clicks = simulate(120000, [&](const auto& items, RandomStream& stream) {
    std::vector<uint8_t> result(kLength, 0);
    for (size_t k = 0; k < kLength; ++k) {
      if (stream.uniform() < kAttractiveness[items[k]]) {
        result[k] = 1;
        if (stream.uniform() < kSatisfaction[items[k]]) break;
      }
      if (stream.uniform() >= kContinuation) break;
    }
    return result;
  });
  const DynamicBayesianModel model = fit_dynamic_bayesian(clicks.sessions(), {});
  CHECK(std::abs(model.continuation - kContinuation) < 0.03);
  CHECK(worst(model.attractiveness, kAttractiveness) < 0.03);
  CHECK(worst(model.satisfaction, kSatisfaction) < 0.06);
}

TEST_CASE("no sessions leave the start; items never shown too") {
  const ClickSessions none{kLength, 3, {}, {}};
  CHECK(fit_position_based(none, {}).attractiveness == std::vector<double>{0.5, 0.5, 0.5});
  CHECK(fit_cascade(none) == std::vector<double>{0.5, 0.5, 0.5});
  CHECK(fit_dynamic_bayesian(none, {}).continuation == 0.5);
  const std::vector<uint32_t> items{0, 0, 0, 0};
  const std::vector<uint8_t> clicks{1, 0, 0, 0};
  CHECK(fit_cascade({kLength, 2, items, clicks})[1] == 0.5);
}
