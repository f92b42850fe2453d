// Click models in the suite: the planted one explains the clicks best, and what was planted in the world is recovered.
#include "suites/discrepancy/click_logs.h"

#include <doctest/doctest.h>

#include <cmath>

#include "harness/off_policy/fitted_click_model.h"
#include "harness/system/error.h"
#include "tests/scripted/temporary_folder.h"
#include "tests/suites/discrepancy/click_bench.h"

using namespace recgauge;
using namespace recgauge::scripted;
using off_policy::ClickSessions;
using world::ClickModel;

namespace {

struct Shown {
  std::vector<uint32_t> items;
  std::vector<uint8_t> clicks;
  ClickSessions sessions() const { return {kClickPlaces, 20, items, clicks}; }
};

Shown shown_by(const world::World& world, size_t lists) {
  Shown shown;
  for (const world::LoggedImpression& impression : world.log_impressions(lists, kClickPlaces)) {
    shown.items.insert(shown.items.end(), impression.items.begin(), impression.items.end());
    shown.clicks.insert(shown.clicks.end(), impression.clicks.begin(), impression.clicks.end());
  }
  return shown;
}

double worst_attractiveness(const world::World& world, const std::vector<double>& found) {
  const world::UserState state = world.initial_state(0);
  double worst = 0.0;
  for (uint32_t item = 0; item < 20; ++item) {
    worst = std::max(worst, std::abs(found[item] - world.attractiveness(state, item)));
  }
  return worst;
}

suites::ClickLogConfig named(const std::string& path) {
  suites::ClickLogConfig log;
  log.name = "shop";
  log.path = path;
  return log;
}

}  // namespace

TEST_CASE("what is planted in the world is recovered from its clicks, model by model") {
  constexpr size_t kLists = 60000;
  {
    const world::World world = clicking_world(ClickModel::position_based, 1);
    const Shown shown = shown_by(world, kLists);
    const auto model = off_policy::fit_position_based(shown.sessions(), {});
    for (size_t place = 0; place < kClickPlaces; ++place) {
      CHECK(std::abs(model.examination[place] - std::pow(static_cast<double>(place) + 1.0, -kPositionExponent)) < 0.03);
    }
    CHECK(worst_attractiveness(world, model.attractiveness) < 0.03);
  }
  {
    const world::World world = clicking_world(ClickModel::cascade, 2);
    CHECK(worst_attractiveness(world, off_policy::fit_cascade(shown_by(world, kLists).sessions())) < 0.02);
  }
  {
    const world::World world = clicking_world(ClickModel::dynamic_bayesian, 3);
    const Shown shown = shown_by(world, kLists);
    const auto model = off_policy::fit_dynamic_bayesian(shown.sessions(), {});
    CHECK(std::abs(model.continuation - kContinuation) < 0.03);
    double mean = 0.0;
    for (const double satisfaction : model.satisfaction) mean += satisfaction / 20;
    CHECK(std::abs(mean - kSatisfaction) < 0.05);
    CHECK(worst_attractiveness(world, model.attractiveness) < 0.03);
  }
  {
    const world::World world = clicking_world(ClickModel::user_browsing, 4);
    const Shown shown = shown_by(world, 3 * kLists);  // pairs of a place and a last click are rarer than places
    const auto model = off_policy::fit_user_browsing(shown.sessions(), {});
    for (size_t place = 0; place < kClickPlaces; ++place) {
      for (size_t last = 0; last <= place; ++last) {
        CHECK(std::abs(model.at(place, last) - std::pow(static_cast<double>(place + 1 - last), -kPositionExponent)) <
              0.06);
      }
    }
    CHECK(worst_attractiveness(world, model.attractiveness) < 0.03);
  }
}

TEST_CASE("the planted model explains clicks that it was not fitted on best") {
  const TemporaryFolder folder;
  const std::vector<std::pair<ClickModel, std::string>> planted{{ClickModel::position_based, "PBM"},
                                                                {ClickModel::cascade, "cascade"},
                                                                {ClickModel::dynamic_bayesian, "DBN"},
                                                                {ClickModel::user_browsing, "UBM"}};
  for (const auto& [model, name] : planted) {
    CAPTURE(name);
    folder.write("log.jsonl", click_log_text(clicking_world(model, 5), 8000));
    const SuiteResult result = assess_clicks(named("log.jsonl"), folder.path());
    const Finding* best = find_finding(result, "shop-click-model");
    REQUIRE(best != nullptr);
    // The cascade model is a DBN, and PBM a UBM: those have more to estimate, not more to say.
    CHECK(best->claim.starts_with(fmt::format("Of the click models {} explains the clicks of 'shop' best", name)));
    const Measurement* cascade = find_measurement(result, "clicks shop", "click_log_likelihood[cascade]");
    CHECK(cascade->value.has_value() == (model == ClickModel::cascade));
    const Measurement* perplexity = find_measurement(result, "clicks shop", fmt::format("click_perplexity[{}]", name));
    CHECK(*perplexity->value > 1.0);
    CHECK(*perplexity->value < 2.0);
    CHECK(perplexity->interval->low < *perplexity->value);
  }
}

