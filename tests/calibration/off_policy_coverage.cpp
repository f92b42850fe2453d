// Whether the intervals of off-policy estimates cover the truth as often as they say, and whether logs that cannot say
// anything are refused: the numbers of the discrepancy suite's certificate. Synthetic logs whose true value is known.
// Then the same for logs of lists. Prints the tables; fails if a supported estimator covers outside of 93 to 97 % (of
// lists: beyond what chance explains), or refusals are below 95 %.
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <functional>
#include <string_view>

#include "harness/off_policy/diagnostics.h"
#include "harness/off_policy/estimators.h"
#include "harness/off_policy/reward_model.h"
#include "harness/off_policy/slate_model.h"
#include "harness/off_policy/slates.h"
#include "harness/statistics/proportions.h"
#include "harness/system/random.h"

using namespace recgauge;
using namespace recgauge::off_policy;

namespace {

constexpr size_t kContexts = 5;
constexpr size_t kActions = 8;
constexpr size_t kRounds = 4000;
constexpr size_t kTruthRounds = 2000000;

using Context = std::array<double, kContexts>;
using Chances = std::array<double, kActions>;

// What actions a policy prefers: softmax of a linear score of the context, with one weight vector an action.
struct LinearPolicy {
  std::array<Context, kActions> weights{};
  std::array<bool, kActions> forbidden{};
  double sharpness = 1.0;

