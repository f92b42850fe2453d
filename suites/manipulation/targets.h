// Which items an attacker wants to see, or not to see, in lists: drawn within strata of popularity.
#pragma once

#include <string_view>
#include <vector>

#include "suites/manipulation/attacker_knowledge.h"
#include "suites/manipulation/fake_profiles.h"

namespace recgauge::suites::manipulation {

struct Target {
  ItemId item{};
  uint32_t stratum = 0;
};

/// Names of the strata, by Target::stratum.
std::string_view stratum_name(uint32_t stratum);

/// `count` distinct items in equal parts from three strata of the items by popularity: popular (the ranks from 10 % to
/// 30 %), middle (30 % to 65 %), tail (the rest that has an interaction). Items to be demoted must have something to
/// lose: all from the most popular tenth. Fewer where a stratum has fewer.
std::vector<Target> draw_targets(const AttackerKnowledge& knowledge, Goal goal, uint32_t count, uint64_t seed);

std::vector<ItemId> items_of(const std::vector<Target>& targets);

}  // namespace recgauge::suites::manipulation
