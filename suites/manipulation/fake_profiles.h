// Histories of fake users, as the literature on shilling makes them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "suites/manipulation/attacker_knowledge.h"
#include "suites/manipulation/threat_model.h"

namespace recgauge::suites::manipulation {

/// Lam & Riedl 2004 (random, average); Mobasher et al. 2007 (bandwagon, reverse bandwagon, segment, love/hate, probe).
enum class Attack : uint8_t { random, average, bandwagon, reverse_bandwagon, segment, love_hate, probe };
enum class Goal : uint8_t { push, nuke };

inline constexpr Attack kAttacks[] = {Attack::random,  Attack::average,   Attack::bandwagon, Attack::reverse_bandwagon,
                                      Attack::segment, Attack::love_hate, Attack::probe};

std::string_view to_string(Attack attack);
std::string_view to_string(Goal goal);
/// Nothing for an unknown name.
std::optional<Attack> attack_of(std::string_view name);
/// What the attack was published for: nuke for reverse bandwagon and love/hate, push for all others.
Goal natural_goal(Attack attack);

struct ProfileOrder {
  Attack attack = Attack::random;
  Goal goal = Goal::push;
  size_t profiles = 0;
  size_t filler = 0;  ///< items beside the targets; at most half of the known items are used
  std::vector<ItemId> targets;
  uint64_t seed = 0;
};

/// The profiles' interactions; fake users are numbered from the training data's user count. Every profile holds all
/// targets with the highest (push) or lowest (nuke) rating, in random order among its other items, which are chosen and
/// rated as follows, on the data's scale: random: any items, N(mean of all, deviation); average: any items, N(item's
/// mean, deviation); bandwagon: a tenth of the filler, at least one, are the most popular items with the highest
/// rating, the others as random; reverse bandwagon: likewise the least liked of the more popular half, with the lowest
/// rating; segment: the most popular items with the label of one target with the highest, the others as many with the
/// lowest rating; love/hate: any items with the rating that is opposite to the targets'; probe: four seeds and what
/// goes with them, item's mean (from co-occurrence in the data, since profiles exist before a system can be probed). In
/// data that are not graded all values are equal, a profile that nukes leaves the targets out, and reverse bandwagon is
/// random.
std::vector<Interaction> make_profiles(const AttackerKnowledge& knowledge, const ProfileOrder& order);

/// As many users as asked for, whose histories are those of real users, drawn with replacement: a sham attack, by
/// people who want nothing.
std::vector<Interaction> make_bystanders(const AttackerKnowledge& knowledge, size_t profiles, uint64_t seed);

/// What such an attacker knows, for a ThreatModel.
std::string knowledge_of(Attack attack);

}  // namespace recgauge::suites::manipulation