TEST_CASE("intervals of examination hold what was planted, and items are listed by what they are worth") {
  const TemporaryFolder folder;
  folder.write("log.jsonl", click_log_text(clicking_world(ClickModel::position_based, 6), 8000));
  const SuiteResult result = assess_clicks(named("log.jsonl"), folder.path());
  size_t places = 0;
  for (const Measurement& m : result.measurements) {
    if (m.label != "examination[PBM]") continue;
    ++places;
    const double truth = std::pow(std::stod(m.slice.substr(6)), -kPositionExponent);
    CHECK(m.n == 8000);
    if (m.slice == "place=1") continue;  // the measure of the others
    CHECK(m.interval->low < truth);
    CHECK(m.interval->high > truth);
  }
  CHECK(places == kClickPlaces);
  const Measurement* order = find_measurement(result, "clicks shop", "click_rate_order[PBM]");
  CHECK(*order->value > 0.8);
  REQUIRE(result.figures.size() == 2);
  CHECK(result.figures[1].rows.size() == 20);
}

TEST_CASE("what a log cannot say is not said") {
  const TemporaryFolder folder;
  folder.write("few.jsonl", click_log_text(clicking_world(ClickModel::position_based, 7), 99));
  const SuiteResult few = assess_clicks(named("few.jsonl"), folder.path());
  CHECK(find_measurement(few, "clicks shop", "click_perplexity[PBM]")->undefined_reason ==
        "the log has 99 lists, 100 are needed");
  std::string silent;
  for (int i = 0; i < 200; ++i) silent += "{\"items\":[1,2],\"clicks\":[0,0]}\n";
  folder.write("silent.jsonl", silent);
  const SuiteResult nothing = assess_clicks(named("silent.jsonl"), folder.path());
  CHECK(find_measurement(nothing, "clicks shop", "click_perplexity[UBM]")->undefined_reason == "nothing was clicked");
  CHECK(find_finding(nothing, "shop-click-model") == nullptr);
}

TEST_CASE("a longer log is thinned, and lists of the world need no file") {
  const TemporaryFolder folder;
  folder.write("log.jsonl", click_log_text(clicking_world(ClickModel::position_based, 8), 600));
  suites::ClickLogConfig log = named("log.jsonl");
  log.most_lists = 200;
  const SuiteResult thinned = assess_clicks(log, folder.path());
  CHECK(find_measurement(thinned, "clicks shop", "click_log_likelihood[PBM]")->n == 200);

  const PreparedData data = small_world(9, {150, 60, 10});
  suites::DiscrepancyConfig config;
  config.online_users = 0;
  config.pools = false;
  config.resamples = 200;
  suites::ClickLogConfig simulated;
  simulated.name = "simulated";
  simulated.world_lists = 2000;
  config.click_logs = {simulated};
  const SuiteResult result = assess_on_world(data, 9, config, {baseline("a", "random")});
  CHECK(find_measurement(result, "clicks simulated", "click_log_likelihood[PBM]")->value.has_value());
}

TEST_CASE("settings of click logs that cannot be are refused with the remedy") {
  const auto refused = [](const std::vector<suites::ClickLogConfig>& logs, const char* message) {
    CHECK_THROWS_WITH_AS(suites::check_click_logs(logs), doctest::Contains(message), ConfigError);
  };
  refused({named("")}, "click_logs[0] needs either a path or world_lists");
  refused({named("a"), named("b")}, "click_logs[1]: the name 'shop' is there already");
  suites::ClickLogConfig simulated = named("");
  simulated.world_lists = 10;
  const TemporaryFolder folder;
  CHECK_THROWS_WITH_AS(assess_clicks(simulated, folder.path()), doctest::Contains("name a path instead"), ConfigError);
}
