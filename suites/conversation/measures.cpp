#include "suites/conversation/measures.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace recgauge::suites {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double ratio(uint32_t part, uint32_t whole) { return whole == 0 ? kNone : static_cast<double>(part); }

}  // namespace

std::vector<Measure> seeker_measures(const std::vector<SeekerRecord>& records, const ConversationConfig& config) {
  const auto column = [&](auto value) {
    std::vector<double> values;
    for (const SeekerRecord& record : records) values.push_back(record.turns == 0 ? kNone : value(record));
    return values;
  };
  std::vector<Measure> measures;
  std::vector<uint32_t> limits{1, (config.turns + 1) / 2, config.turns};
  limits.erase(std::unique(limits.begin(), limits.end()), limits.end());
  for (const uint32_t limit : limits) {
    measures.push_back(
        {fmt::format("conversation_success(turns={})@{}", limit, config.k),
         fmt::format("success in {} turns@{}", limit, config.k),
         "share",
         Direction::higher_is_better,
         limit == config.turns,
         column([&](const SeekerRecord& r) { return r.found_at > 0 && r.found_at <= limit ? 1.0 : 0.0; }),
         {}});
  }
  measures.push_back({fmt::format("conversation_turns(limit={},never={})@{}", config.turns, config.turns + 1, config.k),
                      fmt::format("turns to success@{}", config.k),
                      "turns",
                      Direction::lower_is_better,
                      true,
                      column([&](const SeekerRecord& r) {
                        return static_cast<double>(r.found_at > 0 ? r.found_at : config.turns + 1);
                      }),
                      {}});
  measures.push_back({"repeated_question_share", "repeated questions", "share", Direction::lower_is_better, false,
                      column([](const SeekerRecord& r) { return ratio(r.repeated_questions, r.questions); }),
                      column([](const SeekerRecord& r) { return static_cast<double>(r.questions); })});
  measures.push_back({fmt::format("disliked_share(when=before)@{}", config.k), "disliked before it was said", "share",
                      Direction::neutral, false,
                      column([](const SeekerRecord& r) { return ratio(r.disliked_before, r.shown_before); }),
                      column([](const SeekerRecord& r) { return static_cast<double>(r.shown_before); })});
  measures.push_back({fmt::format("disliked_share(when=after)@{}", config.k), "disliked after it was said", "share",
                      Direction::lower_is_better, false,
                      column([](const SeekerRecord& r) { return ratio(r.disliked_after, r.shown_after); }),
                      column([](const SeekerRecord& r) { return static_cast<double>(r.shown_after); })});
  measures.push_back({fmt::format("disliked_drop@{}", config.k),
                      "drop of what is disliked",
                      "share",
                      Direction::higher_is_better,
                      false,
                      column([](const SeekerRecord& r) {
                        if (r.shown_before == 0 || r.shown_after == 0) return kNone;
                        return static_cast<double>(r.disliked_before) / r.shown_before -
                               static_cast<double>(r.disliked_after) / r.shown_after;
                      }),
                      {}});
  return measures;
}

}  // namespace recgauge::suites
