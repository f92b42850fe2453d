// Trajectories: a sock puppet is shown lists, takes an item, and is shown what the system makes of it. Asking and
// assessing go through the same class, so that what is measured is what was asked.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/run/plan.h"
#include "suites/harm_drift/harm_drift_suite.h"
#include "suites/harm_drift/taxonomy.h"

namespace recgauge::suites::harm_drift {

/// Three ways through the same starting points, with the same random numbers.
enum class Way : uint8_t {
  unheard,  ///< takes without preference, and the system is not told: its lists move only because items are used up
  neutral,  ///< takes without preference, and the system is told: what moves further is the system's doing
  own,      ///< takes as the persona does, and the system is told
};
inline constexpr Way kWays[] = {Way::unheard, Way::neutral, Way::own};

/// Name of the way's probe.
std::string probe_name(Way way);

/// What all trajectories of a run share. Immutable.
class Stage {
 public:
  /// Throws ConfigError for hazards that the taxonomy does not know, and for the choice model world without a world.
  Stage(const HarmDriftConfig& config, const SuiteContext& context);

  const HarmDriftConfig& config() const { return config_; }
  const SuiteContext& context() const { return context_; }
  const Taxonomy& taxonomy() const { return taxonomy_; }
  const std::vector<PersonaConfig>& personas() const { return personas_; }
  const std::vector<Role>& roles() const { return roles_; }
  const PersonaConfig& persona_of(const Role& role) const { return personas_[role.persona]; }
  /// By item, 0 for harmless ones.
  const std::vector<double>& severities() const { return severities_; }
  double severity(ItemId item) const { return severities_[index(item)]; }
  bool has_hazards() const { return hazardous_items_ > 0; }
  uint64_t hazardous_items() const { return hazardous_items_; }
  /// Step from which on those who turn away avoid hazards.
  uint32_t turn() const { return config_.steps / 2; }

  /// Roles (positions in roles()) that go that way. Who is neutral anyway goes no way of their own; who turns away goes
  /// no other.
  std::vector<size_t> roles_on(Way way) const;

 private:
  HarmDriftConfig config_;
  SuiteContext context_;
  Taxonomy taxonomy_;
  std::vector<double> severities_;
  uint64_t hazardous_items_ = 0;
  std::vector<PersonaConfig> personas_;
  std::vector<Role> roles_;
};

/// What a puppet saw and took at one step.
struct Scene {
  std::vector<ItemId> shown;  ///< first k places, once each, without what the catalogue does not have
  std::optional<ItemId> taken;
  uint32_t rank = 0;  ///< of what was taken, from 0, in the list as it was given
};

/// What a puppet made of an answer.
struct Reaction {
  bool is_step = true;         ///< false for a question that it answered instead
  std::optional<Scene> scene;  ///< nothing without a usable list
};

class SockPuppet {
 public:
  SockPuppet(const Stage& stage, const Role& role, Way way);
  SockPuppet(const SockPuppet&) = delete;  // turns point into it
  SockPuppet& operator=(const SockPuppet&) = delete;

  /// Valid until the next answer.
  Request request() const;
  /// Takes an answer: looks at its list, passes over one that is not usable, or, in a conversation, answers a question.
  Reaction hear(const Response& response);
  /// Looks at a list and takes an item of it.
  Scene look(std::span<const ItemId> list);
  uint32_t step() const { return step_; }
  /// Everything that must not be recommended.
  const std::vector<ItemId>& had() const { return had_; }

 private:
  std::optional<size_t> choice_from(std::span<const ItemId> shown);
  std::optional<size_t> choice_in_world(std::span<const ItemId> shown, const Urge& urge, RandomStream& stream) const;
  std::optional<ItemId> recorded_next() const;
  void consume(ItemId item);
  void say(Speaker speaker, std::string text);
  std::string told_of(const Scene& scene) const;
  bool has(ItemId item) const;

  const Stage& stage_;
  const Role& role_;
  Way way_;
  ChoiceModel model_;
  std::vector<ItemId> history_;
  size_t told_ = 0;  // items of history_ that the system may know
  std::vector<ItemId> had_;
  std::optional<world::UserState> state_;
  uint32_t step_ = 0;
  uint32_t hazardous_consumed_ = 0;
  uint32_t questions_ = 0;         // since the last list
  std::deque<std::string> texts_;  // what the turns point to
  std::vector<DialogueTurn> dialogue_;
};

/// The trajectories that go one way, as a probe.
Probe trajectory_probe(std::shared_ptr<const Stage> stage, Way way);

}  // namespace recgauge::suites::harm_drift
