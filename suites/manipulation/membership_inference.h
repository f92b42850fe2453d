// Whether lists give away who was in the training data: users of whom a random half is left out, all asked with the
// first part of their histories.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "suites/manipulation/report_parts.h"

namespace recgauge::suites::manipulation {

/// Probe and treatment.
inline constexpr const char* kMembership = "membership: a half of some users left out";

/// Users of the training part, drawn at random, and of those a random half that is left out of the training: apart
/// from that nothing tells members from the others. A user's earlier half of the history is shown, the later half is
/// what the attacker knows beside it; users with fewer than four interactions, or whose later half holds nothing new,
/// are not drawn.
class MembershipPopulation {
 public:
  struct Person {
    UserId user{};
    bool is_member = true;
    std::vector<ItemId> known;  ///< of the later half, without what is shown; ascending
  };

  /// `config` has the preset's values. What `context` points to outlives it.
  MembershipPopulation(const ManipulationConfig& config, const SuiteContext& context);

  /// Why nobody was drawn although it is asked for; empty otherwise.
  const std::string& skipped() const { return skipped_; }
  const std::vector<Person>& people() const { return people_; }
  /// The interactions that a user's question shows.
  std::span<const ItemId> shown(const Person& person) const;
  /// The training part without those who are left out; all user and item ids stay.
  std::shared_ptr<const Interactions> without_others() const;

 private:
  const Interactions& train_;
  std::string skipped_;
  std::vector<Person> people_;
};

/// How well a list fits what is known of a user: normalised discounted gain of `known` (ascending) among the first k.
double fit_of(std::span<const ItemId> list, std::span<const ItemId> known, uint32_t k);

/// For each user 1 where membership is guessed: the score reaches the threshold at which the share of members found
/// less the share of others taken for one is largest among the users of the other folds (the lowest such; nobody where
/// none is above 0).
std::vector<double> guessed_members(std::span<const double> scores, std::span<const uint8_t> is_member,
                                    std::span<const uint32_t> folds);

std::vector<Probe> membership_probes(const ManipulationConfig& config, const SuiteContext& context);
std::vector<Treatment> membership_treatments(const ManipulationConfig& config, const SuiteContext& context);

/// Adds, by system, the fit of members' and others' lists, the attack's advantage (Yeom et al. 2018), the area under
/// its ROC curve, a finding, and a chart. Thresholds are cross-fitted over five folds of users; members' and others'
/// fits are permuted, Holm over systems.
void add_membership_inference(const Assessing& assessing);

}  // namespace recgauge::suites::manipulation
