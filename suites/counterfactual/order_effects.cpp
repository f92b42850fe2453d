#include "suites/counterfactual/order_effects.h"

#include <algorithm>
#include <limits>

#include "harness/metrics/kendall_distance.h"
#include "harness/metrics/mean.h"

namespace recgauge::suites {
namespace {

using Column = std::vector<double>;

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

// Distances of an user's lists in some arms from that of the first order.
Column distances(const OrderExperiment& experiment, const ArmLists& lists, Arm::Kind kind) {
  Column result;
  const std::vector<size_t> arms = experiment.arms_of(kind);
  for (size_t unit = 0; unit < experiment.units(); ++unit) {
    metrics::MeanAccumulator mean;
    for (const size_t arm : arms) {
      if (lists.of(unit, 0) && lists.of(unit, arm)) {
        mean.update(metrics::kendall_distance(*lists.of(unit, 0), *lists.of(unit, arm), experiment.k()));
      }
    }
    result.push_back(mean.result().value);
  }
  return result;
}

double front_share(const ItemList& list, std::span<const ItemId> shown) {
  size_t front = 0;
  size_t known = 0;
  for (const ItemId item : list) {
    const auto place = static_cast<size_t>(std::find(shown.begin(), shown.end(), item) - shown.begin());
    if (place == shown.size()) continue;
    ++known;
    front += place < shown.size() / 2 ? 1 : 0;
  }
  return known == 0 ? kUndefined : static_cast<double>(front) / static_cast<double>(known);
}

// An order and its reverse count only together. The first order is the reference.
Column front_shares(const OrderExperiment& experiment, const ArmLists& lists) {
  Column result;
  std::vector<size_t> arms = experiment.arms_of(Arm::Kind::order);
  arms.insert(arms.begin(), 0);
  for (size_t unit = 0; unit < experiment.units(); ++unit) {
    metrics::MeanAccumulator mean;
    for (size_t i = 0; i + 1 < arms.size(); i += 2) {
      const auto& list = lists.of(unit, arms[i]);
      const auto& reversed = lists.of(unit, arms[i + 1]);
      if (!list || !reversed) continue;
      mean.update((front_share(*list, experiment.shown(unit, arms[i])) +
                   front_share(*reversed, experiment.shown(unit, arms[i + 1]))) /
                  2.0);
    }
    result.push_back(mean.result().value);
  }
  return result;
}

std::vector<double> chosen_by_place(const OrderExperiment& experiment, const ArmLists& lists) {
  std::vector<double> chosen(experiment.shown(0, 0).size(), 0.0);
  double questions = 0.0;
  for (size_t unit = 0; unit < experiment.units(); ++unit) {
    for (size_t arm = 0; arm < experiment.arms().size(); ++arm) {
      if (experiment.arms()[arm].kind == Arm::Kind::repeat || !lists.of(unit, arm)) continue;
      ++questions;
      const auto shown = experiment.shown(unit, arm);
      for (size_t place = 0; place < shown.size(); ++place) {
        const ItemList& list = *lists.of(unit, arm);
        chosen[place] += std::find(list.begin(), list.end(), shown[place]) != list.end() ? 1.0 : 0.0;
      }
    }
  }
  for (double& share : chosen) share = questions > 0 ? share / questions : kUndefined;
  return chosen;
}

}  // namespace

OrderEffects order_effects(const CounterfactualConfig& config, const OrderExperiment& experiment, const ArmLists& lists,
                           uint64_t seed) {
  OrderEffects result;
  const Column other = distances(experiment, lists, Arm::Kind::order);
  const Column repeat = distances(experiment, lists, Arm::Kind::repeat);
  const Column front = front_shares(experiment, lists);
  Column excess;
  Column off_half;
  for (size_t unit = 0; unit < other.size(); ++unit) {
    excess.push_back(other[unit] - repeat[unit]);
    off_half.push_back(front[unit] - 0.5);
  }
  const std::vector<statistics::Column> columns{{other, {}}, {repeat, {}}, {excess, {}}, {front, {}}};
  statistics::BootstrapOptions options;
  options.resamples = config.resamples;
  options.confidence = config.confidence;
  options.seed = seed;
  const auto estimates = statistics::bootstrap(columns, {}, options);
  result.distance = estimates[0];
  result.repeat_distance = estimates[1];
  result.excess = estimates[2];
  result.front_share = estimates[3];
  const std::vector<std::span<const double>> differences{excess, off_half};
  const auto tests = statistics::paired_permutation_tests(differences, config.permutations, seed);
  result.excess_test = tests[0];
  result.front_test = tests[1];
  result.front_deviation = statistics::moments(off_half).deviation;
  result.chosen_by_place = chosen_by_place(experiment, lists);
  return result;
}

}  // namespace recgauge::suites