  Chances operator()(const Context& x) const {
    Chances chances{};
    double sum = 0.0;
    for (size_t a = 0; a < kActions; ++a) {
      double score = 0.0;
      for (size_t d = 0; d < kContexts; ++d) score += weights[a][d] * x[d];
      sum += chances[a] = forbidden[a] ? 0.0 : std::exp(sharpness * score);
    }
    for (double& chance : chances) chance /= sum;
    return chances;
  }
};

LinearPolicy policy_of(uint64_t seed, double sharpness) {
  LinearPolicy policy;
  policy.sharpness = sharpness;
  RandomStream stream(derive_seed(seed, "policy"));
  for (Context& row : policy.weights) {
    for (double& weight : row) weight = stream.normal() / std::sqrt(static_cast<double>(kContexts));
  }
  return policy;
}

Context draw_context(RandomStream& stream) {
  Context x{};
  for (double& value : x) value = stream.normal();
  return x;
}

// Click chances that a logistic regression with one intercept an action cannot express exactly.
double click_chance(const Context& x, size_t action) {
  const double score = -1.2 + 0.25 * static_cast<double>(action) * x[0] / 4.0 + 0.6 * std::sin(x[1] + x[2]) +
                       0.1 * static_cast<double>(action);
  return 1.0 / (1.0 + std::exp(-score));
}

size_t draw_action(const Chances& chances, RandomStream& stream) {
  double point = stream.uniform();
  size_t action = 0;
  while (action + 1 < kActions && (point >= chances[action] || chances[action] == 0.0)) point -= chances[action++];
  return action;
}

struct Scenario {
  const char* name;
  LinearPolicy logging;
  LinearPolicy evaluated;
  bool supported = true;
  std::function<double(double)> recorded = [](double propensity) { return propensity; };
};

struct Log {
  std::vector<uint32_t> actions;
  std::vector<double> rewards;
  std::vector<double> propensities;
  std::vector<double> contexts;
  std::vector<double> probabilities;
};

Log make_log(const Scenario& scenario, uint64_t seed) {
  Log log;
  RandomStream stream(derive_seed(seed, "log"));
  for (size_t i = 0; i < kRounds; ++i) {
    const Context x = draw_context(stream);
    const Chances logging = scenario.logging(x);
    const size_t action = draw_action(logging, stream);
    log.actions.push_back(static_cast<uint32_t>(action));
    log.rewards.push_back(stream.uniform() < click_chance(x, action) ? 1.0 : 0.0);
    log.propensities.push_back(scenario.recorded(logging[action]));
    log.contexts.insert(log.contexts.end(), x.begin(), x.end());
    const Chances evaluated = scenario.evaluated(x);
    log.probabilities.insert(log.probabilities.end(), evaluated.begin(), evaluated.end());
  }
  return log;
}

double true_value(const LinearPolicy& policy) {
  RandomStream stream(2);
  double sum = 0.0;
  for (size_t i = 0; i < kTruthRounds; ++i) {
    const Context x = draw_context(stream);
    const Chances chances = policy(x);
    for (size_t a = 0; a < kActions; ++a) sum += chances[a] * click_chance(x, a);
  }
  return sum / static_cast<double>(kTruthRounds);
}

constexpr std::array<EstimatorKind, 4> kKinds{EstimatorKind::ips, EstimatorKind::snips, EstimatorKind::doubly_robust,
                                              EstimatorKind::self_normalised_doubly_robust};

struct Trial {
  bool refused = false;
  std::array<bool, kKinds.size()> covers{};
};

Trial run_trial(const Scenario& scenario, double truth, uint64_t seed) {
  const Log log = make_log(scenario, seed);
  const RewardData data{log.actions, kActions, {}, 1, log.contexts, kContexts, log.rewards, {}};
  RewardModelOptions options;
  options.seed = seed;
  const std::vector<double> predicted = cross_fitted_rewards(data, options);
  const EvaluatedPolicy policy{kActions, log.probabilities, predicted};
  const LoggedRounds rounds{log.actions, log.rewards, log.propensities};
  const RoundTerms terms = make_round_terms(rounds, policy);
  std::vector<EstimatorSpec> specs;
  for (const EstimatorKind kind : kKinds) specs.push_back({kind});
  statistics::BootstrapOptions bootstrap;
  bootstrap.seed = seed;
  const auto estimates = estimate_values(terms, specs, {}, bootstrap);
  Trial trial;
  trial.refused = !failures(diagnose(terms, rounds, policy), {}).empty();
  for (size_t i = 0; i < kKinds.size(); ++i) {
    trial.covers[i] = estimates[i].interval->low <= truth && truth <= estimates[i].interval->high;
  }
  return trial;
}

std::string share_text(uint64_t count, uint64_t of) {
  const auto interval = statistics::wilson_interval(count, of, 0.95);
  return fmt::format("{:.3f} ({:.3f} to {:.3f})", static_cast<double>(count) / static_cast<double>(of), interval->low,
                     interval->high);
}

std::vector<Scenario> scenarios() {
  std::vector<Scenario> list;
  list.push_back({"uniform log", policy_of(1, 0.0), policy_of(2, 1.0)});
  list.push_back({"another policy's log", policy_of(3, 0.5), policy_of(2, 1.0)});
  Scenario missing{"log lacks two of eight actions", policy_of(3, 0.5), policy_of(2, 1.0), false};
  missing.logging.forbidden[2] = missing.logging.forbidden[5] = true;
  list.push_back(missing);
  list.push_back({"log of a sharp other policy", policy_of(3, 6.0), policy_of(2, 3.0), false});
  Scenario wrong{"recorded propensities are wrong", policy_of(3, 1.0), policy_of(2, 1.0), false};
  wrong.recorded = [](double) { return 1.0 / kActions; };
  wrong.evaluated = wrong.logging;
  list.push_back(wrong);
  return list;
}

// Lists: items are drawn one after another, without those above, by softmax of the same scores. A click at a place
// depends on the items above it, as the cascade estimators allow.
constexpr size_t kPlaces = 3;

struct ListDraw {
  std::array<size_t, kPlaces> items{};
  std::array<Chances, kPlaces> chances{};
};

ListDraw draw_list(const LinearPolicy& policy, const Context& x, RandomStream& stream) {
  ListDraw draw;
  Chances left = policy(x);
  for (size_t place = 0; place < kPlaces; ++place) {
    double sum = 0.0;
    for (const double chance : left) sum += chance;
    for (size_t a = 0; a < kActions; ++a) draw.chances[place][a] = left[a] / sum;
    draw.items[place] = draw_action(draw.chances[place], stream);
    left[draw.items[place]] = 0.0;
  }
  return draw;
}

// The chance of each item at each place, given those that are above it in a list.
std::array<Chances, kPlaces> chances_given(const LinearPolicy& policy, const Context& x,
                                           const std::array<size_t, kPlaces>& items) {
  std::array<Chances, kPlaces> chances{};
  Chances left = policy(x);
  for (size_t place = 0; place < kPlaces; ++place) {
    double sum = 0.0;
    for (const double chance : left) sum += chance;
    for (size_t a = 0; a < kActions; ++a) chances[place][a] = left[a] / sum;
    left[items[place]] = 0.0;
  }
  return chances;
}

std::array<double, kPlaces> list_clicks(const Context& x, const std::array<size_t, kPlaces>& items) {
  std::array<double, kPlaces> chances{};
  double interest = 1.0;
  for (size_t place = 0; place < kPlaces; ++place) {
    chances[place] = interest * click_chance(x, items[place]);
    interest *= 1.0 - 0.6 * click_chance(x, items[place]);
  }
  return chances;
}

double true_list_value(const LinearPolicy& policy) {
  RandomStream stream(3);
  double sum = 0.0;
  for (size_t i = 0; i < kTruthRounds; ++i) {
    const Context x = draw_context(stream);
    for (const double chance : list_clicks(x, draw_list(policy, x, stream).items)) sum += chance;
  }
  return sum / static_cast<double>(kTruthRounds);
}

struct ListLog {
  std::vector<uint32_t> items;
  std::vector<double> rewards;
  std::vector<double> logged;
  std::vector<double> evaluated;
  std::vector<double> policy;
  std::vector<double> contexts;
  std::vector<uint32_t> candidates;
  std::vector<uint64_t> ends;
};

ListLog make_list_log(const Scenario& scenario, uint64_t seed) {
  ListLog log;
  RandomStream stream(derive_seed(seed, "list log"));
  for (size_t i = 0; i < kRounds; ++i) {
    const Context x = draw_context(stream);
    const ListDraw shown = draw_list(scenario.logging, x, stream);
    const auto wanted = chances_given(scenario.evaluated, x, shown.items);
    const auto clicks = list_clicks(x, shown.items);
    for (size_t place = 0; place < kPlaces; ++place) {
      const size_t item = shown.items[place];
      log.items.push_back(static_cast<uint32_t>(item));
      log.rewards.push_back(stream.uniform() < clicks[place] ? 1.0 : 0.0);
      log.logged.push_back(shown.chances[place][item]);
      log.evaluated.push_back(wanted[place][item]);
      log.policy.insert(log.policy.end(), wanted[place].begin(), wanted[place].end());
    }
    for (uint32_t a = 0; a < kActions; ++a) log.candidates.push_back(a);
    log.ends.push_back(log.candidates.size());
    log.contexts.insert(log.contexts.end(), x.begin(), x.end());
  }
  return log;
}

constexpr std::array<SlateEstimatorKind, 3> kListKinds{SlateEstimatorKind::standard_ips,
                                                       SlateEstimatorKind::reward_interaction_ips,
                                                       SlateEstimatorKind::cascade_doubly_robust};

struct ListTrial {
  bool refused = false;
  std::array<bool, kListKinds.size()> covers{};
  std::array<double, kListKinds.size()> widths{};
};

ListTrial run_list_trial(const Scenario& scenario, double truth, uint64_t seed) {
  const ListLog log = make_list_log(scenario, seed);
  RewardModelOptions options;
  options.seed = seed;
  const SlatePredictions model = cross_fitted_slate_model(
      {kPlaces, kActions, log.items, log.rewards, log.ends, log.candidates, log.policy, log.contexts, kContexts, {}},
      options);
  const SlateRounds rounds{kPlaces, log.rewards, log.logged,      log.evaluated, {},
                           {},      {},          model.predicted, model.expected};
  statistics::BootstrapOptions bootstrap;
  bootstrap.seed = seed;
  ListTrial trial;
  for (size_t i = 0; i < kListKinds.size(); ++i) {
    const auto failed = failures(diagnose(slate_weights(rounds, kListKinds[i]), log.logged), {});
    trial.refused = trial.refused || !failed.empty();
    const std::vector<double> values = slate_values(rounds, kListKinds[i]);
    const statistics::Column column{values, {}};
    const auto interval = statistics::bootstrap(std::span(&column, 1), {}, bootstrap).front().interval;
    trial.covers[i] = interval->low <= truth && truth <= interval->high;
    trial.widths[i] = interval->high - interval->low;
  }
  return trial;
}

std::vector<Scenario> list_scenarios() {
  std::vector<Scenario> list;
  list.push_back({"uniform log", policy_of(1, 0.0), policy_of(2, 0.6)});
  list.push_back({"another policy's log", policy_of(3, 0.3), policy_of(2, 0.6)});
  Scenario missing{"log lacks two of eight items", policy_of(3, 0.3), policy_of(2, 0.6), false};
  missing.logging.forbidden[2] = missing.logging.forbidden[5] = true;
  list.push_back(missing);
  return list;
}

bool print_lists(uint64_t logs) {
  bool calibrated = true;
  fmt::print("\n| log of lists | refused | SIPS covers | RIPS covers | Cascade-DR covers | mean width |\n");
  fmt::print("|---|---|---|---|---|---|\n");
  for (const Scenario& scenario : list_scenarios()) {
    const double truth = true_list_value(scenario.evaluated);
    uint64_t refused = 0;
    std::array<uint64_t, kListKinds.size()> covered{};
    std::array<double, kListKinds.size()> widths{};
    for (uint64_t seed = 1; seed <= logs; ++seed) {
      const ListTrial trial = run_list_trial(scenario, truth, seed);
      refused += trial.refused ? 1 : 0;
      for (size_t i = 0; i < kListKinds.size(); ++i) {
        covered[i] += trial.covers[i] ? 1 : 0;
        widths[i] += trial.widths[i] / static_cast<double>(logs);
      }
    }
    fmt::print("| {} | {} |", scenario.name, share_text(refused, logs));
    for (const uint64_t count : covered) {
      fmt::print(" {} |", share_text(count, logs));
      const auto interval = statistics::wilson_interval(count, logs, 0.95);
      if (scenario.supported && (interval->high < 0.93 || interval->low > 0.97)) calibrated = false;
    }
    fmt::print(" {:.4f}, {:.4f}, {:.4f} |\n", widths[0], widths[1], widths[2]);
    std::fflush(stdout);
    const double refusal = static_cast<double>(refused) / static_cast<double>(logs);
    if (scenario.supported ? refusal > 0.05 : refusal < 0.95) calibrated = false;
  }
  return calibrated;
}

}  // namespace

