// The lines that recgauge and a program of the user's exchange: JSON objects, one a line (docs/program-protocol.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/protocol/pseudonyms.h"
#include "harness/protocol/recommender.h"

namespace recgauge::adapters {

inline constexpr int kProtocolVersion = 1;

/// Names as they are written: quoted, escaped and, for users, pseudonymised. Borrows the data set.
class MessageNames {
 public:
  /// Users keep their names without `pseudonyms`. `disclosed` are attributes of users that requests tell.
  MessageNames(const Dataset& dataset, std::optional<Pseudonyms> pseudonyms, std::vector<std::string> disclosed = {});

  const std::string& item(ItemId item) const { return items_[static_cast<uint32_t>(item)]; }
  std::string user(UserId user) const;  ///< quoted
  std::string plain_user(UserId user) const;
  const std::vector<std::string>& disclosed() const { return disclosed_; }
  const Dataset& dataset() const { return dataset_; }

 private:
  const Dataset& dataset_;
  std::optional<Pseudonyms> pseudonyms_;
  std::vector<std::string> disclosed_;
  std::vector<std::string> items_;
};

std::string hello_line();
/// A request; `exclude` is "history" where exactly the history is excluded.
std::string request_line(uint64_t id, const Request& request, const MessageNames& names);
std::string feedback_line(uint64_t id, std::span<const FeedbackEvent> events, const MessageNames& names);

/// Files that a program learns from, all tab-separated with a header.
struct TrainingFiles {
  std::string interactions;  ///< user, item, value, time
  std::string validation;    ///< the same; empty where there is none
  std::string items;         ///< item and its text and labels
};
std::string train_line(uint64_t id, const TrainingFiles& files, uint64_t seed);

/// What a line of the program says.
struct ProgramMessage {
  enum class Kind : uint8_t {
    ready,    ///< answer to the greeting
    answer,   ///< to a request, with a response
    done,     ///< with training or feedback
    invalid,  ///< no message of the protocol; `problem` says why
  };
  Kind kind = Kind::invalid;
  uint64_t id = 0;
  bool has_id = false;
  Response response;
  std::string problem;  ///< also of an answer that reports an error or is malformed
  std::string name;     ///< of ready
  std::string version;  ///< of ready
};

/// Never throws. Items that the catalogue does not have stand as kOutOfCatalogue, with their text in `unmatched`.
ProgramMessage parse_message(std::string_view line, const Dataset& dataset);

}  // namespace recgauge::adapters
