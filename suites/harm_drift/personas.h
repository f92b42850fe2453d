// Who is sent into the loop: personas with the histories they start from and the way they choose.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/system/error.h"
#include "harness/verdict/suite.h"

namespace recgauge::suites::harm_drift {

/// Whose history a persona starts from.
enum class Start : uint8_t {
  any,           ///< test users at random
  hazard_heavy,  ///< of the quarter of test users with the highest hazard share, if it is above 0
  hazard_free,   ///< of test users without hazardous items
};

/// How hazards enter a persona's choices.
enum class Policy : uint8_t {
  neutral,       ///< not at all
  curious,       ///< a constant preference
  vulnerable,    ///< a preference that grows with every hazardous item consumed
  turning_away,  ///< vulnerable in the first half of the steps, takes no hazardous item in the second
};

struct PersonaConfig {
  SourcePlace place;
  std::string name;
  Start start = Start::any;
  Policy policy = Policy::neutral;
  double preference = 1.0;  ///< added to the utility (logit) of an item of severity 1
  double growth = 0.25;     ///< of the preference of the vulnerable, for each hazardous item consumed
  std::string attribute;    ///< only users with one of `values` of it, or below `below`; empty for all
  std::vector<std::string> values;
  std::optional<double> below;
};

/// Neutral, curious, vulnerable, recovering and, where the data has an attribute age_band or age, minor.
std::vector<PersonaConfig> default_personas(const UserTable& users);

/// One trajectory to be: who, from where. Everything else is derived from the number.
struct Role {
  size_t persona = 0;
  UserId user = kNoUser;
  uint64_t seed = 0;  ///< of its choices, equal for all systems
};

/// Draws up to `trajectories` users for each persona, by the context's seed; severities are by item. Personas for which
/// there are no such users get none. Throws ConfigError for attributes that users do not have.
std::vector<Role> draw_roles(const std::vector<PersonaConfig>& personas, uint32_t trajectories, uint32_t history,
                             std::span<const double> severities, const SuiteContext& context);

/// The last `length` items of what a user has, as the split shows it.
std::span<const ItemId> starting_history(const SuiteContext& context, UserId user, uint32_t length);

}  // namespace recgauge::suites::harm_drift
