// Which fake users join which training, and whose lists are then looked at.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "suites/manipulation/manipulation_suite.h"
#include "suites/manipulation/targets.h"

namespace recgauge::suites::manipulation {

/// One altered training: an attack, or a sham attack of the same size. Controls for all attacks of the repetition are
/// the training as it is and the sham.
struct Poisoning {
  bool sham = false;
  Attack attack = Attack::random;
  Goal goal = Goal::push;
  size_t size_index = 0;  ///< into attack_sizes
  double size = 0.0;      ///< share of the real users
  double filler = 1.0;    ///< multiples of the median history
  uint32_t repetition = 0;

  std::string name() const;  ///< of treatment and probe
  /// Slice of measurements: all repetitions of an attack share it.
  std::string slice() const;
};

class PoisoningPlan {
 public:
  /// `config` has the preset's values. Empty where nothing is to be poisoned; see skipped().
  PoisoningPlan(const ManipulationConfig& config, const SuiteContext& context);

  /// Why nothing is poisoned although it is asked for; empty otherwise.
  const std::string& skipped() const { return skipped_; }
  const std::vector<Poisoning>& poisonings() const { return poisonings_; }
  /// Must not be asked for where nothing is poisoned.
  const AttackerKnowledge& knowledge() const { return *knowledge_; }
  std::vector<Target> targets(Goal goal, uint32_t repetition) const;
  size_t fake_users(const Poisoning& poisoning) const;
  size_t filler_items(const Poisoning& poisoning) const;
  /// The rows that join the training data.
  std::vector<Interaction> fake_rows(const Poisoning& poisoning) const;
  ThreatModel threat(const Poisoning& poisoning) const;

  /// Positions in the split's test users of those whose lists are looked at, ascending.
  const std::vector<uint32_t>& users() const { return users_; }
  std::vector<Treatment> treatments() const;
  std::vector<Probe> probes() const;

 private:
  ManipulationConfig config_;
  SuiteContext context_;
  std::shared_ptr<const AttackerKnowledge> knowledge_;
  size_t real_users_ = 0;  // with interactions
  uint64_t seed_ = 0;
  std::string skipped_;
  std::vector<Poisoning> poisonings_;
  std::vector<uint32_t> users_;
};

/// `count` positions in [0, size), drawn without replacement, ascending; all where there are no more.
std::vector<uint32_t> draw_positions(size_t size, size_t count, uint64_t seed);

/// The requests of the shared ranking probe at some positions.
std::shared_ptr<const RequestList> requests_at(const SuiteContext& context, const std::vector<uint32_t>& positions);

}  // namespace recgauge::suites::manipulation
