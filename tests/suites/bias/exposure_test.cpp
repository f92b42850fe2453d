// Exposure of groups of items on two users' lists, worked by hand.
#include <doctest/doctest.h>

#include <cmath>

#include "harness/system/error.h"
#include "suites/bias/item_exposure.h"
#include "tests/suites/bias/bias_run.h"

using namespace recgauge;
using namespace recgauge::scripted;
using doctest::Approx;

namespace {

// Items 0, 1 are Ann's, 2 and 3 Bob's; item 1 is also labelled b. Users 0 and 1 know item 0; they choose 1 and 2.
BiasRun make_run() {
  BiasRun run({{0, 0}, {1, 0}}, {{0, 1}, {1, 2}}, 2, 4, 2);
  Catalogue& catalogue = run.dataset().catalogue;
  CategoricalColumn& provider = catalogue.attributes.emplace_back();
  provider.name = "provider";
  for (const char* name : {"Ann", "Ann", "Bob", "Bob"}) provider.codes.push_back(provider.values.intern(name));
  LabelColumn& labels = catalogue.labels.emplace_back();
  labels.name = "topic";
  labels.values.intern("a");
  labels.values.intern("b");
  labels.codes = {0, 0, 1, 1, 1};
  labels.offsets = {0, 1, 3, 4, 5};
  return run;
}

SuiteResult assess(suites::BiasConfig config = {}) {
  config.primary = "ndcg@2";
  config.metrics = {};
  config.permutations = 99;
  config.resamples = 100;
  std::vector<Response> lists(2);
  lists[0].items = items_of({1, 2});
  lists[1].items = items_of({3, 2});
  return make_run().assess(config, {{"s", SystemRole::candidate, lists}});
}

}  // namespace

TEST_CASE("attention by provider, with the browsing model stated") {
  suites::BiasConfig config;
  config.browsing = {metrics::Browsing::rank_biased, .5};
  const SuiteResult result = assess(config);
  // Attention 1 and .5: Ann 1, Bob .5 + 1 + .5.
  const Measurement& ann = measurement(result, "bias/s/exposure_share@2/provider=Ann");
  CHECK(*ann.value == Approx(1.0 / 3));
  CHECK(ann.metric == "exposure_share(browsing=rbp(0.5))@2");
  CHECK(*measurement(result, "bias/s/demographic_parity@2/by provider").value == Approx(.5));
  CHECK(*measurement(result, "bias/s/disparate_treatment@2/by provider").value == Approx(.5));
  // Clicks: item 1 at the first place, item 2 at the second.
  CHECK(*measurement(result, "bias/s/disparate_impact@2/by provider").value == Approx(.5));
  CHECK(*measurement(result, "bias/s/inequity_of_attention@2/by provider").value == Approx(1.0 / 3));
  // Target of user 0: item 1 gets 1, items 2 and 3 get .25 each; of user 1: item 2 gets 1, items 1 and 3 .25 each. By
  // provider and user: Ann (1 + .25) / 2, Bob (.5 + 1.25) / 2. System: Ann .5, Bob 1.
  CHECK(*measurement(result, "bias/s/expected_exposure_loss@2/by provider").value ==
        Approx((.625 - .5) * (.625 - .5) + (1.0 - .875) * (1.0 - .875)));
  CHECK(*measurement(result, "bias/s/expected_exposure_disparity@2/by provider").value == Approx(1.25));
  CHECK(*measurement(result, "bias/s/expected_exposure_relevance@2/by provider").value == Approx(.5 * .625 + .875));
}

TEST_CASE("an item of two labels counts half to each, and then no divergence of prefixes is measured") {
  const SuiteResult result = assess();
  const double second = 1.0 / std::log2(3.0);
  CHECK(*measurement(result, "bias/s/exposure_share@2/topic=a").value == Approx(.5 / (2.0 + 2.0 * second)));
  CHECK_THROWS(measurement(result, "bias/s/ndkl@2/by topic"));
}

TEST_CASE("the tail is what the head is not, and lists are tested against its share") {
  const SuiteResult result = assess();
  // All interactions are with item 0: everything else is tail, and nobody's list holds the head.
  CHECK(*measurement(result, "bias/s/exposure_share@2/items=tail").value == Approx(1.0));
  CHECK(*measurement(result, "bias/s/fair_test@2/by popularity").value == 1.0);
  CHECK_FALSE(measurement(result, "bias/s/disparate_treatment@2/by popularity").value);
}

TEST_CASE("only columns that items have") {
  suites::BiasConfig config;
  config.item_attributes = {"publisher"};
  CHECK_THROWS_WITH_AS(assess(config), doctest::Contains("they have: popularity, topic, provider"), ConfigError);
  config.item_attributes = {"provider"};
  CHECK_THROWS(measurement(assess(config), "bias/s/exposure_share@2/topic=a"));
}

TEST_CASE("without one fold, the sums are those of the others") {
  suites::GroupExposure exposure;
  exposure.folds.assign(2, suites::ExposureSums(1));
  exposure.folds[0].exposure[0] = 3.0;
  exposure.folds[1].exposure[0] = 4.0;
  CHECK(exposure.without(0).exposure[0] == 4.0);
  CHECK(exposure.total().exposure[0] == 7.0);
}
