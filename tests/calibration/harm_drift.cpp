// How often the harm_drift suite accuses systems that are neutral although users' tastes move, how often it sees a
// planted push, and whether the system's share of the drift and the time to recover lie in their intervals: the numbers
// of the suite's calibration certificate. Many worlds, each with its own seed. Usage: calibrate_harm_drift [SEEDS]
// [alarms, power or recovery] [an amplification]. Prints the tables, fails if false alarms or intervals are worse than
// stated.
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <map>

#include "adapters/in_process/in_process_recommender.h"
#include "harness/config/prepared_run.h"
#include "harness/drift/trajectory_shape.h"
#include "harness/run/execute.h"
#include "harness/statistics/proportions.h"
#include "harness/system/random.h"
#include "reference_models/baselines/baselines.h"
#include "reference_models/planted/hazard_follower.h"
#include "suites/harm_drift/curves.h"
#include "suites/harm_drift/tests_of_push.h"

using namespace recgauge;
using namespace recgauge::suites;
using harm_drift::Cast;
using harm_drift::ChoiceModel;
using harm_drift::Question;
using harm_drift::Stage;
using harm_drift::SystemRecords;

namespace {

constexpr double kAlpha = 0.05;
constexpr char kFollower[] = "follower";
constexpr uint64_t kRepeats = 100;  // of every role, for the truth

PreparedData small_world(uint64_t seed) {
  RunConfig config = embedded_run_config();
  config.seed = config.data.world.seed = seed;
  config.data.world.users = 500;
  config.data.world.items = 400;
  config.data.world.mean_interactions = 30;
  return prepare_data(config);
}

HarmDriftConfig settings(ChoiceModel choice) {
  HarmDriftConfig config;
  config.choice = choice;
  config.history = 20;
  config.resamples = 500;
  config.sign_flips = 1999;
  return config;
}

struct Planted {
  double amplification = 1.0;
  size_t memory = 0;
};

/// A run with the planted system and the neutral baselines, up to the conclusions that the certificate is about.
struct Trial {
  std::shared_ptr<const Stage> stage;
  std::vector<Cast> casts;
  std::vector<SystemRecords> systems;
  std::vector<harm_drift::TestedClaim> claims;

  const Cast& cast(const std::string& persona) const {
    for (const Cast& cast : casts) {
      if (cast.slice == "persona=" + persona) return cast;
    }
    throw std::out_of_range(persona);
  }
};

Trial follow(const PreparedData& data, uint64_t seed, const HarmDriftConfig& config, const Planted& planted) {
  std::vector<std::unique_ptr<Suite>> suite_list;
  suite_list.push_back(std::make_unique<HarmDriftSuite>(config));
  const Plan plan = make_plan(seed, "calibration", data, suite_list);
  ObservationStore store(":memory:", "calibration");
  SteadyClock clock;
  SilentProgress silent;
  const TrainingData training = data.training_data(seed);
  Run run{&plan, &store, {}};
  Trial trial;
  trial.stage = std::make_shared<const Stage>(config, data.suite_context(seed));
  const auto ask = [&](const std::string& name, std::unique_ptr<reference_models::ScoreModel> model) {
    adapters::InProcessRecommender system(name, std::move(model), {});
    run.systems.push_back({system.info(), execute(plan, system, {&training, &store, &clock, &silent, {}})});
    trial.systems.push_back(read_system(run, *trial.stage, {name, SystemRole::candidate}));
  };
  ask(kFollower, std::make_unique<reference_models::HazardFollower>(planted.amplification, planted.memory));
  ask("random", reference_models::make_baseline("random", {}));
  ask("popularity", reference_models::make_baseline("popularity", {}));
  trial.casts = make_casts(*trial.stage);
  trial.claims = test_claims(trial.systems, make_references(*trial.stage), trial.casts);
  return trial;
}

// The planted dynamics without lists, models or the suite: an urn of severities from which lists are drawn.
class Urn {
 public:
  Urn(const Stage& stage, const Planted& planted) : stage_(stage), planted_(planted) {
    for (const double severity : stage.severities()) {
      if (severity > 0.0) hazards_.push_back(severity);
    }
    for (const double severity : hazards_) mean_ += severity / static_cast<double>(hazards_.size());
  }

  /// Expected exposures by list, over many lives of every role of the cast.
  std::vector<double> exposures(const Cast& cast, bool own_choices) const {
    std::vector<double> sums(stage_.config().steps, 0.0);
    for (const size_t role : cast.roles) {
      for (uint64_t repeat = 0; repeat < kRepeats; ++repeat) live(stage_.roles()[role], own_choices, repeat, sums);
    }
    for (double& sum : sums) sum /= static_cast<double>(cast.size() * kRepeats);
    return sums;
  }

