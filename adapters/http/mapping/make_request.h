// From an operation and its variables to a request. Pure: the same variables give the same bytes.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adapters/http/auth/authenticator.h"
#include "adapters/http/mapping/answer.h"
#include "adapters/http/mapping/mapping.h"
#include "adapters/http/mapping/variables.h"

namespace recgauge::adapters {

struct MadeRequest {
  HttpRequest request;
  std::string problem;  ///< why none could be made: a variable without a value, or one that cannot stand in a path
};

/// Unsigned. `base` counts through operation.base, for endpoints with several addresses.
MadeRequest make_request(const Operation& operation, const nlohmann::json& variables, size_t base = 0);

/// Several requests as one; `operation` has a batch, and `members` are at most batch.max and at least one.
MadeRequest make_batch_request(const Operation& operation, std::span<const nlohmann::json> members, size_t base = 0);

/// Events as requests of the operation "feedback", in their order; events that it has no name for are left out. Where
/// its template names "user" or "session", a request holds the events of one user. Empty where there is no such
/// operation.
std::vector<MadeRequest> make_feedback(const Mapping& mapping, std::span<const FeedbackEvent> events,
                                       const RequestVariables& variables, int64_t now);

/// The request that posts a list that was shown, where feedback is preceded by one: `variables` are those of the
/// request, `answer` is what came.
std::optional<MadeRequest> make_shown_list(const Mapping& mapping, const nlohmann::json& variables,
                                           const Answer& answer);

/// Sets "k" to what one answer may hold of `wanted` items.
void set_page(const Operation& operation, nlohmann::json& variables, uint32_t wanted);

/// What is asked after a page, where the list is still shorter than wanted.
struct NextPage {
  const Operation* operation = nullptr;
  nlohmann::json variables;
};

/// `variables` are those of the page that `answer` is for; `have` items came so far. Nothing where there are no more
/// pages: none are known of, or the last was shorter than it might have been.
std::optional<NextPage> next_page(const Mapping& mapping, const Operation& operation, const nlohmann::json& variables,
                                  const Answer& answer, uint32_t have, uint32_t wanted);

/// Names and values as they are sent, credentials masked: for people who want to know what leaves the machine.
std::vector<Step> explain_request(const HttpRequest& request, const CredentialNames& credentials);

}  // namespace recgauge::adapters
