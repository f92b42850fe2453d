// A system that is trained again on the log that its own lists have filled, and its twin, trained on a log that
// nobody's lists have filled: what is asked for both.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/run/observation_store.h"
#include "suites/discrepancy/feedback_settings.h"
#include "suites/discrepancy/trajectory.h"

namespace recgauge::suites {

/// What users took: by round, then user of the loop, in order.
using LoopChoices = std::vector<std::vector<std::vector<ItemId>>>;

/// Names of probes; rounds count from 1, round 0 is the system as it is.
std::string feedback_loop_probe(uint32_t round);
std::string own_lists_probe(uint32_t round);
inline constexpr const char* kTwinListsProbe = "feedback lists, exposure log";

/// The loop in the simulated world. In every round all users go on from where the round before left them, are shown
/// lists of the system as trained after it, and choose. The choices of a third of them, the judges, are never trained
/// on: judges are those whom systems are measured on.
class FeedbackLoop {
 public:
  /// `shown` places of a list are shown. The context must have a world.
  FeedbackLoop(const SuiteContext& context, const FeedbackLoopConfig& config, uint32_t shown);

  const std::vector<UserId>& users() const { return users_; }    ///< ascending
  const std::vector<size_t>& judges() const { return judges_; }  ///< positions in users()
  std::vector<UserId> judging_users() const;
  uint32_t shown() const { return shown_; }
  const FeedbackLoopConfig& config() const { return config_; }

  /// A user at the start of a round, after the choices of the rounds before it.
  Trajectory trajectory(size_t user, uint32_t round, const LoopChoices& choices) const;

  /// A judge as the split leaves the user: where all lists are valued.
  Trajectory judge(size_t judge) const;

  /// What users took of the system's recorded lists in the rounds 1 to `rounds`.
  LoopChoices own_choices(const ObservationStore& store, const std::string& system, uint32_t rounds) const;
  /// The same of lists that are filled without any system.
  LoopChoices twin_choices() const;

  /// The training data, and after them the choices of all who are no judges.
  std::shared_ptr<const Interactions> log_of(const LoopChoices& choices) const;

 private:
  Response exposure(const Trajectory& trajectory, RandomStream& stream) const;

  SuiteContext context_;
  FeedbackLoopConfig config_;
  uint32_t shown_;
  std::vector<UserId> users_;
  std::vector<size_t> judges_;
  std::vector<bool> is_judge_;
  std::vector<double> cumulative_;  // of the chance that an item is exposed to the twin's users
};

/// Nothing if there are no rounds. Throws ConfigError without a world.
std::vector<Treatment> feedback_treatments(const SuiteContext& context, const FeedbackLoopConfig& config,
                                           uint32_t shown);
/// The lists of judges have `k` items.
std::vector<Probe> feedback_probes(const SuiteContext& context, const FeedbackLoopConfig& config, uint32_t shown,
                                   uint32_t k);

}  // namespace recgauge::suites