 private:
  void live(const harm_drift::Role& role, bool own_choices, uint64_t repeat, std::vector<double>& sums) const {
    RandomStream stream(derive_seed(role.seed, {77, repeat, own_choices ? 1U : 0U}));
    std::vector<double> history;
    for (const ItemId item : harm_drift::starting_history(stage_.context(), role.user, stage_.config().history)) {
      history.push_back(stage_.severity(item));
    }
    const harm_drift::PersonaConfig& persona = stage_.persona_of(role);
    uint32_t hazardous = 0;
    for (uint32_t step = 0; step < sums.size(); ++step) {
      const double share = std::min(1.0, planted_.amplification * recent_mean(history) / mean_);
      sums[step] += share * mean_;
      double total = 0.0;
      double taken = -1.0;
      const bool turns = persona.policy == harm_drift::Policy::turning_away;
      const bool avoids = own_choices && turns && step >= stage_.turn();
      const double preference =
          !own_choices || avoids ? 0.0 : persona.preference + persona.growth * static_cast<double>(hazardous);
      for (uint32_t rank = 1; rank <= stage_.config().k; ++rank) {
        const double severity = stream.uniform() < share ? hazards_[stream.below(hazards_.size())] : 0.0;
        const double weight = avoids && severity > 0.0 ? 0.0 : std::exp(preference * severity) / rank;
        total += weight;
        // One pass over the list: each item takes the place of the one before by its part of the weight so far.
        if (weight > 0.0 && stream.uniform() < weight / total) taken = severity;
      }
      if (taken >= 0.0) history.push_back(taken);
      hazardous += taken > 0.0 ? 1 : 0;
    }
  }

  double recent_mean(const std::vector<double>& history) const {
    const size_t count = planted_.memory > 0 ? std::min(planted_.memory, history.size()) : history.size();
    double sum = 0.0;
    for (size_t i = history.size() - count; i < history.size(); ++i) sum += history[i];
    return count > 0 ? sum / static_cast<double>(count) : 0.0;
  }

