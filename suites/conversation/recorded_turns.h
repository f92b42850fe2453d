// The places in recorded conversations where somebody recommended: a system is shown what was said before, and its list
// is held against what was recommended there.
#pragma once

#include <string>
#include <vector>

#include "harness/data/loaders/dialogues.h"
#include "harness/verdict/suite.h"

namespace recgauge::suites {

/// One place. Items are those of the catalogue; the others are counted.
struct RecordedTurn {
  size_t dialogue = 0;
  size_t message = 0;            ///< what was said before it is shown
  std::vector<ItemId> history;   ///< mentioned before, oldest first
  std::vector<ItemId> relevant;  ///< mentioned here for the first time
  uint32_t unknown = 0;          ///< mentioned here, but not in the catalogue
};

/// What became of the conversations of the files.
struct RecordedCounts {
  uint64_t dialogues = 0;
  uint64_t trained_on = 0;  ///< left out, since the training data holds their interactions
  uint64_t unknown = 0;     ///< recommended items that the catalogue does not have
};

class RecordedTurns : public RequestList {
 public:
  /// Borrows the context's data set. A message counts if the recommender mentions an item for the first time, and
  /// something was said before.
  RecordedTurns(std::vector<RecordedDialogue> dialogues, uint32_t k, const SuiteContext& context);

  size_t size() const override { return turns_.size(); }
  Request at(size_t i) const override;

  const RecordedTurn& turn(size_t i) const { return turns_[i]; }
  const std::string& dialogue_id(size_t i) const { return dialogues_[turns_[i].dialogue].id; }
  const RecordedCounts& counts() const { return counts_; }

 private:
  void add_dialogue(size_t dialogue, const SuiteContext& context);

  std::vector<RecordedDialogue> dialogues_;
  std::vector<std::vector<DialogueTurn>> said_;  // by dialogue
  std::vector<RecordedTurn> turns_;
  std::vector<UserId> users_;  // by dialogue
  RecordedCounts counts_;
  uint32_t k_;
};

}  // namespace recgauge::suites
