// Logs of actions, of lists and of clicks; the first byte chooses the format.
#include "harness/off_policy/logs/action_log.h"

#include "harness/off_policy/logs/click_log.h"
#include "harness/system/error.h"
#include "tests/fuzz/scratch_folder.h"

using namespace recgauge;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const fuzz::ScratchFolder kFolder;
  if (size < 1) return 0;
  const std::string path = kFolder.write("log", {reinterpret_cast<const char*>(data) + 1, size - 1});
  try {
    const auto choice = data[0] % 6;
    if (choice == 3) {
      (void)off_policy::read_slate_log(path);
      return 0;
    }
    if (choice > 3) {
      (void)off_policy::read_click_log(path, static_cast<off_policy::ClickLogFormat>(choice - 4));
      return 0;
    }
    const auto log = off_policy::read_action_log(path, static_cast<off_policy::LogFormat>(choice));
    (void)off_policy::encode_contexts(log);
    if (log.size() > 0) (void)off_policy::uniform_policy(log);
    (void)off_policy::brought_policy(log);
  } catch (const DataError&) {
  }
  return 0;
}
