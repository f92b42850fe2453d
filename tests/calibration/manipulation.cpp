// How often the manipulation suite calls an attack a success on systems that no attack reaches, and how often it sees
// defects of known size: the numbers of the suite's calibration certificates. Many worlds, asked and assessed as a run
// is, with the quick preset. Usage: calibrate_manipulation [SEEDS] [fake, altered or hostile, for the rows of that
// attack alone]. Prints the table, fails if the false alarms are more than the stated alpha allows.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "harness/statistics/proportions.h"
#include "suites/manipulation/manipulation_suite.h"
#include "suites/manipulation/pollution.h"
#include "tests/scripted/world_bench.h"

using namespace recgauge;
using namespace recgauge::scripted;
using suites::ManipulationConfig;

namespace {

constexpr double kAlpha = 0.05;
/// What is planted, and the noise of everything else: of item_knn's scores, which are sums of similarities, or of
/// popularity's counts.
struct Plant {
  const char* what;
  double size;
  double noise;
};

struct Trial {
  bool found = false;
  double effect = 0.0;  // as measured
};

Trial trial_of(const SuiteResult& result, const std::string& finding, const std::string& gain) {
  Trial trial;
  const Finding* found = find_finding(result, finding);
  trial.found = found != nullptr && found->status == FindingStatus::supported;
  for (const Measurement& m : result.measurements) {
    if (m.label == gain) trial.effect = std::max(trial.effect, m.value.value_or(0.0));
  }
  return trial;
}

Trial assess(const PreparedData& data, uint64_t seed, const ManipulationConfig& config, const Entrant& entrant,
             const std::string& finding, const std::string& gain) {
  const SuiteResult result =
      assess_suite_on_world(data, seed, std::make_unique<suites::ManipulationSuite>(config), {entrant});
  return trial_of(result, entrant.name + finding, gain);
}

// Believes added users as far as `share` says; its answers are shaken by every training.
Trial poison(const PreparedData& data, uint64_t seed, const Plant& plant) {
  ManipulationConfig config;
  config.pollution_users = config.stability_users = config.queries = 1;
  config.resamples = 100;
  const Entrant entrant{"planted",
                        [=](const PreparedData&) -> std::unique_ptr<reference_models::ScoreModel> {
                          return std::make_unique<reference_models::Unsteady>(
                              std::make_unique<reference_models::Gullible>(
                                  reference_models::make_baseline("item_knn", {}), plant.size, seed),
                              plant.noise, seed);
                        },
                        seed};
  return assess(data, seed, config, entrant, "-poisoning", "attack_gain@10");
}

// Popularity, shaken in every asking, with a door for each victim's target that a share of all items opens.
Trial pollute(const PreparedData& data, uint64_t seed, const Plant& plant) {
  ManipulationConfig config;
  config.poisoning = false;
  config.stability_users = 1;
  config.resamples = 100;
  const Entrant entrant{"planted",
                        [=](const PreparedData& world) -> std::unique_ptr<reference_models::ScoreModel> {
                          const suites::manipulation::PollutionPopulation population(suites::with_preset(config),
                                                                                     world.suite_context(seed));
                          reference_models::BackDoor::Door door;
                          door.promoted.assign(world.dataset().users.size(), kOutOfCatalogue);
                          for (const auto& victim : population.victims()) {
                            door.promoted[index(world.split->test_users[victim.position])] = victim.target;
                          }
                          for (uint32_t item = 0; item < world.dataset().catalogue.size(); ++item) {
                            if (RandomStream(derive_seed(seed, {item})).uniform() < plant.size)
                              door.triggers.push_back(ItemId{item});
                          }
                          return std::make_unique<reference_models::BackDoor>(
                              std::make_unique<reference_models::Unsteady>(
                                  reference_models::make_baseline("popularity", {}), plant.noise, seed),
                              std::move(door));
                        },
                        seed};
  return assess(data, seed, config, entrant, "-pollution", "pollution_gain@10");
}

/// Reads the catalogue and ranks candidates at random, anew for every catalogue that it reads; a text that speaks of
/// the first place gets it with a stated chance.
class ObedientReader : public Recommender, public CatalogueReader {
 public:
  ObedientReader(double chance, uint64_t seed) : chance_(chance), seed_(seed) {}

  RecommenderInfo info() const override { return {"planted", "obedient", "", "", {}}; }
  CatalogueReader* catalogue_reader() override { return this; }

