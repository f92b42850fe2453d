// What the order of the candidates does to a system's choices.
#pragma once

#include <string>
#include <vector>

#include "harness/statistics/bootstrap.h"
#include "harness/statistics/tests_of_difference.h"
#include "suites/counterfactual/arm_lists.h"
#include "suites/counterfactual/counterfactual_suite.h"

namespace recgauge::suites {

struct OrderEffects {
  std::string name;
  SystemRole role = SystemRole::candidate;
  statistics::Estimate distance;         ///< Kendall distance between lists for different orders
  statistics::Estimate repeat_distance;  ///< between lists for the same order
  statistics::Estimate excess;           ///< the former minus the latter, by user
  statistics::TestResult excess_test;
  statistics::Estimate front_share;     ///< of what was chosen, share that was shown in the first half
  statistics::TestResult front_test;    ///< against one half
  double front_deviation = 0.0;         ///< of single users
  std::vector<double> chosen_by_place;  ///< share of questions in which the item at a place was chosen
  std::optional<double> excess_p_adjusted;
  std::optional<double> front_p_adjusted;
};

/// Each order is also shown backwards, so that without an effect of places half of what is chosen was in the first
/// half, whatever is chosen. Users whose lists for an order and its reverse are not both there count with the others.
OrderEffects order_effects(const CounterfactualConfig& config, const OrderExperiment& experiment, const ArmLists& lists,
                           uint64_t seed);

}  // namespace recgauge::suites