int main(int argc, char** argv) {
  const uint64_t logs = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 300;
  if (argc > 2 && std::string_view(argv[2]) == "lists") return print_lists(logs) ? 0 : 1;
  bool calibrated = true;
  fmt::print("| log | refused | IPS covers | SNIPS covers | DR covers | SNDR covers |\n|---|---|---|---|---|---|\n");
  for (const Scenario& scenario : scenarios()) {
    const double truth = true_value(scenario.evaluated);
    uint64_t refused = 0;
    std::array<uint64_t, kKinds.size()> covered{};
    for (uint64_t seed = 1; seed <= logs; ++seed) {
      const Trial trial = run_trial(scenario, truth, seed);
      refused += trial.refused ? 1 : 0;
      for (size_t i = 0; i < kKinds.size(); ++i) covered[i] += trial.covers[i] ? 1 : 0;
    }
    fmt::print("| {} | {} |", scenario.name, share_text(refused, logs));
    for (const uint64_t count : covered) {
      fmt::print(" {} |", share_text(count, logs));
      const auto interval = statistics::wilson_interval(count, logs, 0.95);
      if (scenario.supported && (interval->high < 0.93 || interval->low > 0.97)) calibrated = false;
    }
    fmt::print("\n");
    std::fflush(stdout);
    const double refusal = static_cast<double>(refused) / static_cast<double>(logs);
    if (scenario.supported ? refusal > 0.05 : refusal < 0.95) calibrated = false;
  }
  return print_lists(logs) && calibrated ? 0 : 1;
}
