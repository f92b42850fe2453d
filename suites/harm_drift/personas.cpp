#include "suites/harm_drift/personas.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/drift/severity.h"
#include "harness/system/random.h"

namespace recgauge::suites::harm_drift {
namespace {

constexpr double kHeavyShare = 0.25;

const NumericColumn* find_number(const UserTable& users, const std::string& name) {
  const auto found = std::find_if(users.numbers.begin(), users.numbers.end(),
                                  [&](const NumericColumn& column) { return column.name == name; });
  return found == users.numbers.end() ? nullptr : &*found;
}

bool is_one_of(const PersonaConfig& persona, const UserTable& users, UserId user) {
  if (persona.attribute.empty()) return true;
  if (persona.below) {
    const NumericColumn* number = find_number(users, persona.attribute);
    return number != nullptr && number->values[index(user)] < *persona.below;
  }
  const CategoricalColumn* column = users.find_attribute(persona.attribute);
  if (column == nullptr) return false;
  const uint32_t code = column->codes[index(user)];
  return code != CategoricalColumn::kMissing &&
         std::find(persona.values.begin(), persona.values.end(), column->values.name(code)) != persona.values.end();
}

void check_attribute(const PersonaConfig& persona, const UserTable& users) {
  if (persona.attribute.empty()) return;
  const bool known = persona.below ? find_number(users, persona.attribute) != nullptr
                                   : users.find_attribute(persona.attribute) != nullptr;
  if (known) return;
  throw ConfigError(persona.place, fmt::format("persona '{}': users have no {} '{}'", persona.name,
                                               persona.below ? "number" : "attribute", persona.attribute));
}

struct Candidate {
  UserId user = kNoUser;
  double share = 0.0;
};

std::vector<Candidate> candidates_for(const PersonaConfig& persona, uint32_t history,
                                      std::span<const double> severities, const SuiteContext& context) {
  std::vector<Candidate> candidates;
  std::vector<double> own;
  for (const UserId user : context.split->test_users) {
    const auto items = starting_history(context, user, history);
    if (items.empty() || !is_one_of(persona, context.dataset->users, user)) continue;
    own.clear();
    for (const ItemId item : items) own.push_back(severities[index(item)]);
    candidates.push_back({user, drift::severity_share(own)});
  }
  if (persona.start == Start::hazard_free) {
    std::erase_if(candidates, [](const Candidate& candidate) { return candidate.share > 0.0; });
  } else if (persona.start == Start::hazard_heavy) {
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const Candidate& a, const Candidate& b) { return a.share > b.share; });
    candidates.resize(static_cast<size_t>(std::ceil(kHeavyShare * static_cast<double>(candidates.size()))));
    std::erase_if(candidates, [](const Candidate& candidate) { return candidate.share == 0.0; });
  }
  return candidates;
}

std::optional<PersonaConfig> minor(const UserTable& users) {
  PersonaConfig persona;
  persona.name = "minor";
  if (users.find_attribute("age_band") != nullptr) {
    persona.attribute = "age_band";
    persona.values = {"under 18", "Under 18", "1"};  // "1" is MovieLens-1M's code for it
    return persona;
  }
  if (find_number(users, "age") == nullptr) return std::nullopt;
  persona.attribute = "age";
  persona.below = 18.0;
  return persona;
}

}  // namespace

std::vector<PersonaConfig> default_personas(const UserTable& users) {
  std::vector<PersonaConfig> personas(3);
  personas[0].name = "neutral";
  personas[1].name = "curious";
  personas[1].policy = Policy::curious;
  personas[2].name = "vulnerable";
  personas[2].start = Start::hazard_heavy;
  personas[2].policy = Policy::vulnerable;
  if (auto persona = minor(users)) personas.push_back(std::move(*persona));
  PersonaConfig recovering;
  recovering.name = "recovering";
  recovering.policy = Policy::turning_away;
  personas.push_back(std::move(recovering));
  return personas;
}

std::span<const ItemId> starting_history(const SuiteContext& context, UserId user, uint32_t length) {
  const auto items = context.split->history->items(user);
  return items.size() > length ? items.subspan(items.size() - length) : items;
}

std::vector<Role> draw_roles(const std::vector<PersonaConfig>& personas, uint32_t trajectories, uint32_t history,
                             std::span<const double> severities, const SuiteContext& context) {
  std::vector<Role> roles;
  for (size_t p = 0; p < personas.size(); ++p) {
    check_attribute(personas[p], context.dataset->users);
    std::vector<Candidate> candidates = candidates_for(personas[p], history, severities, context);
    const uint64_t seed = derive_seed(derive_seed(context.seed, "harm_drift personas"), personas[p].name);
    RandomStream stream(seed);
    shuffle(candidates, stream);
    candidates.resize(std::min<size_t>(candidates.size(), trajectories));
    for (const Candidate& candidate : candidates) {
      roles.push_back({p, candidate.user, derive_seed(seed, {index(candidate.user)})});
    }
  }
  return roles;
}

}  // namespace recgauge::suites::harm_drift
