#include "adapters/http/transport/exchange_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "adapters/http/transport/retry_delay.h"
#include "adapters/http/transport/web_origin.h"

namespace recgauge::adapters {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr uint32_t kMostRedirects = 5;
constexpr milliseconds kGrace{700};
// In between, the loop looks after what is under way.
constexpr int kMostStepsAtOnce = 64;

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool keeps_method(int status) { return status == 307 || status == 308; }

bool is_reading(const std::string& method) { return method == "GET" || method == "HEAD"; }

const char* words_for(OriginDifference difference) {
  switch (difference) {
    case OriginDifference::scheme:
      return "the server redirects to another scheme; it is not followed";
    case OriginDifference::host:
      return "the server redirects to another host; it is not followed";
    case OriginDifference::port:
      return "the server redirects to another port; it is not followed";
    default:
      return "the server redirects to what is no address of http or https; it is not followed";
  }
}

// Limits are looked at this often: a sixteenth of the shortest, within reason.
milliseconds look_interval(const HttpTimeLimits& times) {
  return std::clamp(std::min(times.first_byte, times.total) / 16, milliseconds(1), milliseconds(100));
}

}  // namespace

struct ExchangeRun::Call {
  HttpRequest request;
  HttpExchange exchange;
  std::unique_ptr<Transfer> transfer;  ///< while under way
  HttpAttempt attempt;                 ///< the one under way
  nanoseconds due{0};
};

ExchangeRun::ExchangeRun(const ClientState& state, const RequestSource& source, const HttpHooks& hooks)
    : state_(state),
      source_(source),
      hooks_(hooks),
      wake_timer_(state.loop),
      limit_timer_(state.loop),
      self_(std::make_shared<ExchangeRun*>(this)) {}

ExchangeRun::~ExchangeRun() {
  for (auto& [handle, call] : under_way_) state_.sockets.remove(handle);
}

void ExchangeRun::supply() {
  move_due();
  for (int steps = 0; steps < kMostStepsAtOnce; ++steps) {
    if (ready_.empty() && !take_next()) {
      if (calls_.empty() && (source_ended_ || interrupted_)) state_.loop.stop();
      return;
    }
    if (!offer(ready_.front())) return;
  }
  wake_at(state_.clock.now());
}

bool ExchangeRun::take_next() {
  if (source_ended_ || interrupted_ || calls_.size() >= state_.options.concurrency) return false;
  std::optional<HttpRequest> request = source_();
  if (!request) {
    source_ended_ = true;
    return false;
  }
  Call& call = calls_.emplace_back();
  call.request = std::move(*request);
  call.exchange.index = asked_++;
  call.exchange.begun = state_.clock.now();
  ready_.push_back(std::prev(calls_.end()));
  return true;
}

bool ExchangeRun::offer(Place call) {
  const nanoseconds now = state_.clock.now();
  const AdmissionAnswer answer = state_.admission.ask(now);
  if (answer.admission == Admission::wait) {
    wake_at(now + answer.wait);
    return false;
  }
  ready_.pop_front();
  if (answer.admission == Admission::refused) {
    refuse(call, answer.reason);
  } else {
    begin_attempt(call);
  }
  return true;
}

void ExchangeRun::begin_attempt(Place call) {
  call->attempt = {};
  call->attempt.begun = state_.clock.now();
  call->exchange.parts.clear();
  if (state_.pool.empty()) {
    call->transfer = std::make_unique<Transfer>(state_.options, state_.clock);
    state_.sockets.prepare(call->transfer->handle());
  } else {
    call->transfer = std::move(state_.pool.back());
    state_.pool.pop_back();
  }
  const std::string problem = send(call, call->request.url);
  if (problem.empty()) return;
  state_.admission.take_back();
  release_transfer(*call);
  refuse(call, problem);
}

std::string ExchangeRun::send(Place call, std::string url) {
  HttpRequest request = call->request;
  request.url = std::move(url);
  if (hooks_.sign) hooks_.sign(request);
  Transfer::BodySink sink;
  if (hooks_.body) {
    sink = [this, call](int status, std::string_view bytes, nanoseconds at) {
      call->exchange.parts.push_back({bytes.size(), at});
      hooks_.body({call->exchange.index, call->exchange.attempts.size(), status, bytes, at});
    };
  }
  std::string problem = call->transfer->prepare(std::move(request), std::move(sink));
  if (!problem.empty()) return problem;
  under_way_.emplace(call->transfer->handle(), call);
  state_.sockets.add(call->transfer->handle());
  watch_limits();
  return "";
}

void ExchangeRun::transfer_ended(CURL* handle, CURLcode code) {
  const auto found = under_way_.find(handle);
  const Place call = found->second;
  under_way_.erase(found);
  HttpResponse response = call->transfer->finish(code);
  if (follow_redirect(call, response)) return;
  end_attempt(call, std::move(response));
  supply();
}

bool ExchangeRun::follow_redirect(Place call, HttpResponse& response) {
  if (response.problem != TransportProblem::none || !is_redirect(response.status)) return false;
  if (!keeps_method(response.status) && !is_reading(call->request.method)) return false;
  std::optional<std::string> target = call->transfer->redirect_target();
  if (!target) return false;
  if (call->attempt.redirects++ == 0) call->attempt.sent = response.sent;
  const OriginDifference difference = compare_origins(call->request.url, *target);
  if (difference != OriginDifference::none) {
    response.failure = words_for(difference);
  } else if (call->attempt.redirects > kMostRedirects) {
    response.failure = "the server redirects more than 5 times";
  } else {
    response.failure = send(call, std::move(*target));
    if (response.failure.empty()) return true;
  }
  response.problem = TransportProblem::redirected_elsewhere;
  return false;
}

