// How well does a system recommend in a conversation: with simulated users who look for one item, and at the places of
// recorded conversations where a person recommended.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/config/config_visitor.h"
#include "harness/data/loaders/dialogues.h"
#include "harness/verdict/suite.h"
#include "suites/conversation/recorded_turns.h"
#include "suites/conversation/seeker.h"

namespace recgauge::suites {

struct DialogueFile {
  std::string path;
  DialogueFormat format = DialogueFormat::redial;
  SourcePlace place;
};

struct ConversationConfig {
  uint32_t seekers = 200;
  uint32_t turns = 8;
  uint32_t k = 10;
  std::string attribute;
  std::vector<DialogueFile> dialogues;
  std::vector<uint32_t> cutoffs{1, 10, 50};
  uint32_t resamples = 1000;
  double confidence = 0.95;
  uint32_t sign_flips = 9999;
  double smallest_usable_share = 0.99;
};

template <typename Visitor>
void visit(Visitor& v, DialogueFile& c) {
  v.value("path", c.path, "file of recorded conversations, plain or gzip", {{}, {}, {}, true});
  v.choice("format", c.format, {{"redial", DialogueFormat::redial}, {"inspired", DialogueFormat::inspired}},
           "how it is written");
  v.place(c.place);
}

template <typename Visitor>
void visit(Visitor& v, ConversationConfig& c) {
  v.value("seekers", c.seekers, "simulated users, each with a hidden target; 0 for none", {0, 1000000, {}, false});
  v.value("turns", c.turns, "answers after which a simulated user gives up", {1, 100, {}, false});
  v.value("k", c.k, "items of a list that a simulated user looks at", {1, 1000, {}, false});
  v.value("attribute", c.attribute, "labels of items that conversations are about; the first labels if absent");
  v.list("dialogues", c.dialogues, "files of recorded conversations");
  v.value("cutoffs", c.cutoffs, "list lengths at which recorded conversations are measured", {1, 100000, {}, false});
  v.value("resamples", c.resamples, "bootstrap resamples", {100, 1000000, {}, false});
  v.value("confidence", c.confidence, "of all intervals", {0.5, 0.9999, {}, false});
  v.value("sign_flips", c.sign_flips, "sign flips of the paired permutation test", {99, 1000000, {}, false});
  v.value("smallest_usable_share", c.smallest_usable_share,
          "share of requests that must be answered for a system to be measured", {0, 1, {}, false});
}

/// What is asked, once the data is known.
struct ConversationPlan {
  std::shared_ptr<const SeekerPopulation> seekers;  ///< null for none
  std::shared_ptr<const RecordedTurns> recorded;    ///< null for none
  std::string attribute;                            ///< empty where items have no labels
};

inline constexpr const char* kSeekerProbe = "conversation/seekers";
inline constexpr const char* kRecordedProbe = "conversation/recorded";

class ConversationSuite : public Suite {
 public:
  /// Throws ConfigError where nothing would be asked.
  explicit ConversationSuite(ConversationConfig config);

  SuiteInfo info() const override;
  std::vector<Probe> probes(const SuiteContext& context) const override;
  Assessment assess(const Run& run, const SuiteContext& context,
                    std::span<const AssessedSystem> systems) const override;

 private:
  ConversationPlan plan(const SuiteContext& context) const;

  ConversationConfig config_;
};

/// From answers to measurements, comparisons, controls and findings.
Assessment assess_conversations(const ConversationConfig& config, const ConversationPlan& plan, const Run& run,
                                const SuiteContext& context, std::span<const AssessedSystem> systems);

}  // namespace recgauge::suites
