// How often unfairness of predicted ratings is found where there is none, and where it was planted. Ratings and
// predictions are drawn, written into a run and assessed by the bias suite. Usage: calibrate_predicted_ratings [SEEDS].
// Prints the table, fails if the false alarms are more than the stated alpha allows.
#include <fmt/format.h>

#include <cstdlib>

#include "harness/statistics/proportions.h"
#include "harness/system/random.h"
#include "tests/suites/bias/bias_run.h"

using namespace recgauge;
using namespace recgauge::scripted;

namespace {

constexpr double kAlpha = 0.05;
constexpr uint32_t kItems = 60;
constexpr uint32_t kRatings = 20;  // of a user

struct Trial {
  bool any = false;
  bool planted = false;  // for gender=F
};

double normal(RandomStream& stream) {
  double sum = -6.0;
  for (int i = 0; i < 12; ++i) sum += stream.uniform();
  return sum;
}

// Ratings are an item's mean with noise; predictions that mean, with an error that a user's predictions share, and too
// low by `shift` for women on every other item.
Trial assess(uint32_t users, double shift, uint64_t seed) {
  RandomStream stream(derive_seed(seed, {1}));
  std::vector<double> means;
  for (uint32_t i = 0; i < kItems; ++i) means.push_back(3.5 + 0.7 * normal(stream));
  std::vector<Row> train;
  std::vector<Row> test;
  std::vector<std::string> gender;
  std::vector<std::string> region;
  BiasSystem system{"predictor", SystemRole::candidate, std::vector<Response>(users), std::vector<Response>(users)};
  for (uint32_t user = 0; user < users; ++user) {
    gender.emplace_back(stream.below(10) < 3 ? "F" : "M");
    region.push_back(std::to_string(stream.below(4)));
    train.push_back({user, kItems, static_cast<float>(1 + user % 5)});
    system.answers[user].items = items_of({0, 1, 2});
    const double own = 0.3 * normal(stream);
    const auto first = static_cast<uint32_t>(stream.below(kItems));
    for (uint32_t r = 0; r < kRatings; ++r) {
      const uint32_t item = (first + r * r) % kItems;
      test.push_back({user, item, static_cast<float>(means[item] + normal(stream))});
      system.ratings[user].items.push_back(ItemId{item});
      system.ratings[user].scores.push_back(means[item] + own - (gender.back() == "F" && item % 2 == 0 ? shift : 0.0));
    }
  }
  BiasRun run(train, test, users, kItems + 1, 3);
  run.add_attribute("gender", gender);
  run.add_attribute("region", region);
  suites::BiasConfig config;
  config.primary = "ndcg@3";
  config.metrics = {};
  config.permutations = 999;
  config.resamples = 100;
  config.strata = 1;
  config.predicted_ratings = {"predictor"};
  Trial trial;
  for (const Finding& finding : run.assess(config, {system}).findings) {
    if (finding.id.find("unfairness") == std::string::npos) continue;
    trial.any = true;
    trial.planted = trial.planted || finding.id.ends_with("=F") || finding.id.ends_with("=M");
  }
  return trial;
}

}  // namespace

int main(int argc, char** argv) {
  const uint64_t seeds = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 300;
  bool calibrated = true;
  fmt::print("| users | predictions for women on every other item lower by | found | 95 % interval |\n");
  fmt::print("|---|---|---|---|\n");
  for (const uint32_t users : {300U, 1000U}) {
    for (const double shift : {0.0, 0.1, 0.2, 0.4}) {
      uint64_t found = 0;
      for (uint64_t seed = 1; seed <= seeds; ++seed) {
        const Trial trial = assess(users, shift, derive_seed(seed, {users}));
        found += (shift > 0 ? trial.planted : trial.any) ? 1 : 0;
      }
      const auto interval = statistics::wilson_interval(found, seeds, 0.95);
      fmt::print("| {} | {:.1f} | {:.3f} | {:.3f} to {:.3f} |\n", users, shift,
                 static_cast<double>(found) / static_cast<double>(seeds), interval->low, interval->high);
      std::fflush(stdout);
      if (shift == 0.0 && interval->low > kAlpha) calibrated = false;
    }
  }
  return calibrated ? 0 : 1;
}
