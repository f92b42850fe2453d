#include "adapters/http/endpoint/endpoint_calls.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/http/endpoint/client_options.h"
#include "adapters/http/presets/presets.h"
#include "harness/protocol/told.h"
#include "harness/system/random.h"
#include "harness/system/text.h"

namespace recgauge::adapters {
namespace {

using Json = nlohmann::json;

Mapping usable_mapping(const HttpConfig& config, const std::filesystem::path& folder) {
  Mapping mapping = read_endpoint(config.endpoint, folder);
  if (config.feedback && mapping.find("feedback") == nullptr) {
    throw ConfigError(
        config.place,
        fmt::format("parameters.feedback: the endpoint '{}' has no usable operation 'feedback'", mapping.config.name));
  }
  return mapping;
}

std::optional<ItemVectors> vectors_of(const HttpConfig& config, const EndpointContext& context) {
  if (config.vectors_file.empty()) return std::nullopt;
  return ItemVectors::read(context.folder / config.vectors_file, *context.dataset);
}

int64_t wall_milliseconds() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// The same request has the same id whenever a run is repeated.
std::string request_id(const Request& request, uint64_t seed) {
  const auto last = request.history.empty() ? kOutOfCatalogue : request.history.back();
  return fmt::format("{:016x}", derive_seed(seed, {index(request.user), request.history.size(), index(last), request.k,
                                                   request.repetition}));
}

bool failed_to_reach(TransportProblem problem) {
  return problem == TransportProblem::name_unknown || problem == TransportProblem::not_connected ||
         problem == TransportProblem::not_secure || problem == TransportProblem::no_answer_in_time;
}

}  // namespace

// One request on its way to a whole list.
struct EndpointCalls::Call {
  const Operation* operation = nullptr;
  Json variables;  // of the page that is asked for
  uint32_t wanted = 0;
  uint64_t asking = 0;
  size_t base = 0;     // of the operation's addresses
  bool alone = false;  // not in a batch again
  bool open = true;
  std::optional<Answer> answer;  // all pages so far
  ResponseTimes times;
  uint64_t attempts = 0;
};

// One HTTP request and the calls that it is for: one, or the members of a batch.
struct EndpointCalls::Sending {
  const Operation* operation = nullptr;
  std::vector<size_t> calls;
  MadeRequest made;
  bool is_batch = false;
};

EndpointCalls::EndpointCalls(const HttpConfig& config, const EndpointContext& context, Credentials credentials)
    : config_(config),
      dataset_(*context.dataset),
      clock_(*context.clock),
      stop_(context.stop),
      seed_(context.seed),
      mapping_(usable_mapping(config, context.folder)),
      vectors_(vectors_of(config, context)),
      variables_(mapping_, dataset_,
                 config.user_ids == UserIds::pseudonym ? std::optional(context.pseudonyms) : std::nullopt,
                 vectors_ ? &*vectors_ : nullptr),
      token_client_(options_of(config, context.seed), clock_, stop_),
      authenticator_(make_authenticator(credentials == Credentials::left_out ? AuthConfig{} : mapping_.auth,
                                        [this](const HttpRequest& request) { return fetch(request); })),
      credentials_(authenticator_->credential_names()),
      client_(std::make_unique<HttpClient>(options_of(config, context.seed), clock_, stop_),
              cassette_of(config, credentials_, [this](HttpResponse& r) { secrets_.mask(r.body); }), stop_) {
  for (const std::string& name : config.disclose) {
    if (dataset_.users.find_attribute(name) == nullptr) {
      throw ConfigError(config.place,
                        fmt::format("parameters.disclose: the data has no attribute '{}' of users", name));
    }
  }
}

HttpResponse EndpointCalls::fetch(const HttpRequest& request) {
  return token_client_.exchange(std::span(&request, 1)).front().response;
}

EndpointCalls::Call EndpointCalls::begin(const Request& request) const {
  Call call;
  const Operation* recommend = mapping_.find("recommend");
  const Operation* rank = mapping_.find("rank");
  call.operation = request.candidates && rank != nullptr ? rank : recommend != nullptr ? recommend : rank;
  call.wanted = request.k;
  call.asking = asking_of(request);
  Request shown = request;
  const std::vector<DisclosedAttribute> attributes = told_attributes(request, config_.disclose, dataset_.users);
  shown.attributes = attributes;
  call.variables = variables_.of(*call.operation, shown, request_id(request, seed_), wall_milliseconds());
  set_page(*call.operation, call.variables, call.wanted);
  return call;
}

std::vector<EndpointCalls::Sending> EndpointCalls::sendings(std::span<Call> calls,
                                                            const std::vector<size_t>& open) const {
  std::vector<Sending> result;
  std::map<const Operation*, std::vector<size_t>> batches;
  const auto close_batch = [&](const Operation* operation, std::vector<size_t>& members) {
    if (members.empty()) return;
    if (members.size() == 1) {
      result.push_back(
          {operation, members, make_request(*operation, calls[members[0]].variables, calls[members[0]].base), false});
    } else {
      std::vector<Json> variables;
      for (const size_t member : members) variables.push_back(calls[member].variables);
      result.push_back({operation, members, make_batch_request(*operation, variables, calls[members[0]].base), true});
    }
    members.clear();
  };
  for (const size_t i : open) {
    Call& call = calls[i];
    if (!call.operation->batch || call.alone) {
      result.push_back({call.operation, {i}, make_request(*call.operation, call.variables, call.base), false});
      continue;
    }
    std::vector<size_t>& members = batches[call.operation];
    members.push_back(i);
    if (members.size() == call.operation->config.batch->max) close_batch(call.operation, members);
  }
  for (auto& [operation, members] : batches) close_batch(operation, members);
  for (Sending& sending : result) sending.made.request.occurrence = calls[sending.calls.front()].asking;
  return result;
}

HttpHooks EndpointCalls::hooks(const Operation& operation) {
  HttpHooks hooks;
  hooks.sign = [this](HttpRequest& request) { credential_problem_ = sign(request); };
  hooks.judge = [this, &operation](const HttpResponse& response) {
    if (response.problem != TransportProblem::none) return judge_by_status(response);
    if (response.status == 401) authenticator_->forget();
    return Judgement{may_succeed_later(operation, response) ? NextStep::try_again : NextStep::done, std::nullopt};
  };
  return hooks;
}

bool EndpointCalls::take_answer(Call& call, Answer answer, const HttpExchange& exchange) {
  call.attempts += exchange.attempts.size();
  if (!call.answer) call.times.intended = exchange.begun;
  if (!exchange.attempts.empty() && !call.answer) {
    call.times.sent = exchange.attempts.back().sent;
    call.times.first_byte = exchange.attempts.back().first_byte;
  }
  call.times.received = exchange.ended;
  if (exchange.response.status == 401 && !credential_problem_.empty()) answer.failure += "; " + credential_problem_;
  if (failed_to_reach(exchange.response.problem) && call.base + 1 < call.operation->base.size()) {
    ++call.base;
    return true;
  }
  const Answer page = answer;
  if (!call.answer) {
    call.answer = std::move(answer);
  } else if (page.outcome == Outcome::ok) {
    call.answer->rows.insert(call.answer->rows.end(), page.rows.begin(), page.rows.end());
  } else {
    call.answer->kind = AnswerKind::partial;
    call.answer->failure = "a further page failed: " + page.failure;
  }
  const auto have = static_cast<uint32_t>(call.answer->rows.size());
  auto next = next_page(mapping_, *call.operation, call.variables, page, have, call.wanted);
  if (!next) return false;
  call.operation = next->operation;
  call.variables = std::move(next->variables);
  return true;
}

void EndpointCalls::take(const Sending& sending, const HttpExchange& exchange, std::span<Call> calls) {
  if (!sending.is_batch) {
    Call& call = calls[sending.calls[0]];
    call.open = take_answer(
        call, parse_response(*sending.operation, exchange.response, answer_context(call.variables, mapping_)),
        exchange);
    return;
  }
  std::vector<AnswerContext> contexts;
  for (const size_t i : sending.calls) contexts.push_back(answer_context(calls[i].variables, mapping_));
  std::vector<BatchMember> members = parse_batch_response(*sending.operation, exchange.response, contexts);
  for (size_t m = 0; m < members.size(); ++m) {
    Call& call = calls[sending.calls[m]];
    call.alone = members[m].ask_alone;
    call.open = members[m].ask_alone || take_answer(call, std::move(members[m].answer), exchange);
  }
}

void EndpointCalls::carry(std::span<Sending> sendings, std::span<Call> calls) {
  std::map<const Operation*, std::vector<Sending*>> by_operation;
  for (Sending& sending : sendings) {
    if (sending.made.problem.empty()) {
      by_operation[sending.operation].push_back(&sending);
      continue;
    }
    Answer answer;
    answer.kind = AnswerKind::failed;
    answer.outcome = Outcome::malformed;
    answer.failure = sending.made.problem;
    for (const size_t i : sending.calls) calls[i].open = take_answer(calls[i], answer, {});
  }
  for (const auto& [operation, group] : by_operation) {
    HttpHooks with = hooks(*operation);
    with.arrived = [&](HttpExchange&& exchange) { take(*group[exchange.index], exchange, calls); };
    size_t next = 0;
    client_.exchange(
        [&]() -> std::optional<HttpRequest> {
          if (next == group.size()) return std::nullopt;
          return std::move(group[next++]->made.request);
        },
        with);
  }
}

void EndpointCalls::keep_shown_list(const Request& request, const Call& call) {
  if (!config_.feedback || !call.answer || call.answer->outcome != Outcome::ok || request.user == kNoUser) return;
  auto list = make_shown_list(mapping_, call.variables, *call.answer);
  if (list) shown_lists_[request.user] = {to_response(*call.answer, dataset_).recommendation_id, std::move(*list)};
}

Response EndpointCalls::finished(Call& call) const {
  if (!call.answer) {
    Response response;
    response.outcome = Outcome::transport_error;
    response.failure = "not asked: the run was interrupted";
    return response;
  }
  Response response = to_response(*call.answer, dataset_);
  secrets_.mask(response.failure);
  secrets_.mask(response.text);
  response.times = call.times;
  response.usage.cost = config_.price_per_request * static_cast<double>(call.attempts);
  return response;
}

std::vector<Response> EndpointCalls::ask(std::span<const Request> requests) {
  std::vector<Call> calls;
  calls.reserve(requests.size());
  for (const Request& request : requests) calls.push_back(begin(request));
  for (;;) {
    std::vector<size_t> open;
    for (size_t i = 0; i < calls.size(); ++i) {
      if (calls[i].open) open.push_back(i);
    }
    if (open.empty() || stop_.stop_requested()) break;
    std::vector<Sending> round = sendings(calls, open);
    carry(round, calls);
  }
  std::vector<Response> responses;
  responses.reserve(calls.size());
  for (size_t i = 0; i < calls.size(); ++i) {
    keep_shown_list(requests[i], calls[i]);
    responses.push_back(finished(calls[i]));
  }
  return responses;
}

std::string EndpointCalls::post(const Operation& operation, const MadeRequest& made) {
  if (!made.problem.empty()) return made.problem;
  const HttpExchange exchange = client_.exchange(std::span(&made.request, 1), hooks(operation)).front();
  Answer answer = parse_response(operation, exchange.response, {});
  secrets_.mask(answer.failure);
  return answer.outcome == Outcome::ok ? "" : answer.failure;
}

std::string EndpointCalls::post_shown_list(const FeedbackEvent& event) {
  const auto shown = shown_lists_.find(event.user);
  if (shown == shown_lists_.end() || shown->second.recommendation_id != event.recommendation_id) return "";
  const MadeRequest made = std::move(shown_lists_.extract(shown).mapped().request);
  return post(*mapping_.find(mapping_.find("feedback")->config.before), made);
}

void EndpointCalls::tell(std::span<const FeedbackEvent> events, std::unordered_map<UserId, std::string>& lost) {
  const Operation& operation = *mapping_.find("feedback");
  // One event after another, so that a failure is known to be that of a user.
  for (const FeedbackEvent& event : events) {
    for (const MadeRequest& made : make_feedback(mapping_, std::span(&event, 1), variables_, wall_milliseconds())) {
      std::string failure = post_shown_list(event);
      if (failure.empty()) failure = post(operation, made);
      if (!failure.empty()) lost[event.user] = failure;
    }
  }
}

EndpointCalls::Single EndpointCalls::single(const Request& request) const {
  const Call call = begin(request);
  return {make_request(*call.operation, call.variables), call.operation, answer_context(call.variables, mapping_)};
}

std::optional<MadeRequest> EndpointCalls::altered(const Request& request,
                                                  const std::function<Json(Json)>& change) const {
  const Call call = begin(request);
  MadeRequest made = make_request(*call.operation, change(call.variables));
  const HttpRequest meant = make_request(*call.operation, call.variables).request;
  const bool same_headers =
      std::equal(made.request.headers.begin(), made.request.headers.end(), meant.headers.begin(), meant.headers.end(),
                 [](const HttpHeader& a, const HttpHeader& b) { return a.value == b.value; });
  if (same_headers && made.request.url == meant.url && made.request.body == meant.body) return std::nullopt;
  return made;
}

std::string EndpointCalls::sign(HttpRequest& request) {
  std::string problem = authenticator_->sign(request, std::chrono::system_clock::now()).value_or("");
  secrets_.note(request, credentials_);
  return problem;
}

EndpointProbe EndpointCalls::probe(const Request& request, ProbeSending sending) {
  EndpointProbe probe;
  Call call = begin(request);
  MadeRequest made = make_request(*call.operation, call.variables);
  if (!made.problem.empty()) {
    probe.sent.push_back({"request", made.problem, false});
    probe.response.outcome = Outcome::malformed;
    probe.response.failure = made.problem;
    return probe;
  }
  HttpRequest shown = made.request;
  const std::optional<std::string> problem =
      sending == ProbeSending::send ? authenticator_->sign(shown, std::chrono::system_clock::now()) : std::nullopt;
  probe.sent = explain_request(shown, credentials_);
  if (problem) probe.sent.push_back({"credentials", *problem, false});
  if (sending == ProbeSending::only_show) return probe;
  const HttpExchange exchange = client_.exchange(std::span(&made.request, 1), hooks(*call.operation)).front();
  Answer answer =
      parse_response(*call.operation, exchange.response, answer_context(call.variables, mapping_), &probe.understood);
  take_answer(call, std::move(answer), exchange);
  probe.response = finished(call);
  for (Step& step : probe.understood) secrets_.mask(step.found);
  return probe;
}

}  // namespace recgauge::adapters
