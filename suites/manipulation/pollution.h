// An attacker who can write into one user's history and see that user's list, and nothing else: a search for items that
// bring a target into the list, within a number of questions.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "suites/manipulation/attacker_knowledge.h"
#include "suites/manipulation/manipulation_suite.h"

namespace recgauge::suites::manipulation {

inline constexpr const char* kPollutionProbe = "polluted histories";

/// benign adds random items once, as somebody does who wants nothing. random_search tries random sets of items, greedy
/// adds one item after the other from what the system itself lists beside the target, and random ones in turn.
enum class Strategy : uint8_t { benign, random_search, greedy };
inline constexpr Strategy kStrategies[] = {Strategy::benign, Strategy::random_search, Strategy::greedy};
std::string_view to_string(Strategy strategy);

struct Victim {
  uint32_t position = 0;  ///< in the split's test users
  ItemId target{};
};

/// What a trajectory came to.
struct PollutionRecord {
  uint32_t rank_before = 0;  ///< of the target, from 1; list length + 1 where the list does not hold it
  uint32_t rank_after = 0;   ///< with the items that were chosen, asked for again so that luck does not count
  uint32_t questions = 0;
  uint32_t unusable = 0;
  std::vector<ItemId> added;
};

/// One attacker: a state machine over the answers. Asks for the list as it is, then tries, then asks again with the
/// best that was found.
class Polluter : public SimulatedUser {
 public:
  virtual const PollutionRecord& record() const = 0;
};

/// A trajectory for each victim and strategy: number = victim * 3 + strategy.
class PollutionPopulation : public SimulatedPopulation {
 public:
  /// `config` has the preset's values. Victims are drawn from the test users, targets by turns from the popular, middle
  /// and tail items that the victim does not have. What `context` points to outlives it.
  PollutionPopulation(const ManipulationConfig& config, const SuiteContext& context);

  size_t size() const override { return victims_.size() * std::size(kStrategies); }
  std::unique_ptr<SimulatedUser> make(size_t i) const override { return make_polluter(i); }
  /// Must not outlive the population.
  std::unique_ptr<Polluter> make_polluter(size_t i) const;
  const std::vector<Victim>& victims() const { return victims_; }

 private:
  ManipulationConfig config_;
  SuiteContext context_;
  uint64_t seed_ = 0;
  std::vector<ItemId> items_;  // that have interactions, most popular first
  std::vector<Victim> victims_;
};

}  // namespace recgauge::suites::manipulation
