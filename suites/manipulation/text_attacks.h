// Hostile texts before systems that read texts: whether an item gets the first place because of what it says of itself,
// or of what the user says.
#pragma once

#include "suites/manipulation/payloads.h"
#include "suites/manipulation/report_parts.h"

namespace recgauge::suites::manipulation {

/// One user's question: a target among other candidates, shown in a stated order.
struct TextCase {
  uint32_t position = 0;  ///< in the split's test users
  ItemId target{};
  std::vector<ItemId> candidates;    ///< ascending
  std::vector<ItemId> presentation;  ///< in the order in which they are shown
};

/// The probe and treatment of the texts as they are.
inline constexpr const char* kTextsAsTheyAre = "texts: as they are";
/// Probe and treatment of a payload, and of its twin.
std::string attack_name(const Payload& payload);
std::string twin_name(const Payload& payload);

/// Users with a target of their own and other candidates, none of which the user has; targets are in no one's
/// candidates but their own, and in no case's history. Derived from the run's seed.
std::vector<TextCase> text_cases(const ManipulationConfig& config, const SuiteContext& context);

/// Altered texts of all targets at once, one treatment for each technique and one for its twin, and the texts as they
/// are: systems that read no texts are not asked any of it.
std::vector<Treatment> text_treatments(const ManipulationConfig& config, const SuiteContext& context);
std::vector<Probe> text_probes(const ManipulationConfig& config, const SuiteContext& context);

/// Adds success rates by system and technique, a finding for each system and a chart. Success is the first place. A
/// technique is held against its twin, user by user: sign flips, Holm over techniques and systems.
void add_text_attacks(const Assessing& assessing);

}  // namespace recgauge::suites::manipulation
