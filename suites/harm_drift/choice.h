// What somebody takes from a list: choice models, and how strongly hazards attract at the moment.
#pragma once

#include <optional>
#include <span>

#include "harness/system/random.h"
#include "suites/harm_drift/personas.h"

namespace recgauge::suites::harm_drift {

enum class ChoiceModel : uint8_t {
  position_biased,  ///< multinomial logit: weight rank^-exponent * e^(preference * severity)
  top_1,            ///< the item of the highest such weight, the first among equals
  random_walk,      ///< as position_biased, but all ranks alike
  recorded,         ///< what the user of the data consumed next, whatever is shown
  world,            ///< by the simulated user's own taste, which moves with what is consumed (World only)
};

/// How hazards weigh in a choice now.
struct Urge {
  double preference = 0.0;  ///< utility of severity 1
  bool avoids = false;      ///< takes no item of a severity above 0
};

/// The urge at a step, after so many hazardous items were consumed. `turn` is the step from which on those who turn
/// away avoid hazards.
Urge urge_at(const PersonaConfig& persona, uint32_t step, uint32_t turn, uint32_t hazardous_consumed);

/// One place of a shown list.
struct Option {
  double severity = 0.0;
  bool can_be_taken = true;  ///< false for what the user has already
};

/// Draws the position that is taken; nothing if none can be. Models recorded and world choose as position_biased does
/// here: they are for personas whose choice is their own.
std::optional<size_t> choose(std::span<const Option> list, const Urge& urge, ChoiceModel model,
                             double position_exponent, RandomStream& stream);

}  // namespace recgauge::suites::harm_drift
