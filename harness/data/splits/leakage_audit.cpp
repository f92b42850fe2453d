// The ways in which a cut lets a model see what it will be judged on.
#include <fmt/format.h>

#include <algorithm>

#include "harness/data/splits/split.h"

namespace recgauge {
namespace {

LeakageNote global_time_leak(const Interactions& train, const Interactions& test) {
  LeakageNote note{"global time leak", 0, test.size(), ""};
  if (train.all_times().empty()) return note;
  const int64_t latest = *std::max_element(train.all_times().begin(), train.all_times().end());
  note.count = static_cast<uint64_t>(
      std::count_if(test.all_times().begin(), test.all_times().end(), [&](int64_t time) { return time < latest; }));
  note.sentence = fmt::format(
      "{} of {} test interactions are older than the newest training interaction: models learn from what happened "
      "later, "
      "as in every per-user split (Ji et al. 2023; Hidasi & Czapp 2023). Compare with split.kind: global_time.",
      note.count, note.of);
  return note;
}

LeakageNote own_future_leak(const Interactions& shown, const Interactions& test, const char* shown_name) {
  LeakageNote note{fmt::format("{} after test", shown_name), 0, 0, ""};
  for (uint32_t user = 0; user < test.user_count(); ++user) {
    const auto shown_times = shown.times(UserId{user});
    const auto test_times = test.times(UserId{user});
    if (shown_times.empty() || test_times.empty()) continue;
    ++note.of;
    note.count += *std::max_element(shown_times.begin(), shown_times.end()) >
                          *std::min_element(test_times.begin(), test_times.end())
                      ? 1
                      : 0;
  }
  note.sentence =
      fmt::format("For {} of {} users some {} interaction is newer than a test interaction of the same user.",
                  note.count, note.of, shown_name);
  return note;
}

LeakageNote duplicate_pairs(const Interactions& history, const Interactions& test) {
  LeakageNote note{"duplicate pairs", 0, test.size(), ""};
  std::vector<ItemId> seen;
  for (uint32_t user = 0; user < test.user_count(); ++user) {
    const auto row = history.items(UserId{user});
    seen.assign(row.begin(), row.end());
    std::sort(seen.begin(), seen.end());
    for (const ItemId item : test.items(UserId{user})) {
      note.count += std::binary_search(seen.begin(), seen.end(), item) ? 1 : 0;
    }
  }
  note.sentence = fmt::format("{} of {} test pairs stand in the shown history too.", note.count, note.of);
  return note;
}

LeakageNote cold_users(const Interactions& history, const Interactions& test) {
  LeakageNote note{"cold users", 0, 0, ""};
  for (uint32_t user = 0; user < test.user_count(); ++user) {
    if (test.row_size(UserId{user}) == 0) continue;
    ++note.of;
    note.count += history.row_size(UserId{user}) == 0 ? 1 : 0;
  }
  note.sentence = fmt::format("{} of {} test users have no history to show.", note.count, note.of);
  return note;
}

LeakageNote cold_items(const Interactions& train, const Interactions& test) {
  LeakageNote note{"cold items", 0, test.size(), ""};
  const std::vector<uint32_t> counts = train.item_counts();
  for (const ItemId item : test.all_items()) note.count += counts[index(item)] == 0 ? 1 : 0;
  note.sentence =
      fmt::format("{} of {} test interactions are with items that no training interaction has.", note.count, note.of);
  return note;
}

}  // namespace

std::vector<LeakageNote> audit_leakage(const Interactions& train, const Interactions& validation,
                                       const Interactions& history, const Interactions& test, SplitKind kind) {
  std::vector<LeakageNote> notes;
  if (test.time_meaning() == TimeMeaning::seconds) {
    notes.push_back(global_time_leak(train, test));
    if (kind != SplitKind::strong_generalisation) {
      notes.push_back(own_future_leak(train, test, "training"));
      if (!validation.empty()) notes.push_back(own_future_leak(validation, test, "validation"));
    } else {
      notes.push_back(own_future_leak(history, test, "shown"));
    }
  }
  notes.push_back(duplicate_pairs(history, test));
  notes.push_back(cold_users(history, test));
  notes.push_back(cold_items(train, test));
  return notes;
}

}  // namespace recgauge
