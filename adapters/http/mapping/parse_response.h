// From an answer to a list of items, or to what it is instead. Nothing that an endpoint sends is thrown.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "adapters/http/mapping/answer.h"
#include "adapters/http/mapping/mapping.h"
#include "adapters/http/transport/http_message.h"

namespace recgauge::adapters {

/// What the answer is read with: the variables of its request.
struct AnswerContext {
  uint32_t k = 10;
  std::vector<std::string> candidates;  ///< names, in the order of the request
  const ItemRows* items = nullptr;      ///< of the mapping
  std::string request_id;               ///< links feedback to a list where the answer names no other id
};

AnswerContext answer_context(const nlohmann::json& variables, const Mapping& mapping);

/// What a failure of transport is as an answer.
Answer no_answer(const HttpResponse& response);

/// `steps`, where not null, is told what was looked for and what was found.
Answer parse_response(const Operation& operation, const HttpResponse& response, const AnswerContext& context,
                      std::vector<Step>* steps = nullptr);

/// Answer::retry of parse_response(), without reading a list.
bool may_succeed_later(const Operation& operation, const HttpResponse& response);

/// One of a batch's answers.
struct BatchMember {
  Answer answer;
  bool ask_alone = false;  ///< the batch, not the request, may be at fault: to be asked again by itself
};

/// As many as `contexts`, in their order.
std::vector<BatchMember> parse_batch_response(const Operation& operation, const HttpResponse& response,
                                              std::span<const AnswerContext> contexts);

}  // namespace recgauge::adapters
