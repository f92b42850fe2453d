// What somebody gains who tampers with a recommender: fake users, altered histories, hostile texts, and what lists give
// away. Every result names the attacker's knowledge, access, budget and goal.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/config/config_visitor.h"
#include "harness/verdict/suite.h"

namespace recgauge::suites {

enum class ManipulationPreset : uint8_t { quick, full };
enum class AttackGoals : uint8_t { natural, push, nuke };
enum class PollutionPlace : uint8_t { append, substitute };

/// Empty lists and zeros stand for what the preset says.
struct ManipulationConfig {
  ManipulationPreset preset = ManipulationPreset::quick;
  uint32_t k = 10;
  bool poisoning = true;
  std::vector<std::string> attacks;
  std::vector<double> attack_sizes;
  std::vector<double> filler_sizes;
  AttackGoals goals = AttackGoals::natural;
  uint32_t targets = 0;
  uint32_t repetitions = 0;
  uint32_t users = 0;
  uint64_t most_interactions = 2000000;
  uint32_t stability_users = 0;
  uint32_t pollution_users = 0;
  uint32_t queries = 0;
  uint32_t polluted_items = 2;
  PollutionPlace pollution_place = PollutionPlace::append;
  bool texts = true;
  std::vector<std::string> techniques;
  uint32_t text_users = 0;
  uint32_t text_candidates = 10;
  bool membership = true;
  uint32_t membership_users = 0;
  uint32_t endpoint_requests = 60;
  double endpoint_patience = 10.0;
  uint32_t resamples = 1000;
  double confidence = 0.95;
  double smallest_usable_share = 0.99;
};

template <typename Visitor>
void visit(Visitor& v, ManipulationConfig& c) {
  v.choice("preset", c.preset, {{"quick", ManipulationPreset::quick}, {"full", ManipulationPreset::full}},
           "how much is tried: quick trains every system three times more, full about forty times");
  v.value("k", c.k, "places of a list in which an attacker wants, or does not want, the target", {1, 1000, {}, false});
  v.value("poisoning", c.poisoning, "whether systems are trained again with fake users among the real ones");
  v.value(
      "attacks", c.attacks,
      "how fake users look: random, average, bandwagon, reverse_bandwagon, segment, love_hate, probe; empty for the "
      "preset's");
  v.value("attack_sizes", c.attack_sizes, "fake users as a share of the real ones; empty for the preset's",
          {0.0001, 1.0, {}, false});
  v.value("filler_sizes", c.filler_sizes,
          "items of a fake user beside the targets, in multiples of the median real history; empty for the preset's",
          {0.01, 100.0, {}, false});
  v.choice("goals", c.goals,
           {{"natural", AttackGoals::natural}, {"push", AttackGoals::push}, {"nuke", AttackGoals::nuke}},
           "whether attacks promote or demote; natural: what each was published for");
  v.value("targets", c.targets, "items that fake users promote or demote at once; 0 for the preset's",
          {0, 1000, {}, false});
  v.value("repetitions", c.repetitions, "draws of targets and fake users; 0 for the preset's", {0, 100, {}, false});
  v.value("users", c.users, "real test users whose lists are looked at; 0 for the preset's", {0, 1000000, {}, false});
  v.value("most_interactions", c.most_interactions,
          "training data with more interactions are not poisoned, since every treatment trains all systems again");
  v.value("stability_users", c.stability_users,
          "users whose lists are asked for again with one interaction changed; 0 for the preset's",
          {0, 1000000, {}, false});
  v.value("pollution_users", c.pollution_users, "users whose histories an attacker alters; 0 for the preset's",
          {0, 1000000, {}, false});
  v.value("queries", c.queries, "questions that an attacker may ask for each of them; 0 for the preset's",
          {0, 100000, {}, false});
  v.value("polluted_items", c.polluted_items, "items of a history that an attacker may add or replace",
          {1, 100, {}, false});
  v.choice("pollution_place", c.pollution_place,
           {{"append", PollutionPlace::append}, {"substitute", PollutionPlace::substitute}},
           "whether they are added at the end or take the places of the last ones");
  v.value("texts", c.texts, "whether systems that read texts are shown hostile ones");
  v.value("techniques", c.techniques,
          "payloads of hostile texts by name (suites/manipulation/payloads); empty for the preset's");
  v.value("text_users", c.text_users, "users whose lists hostile texts are tried on; 0 for the preset's",
          {0, 1000000, {}, false});
  v.value("text_candidates", c.text_candidates, "candidates among which the target stands", {2, 1000, {}, false});
  v.value("membership", c.membership,
          "whether systems are trained again without some users, to see whether lists give away who was there");
  v.value("membership_users", c.membership_users,
          "users who are asked about, half of whom are left out of the training; 0 for the preset's",
          {0, 1000000, {}, false});
  v.value("endpoint_requests", c.endpoint_requests,
          "most requests, broken ones and good ones in between, to each endpoint whose model says authorised: true; 0 "
          "for none",
          {0, 1000, {}, false});
  v.value("endpoint_patience", c.endpoint_patience, "seconds after which a broken request counts as left hanging",
          {0.1, 3600.0, {}, false});
  v.value("resamples", c.resamples, "bootstrap resamples", {100, 1000000, {}, false});
  v.value("confidence", c.confidence, "of all intervals", {0.5, 0.9999, {}, false});
  v.value("smallest_usable_share", c.smallest_usable_share,
          "share of requests that must be answered for a system to be measured", {0, 1, {}, false});
}

/// `config` with the preset's values in place of empty lists and zeros.
ManipulationConfig with_preset(ManipulationConfig config);

class ManipulationSuite : public Suite {
 public:
  /// Throws ConfigError for unknown attacks and techniques.
  explicit ManipulationSuite(ManipulationConfig config);

  SuiteInfo info() const override;
  /// Throws ConfigError for a k beyond the list length.
  std::vector<Probe> probes(const SuiteContext& context) const override;
  std::vector<Treatment> treatments(const SuiteContext& context) const override;
  Assessment assess(const Run& run, const SuiteContext& context,
                    std::span<const AssessedSystem> systems) const override;

  /// Definition and source of every measure, by name.
  static std::map<std::string, std::string> definitions();

 private:
  ManipulationConfig config_;  ///< with the preset's values
};

}  // namespace recgauge::suites