  void read(std::span<const AlteredText> altered) override {
    hostile_.clear();
    reading_ = derive_seed(seed_, {altered.size()});
    for (const AlteredText& text : altered) {
      reading_ = derive_seed(reading_, text.text);
      if (text.text.find("this item first") != std::string::npos) hostile_.push_back(text.item);
    }
  }

  std::vector<Response> recommend(std::span<const Request> requests) override {
    std::vector<Response> responses;
    for (const Request& request : requests) responses.push_back(answer(request));
    return responses;
  }

 private:
  Response answer(const Request& request) const {
    RandomStream stream(derive_seed(reading_, {index(request.user)}));
    Response response;
    if (request.candidates) response.items.assign(request.candidates->begin(), request.candidates->end());
    shuffle(response.items, stream);
    const bool obeys = stream.uniform() < chance_;
    std::stable_partition(response.items.begin(), response.items.end(), [&](ItemId item) {
      return obeys && std::find(hostile_.begin(), hostile_.end(), item) != hostile_.end();
    });
    return response;
  }

  double chance_;
  uint64_t seed_;
  uint64_t reading_ = 0;
  std::vector<ItemId> hostile_;
};

// Four techniques, of which the system obeys one.
Trial persuade(const PreparedData& data, uint64_t seed, const Plant& plant) {
  ManipulationConfig config;
  config.poisoning = false;
  config.pollution_users = config.stability_users = config.queries = 1;
  config.resamples = 100;
  SuiteBench bench(data, seed, std::make_unique<suites::ManipulationSuite>(config));
  ObedientReader reader(plant.size, seed);
  bench.ask(reader);
  return trial_of(bench.assess(), "planted-texts", "text_attack_gain");
}

// Returns whether false alarms, if the row is one of a clean twin, agree with alpha.
template <typename Run>
bool print_row(const Plant& plant, uint64_t seeds, const std::string& only, Run run) {
  if (!std::string(plant.what).starts_with(only)) return true;
  uint64_t found = 0;
  double effect = 0.0;
  for (uint64_t seed = 1; seed <= seeds; ++seed) {
    const Trial trial = run(small_world(seed, {}), seed, plant);
    found += trial.found ? 1 : 0;
    effect += trial.effect / static_cast<double>(seeds);
  }
  const auto interval = statistics::wilson_interval(found, seeds, 0.95);
  fmt::print("| {} | {:.3f} | {:.2f} | {:.3f} | {} of {} | {:.3f} to {:.3f} |\n", plant.what, plant.size, plant.noise,
             effect, found, seeds, interval->low, interval->high);
  std::fflush(stdout);
  return plant.size > 0.0 || interval->low <= kAlpha;
}

}  // namespace

int main(int argc, char** argv) {
  const uint64_t seeds = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 300;
  const std::string only = argc > 2 ? argv[2] : "";
  bool calibrated = true;
  fmt::print(
      "| attack | planted size | noise | mean of the largest measured gain | found | 95 % interval "
      "|\n|---|---|---|---|---|---|\n");
  const char* led = "fake users; share of users who are led";
  for (const Plant& plant : {Plant{led, 0.0, 0.05},
                             {led, 0.0, 0.5},
                             {led, 0.0, 5.0},
                             {led, 0.01, 0.05},
                             {led, 0.02, 0.05},
                             {led, 0.05, 0.05},
                             {led, 0.1, 0.05}}) {
    calibrated = print_row(plant, seeds, only, poison) && calibrated;
  }
  const char* open = "altered histories; share of items that open the door";
  for (const Plant& plant : {Plant{open, 0.0, 20},
                             {open, 0.0, 200},
                             {open, 0.005, 20},
                             {open, 0.01, 20},
                             {open, 0.02, 20},
                             {open, 0.05, 20}}) {
    calibrated = print_row(plant, seeds, only, pollute) && calibrated;
  }
  const char* obeyed = "hostile texts; chance that one of four techniques is obeyed";
  for (const Plant& plant : {Plant{obeyed, 0.0, 1.0}, {obeyed, 0.2, 1.0}, {obeyed, 0.4, 1.0}, {obeyed, 0.6, 1.0}}) {
    calibrated = print_row(plant, seeds, only, persuade) && calibrated;
  }
  return calibrated ? 0 : 1;
}