void ExchangeRun::release_transfer(Call& call) { state_.pool.push_back(std::move(call.transfer)); }

void ExchangeRun::end_attempt(Place call, HttpResponse response) {
  release_transfer(*call);
  HttpAttempt& attempt = call->attempt;
  if (attempt.redirects == 0) attempt.sent = response.sent;
  attempt.first_byte = response.first_byte;
  attempt.received = response.received;
  attempt.problem = response.problem;
  attempt.status = response.status;
  HttpExchange& exchange = call->exchange;
  exchange.attempts.push_back(attempt);
  note_health(response);
  const Judgement judgement = hooks_.judge ? hooks_.judge(response) : judge_by_status(response);
  if (judgement.cost) state_.admission.charge(*judgement.cost);
  exchange.verdict = judgement.next;
  exchange.response = std::move(response);
  if (may_repeat(*call)) {
    wait_for_repetition(call);
  } else {
    settle(call);
  }
}

void ExchangeRun::note_health(const HttpResponse& response) {
  CircuitBreaker& breaker = state_.admission.breaker();
  if (response.problem == TransportProblem::not_sent) {
    breaker.dropped();
  } else if (response.problem != TransportProblem::none || response.status >= 500) {
    breaker.failed(state_.clock.now());
  } else {
    breaker.succeeded();
  }
}

bool ExchangeRun::may_repeat(const Call& call) const {
  if (call.exchange.verdict != NextStep::try_again || interrupted_) return false;
  if (call.exchange.attempts.size() >= state_.options.retry.most_attempts) return false;
  return call.request.repeatable || call.attempt.sent.count() == 0;
}

void ExchangeRun::wait_for_repetition(Place call) {
  call->due = state_.clock.now() + retry_delay(state_.options.retry, call->exchange.index,
                                               call->exchange.attempts.size(), call->exchange.response);
  waiting_.push_back(call);
  std::push_heap(waiting_.begin(), waiting_.end(), [](Place a, Place b) { return a->due > b->due; });
  wake_at(waiting_.front()->due);
}

void ExchangeRun::move_due() {
  const nanoseconds now = state_.clock.now();
  while (!waiting_.empty() && waiting_.front()->due <= now) {
    std::pop_heap(waiting_.begin(), waiting_.end(), [](Place a, Place b) { return a->due > b->due; });
    ready_.push_back(waiting_.back());
    waiting_.pop_back();
  }
  if (!waiting_.empty()) wake_at(waiting_.front()->due);
}

// Where there was an attempt, its answer stands.
void ExchangeRun::refuse(Place call, const std::string& reason) {
  if (call->exchange.attempts.empty()) {
    call->exchange.response.problem = TransportProblem::not_sent;
    call->exchange.response.failure = reason;
  }
  settle(call);
}

void ExchangeRun::settle(Place call) {
  HttpExchange exchange = std::move(call->exchange);
  calls_.erase(call);
  exchange.ended = state_.clock.now();
  if (hooks_.arrived) hooks_.arrived(std::move(exchange));
}

void ExchangeRun::interrupt() {
  interrupted_ = true;
  drop_at_ = state_.clock.now() + kGrace;
  std::vector<Place> unsent(ready_.begin(), ready_.end());
  unsent.insert(unsent.end(), waiting_.begin(), waiting_.end());
  ready_.clear();
  waiting_.clear();
  for (const Place call : unsent) refuse(call, "the run was interrupted");
  supply();
}

void ExchangeRun::after(boost::asio::steady_timer& timer, nanoseconds time, Later then) {
  timer.expires_after(time);
  timer.async_wait([run = std::weak_ptr<ExchangeRun*>(self_), then = std::move(then)](const auto& error) {
    if (!error && run.lock()) then();
  });
}

void ExchangeRun::wake_at(nanoseconds time) {
  if (wake_time_ && *wake_time_ <= time) return;
  wake_time_ = time;
  after(wake_timer_, std::max(nanoseconds(0), time - state_.clock.now()), [this] {
    wake_time_.reset();
    supply();
  });
}

void ExchangeRun::watch_limits() {
  if (watching_) return;
  watching_ = true;
  after(limit_timer_, look_interval(state_.options.times), [this] {
    watching_ = false;
    check_limits();
  });
}

void ExchangeRun::check_limits() {
  const nanoseconds now = state_.clock.now();
  std::vector<Place> calls;
  for (const auto& [handle, call] : under_way_) calls.push_back(call);
  for (const Place call : calls) check_limits_of(call, now);
  if (!under_way_.empty()) watch_limits();
  supply();
}

void ExchangeRun::check_limits_of(Place call, nanoseconds now) {
  const HttpTimeLimits& limits = state_.options.times;
  const nanoseconds sent = call->transfer->sent();
  if (interrupted_ && now >= drop_at_) {
    drop(call, TransportProblem::not_sent, "the run was interrupted before the answer had come");
  } else if (now - call->attempt.begun >= limits.total) {
    drop(call, TransportProblem::not_ended_in_time, fmt::format("no end within {} ms", limits.total.count()));
  } else if (sent.count() != 0 && !call->transfer->is_answered() && now - sent >= limits.first_byte) {
    drop(call, TransportProblem::no_answer_in_time, fmt::format("no answer within {} ms", limits.first_byte.count()));
  }
}

void ExchangeRun::drop(Place call, TransportProblem problem, std::string failure) {
  CURL* handle = call->transfer->handle();
  under_way_.erase(handle);
  state_.sockets.remove(handle);
  HttpResponse response = call->transfer->finish(CURLE_OK);
  response.problem = problem;
  response.failure = std::move(failure);
  end_attempt(call, std::move(response));
}

}  // namespace recgauge::adapters
