// What a recommender is asked and what it answers. Wide enough for a matrix factorisation, a remote endpoint and a
// conversational language model; each system uses the fields that it understands.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/data/ids.h"

namespace recgauge {

/// A user attribute that the run configuration discloses to the system under test.
struct DisclosedAttribute {
  std::string_view name;
  std::string_view value;
};

enum class Speaker : uint8_t { user, recommender };

/// One utterance of a dialogue.
struct DialogueTurn {
  Speaker speaker = Speaker::user;
  std::string_view text;
};

/// One question to a recommender. All spans and views are borrowed: they stay valid until the answer has been given,
/// and belong to the data set, the split or the simulated user that made the request.
struct Request {
  UserId user = kNoUser;                   ///< pseudonymised before it leaves the process
  std::span<const ItemId> history;         ///< oldest first
  std::span<const float> history_values;   ///< as long as history, or empty
  std::span<const int64_t> history_times;  ///< as long as history, or empty
  uint32_t k = 10;                         ///< length of the wanted list
  /// Items to choose from, ascending by id; nothing means the whole catalogue, an empty span means no item at all.
  std::optional<std::span<const ItemId>> candidates;
  /// The same items as `candidates`, in the order in which a prompted ranker shows them; empty for an order of its own.
  std::span<const ItemId> presentation;
  /// Items that must not be recommended, in any order (usually the history).
  std::span<const ItemId> exclusions;
  std::span<const DisclosedAttribute> attributes;
  std::string_view instruction;            ///< for language models; empty if there is none
  std::span<const DialogueTurn> dialogue;  ///< oldest first; empty outside of conversations
  /// Tells questions apart that look the same and are asked again on purpose. execute() numbers the steps of
  /// trajectories.
  uint64_t repetition = 0;
};

/// What a recording keeps an answer under beside the question itself: one number per user and repetition, so that an
/// answer is given to the asking for which it was paid, in whatever order a resumed run asks.
uint64_t asking_of(const Request& request);

/// What became of a request. Whatever the system under test does ends in one of these; nothing is thrown.
enum class Outcome : uint8_t { ok, timeout, refused, rate_limited, malformed, transport_error };

inline constexpr size_t kOutcomeCount = 6;
std::string_view to_string(Outcome outcome);

/// Free text at a rank for which no catalogue item was found; `items` holds kOutOfCatalogue there.
struct UnmatchedTitle {
  uint32_t rank = 0;  ///< from 0
  std::string text;
};

/// What an answer cost, as far as the system says so.
struct Usage {
  uint64_t prompt_tokens = 0;
  uint64_t completion_tokens = 0;
  double cost = 0.0;  ///< in the currency of the run configuration
};

/// Times on the run's clock since its start; zero durations where a time does not apply.
struct ResponseTimes {
  std::chrono::nanoseconds intended{0};  ///< when the schedule wanted it sent: latency counts from here
  std::chrono::nanoseconds sent{0};
  std::chrono::nanoseconds first_byte{0};  ///< first byte, or first token of a streamed answer
  std::chrono::nanoseconds received{0};
};

/// One answer.
struct Response {
  Outcome outcome = Outcome::ok;
  std::vector<ItemId> items;   ///< best first; kOutOfCatalogue at the rank of something unknown
  std::vector<double> scores;  ///< as long as items, or empty where the system gives none
  uint32_t tied_beyond = 0;    ///< candidates outside the list that score the same as its last item
  std::vector<UnmatchedTitle> unmatched;
  Usage usage;
  ResponseTimes times;
  std::string recommendation_id;  ///< links feedback to this list, where the system has such ids
  std::string text;               ///< utterance or explanation of a language model
  std::string failure;            ///< what went wrong, where outcome is not ok; holds no secret
};

enum class FeedbackKind : uint8_t { impression, click, consume, skip, rating };

/// Something a (simulated) user did with a list, for systems that learn while they run.
struct FeedbackEvent {
  UserId user = kNoUser;
  ItemId item = kOutOfCatalogue;
  FeedbackKind kind = FeedbackKind::consume;
  float value = 1.0F;
  int64_t timestamp = 0;
  uint32_t rank = 0;              ///< from 0, in the list that was shown
  std::string recommendation_id;  ///< of the list that was shown
  std::string event_id;           ///< equal on a retry, so that one event is not counted twice
};

}  // namespace recgauge
