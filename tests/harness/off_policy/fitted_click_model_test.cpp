// Chances of clicks under fitted models: by hand, and as laws of probability over all patterns of clicks.
#include "harness/off_policy/fitted_click_model.h"

#include <doctest/doctest.h>

#include "harness/system/random.h"

using namespace recgauge;
using namespace recgauge::off_policy;

TEST_CASE("the cascade of two lists by hand") {
  // Item 0 is looked at twice and clicked once, item 1 looked at once and clicked.
  const std::vector<uint32_t> items{0, 1, 0, 1};
  const std::vector<uint8_t> clicks{1, 0, 0, 1};
  const FittedClickModel model(ClickModelKind::cascade, {2, 2, items, clicks}, {});
  CHECK(model.attractiveness(0) == doctest::Approx(0.5));
  CHECK(model.attractiveness(1) == doctest::Approx(1.0));
  const std::vector<uint32_t> list{0, 1};
  CHECK(model.examination(list)[1] == doctest::Approx(0.5));
  CHECK(model.click_chances(list)[1] == doctest::Approx(0.5));
  const std::vector<uint8_t> first{1, 0};
  CHECK(model.click_chances_after(list, first)[1] == doctest::Approx(1e-9));
  const std::vector<uint8_t> second{0, 1};
  CHECK(model.click_chances_after(list, second)[1] == doctest::Approx(1.0 - 1e-9));
}

TEST_CASE("views of the prior draw items to the mean click rate") {
  // One click in two views, and none in two: the mean rate is 1/4, the prior has four views.
  const std::vector<uint32_t> items{0, 1, 0, 1};
  const std::vector<uint8_t> clicks{0, 0, 1, 0};
  ClickModelOptions options;
  options.prior_views = 4;
  // The cascade looks at item 1 only in the first list.
  const FittedClickModel model(ClickModelKind::cascade, {2, 3, items, clicks}, options);
  CHECK(model.attractiveness(0) == doctest::Approx((1.0 + 4 * 0.25) / (2.0 + 4)));
  CHECK(model.attractiveness(1) == doctest::Approx((0.0 + 4 * 0.25) / (1.0 + 4)));
  CHECK(model.attractiveness(2) == doctest::Approx(0.25));
}

TEST_CASE("over all patterns of clicks chances sum to 1, and to each place's own chance") {
  constexpr size_t kPlaces = 4;
  std::vector<uint32_t> items;
  std::vector<uint8_t> clicks;
  RandomStream stream(7);
  for (int list = 0; list < 500; ++list) {
    std::vector<uint32_t> order{0, 1, 2, 3, 4, 5};
    shuffle(order, stream);
    for (size_t place = 0; place < kPlaces; ++place) {
      items.push_back(order[place]);
      clicks.push_back(stream.uniform() < 0.5 / static_cast<double>(place + 1) ? 1 : 0);
    }
  }
  for (const ClickModelKind kind :
       {ClickModelKind::position_based, ClickModelKind::dynamic_bayesian, ClickModelKind::user_browsing}) {
    CAPTURE(name_of(kind));
    const FittedClickModel model(kind, {kPlaces, 6, items, clicks}, {});
    const std::vector<uint32_t> list{3, 0, 5, 2};
    double total = 0.0;
    std::vector<double> clicked(kPlaces, 0.0);
    for (unsigned pattern = 0; pattern < 1U << kPlaces; ++pattern) {
      std::vector<uint8_t> marks;
      for (size_t place = 0; place < kPlaces; ++place) marks.push_back(pattern >> place & 1U);
      const std::vector<double> after = model.click_chances_after(list, marks);
      double chance = 1.0;
      for (size_t place = 0; place < kPlaces; ++place) chance *= marks[place] != 0 ? after[place] : 1.0 - after[place];
      total += chance;
      for (size_t place = 0; place < kPlaces; ++place) clicked[place] += marks[place] != 0 ? chance : 0.0;
    }
    CHECK(total == doctest::Approx(1.0).epsilon(1e-9));
    const std::vector<double> alone = model.click_chances(list);
    for (size_t place = 0; place < kPlaces; ++place)
      CHECK(clicked[place] == doctest::Approx(alone[place]).epsilon(1e-6));
  }
}
