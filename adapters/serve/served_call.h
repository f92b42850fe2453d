// A call to the server and its reply as plain values, and the questions in it: what the wire formats are functions of.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "harness/data/dataset.h"
#include "harness/protocol/request.h"

namespace recgauge::adapters {

struct Call {
  std::string method;
  std::string target;  ///< path and query, as sent
  std::string body;
  std::string key;      ///< X-API-Key
  std::string version;  ///< X-API-Version
};

struct Reply {
  unsigned status = 200;
  std::string body;
  std::string content_type = "application/json";
};

/// A request that owns what it refers to.
struct Question {
  UserId user = kNoUser;
  std::vector<ItemId> history;
  std::optional<std::vector<ItemId>> candidates;
  std::vector<ItemId> exclusions;
  std::vector<std::pair<std::string, std::string>> attributes;
  uint32_t k = 10;
  uint32_t offset = 0;  ///< items at the beginning that are not wanted

  /// Borrows from this; `disclosed` keeps the views on the attributes.
  Request request(std::vector<DisclosedAttribute>& disclosed) const;
};

/// One question of a call, or what its part of the reply is without asking.
struct CallMember {
  Question question;
  std::optional<Reply> refused;
};

/// What is to be done about a call: reply at once, ask, or pass feedback on.
struct ParsedCall {
  std::optional<Reply> reply;
  std::vector<CallMember> members;
  std::vector<FeedbackEvent> feedback;
  bool is_batch = false;
  std::string version;
};

/// Names of a data set, and what is known of its users.
struct ServedData {
  const Dataset* dataset = nullptr;
  /// What a user did, for formats that name users only; what is seen is then not recommended again.
  std::function<std::span<const ItemId>(UserId)> history;
  std::unordered_map<std::string, UserId> aliases;  ///< other names of users, for example pseudonyms
  std::function<std::chrono::system_clock::time_point()> now;

  UserId find_user(const std::string& name) const;
  /// The user with his history; kNoUser and no history for an unknown name.
  Question question_of(const std::string& user, uint32_t k) const;
};

}  // namespace recgauge::adapters
