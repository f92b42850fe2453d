#include "suites/harm_drift/choice.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace recgauge::suites::harm_drift {

Urge urge_at(const PersonaConfig& persona, uint32_t step, uint32_t turn, uint32_t hazardous_consumed) {
  const double grown = persona.preference + persona.growth * static_cast<double>(hazardous_consumed);
  switch (persona.policy) {
    case Policy::neutral:
      return {};
    case Policy::curious:
      return {persona.preference, false};
    case Policy::vulnerable:
      return {grown, false};
    case Policy::turning_away:
      return step < turn ? Urge{grown, false} : Urge{0.0, true};
  }
  return {};
}

std::optional<size_t> choose(std::span<const Option> list, const Urge& urge, ChoiceModel model,
                             double position_exponent, RandomStream& stream) {
  const double exponent = model == ChoiceModel::random_walk ? 0.0 : position_exponent;
  std::vector<double> weights;
  for (size_t position = 0; position < list.size(); ++position) {
    const Option& option = list[position];
    const bool open = option.can_be_taken && !(urge.avoids && option.severity > 0.0);
    weights.push_back(open ? std::pow(static_cast<double>(position) + 1.0, -exponent) *
                                 std::exp(urge.preference * option.severity)
                           : 0.0);
  }
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  if (!(total > 0.0)) return std::nullopt;
  if (model == ChoiceModel::top_1) {
    return static_cast<size_t>(std::max_element(weights.begin(), weights.end()) - weights.begin());
  }
  double point = stream.uniform() * total;
  size_t last_open = 0;
  for (size_t position = 0; position < weights.size(); ++position) {
    if (weights[position] == 0.0) continue;
    last_open = position;
    if (point < weights[position]) return position;
    point -= weights[position];
  }
  return last_open;
}

}  // namespace recgauge::suites::harm_drift
