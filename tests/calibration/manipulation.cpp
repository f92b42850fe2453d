// How often the manipulation suite calls an attack a success on systems that no attack reaches, and how often it sees
// defects of known size: the numbers of the suite's calibration certificates. Many worlds, asked and assessed as a run
// is, with the quick preset. Usage: calibrate_manipulation [SEEDS] [fake, altered, hostile, membership, attributes,
// stability or detectors, for the rows of that alone]. Prints the table, fails if the false alarms are more than the
// stated alpha allows.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>

#include "harness/detection/detectors.h"
#include "harness/statistics/proportions.h"
#include "reference_models/planted/training_memory.h"
#include "reference_models/scoring/known_rows.h"
#include "suites/manipulation/detection_report.h"
#include "suites/manipulation/fake_profiles.h"
#include "suites/manipulation/manipulation_suite.h"
#include "suites/manipulation/membership_inference.h"
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
  config.membership = false;
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
  config.poisoning = config.membership = false;
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

// item_knn that never saw those who are asked about, but has learnt the rows of a share of its users by heart.
Trial remember(const PreparedData& data, uint64_t seed, const Plant& plant) {
  ManipulationConfig config;
  config.poisoning = config.texts = false;
  config.pollution_users = config.stability_users = config.queries = 1;
  config.resamples = 100;
  const Entrant entrant{"planted",
                        [=](const PreparedData& world) -> std::unique_ptr<reference_models::ScoreModel> {
                          const suites::manipulation::MembershipPopulation population(suites::with_preset(config),
                                                                                      world.suite_context(seed));
                          std::vector<UserId> users;
                          for (const auto& person : population.people()) users.push_back(person.user);
                          return std::make_unique<reference_models::TrainingMemoriser>(
                              std::make_unique<reference_models::Unaware>(
                                  reference_models::make_baseline("item_knn", {}), std::move(users)),
                              plant.size, seed);
                        },
                        seed};
  return assess(data, seed, config, entrant, "-membership", "membership_advantage@10");
}

ManipulationConfig nothing_trained() {
  ManipulationConfig config;
  config.poisoning = config.texts = config.membership = false;
  config.pollution_users = config.stability_users = config.queries = 1;
  config.resamples = 100;
  return config;
}

using RowScores = std::function<void(const Request&, std::span<float>)>;

/// Scores whole rows by a rule.
class Ruled : public reference_models::ScoreModel {
 public:
  Ruled(size_t items, RowScores rule) : items_(items), rule_(std::move(rule)) {}
  RecommenderInfo info() const override { return {"planted", "planted", "", "", {}}; }
  void fit(const TrainingData&) override {}
  size_t item_count() const override { return items_; }
  std::unique_ptr<reference_models::ScoredBlock> prepare(std::span<const Request> requests) const override {
    reference_models::FactorMatrix rows{requests.size(), items_, std::vector<float>(requests.size() * items_)};
    for (size_t i = 0; i < requests.size(); ++i) rule_(requests[i], {rows.row(i), items_});
    return std::make_unique<reference_models::KnownRows>(std::move(rows));
  }

 private:
  size_t items_;
  RowScores rule_;
};

Entrant ruled(uint64_t seed, std::function<RowScores(const PreparedData&)> rule) {
  return {"planted",
          [=](const PreparedData& world) -> std::unique_ptr<reference_models::ScoreModel> {
            return std::make_unique<Ruled>(world.dataset().catalogue.size(), rule(world));
          },
          seed};
}

// Random lists for each user; those of a share of the users hold items whose number is even for one group alone.
Trial tell(const PreparedData& data, uint64_t seed, const Plant& plant) {
  const Entrant entrant = ruled(seed, [=](const PreparedData& world) -> RowScores {
    const CategoricalColumn& group = *world.dataset().users.find_attribute("group");
    return [=, &group](const Request& request, std::span<float> row) {
      const uint64_t key = derive_seed(seed, {index(request.user)});
      const bool tells = RandomStream(key).uniform() < plant.size;
      for (uint32_t item = 0; item < row.size(); ++item) {
        row[item] = static_cast<float>(RandomStream(key ^ mix64(item)).uniform());
        if (tells && item % 2 == group.codes[index(request.user)] % 2) row[item] += 1.0F;
      }
    };
  });
  return assess(data, seed, nothing_trained(), entrant, "-gives-away-group", "attribute_inference_gain@10");
}

