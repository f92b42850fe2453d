// Recorded conversations between somebody who seeks and somebody who recommends, with the items that each message
// names.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "harness/data/loaders/load_report.h"

namespace recgauge {

enum class DialogueFormat : uint8_t {
  redial,    ///< JSON Lines of Li et al. 2018; items are named by their ids
  inspired,  ///< tab-separated utterances of Hayati et al. 2020; items are named by their titles
};

struct DialogueMessage {
  bool by_recommender = false;
  std::string text;                ///< with titles where the data has references
  std::vector<std::string> items;  ///< names of the items that are mentioned, in order, each once
  uint64_t line = 0;               ///< of the file
};

struct RecordedDialogue {
  std::string id;
  std::vector<DialogueMessage> messages;
};

struct RecordedDialogues {
  std::vector<RecordedDialogue> dialogues;
  std::map<std::string, std::string> titles;  ///< by name of item
};

/// Reads a plain or gzip file. What is broken is left out and counted in `report`: a line that is no dialogue, text
/// that is not UTF-8. Throws DataError for a file that cannot be read, and for a header without the columns that are
/// needed.
RecordedDialogues read_dialogues(const std::filesystem::path& path, DialogueFormat format, LoadReport& report);

}  // namespace recgauge
