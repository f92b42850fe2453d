// Where targets stand in the lists of users, read off recorded answers without keeping the lists.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "suites/manipulation/report_parts.h"
#include "suites/manipulation/targets.h"

namespace recgauge::suites::manipulation {

/// Of one probe of one system: a row a looked-at user, a column a target.
struct TargetReadings {
  size_t targets = 0;
  std::vector<uint32_t> ranks;   ///< from 1; list length + 1 where the list does not hold the target
  std::vector<double> scores;    ///< of targets in lists with scores; NaN elsewhere
  std::vector<double> accuracy;  ///< ndcg@k by user; NaN for users without answer
  uint64_t requests = 0;
  uint64_t usable = 0;

  uint32_t rank(size_t user, size_t target) const { return ranks[user * targets + target]; }
  double score(size_t user, size_t target) const { return scores[user * targets + target]; }
  bool answered(size_t user) const { return answered_[user] != 0; }

  std::vector<uint8_t> answered_;
};

/// `users` are positions in the split's test users. The shared ranking probe has an answer for every test user, other
/// probes have one for each of `users`, in this order.
TargetReadings read_targets(const Assessing& assessing, const std::string& system, const std::string& probe,
                            const std::vector<uint32_t>& users, const std::vector<ItemId>& targets);

/// Users by target: 1 where the user may count for the target: it is among the user's candidates, and the user does not
/// have it, or, when items are promoted, any of the targets (since fake users put them all side by side).
std::vector<uint8_t> eligible(const SuiteContext& context, const std::vector<uint32_t>& users,
                              const std::vector<ItemId>& targets, Goal goal);

}  // namespace recgauge::suites::manipulation