// Random lists for each user, shaken in every asking; those of a share of the users are others with every change of the
// history.
Trial collapse(const PreparedData& data, uint64_t seed, const Plant& plant) {
  ManipulationConfig config = nothing_trained();
  config.stability_users = 0;  // as the preset says
  const Entrant entrant = ruled(seed, [=](const PreparedData&) -> RowScores {
    return [=](const Request& request, std::span<float> row) {
      uint64_t key = derive_seed(seed, {index(request.user)});
      const bool collapses = RandomStream(key).uniform() < plant.size;
      uint64_t asking = derive_seed(key, {request.repetition});
      for (const ItemId item : request.history) asking = derive_seed(asking, {index(item)});
      for (size_t at = 0; collapses && at < request.history.size(); ++at) {
        key = derive_seed(key, {index(request.history[at])});
      }
      for (uint32_t item = 0; item < row.size(); ++item) {
        row[item] = static_cast<float>(RandomStream(key ^ mix64(item)).uniform() +
                                       plant.noise * RandomStream(asking ^ mix64(item)).uniform());
      }
    };
  });
  const SuiteResult result =
      assess_suite_on_world(data, seed, std::make_unique<suites::ManipulationSuite>(config), {entrant});
  Trial trial = trial_of(result, "planted-stability", "");
  for (const Measurement& m : result.measurements) {
    if (m.label != "rank_list_stability[rbo]@10") continue;
    trial.effect += m.slice == "history=asked again" ? *m.value : -*m.value;
  }
  return trial;
}

// Twenty added users: copies of real ones, but for a share of them who have random items.
Trial detect(const PreparedData& data, uint64_t seed, const Plant& plant) {
  using namespace suites::manipulation;
  constexpr size_t kAdded = 20;
  const Interactions& train = *data.split->train;
  const AttackerKnowledge knowledge(train, data.dataset().catalogue);
  const auto fakes = static_cast<size_t>(std::lround(plant.size * kAdded));
  std::vector<Interaction> rows = train.to_rows();
  const std::vector<Interaction> fake =
      make_profiles(knowledge, {Attack::random, Goal::push, fakes, knowledge.median_history(), {}, seed});
  rows.insert(rows.end(), fake.begin(), fake.end());
  for (Interaction row : make_bystanders(knowledge, kAdded - fakes, seed)) {
    row.user = UserId{static_cast<uint32_t>(index(row.user) + fakes)};
    rows.push_back(row);
  }
  const auto population = Interactions::from_rows(std::move(rows), train.user_count() + kAdded, train.item_count());
  std::vector<UserId> users;
  std::vector<uint8_t> is_fake;
  for (uint32_t user = 0; user < population.user_count(); ++user) {
    if (population.row_size(UserId{user}) == 0) continue;
    users.push_back(UserId{user});
    is_fake.push_back(user < train.user_count() ? 0 : 1);
  }
  Trial best;
  std::vector<double> most;
  for (const detection::Detector detector : detection::kDetectors) {
    if (detection::needs_ratings(detector)) continue;  // World has no ratings
    const std::vector<double> scores = detection::suspicion(detector, population, users, seed);
    const double area = *detection::roc_area(scores, is_fake, 0.95).value;
    if (area > best.effect) {
      best.effect = area;
      most = scores;
    }
  }
  best.found = are_told_apart(most, is_fake, 3);
  return best;
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
  config.poisoning = config.membership = false;
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
  const char* known = "membership; share of users whose rows are known by heart";
  for (const Plant& plant : {Plant{known, 0.0, 0.0}, {known, 0.05, 0.0}, {known, 0.1, 0.0}, {known, 0.2, 0.0}}) {
    calibrated = print_row(plant, seeds, only, remember) && calibrated;
  }
  const char* told = "attributes; share of users whose lists tell their group";
  for (const Plant& plant : {Plant{told, 0.0, 0.0}, {told, 0.1, 0.0}, {told, 0.2, 0.0}, {told, 0.4, 0.0}}) {
    calibrated = print_row(plant, seeds, only, tell) && calibrated;
  }
  const char* others = "stability; share of users whose lists a change replaces";
  for (const Plant& plant : {Plant{others, 0.0, 0.1},
                             {others, 0.0, 1.0},
                             {others, 0.0, 10.0},
                             {others, 0.4, 0.1},
                             {others, 0.6, 0.1},
                             {others, 0.8, 0.1}}) {
    calibrated = print_row(plant, seeds, only, collapse) && calibrated;
  }
  const char* marked = "detectors; share of added users who are not copies of real ones";
  for (const Plant& plant : {Plant{marked, 0.0, 0.0}, {marked, 0.25, 0.0}, {marked, 0.5, 0.0}, {marked, 1.0, 0.0}}) {
    calibrated = print_row(plant, seeds, only, detect) && calibrated;
  }
  return calibrated ? 0 : 1;
}