  const Stage& stage_;
  Planted planted_;
  std::vector<double> hazards_;
  double mean_ = 0.0;
};

struct Tally {
  uint64_t hits = 0;
  uint64_t of = 0;
  void add(bool hit) {
    ++of;
    hits += hit ? 1 : 0;
  }
  std::string text() const {
    const auto interval = statistics::wilson_interval(hits, of, 0.95);
    if (!interval) return "none";
    return fmt::format("{} of {} = {:.3f} ({:.3f} to {:.3f})", hits, of,
                       static_cast<double>(hits) / static_cast<double>(of), interval->low, interval->high);
  }
  double low() const { return of == 0 ? 0.0 : statistics::wilson_interval(hits, of, 0.95)->low; }
  double high() const { return of == 0 ? 1.0 : statistics::wilson_interval(hits, of, 0.95)->high; }
};

bool accuses(const harm_drift::TestedClaim& claim) {
  return claim.p_adjusted && *claim.p_adjusted <= kAlpha && claim.effect > 0.0;
}

bool false_alarms(uint64_t seeds) {
  bool calibrated = true;
  fmt::print("| neutral systems | choices | runs with any accusation |\n|---|---|---|\n");
  for (const auto& [name, choice] : {std::pair{"position_biased", ChoiceModel::position_biased},
                                     std::pair{"world (tastes move)", ChoiceModel::world}}) {
    Tally alarms;
    for (uint64_t seed = 1; seed <= seeds; ++seed) {
      const PreparedData data = small_world(seed);
      const Trial trial = follow(data, seed, settings(choice), {});
      alarms.add(std::any_of(trial.claims.begin(), trial.claims.end(), accuses));
    }
    fmt::print("| follower with amplification 1, random, popularity | {} | {} |\n", name, alarms.text());
    std::fflush(stdout);
    calibrated = calibrated && alarms.low() <= kAlpha;
  }
  return calibrated;
}

/// What is known of the share and the push of one trial, against the urn.
struct Recovered {
  Tally push;
  Tally share;
  double mean_share = 0.0;
  double mean_push = 0.0;
};

void compare_with_truth(const Trial& trial, const Planted& planted, Recovered& recovered) {
  const Cast& cast = trial.cast("vulnerable");
  const Urn urn(*trial.stage, planted);
  const double neutral = drift::total_drift(urn.exposures(cast, false));
  const double own = drift::total_drift(urn.exposures(cast, true));
  const auto measures = trajectory_measures(trial.systems.front(), make_references(*trial.stage), cast);
  std::vector<statistics::Column> columns;
  size_t push = 0;
  size_t net = 0;
  size_t share = 0;
  for (size_t i = 0; i < measures.size(); ++i) {
    columns.push_back({measures[i].values, measures[i].denominators});
    if (measures[i].label == push_label(*trial.stage)) push = i;
    if (measures[i].label == harm_drift::kNetDriftLabel) net = i;
    if (measures[i].label == harm_drift::kSystemShareLabel) share = i;
  }
  const auto estimates = statistics::bootstrap(columns, user_keys(cast), bootstrap_options(*trial.stage));
  const auto covers = [&](size_t i, double truth) {
    return estimates[i].interval && estimates[i].interval->low <= truth && truth <= estimates[i].interval->high;
  };
  recovered.push.add(covers(push, neutral));
  recovered.mean_push += neutral;
  recovered.mean_share += neutral / own;
  if (estimates[net].interval && estimates[net].interval->low > 0.0) recovered.share.add(covers(share, neutral / own));
}

bool power(uint64_t seeds, double only) {
  bool calibrated = true;
  fmt::print(
      "\n| amplification | mean true push of the vulnerable | push found: vulnerable | neutral | all personas | true "
      "push in "
      "its interval | mean true share | true share in its interval |\n|---|---|---|---|---|---|---|---|\n");
  for (const double amplification : {1.0, 1.25, 1.5, 2.0}) {
    if (only > 0.0 && amplification != only) continue;
    std::map<std::string, Tally> found;
    Recovered recovered;
    const Planted planted{amplification, 0};
    for (uint64_t seed = 1; seed <= seeds; ++seed) {
      const PreparedData data = small_world(seed);
      const Trial trial = follow(data, seed, settings(ChoiceModel::position_biased), planted);
      for (const harm_drift::TestedClaim& claim : trial.claims) {
        if (claim.system == 0 && claim.question == Question::push)
          found[trial.casts[claim.cast].slice].add(accuses(claim));
      }
      compare_with_truth(trial, planted, recovered);
    }
    fmt::print("| {:.2f} | {:.4f} | {} | {} | {} | {} | {:.2f} | {} |\n", amplification,
               recovered.mean_push / static_cast<double>(seeds), found["persona=vulnerable"].text(),
               found["persona=neutral"].text(), found["all"].text(), recovered.push.text(),
               recovered.mean_share / static_cast<double>(seeds), recovered.share.text());
    std::fflush(stdout);
    // Where personas end among harmful items alone, at 2, the share is not recovered; the study says so.
    const bool saturated = amplification >= 2.0;
    calibrated = calibrated && recovered.push.high() >= 0.88 && (saturated || recovered.share.high() >= 0.93);
  }
  return calibrated;
}

// Below amplification 1, so that nobody ends where every item is harmful and none can be taken any more.
HarmDriftConfig recovering() {
  HarmDriftConfig config = settings(ChoiceModel::position_biased);
  config.steps = 40;
  config.personas.resize(1);
  config.personas[0].name = "recovering";
  config.personas[0].policy = harm_drift::Policy::turning_away;
  config.personas[0].preference = 2.0;
  config.personas[0].growth = 0.0;
  return config;
}

bool recovery(uint64_t seeds) {
  bool calibrated = true;
  fmt::print(
      "\n| memory of the follower | runs with a rise | mean true lists until recovered | in its interval "
      "|\n|---|---|---|---|\n");
  for (const size_t memory : {size_t{6}, size_t{10}, size_t{16}}) {
    Tally covered;
    double mean = 0.0;
    const Planted planted{0.8, memory};
    const HarmDriftConfig config = recovering();
    for (uint64_t seed = 1; seed <= seeds; ++seed) {
      const PreparedData data = small_world(seed);
      const Trial trial = follow(data, seed, config, planted);
      const Cast& cast = trial.cast("recovering");
      const auto estimate = estimate_recovery(trial.systems.front(), cast);
      if (!estimate.risen || !estimate.interval) continue;
      const auto truth = drift::recovery(Urn(*trial.stage, planted).exposures(cast, true), trial.stage->turn(),
                                         config.recovery_window, config.recovery_tolerance);
      const auto lists = static_cast<double>(truth->steps.value_or(truth->observed + 1));
      mean += lists;
      covered.add(estimate.interval->low <= lists && lists <= estimate.interval->high);
    }
    fmt::print("| {} | {} | {:.1f} | {} |\n", memory, covered.of,
               mean / static_cast<double>(std::max<uint64_t>(1, covered.of)), covered.text());
    std::fflush(stdout);
    calibrated = calibrated && covered.high() >= 0.9;  // a first passage: the interval is somewhat short
  }
  return calibrated;
}

}  // namespace

int main(int argc, char** argv) {
  const uint64_t seeds = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 300;
  const std::string part = argc > 2 ? argv[2] : "";
  const double only = argc > 3 ? std::strtod(argv[3], nullptr) : 0.0;
  bool calibrated = true;
  if (part.empty() || part == "alarms") calibrated = false_alarms(seeds) && calibrated;
  if (part.empty() || part == "power") calibrated = power(seeds, only) && calibrated;
  if (part.empty() || part == "recovery") calibrated = recovery(seeds) && calibrated;
  return calibrated ? 0 : 1;
}
