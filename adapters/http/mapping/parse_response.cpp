#include "adapters/http/mapping/parse_response.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/http/auth/request_parts.h"
#include "adapters/http/mapping/hostile_json.h"
#include "adapters/http/mapping/rows.h"
#include "harness/system/terminal_text.h"
#include "harness/system/text.h"

namespace recgauge::adapters {
namespace {

using Json = nlohmann::json;

constexpr size_t kLongestCompared = 4096;

/// A status, headers and a document: a whole answer, or one member of a batch's.
struct Received {
  uint32_t status = 0;
  const HttpResponse* response = nullptr;
  const Json* document = nullptr;  ///< null where the body is no JSON
  std::string body_problem;
};

/// Tells an explanation, where somebody wants one.
class Teller {
 public:
  explicit Teller(std::vector<Step>* steps) : steps_(steps) {}
  void tell(const char* name, const std::string& found, bool good = true) const {
    if (steps_ != nullptr) steps_->push_back({name, found, good});
  }

 private:
  std::vector<Step>* steps_;
};

Answer failed(AnswerKind kind, Outcome outcome, bool retry, std::string failure) {
  Answer answer;
  answer.kind = kind;
  answer.outcome = outcome;
  answer.retry = retry;
  answer.failure = std::move(failure);
  return answer;
}

Answer malformed(std::string failure) {
  return failed(AnswerKind::invalid, Outcome::malformed, false, std::move(failure));
}

std::optional<std::string> subject_of(const CompiledCondition& condition, const Received& received) {
  if (condition.at) {
    const Json* value = received.document == nullptr ? nullptr : condition.at->first(*received.document);
    if (value == nullptr) return std::nullopt;
    return text_of(*value).substr(0, kLongestCompared);
  }
  const auto value = received.response->header(condition.config.header);
  return value ? std::optional<std::string>(value->substr(0, kLongestCompared)) : std::nullopt;
}

bool is_above(const std::string& subject, double limit) {
  const Json number = Json::parse(subject, nullptr, false);
  return number.is_number() && number.get<double>() > limit;
}

bool holds(const CompiledCondition& condition, const Received& received) {
  const Condition& config = condition.config;
  if (!config.status.empty() &&
      std::find(config.status.begin(), config.status.end(), received.status) == config.status.end()) {
    return false;
  }
  if (!condition.at && config.header.empty()) return true;
  const std::optional<std::string> subject = subject_of(condition, received);
  if (config.exists && *config.exists != subject.has_value()) return false;
  if (!subject) return config.exists.has_value();
  return (!config.equals || *subject == *config.equals) &&
         (!config.starts_with || subject->starts_with(*config.starts_with)) &&
         (!config.above || is_above(*subject, *config.above)) &&
         (!config.contains || subject->find(*config.contains) != std::string::npos);
}

const CompiledCondition* first_that_holds(const std::vector<CompiledCondition>& conditions, const Received& received) {
  for (const CompiledCondition& condition : conditions) {
    if (holds(condition, received)) return &condition;
  }
  return nullptr;
}

std::string named(const CompiledCondition& condition) {
  return condition.at ? condition.at->text() : condition.config.header;
}

// The words of an error, wherever vendors put them.
std::string words_of(const Received& received) {
  if (received.document == nullptr) return printable(received.response->body, 160);
  const SourcePlace nowhere;
  for (const char* path : {"/error/message", "/message", "/error/reason", "/status/error", "/error", "/detail"}) {
    const Json* value = JsonPath(path, nowhere).first(*received.document);
    if (value != nullptr && value->is_string()) return printable(value->get<std::string>(), 160);
  }
  return "";
}

AnswerKind kind_of(Outcome outcome) {
  if (outcome == Outcome::rate_limited) return AnswerKind::throttled;
  if (outcome == Outcome::malformed) return AnswerKind::invalid;
  return AnswerKind::failed;
}

Outcome outcome_of(uint32_t status) {
  if (status == 429) return Outcome::rate_limited;
  if (status == 408 || status == 504) return Outcome::timeout;
  return status >= 500 ? Outcome::transport_error : Outcome::refused;
}

template <typename Values>
bool contains(const Values& values, uint32_t value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

std::string error_text(const Received& received) {
  const std::string words = words_of(received);
  return fmt::format("the endpoint answered {}{}", received.status, words.empty() ? "" : ": " + words);
}

// The error that an answer is, if it is one.
std::optional<Answer> error_of(const Operation& operation, const Received& received, const Teller& teller) {
  for (const CompiledRule& rule : operation.errors) {
    if (!holds(rule.when, received)) continue;
    if (rule.config.success) {
      teller.tell("error rule", "an error that counts as a success");
      return failed(AnswerKind::acknowledged, Outcome::ok, false, "");
    }
    teller.tell("error rule", fmt::format("ends as {}", to_string(rule.config.outcome)), false);
    return failed(kind_of(rule.config.outcome), rule.config.outcome, rule.config.retry, error_text(received));
  }
  if (contains(operation.config.ok.status, received.status)) return std::nullopt;
  const Outcome outcome = outcome_of(received.status);
  teller.tell("status", fmt::format("{} is an error, ends as {}", received.status, to_string(outcome)), false);
  return failed(kind_of(outcome), outcome, contains(operation.config.retry_status, received.status),
                error_text(received));
}

std::string unmet_condition(const Operation& operation, const Received& received) {
  for (const CompiledCondition& condition : operation.accept.require) {
    if (!holds(condition, received)) return fmt::format("what is required of '{}' does not hold", named(condition));
  }
  const CompiledCondition* rejected = first_that_holds(operation.accept.reject, received);
  return rejected == nullptr ? "" : fmt::format("'{}' says that the answer is none", named(*rejected));
}

// Texts that hold JSON are what language models answer with; a fence around it is common.
std::string without_fence(std::string text) {
  const size_t begin = text.find("```");
  if (begin == std::string::npos) return text;
  const size_t line = text.find('\n', begin);
  const size_t end = line == std::string::npos ? line : text.find("```", line);
  return end == std::string::npos ? text : text.substr(line + 1, end - line - 1);
}

ReadJson inner_document(const Operation& operation, const Json& document) {
  const Json* text = operation.extract.text->first(document);
  if (text == nullptr || !text->is_string()) {
    return {{}, fmt::format("there is no text at {}", operation.extract.text->text())};
  }
  ReadJson inner = read_hostile_json(without_fence(text->get<std::string>()), NonFinite::refused);
  if (!inner.problem.empty())
    inner.problem = fmt::format("the text at {}: {}", operation.extract.text->text(), inner.problem);
  return inner;
}

void keep_trace(const Operation& operation, const Json& document, Answer& answer, const Teller& teller) {
  for (const auto& [name, path] : operation.extract.trace) {
    const Json* value = path.first(document);
    if (value == nullptr || value->is_null()) continue;
    answer.trace[name] = text_of(*value).substr(0, kLongestCompared);
    teller.tell("kept", name + " = " + printable(answer.trace[name], 60));
  }
}

void tell_rows(const Operation& operation, const Answer& answer, const Teller& teller) {
  const ExtractConfig& extract = operation.config.extract;
  const std::string where = !extract.rows.empty() ? extract.rows : extract.ids + extract.scores;
  teller.tell("rows", fmt::format("{} at '{}'{}", answer.rows.size(), where,
                                  answer.beyond_k > 0 ? fmt::format(", and {} beyond k", answer.beyond_k) : ""));
  for (size_t i = 0; i < std::min<size_t>(answer.rows.size(), 3); ++i) {
    const Row& row = answer.rows[i];
    teller.tell("row",
                fmt::format("{}{}{}", printable(row.id, 60), row.score ? fmt::format(", score {}", *row.score) : "",
                            row.note.empty() ? "" : ", " + row.note));
  }
  if (answer.duplicates > 0) teller.tell("duplicates", std::to_string(answer.duplicates), false);
  if (answer.ties > 0) teller.tell("ties", fmt::format("{} neighbours of equal score", answer.ties));
  if (answer.without_number > 0) {
    teller.tell("no number", fmt::format("{} items left out", answer.without_number), false);
  }
}

void classify(const Operation& operation, const Received& received, const AnswerContext& context, Answer& answer) {
  if (answer.rows.size() < context.k) answer.kind = AnswerKind::short_list;
  if (answer.rows.empty()) answer.kind = AnswerKind::empty;
  const CompiledCondition* partial = first_that_holds(operation.accept.partial, received);
  if (partial == nullptr) return;
  answer.kind = AnswerKind::partial;
  answer.failure = fmt::format("'{}' says that the answer is incomplete", named(*partial));
}

Answer listed(const Operation& operation, const Received& received, const AnswerContext& context,
              const Teller& teller) {
  if (const CompiledCondition* refusal = first_that_holds(operation.accept.refusal, received)) {
    return failed(AnswerKind::refusal, Outcome::refused, false,
                  fmt::format("'{}' says that the endpoint declines", named(*refusal)));
  }
  const Json* document = received.document;
  ReadJson inner;
  if (operation.extract.text) {
    inner = inner_document(operation, *document);
    if (!inner.problem.empty()) return malformed(inner.problem);
    document = &inner.value;
  }
  Answer answer;
  if (const std::string problem = read_rows(operation, *document, context, answer); !problem.empty()) {
    return malformed(problem);
  }
  tell_rows(operation, answer, teller);
  keep_trace(operation, *received.document, answer, teller);
  if (operation.variables.contains("request_id")) answer.trace.emplace("recommendation_id", context.request_id);
  classify(operation, received, context, answer);
  return answer;
}

Answer understood(const Operation& operation, const Received& received, const AnswerContext& context,
                  const Teller& teller) {
  if (std::optional<Answer> error = error_of(operation, received, teller)) return std::move(*error);
  const bool is_feedback = operation.config.effects == Effects::writes_feedback;
  if (received.document == nullptr && !is_feedback) return malformed(received.body_problem);
  if (const std::string unmet = unmet_condition(operation, received); !unmet.empty()) return malformed(unmet);
  if (is_feedback) return failed(AnswerKind::acknowledged, Outcome::ok, false, "");
  return listed(operation, received, context, teller);
}

// Read for errors too: they say in their bodies what they are.
Received received_of(const Operation& operation, const HttpResponse& response, ReadJson& json) {
  Received received{static_cast<uint32_t>(std::max(response.status, 0)), &response, nullptr, ""};
  const AcceptConfig& accept = operation.config.ok;
  const std::string type = lower_case(response.header("content-type").value_or(""));
  if (accept.content_type == ContentType::json && !type.empty() && type.find("json") == std::string::npos) {
    received.body_problem = fmt::format("the answer says that it is {}, not JSON", printable(type, 60));
    return received;
  }
  json = read_hostile_json(response.body,
                           accept.nan_tokens == NanTokens::as_null ? NonFinite::as_null : NonFinite::refused);
  received.body_problem = json.problem.empty() ? "" : "the answer cannot be read: " + json.problem;
  if (json.problem.empty()) received.document = &json.value;
  return received;
}

void tell_end(const Answer& answer, const Teller& teller) {
  const bool good = answer.outcome == Outcome::ok && answer.kind != AnswerKind::partial;
  teller.tell("understood as",
              fmt::format("{}{}{}", to_string(answer.kind), answer.failure.empty() ? "" : ": ", answer.failure), good);
}

BatchMember member_of(const Operation& operation, const Json& value, const HttpResponse& response,
                      const AnswerContext& context) {
  const CompiledBatch& batch = *operation.batch;
  Received received{operation.config.ok.status.front(), &response, batch.answer.first(value), ""};
  received.body_problem = fmt::format("there is no answer at {}", batch.answer.text());
  if (batch.status) {
    const Json* status = batch.status->first(value);
    received.status = status != nullptr && status->is_number_unsigned() && status->get<uint64_t>() < 1000
                          ? status->get<uint32_t>()
                          : 0;
  }
  BatchMember member{understood(operation, received, context, Teller(nullptr)), false};
  member.ask_alone = member.answer.outcome != Outcome::ok && member.answer.outcome != Outcome::rate_limited;
  return member;
}

}  // namespace

AnswerContext answer_context(const Json& variables, const Mapping& mapping) {
  AnswerContext context;
  context.k = variables.value("k", 0U);
  context.items = &mapping.items;
  context.request_id = variables.value("request_id", "");
  const auto candidates = variables.find("candidates");
  if (candidates != variables.end()) context.candidates = candidates->get<std::vector<std::string>>();
  return context;
}

Answer no_answer(const HttpResponse& response) {
  const TransportProblem problem = response.problem;
  const std::string kind(to_string(problem));
  const std::string failure = response.failure.empty() ? kind : kind + ": " + printable(response.failure, 300);
  switch (problem) {
    case TransportProblem::no_answer_in_time:
    case TransportProblem::not_ended_in_time:
      return failed(AnswerKind::failed, Outcome::timeout, true, failure);
    case TransportProblem::too_large:
    case TransportProblem::not_http:
      return malformed(failure);
    case TransportProblem::not_connected:
    case TransportProblem::name_unknown:
    case TransportProblem::broken:
      return failed(AnswerKind::failed, Outcome::transport_error, true, failure);
    default:
      return failed(AnswerKind::failed, Outcome::transport_error, false, failure);
  }
}

bool may_succeed_later(const Operation& operation, const HttpResponse& response) {
  if (response.problem != TransportProblem::none) return no_answer(response).retry;
  const auto status = static_cast<uint32_t>(std::max(response.status, 0));
  if (operation.errors.empty() && contains(operation.config.ok.status, status)) return false;
  ReadJson json;
  const std::optional<Answer> error = error_of(operation, received_of(operation, response, json), Teller(nullptr));
  return error && error->retry;
}

Answer parse_response(const Operation& operation, const HttpResponse& response, const AnswerContext& context,
                      std::vector<Step>* steps) {
  const Teller teller(steps);
  if (response.problem != TransportProblem::none) {
    Answer answer = no_answer(response);
    tell_end(answer, teller);
    return answer;
  }
  ReadJson json;
  const Received received = received_of(operation, response, json);
  teller.tell("answer", fmt::format("{}, {}, {} bytes", response.status,
                                    printable(response.header("content-type").value_or("no content type"), 60),
                                    with_separators(response.body.size())));
  Answer answer = understood(operation, received, context, teller);
  tell_end(answer, teller);
  return answer;
}

std::vector<BatchMember> parse_batch_response(const Operation& operation, const HttpResponse& response,
                                              std::span<const AnswerContext> contexts) {
  const auto all = [&](const Answer& answer, bool ask_alone) {
    return std::vector<BatchMember>(contexts.size(), {answer, ask_alone});
  };
  if (response.problem != TransportProblem::none) return all(no_answer(response), false);
  ReadJson json;
  const Received received = received_of(operation, response, json);
  if (const std::optional<Answer> error = error_of(operation, received, Teller(nullptr))) {
    return all(*error, !error->retry);
  }
  if (received.document == nullptr) return all(malformed(received.body_problem), true);
  const Json* members = operation.batch->members.first(*received.document);
  if (members == nullptr || !members->is_array() || members->size() != contexts.size()) {
    return all(malformed(fmt::format("the batch's answer has no list of {} answers", contexts.size())), true);
  }
  std::vector<BatchMember> result;
  for (size_t i = 0; i < contexts.size(); ++i) {
    result.push_back(member_of(operation, (*members)[i], response, contexts[i]));
  }
  return result;
}

}  // namespace recgauge::adapters
