// Recorded conversations in both layouts (the first byte says which): each dialogue has messages that name items once,
// every broken row is counted, or there is an error.
#include "harness/data/loaders/dialogues.h"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "tests/fuzz/scratch_folder.h"

using namespace recgauge;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const fuzz::ScratchFolder kFolder;
  if (size == 0) return 0;
  const std::string path = kFolder.write("dialogues", {reinterpret_cast<const char*>(data) + 1, size - 1});
  LoadReport report;
  try {
    const auto read =
        read_dialogues(path, data[0] % 2 == 0 ? DialogueFormat::redial : DialogueFormat::inspired, report);
    for (const RecordedDialogue& dialogue : read.dialogues) {
      for (const DialogueMessage& message : dialogue.messages) {
        const std::set<std::string> once(message.items.begin(), message.items.end());
        if (once.size() != message.items.size()) std::abort();
      }
    }
    if (report.rows_kept + report.broken_count() > report.rows_read) std::abort();
  } catch (const DataError&) {
  }
  return 0;
}
