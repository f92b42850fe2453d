// The values that templates name, taken from a request and its data set; only those that an operation uses.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/http/mapping/item_vectors.h"
#include "adapters/http/mapping/mapping.h"
#include "harness/protocol/pseudonyms.h"
#include "harness/protocol/recommender.h"

namespace recgauge::adapters {

/// Borrows the mapping, the data set and the vectors.
class RequestVariables {
 public:
  /// Users keep their names without `pseudonyms`; `vectors` may be null.
  RequestVariables(const Mapping& mapping, const Dataset& dataset, std::optional<Pseudonyms> pseudonyms,
                   const ItemVectors* vectors = nullptr);

  /// `now` is in milliseconds since 1970. Times of a history are taken to be seconds.
  nlohmann::json of(const Operation& operation, const Request& request, std::string_view request_id, int64_t now) const;

  /// "user", "item", "kind", "type" (the operation's name for the kind), "value", "time", "rank", "recommendation_id",
  /// "event_id". Nothing where the operation has names for kinds and none for this one.
  std::optional<nlohmann::json> event(const Operation& operation, const FeedbackEvent& event) const;

  /// Constants, and what does not come from a request.
  nlohmann::json constants(int64_t now) const;

  std::string user(UserId user) const;
  /// Text of an item for language models and rerankers: its first text column, then labels; its name where it has none.
  std::string item_text(ItemId item) const;

 private:
  void add_items(nlohmann::json& variables, const Operation& operation, const Request& request) const;
  void add_texts(nlohmann::json& variables, const Operation& operation, const Request& request) const;
  void add_rows(nlohmann::json& variables, const Operation& operation, const Request& request) const;
  nlohmann::json names(std::span<const ItemId> items) const;
  nlohmann::json texts(std::span<const ItemId> items) const;
  nlohmann::json rows(std::span<const ItemId> items) const;

  const Mapping& mapping_;
  const Dataset& dataset_;
  std::optional<Pseudonyms> pseudonyms_;
  const ItemVectors* vectors_;
};

}  // namespace recgauge::adapters
